/// Returns whether a text is a single scope value: printable ASCII without spaces, quotes and backslashes (RFC 6749 §3.3).
pub fn is_scope_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_15_a_text_that_would_be_two_values_is_not_one() {
        for scope in ["openid", "user:email", "https://example.com/a"] {
            assert!(is_scope_token(scope), "{scope}");
        }
        for text in ["", "a b", "a\"b", "a\\b", "é", "a\n"] {
            assert!(!is_scope_token(text), "{text:?}");
        }
    }
}
