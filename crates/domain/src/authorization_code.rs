use std::fmt;

use crate::MalformedToken;

/// An authorization code (RFC 6749 §4.1.2): 1 to 8192 printable ASCII characters (§A.11).
///
/// The code is a secret until it has been exchanged, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode(String);

/// Far more than providers use: real codes are at most about 2000 characters long.
const MAX_BYTES: usize = 8192;

impl AuthorizationCode {
    /// Parses a code received from outside.
    ///
    /// # Errors
    /// [`MalformedToken`] when it is empty, too long, or not printable ASCII: no provider issues such a code.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        let printable = |byte: u8| (0x20..0x7f).contains(&byte);
        if (1..=MAX_BYTES).contains(&text.len()) && text.bytes().all(printable) {
            return Ok(Self(text.to_owned()));
        }
        Err(MalformedToken)
    }

    /// Returns the code itself, for the token endpoint. Never log it.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_printable_ascii_and_bounded() {
        for text in ["4/0AY0e-g7", "a b", "~", &"a".repeat(MAX_BYTES)] {
            assert_eq!(AuthorizationCode::parse(text).unwrap().secret(), text);
        }
        for text in ["", "é", "a\n", "a\0", "\u{7f}", &"a".repeat(MAX_BYTES + 1)] {
            assert_eq!(AuthorizationCode::parse(text), Err(MalformedToken));
        }
    }

    #[test]
    fn cfg_03_a_code_does_not_print_itself() {
        let code = AuthorizationCode::parse("c4nary").unwrap();

        assert_eq!(format!("{code:?} {code:#?}").matches("c4nary").count(), 0);
    }
}
