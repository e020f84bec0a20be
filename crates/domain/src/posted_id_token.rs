use std::fmt;

use crate::{MalformedToken, TokenHash};

/// An ID token that a client obtained itself, such as by Google One Tap, and posted. Nothing in it is verified yet.
#[derive(Clone)]
pub struct PostedIdToken(String);

/// Longest ID token accepted, in bytes.
const MAX_BYTES: usize = 32 * 1024;

impl PostedIdToken {
    /// Wraps a token of three parts (RFC 7515 §7.1).
    ///
    /// # Errors
    /// [`MalformedToken`] when it has not three parts, or is longer than 32 KiB.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        if text.len() > MAX_BYTES || text.split('.').count() != 3 {
            return Err(MalformedToken);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the token itself. Never log it.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Returns a hash that identifies the token: that of the part which is signed, since some algorithms allow more than
    /// one valid signature of it.
    pub fn hash(&self) -> TokenHash {
        let signed = self.0.rsplit_once('.').map_or("", |(signed, _)| signed);
        TokenHash::of(signed)
    }
}

impl fmt::Debug for PostedIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostedIdToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_14_a_posted_token_has_three_parts_and_a_limited_length() {
        let long = format!("a.{}.c", "b".repeat(MAX_BYTES));

        assert!(PostedIdToken::parse("a.b.c").is_ok());
        for text in ["", "a", "a.b", "a.b.c.d.e", &long] {
            assert!(PostedIdToken::parse(text).is_err(), "{}", text.len());
        }
    }

    #[test]
    fn flow_03_a_token_with_another_signature_is_the_same_token() {
        let hash = |text| PostedIdToken::parse(text).unwrap().hash();

        assert_eq!(hash("a.b.c"), hash("a.b.d"));
        assert_ne!(hash("a.b.c"), hash("a.x.c"));
        assert_ne!(hash("a.b.c"), hash("x.b.c"));
    }

    #[test]
    fn cfg_03_a_posted_token_does_not_print_itself() {
        let token = PostedIdToken::parse("a.c4nary.c").unwrap();

        assert_eq!(format!("{token:?}"), "PostedIdToken(…)");
    }
}
