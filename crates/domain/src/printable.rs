/// Returns untrusted text in a form that is safe to log: at most 200 characters, with everything but printable ASCII
/// replaced by `?`, so that it cannot control a terminal.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|char| if is_plain(char) { char } else { '?' })
        .take(LONGEST)
        .collect()
}

fn is_plain(char: char) -> bool {
    char == ' ' || char.is_ascii_graphic()
}

const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_08_what_a_provider_sent_is_bounded_and_printable() {
        assert_eq!(printable("a\r\nb\x1b[31m\u{202e}é"), "a??b?[31m??");
        assert_eq!(printable(&"x".repeat(100_000)).len(), LONGEST);
    }
}
