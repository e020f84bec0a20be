use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// A password as a person typed it: 1 to 256 characters of any kind, in Unicode normalization form C.
///
/// Devices type the same character in different ways, so an `é` and an `e` with a combining accent are one password (RFC
/// 8265 §4.2.2). Nothing else is changed: no character is cut off, trimmed or turned to lower case.
///
/// Its memory is overwritten when it is dropped.
///
/// Whether a password is good enough to be chosen is decided by [`PasswordPolicy`](crate::PasswordPolicy).
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// It is empty.
    #[error("the password is empty")]
    Empty,
    /// It is longer than [`Password::MAX_CHARACTERS`].
    #[error("the password has more than 256 characters")]
    TooLong,
}

impl Password {
    /// The most characters (Unicode code points) that a password may have.
    pub const MAX_CHARACTERS: usize = 256;

    /// Accepts what a person typed.
    ///
    /// # Errors
    /// [`InvalidPassword`] when it is empty or too long. Finding that out takes the same short time for any length.
    pub fn parse(typed: &str) -> Result<Self, InvalidPassword> {
        if typed.is_empty() {
            return Err(InvalidPassword::Empty);
        }
        if typed.chars().nth(Self::MAX_CHARACTERS).is_some() {
            return Err(InvalidPassword::TooLong);
        }
        // Composing at most triples the bytes (UAX #15 §12.1), so the text is not moved, and leaves no copy.
        let mut secret = Zeroizing::new(String::with_capacity(3 * typed.len()));
        secret.extend(typed.nfc());
        Ok(Self(secret))
    }

    /// Returns the password itself, for hashing. Never log it.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Returns how many characters (Unicode code points) it has.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(typed: &str) -> String {
        Password::parse(typed).unwrap().secret().to_owned()
    }

    #[test]
    fn pwd_02_a_password_has_1_to_256_characters_whatever_their_bytes() {
        for character in ["a", "é", "€", "🐘"] {
            assert_eq!(secret(&character.repeat(256)), character.repeat(256));
            let longer = Password::parse(&character.repeat(257));
            assert_eq!(longer, Err(InvalidPassword::TooLong), "{character}");
        }
        assert_eq!(Password::parse(""), Err(InvalidPassword::Empty));
        let megabyte = Password::parse(&"a".repeat(1 << 20));
        assert_eq!(megabyte, Err(InvalidPassword::TooLong));
    }

    #[test]
    fn pwd_03_every_character_counts_as_it_is() {
        for typed in [
            " ",
            " correct horse ",
            "Correct Horse",
            "päßwörd ключ 鍵 🔑",
            "tab\tand\nline",
            "nul\0nul",
            "'; DROP TABLE belgie_users; --",
        ] {
            assert_eq!(secret(typed), typed);
        }
        let long = "x".repeat(72);
        assert_ne!(secret(&format!("{long}a")), secret(&format!("{long}b")));
    }

    #[test]
    fn pwd_03_the_same_character_typed_on_another_device_is_the_same() {
        assert_eq!(secret("cafe\u{301}"), secret("caf\u{e9}"));
        assert_eq!(
            secret("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            "한글"
        );
        // Compatibility forms look alike, and stay apart.
        assert_ne!(secret("\u{fb01}sh"), secret("fish"));
    }

    #[test]
    fn a_password_does_not_move_while_it_is_composed() {
        for typed in ["\u{1d160}", "\u{390}", "e\u{301}", "a"] {
            let typed = typed.repeat(100);
            let Password(secret) = Password::parse(&typed).unwrap();
            assert_eq!(secret.capacity(), 3 * typed.len(), "{typed}");
        }
    }

    #[test]
    fn cfg_02_a_password_does_not_print_itself() {
        let password = Password::parse("c4nary").unwrap();

        let printed = format!("{password:?} {password:#?}");

        assert_eq!(printed, "Password(…) Password(…)");
    }
}
