/// Longest name kept, in characters.
const MAX_CHARACTERS: usize = 256;

/// Returns a name as it is stored and shown: trimmed, at most 256 characters, without characters that control a
/// terminal or change the direction of the surrounding text. `None` when nothing is left.
pub fn display_name(name: &str) -> Option<String> {
    let shown = name.chars().filter(|character| !is_invisible(*character));
    let shown: String = shown.take(MAX_CHARACTERS).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

/// Returns whether a character controls a terminal, changes text direction (Unicode UAX 9, "Trojan Source"), or is
/// invisible (as are those with Unicode's property `Default_Ignorable_Code_Point`).
///
/// The joiners U+200C and U+200D and the variation selectors do not count: Persian, emoji and Japanese names need them.
pub fn is_invisible(character: char) -> bool {
    let turns = matches!(
        character,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    let shows_nothing = matches!(
        character,
        '\u{00ad}'
            | '\u{034f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2028}'..='\u{2029}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}'
    );
    character.is_control() || turns || shows_nothing
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
        assert_eq!(
            display_name("سارا\u{200c}ها ❤\u{fe0f} 葛\u{e0100}").as_deref(),
            Some("سارا\u{200c}ها ❤\u{fe0f} 葛\u{e0100}")
        );
        for hidden in [
            '\u{61c}',
            '\u{ad}',
            '\u{2060}',
            '\u{2064}',
            '\u{206f}',
            '\u{180e}',
            '\u{3164}',
            '\u{fffa}',
            '\u{e0041}',
        ] {
            let name = display_name(&format!("Jane{hidden} Doe"));
            assert_eq!(name.as_deref(), Some("Jane Doe"), "{hidden:?}");
        }
        for nothing in ["", "   ", "\u{200b}\n", "\u{61c}\u{2060}"] {
            assert_eq!(display_name(nothing), None, "{nothing:?}");
        }
    }
}
