use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::CodeVerifier;

/// The PKCE code challenge of a front end (RFC 7636 §4.2, method S256): the client that presents its
/// verifier later is the one that started the sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

/// The text is not the base64url encoding of a SHA-256 hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an S256 code challenge: 43 characters of base64url without padding")]
pub struct InvalidCodeChallenge;

impl CodeChallenge {
    /// Returns the challenge as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the challenge was made from this verifier. Compares in constant time.
    pub fn is_of(&self, verifier: &CodeVerifier) -> bool {
        let expected = verifier.s256_challenge();
        expected.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

impl FromStr for CodeChallenge {
    type Err = InvalidCodeChallenge;

    fn from_str(text: &str) -> Result<Self, InvalidCodeChallenge> {
        let mut hash = [0; 33];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut hash) {
            Ok(32) => Ok(Self(text.to_owned())),
            _ => Err(InvalidCodeChallenge),
        }
    }
}

impl fmt::Display for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_THE_RFC: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn flow_05_a_front_ends_challenge_is_answered_by_its_verifier_alone() {
        let challenge: CodeChallenge = OF_THE_RFC.parse().unwrap();
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

        for (sent, answers) in [
            (verifier.to_owned(), true),
            (verifier.to_lowercase(), false),
            (format!("{verifier}a"), false),
            ("a".repeat(43), false),
            (OF_THE_RFC.to_owned(), false),
        ] {
            let verifier = CodeVerifier::of_client(&sent).unwrap();
            assert_eq!(challenge.is_of(&verifier), answers, "{sent}");
        }
    }

    #[test]
    fn flow_05_a_front_ends_challenge_is_43_characters_of_base64url() {
        let long = format!("{OF_THE_RFC}A");
        let padded = format!("{OF_THE_RFC}=");
        let loose = format!("{}N", &OF_THE_RFC[..42]);

        assert!(OF_THE_RFC.parse::<CodeChallenge>().is_ok());
        for text in [
            "",
            "plain",
            &OF_THE_RFC[1..],
            &long,
            &padded,
            &loose,
            &OF_THE_RFC.replace('-', "+"),
            &"é".repeat(43),
        ] {
            let read = text.parse::<CodeChallenge>();
            assert_eq!(read, Err(InvalidCodeChallenge), "{text:?}");
        }
    }
}
