/// Longest name that is kept, in characters.
const MAX_CHARACTERS: usize = 256;

/// Returns a name as it is kept and shown: trimmed, at most 256 characters, without characters that control a terminal
/// or turn the direction of the text around them. `None` when nothing is left.
pub fn display_name(name: &str) -> Option<String> {
    let shown = name.chars().filter(|character| !is_invisible(*character));
    let shown: String = shown.take(MAX_CHARACTERS).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

/// Control characters, and the formatting ones that reorder or hide text (Unicode UAX 9, "Trojan Source").
fn is_invisible(character: char) -> bool {
    let reorders = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control()
        || reorders
        || matches!(character, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hdr_05_a_name_is_text_on_one_line_that_reads_as_it_is_written() {
        assert_eq!(display_name("  Jane Doe\r\n ").as_deref(), Some("Jane Doe"));
        assert_eq!(
            display_name("Jane\u{202e}eoD\u{0}").as_deref(),
            Some("JaneeoD")
        );
        assert_eq!(display_name("Zoë 👩‍🚀 أحمد").as_deref(), Some("Zoë 👩‍🚀 أحمد"));
        assert_eq!(
            display_name(&"x".repeat(300)).map(|name| name.len()),
            Some(256)
        );
        for nothing in ["", "   ", "\u{200b}\n"] {
            assert_eq!(display_name(nothing), None, "{nothing:?}");
        }
    }
}
