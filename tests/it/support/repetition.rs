/// How often something heavy is repeated: a few times in the normal run, as often as the requirement says with
/// `BELGIE_TEST_FULL=1`.
pub(crate) fn repetitions(few: usize, full: usize) -> usize {
    #[expect(clippy::disallowed_methods, reason = "how the full size is asked for")]
    let full_size = std::env::var("BELGIE_TEST_FULL").is_ok();
    if full_size { full } else { few }
}
