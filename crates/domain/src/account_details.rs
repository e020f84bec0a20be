//! Provider data that an account keeps for display only, limited in length and to text that any store accepts.

/// Longest address kept, in bytes: a local part of 64, `@`, and a domain of 255 (RFC 5321 §4.5.3.1).
const MAX_EMAIL: usize = 320;
/// Longest scope kept, in bytes.
const MAX_SCOPE: usize = 2048;

/// Returns the address as an account shows it. `None` when it is too long or contains a control character, since
/// removing that character would make it a different address.
pub(crate) fn account_email(email: &str) -> Option<String> {
    let is_one = !email.is_empty() && email.len() <= MAX_EMAIL;
    (is_one && !email.contains(char::is_control)).then(|| email.to_owned())
}

/// Returns the granted scope as an account keeps it: without control characters, and with as many whole tokens (RFC
/// 6749 §3.3) as fit into 2048 bytes.
pub(crate) fn account_scope(scope: &str) -> Option<String> {
    let mut kept = String::new();
    let printable: String = scope.chars().filter(|one| !one.is_control()).collect();
    for token in printable.split(' ').filter(|token| !token.is_empty()) {
        let separator = if kept.is_empty() { "" } else { " " };
        if kept.len() + separator.len() + token.len() > MAX_SCOPE {
            break;
        }
        kept.push_str(separator);
        kept.push_str(token);
    }
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_it_is_or_not_at_all() {
        let longest = format!("{}@example.com", "x".repeat(308));
        for kept in ["Jane@Example.com", "zoë@bücher.example", &longest] {
            assert_eq!(account_email(kept).as_deref(), Some(kept));
        }
        for dropped in ["", "jane\0@example.com", "a\nb", &format!("x{longest}")] {
            assert_eq!(account_email(dropped), None, "{dropped:?}");
        }
    }

    #[test]
    fn a_scope_is_whole_tokens_without_control_characters() {
        for (scope, kept) in [
            ("openid email", Some("openid email")),
            (" openid  email ", Some("openid email")),
            ("openid\0 e\u{1b}mail\n", Some("openid email")),
            ("\0", None),
            ("", None),
        ] {
            assert_eq!(account_scope(scope).as_deref(), kept, "{scope:?}");
        }

        let kept = account_scope(&"read:thing ".repeat(1000)).unwrap();

        assert!((2030..=2048).contains(&kept.len()), "{}", kept.len());
        assert!(kept.split(' ').all(|token| token == "read:thing"));
        assert_eq!(account_scope(&"é".repeat(2000)), None);
    }
}
