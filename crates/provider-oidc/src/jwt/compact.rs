use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::JwtError;

/// A JWS in compact serialization (RFC 7515 §7.1), whose form was checked before parsing.
#[derive(Debug)]
pub(super) struct Compact<'t> {
    /// The text that is signed.
    pub(super) signing_input: &'t str,
    pub(super) header: Vec<u8>,
    pub(super) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl<'t> Compact<'t> {
    pub(super) fn parse(token: &'t str) -> Result<Self, JwtError> {
        if token.len() > MAX_BYTES {
            return Err(JwtError::TooLong(MAX_BYTES));
        }
        let parts: Vec<&str> = token.split('.').collect();
        match parts[..] {
            [header, payload, signature] => Ok(Self {
                signing_input: &token[..header.len() + 1 + payload.len()],
                header: decode("header", header)?,
                payload: decode("payload", payload)?,
                signature: decode("signature", signature)?,
            }),
            [_, _, _, _, _] => Err(JwtError::Encrypted),
            _ => Err(JwtError::Parts),
        }
    }
}

/// Decodes base64url in canonical form: no padding, and no unused bits set at the end. Otherwise one token would have
/// several spellings.
fn decode(name: &'static str, part: &str) -> Result<Vec<u8>, JwtError> {
    let decoded = URL_SAFE_NO_PAD.decode(part);
    decoded.map_err(|_| JwtError::Encoding(name))
}

const MAX_BYTES: usize = 32 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// The other spellings of a segment, which differ from it in the unused bits of its last character.
    fn respelled(segment: &str) -> Vec<String> {
        let (rest, last) = segment.split_at(segment.len() - 1);
        let unused = match segment.len() % 4 {
            2 => 4,
            3 => 2,
            _ => 0,
        };
        let index = BASE64URL.find(last).unwrap();
        let others = (1..1 << unused).map(|bits| &BASE64URL[index + bits..=index + bits]);
        others.map(|other| format!("{rest}{other}")).collect()
    }

    #[test]
    fn idt_14_unused_bits_at_the_end_of_a_segment_are_zero() {
        let mut tried = 0;
        for bytes in [&b"1"[..], b"12", b"123", b"{\"alg\":\"RS256\"}"] {
            let segment = URL_SAFE_NO_PAD.encode(bytes);
            assert!(Compact::parse(&format!("{segment}.{segment}.{segment}")).is_ok());
            for other in respelled(&segment) {
                for token in [
                    format!("{other}.{segment}.{segment}"),
                    format!("{segment}.{other}.{segment}"),
                    format!("{segment}.{segment}.{other}"),
                ] {
                    assert!(Compact::parse(&token).is_err(), "{token}");
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 3 * (15 + 3));
    }

    #[test]
    fn idt_14_a_token_has_three_parts_in_base64url() {
        for token in [
            "",
            ".",
            "a.b",
            "a.b.c",
            "e30.e30",
            "e30=.e30.c2ln",
            "e30.e30.c2ln=",
            "a.b.c.d",
            "e30.e3+.c2ln",
            "e30.e30.c2ln ",
            " e30.e30.c2ln",
            "e30.e30.c2l\n",
            "e30.e30.cé",
        ] {
            assert!(Compact::parse(token).is_err(), "{token}");
        }
    }

    #[test]
    fn idt_01_the_header_and_the_payload_are_signed_as_they_were_sent() {
        let token = Compact::parse("e30.e30.c2ln").unwrap();

        assert_eq!(token.signing_input, "e30.e30");
        assert_eq!(token.signature, b"sig");
    }

    #[test]
    fn idt_15_a_long_token_is_refused_unread() {
        let error = Compact::parse(&"x".repeat(MAX_BYTES + 1)).unwrap_err();

        assert_eq!(error, JwtError::TooLong(32 * 1024));
    }

    #[test]
    fn idt_19_a_token_of_five_parts_is_refused_as_encrypted() {
        let error = Compact::parse("a.b.c.d.e").unwrap_err();

        assert_eq!(error, JwtError::Encrypted);
    }
}
