//! Durations as people write them.

/// Parses `90`, `90s`, `15m`, `12h` or `7d` to seconds.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let unit = text.trim_start_matches(|character: char| character.is_ascii_digit());
    let number = &text[..text.len() - unit.len()];
    let each = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_seconds_or_has_a_unit() {
        for (text, expected) in [
            ("0", Some(0)),
            ("604800", Some(604_800)),
            ("90s", Some(90)),
            ("15m", Some(900)),
            ("12h", Some(43_200)),
            ("7d", Some(604_800)),
            ("", None),
            ("d", None),
            ("-1", None),
            ("+1", None),
            ("1.5h", None),
            ("7 d", None),
            ("7D", None),
            ("1w", None),
            ("1h30m", None),
            ("213503982334602d", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
