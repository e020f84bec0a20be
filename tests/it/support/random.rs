use fastrand::Rng;

/// Random numbers for one test. Their seed is shown where the test fails; `BELGIE_TEST_SEED` repeats them.
pub(crate) fn random() -> Rng {
    #[expect(clippy::disallowed_methods, reason = "how a run is repeated")]
    let given = std::env::var("BELGIE_TEST_SEED");
    let seed = given.map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    eprintln!("BELGIE_TEST_SEED={seed}");
    Rng::with_seed(seed)
}
