use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The text does not have the form of the expected token, so it was never issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed token")]
pub struct MalformedToken;

/// The SHA-256 of a token. Stores keep only this, so that reading a database grants no access.
///
/// A fast hash suffices: the tokens have 256 random bits and cannot be guessed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a token's text.
    pub(crate) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Wraps a hash read from a store.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

macro_rules! token {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Creates the token from 256 random bits.
            pub fn from_random(bytes: [u8; 32]) -> Self {
                Self(format!("{}{}", $prefix, URL_SAFE_NO_PAD.encode(bytes)))
            }

            /// Parses a token received from outside.
            ///
            /// # Errors
            /// [`MalformedToken`] unless it has exactly the form that [`Self::from_random`] produces.
            pub fn parse(text: &str) -> Result<Self, MalformedToken> {
                let encoded = text.strip_prefix($prefix).ok_or(MalformedToken)?;
                let mut bytes = [0; 33];
                match URL_SAFE_NO_PAD.decode_slice(encoded, &mut bytes) {
                    Ok(32) => Ok(Self(text.to_owned())),
                    _ => Err(MalformedToken),
                }
            }

            /// Returns the secret itself, for the wire. Never log it.
            pub fn secret(&self) -> &str {
                &self.0
            }

            /// Returns the hash that stores keep.
            pub fn hash(&self) -> TokenHash {
                TokenHash::of(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token! {
    /// What a client presents to use a session: `s_` and 256 random bits in base64url.
    SessionToken, "s_"
}
token! {
    /// The `state` of an authorization request (RFC 6749 §10.12): 256 random bits in base64url.
    State, ""
}
token! {
    /// The `nonce` that the ID token must contain (OpenID Connect Core §15.5.2): 256 random bits in base64url.
    Nonce, ""
}
token! {
    /// The PKCE code verifier (RFC 7636 §4.1): 43 unreserved characters from 256 random bits.
    CodeVerifier, ""
}
token! {
    /// What a front end exchanges for a session, once: `c_` and 256 random bits in base64url.
    OneTimeCode, "c_"
}
token! {
    /// What a mail lets its recipient do, once: `t_` and 256 random bits in base64url.
    OneTimeToken, "t_"
}
impl Nonce {
    /// Parses the nonce of a client that made its own authorization request.
    ///
    /// # Errors
    /// [`MalformedToken`] unless it is 1 to 256 visible ASCII characters.
    pub fn of_client(text: &str) -> Result<Self, MalformedToken> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !visible || !(1..=256).contains(&text.len()) {
            return Err(MalformedToken);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns whether a claim is this nonce, or its SHA-256 as hexadecimal digits or base64url: native SDKs are given the
    /// hash, so that the nonce itself stays with the client.
    pub fn is_claimed_by(&self, claim: &str) -> bool {
        let hash = Sha256::digest(self.0.as_bytes());
        let hex = format!("{hash:x}");
        let spellings = [self.0.clone(), hex, URL_SAFE_NO_PAD.encode(hash)];
        let matches = |spelling: &String| spelling.as_bytes().ct_eq(claim.as_bytes()).into();
        spellings.iter().any(matches)
    }
}
impl CodeVerifier {
    /// Parses the verifier of a client that made its own challenge (RFC 7636 §4.1).
    ///
    /// # Errors
    /// [`MalformedToken`] unless it is 43 to 128 unreserved characters.
    pub fn of_client(text: &str) -> Result<Self, MalformedToken> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&text.len()) || !text.bytes().all(unreserved) {
            return Err(MalformedToken);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns its S256 code challenge (RFC 7636 §4.2).
    pub fn s256_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.as_bytes()))
    }
}
token! {
    /// Ties sign-in attempts to the browser that started them, in one cookie: `b_` and 256 random bits.
    BrowserBinding, "b_"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ses_01_a_session_token_is_its_prefix_and_256_bits() {
        let token = SessionToken::from_random([0xab; 32]);

        assert_eq!(token.secret().len(), 2 + 43);
        assert_eq!(SessionToken::parse(token.secret()), Ok(token));
    }

    const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// The last of 43 characters has two bits to spare: of the four that decode alike only one is the token.
    #[test]
    fn ses_15_each_token_has_one_spelling() {
        let token = SessionToken::from_random([0x5a; 32]);
        let all_but_last = &token.secret()[..token.secret().len() - 1];

        let read = BASE64URL
            .chars()
            .filter(|last| SessionToken::parse(&format!("{all_but_last}{last}")).is_ok());

        assert_eq!(read.count(), 16);
    }

    #[test]
    fn ses_15_an_altered_or_truncated_token_is_malformed_or_another_one() {
        let token = SessionToken::from_random([0x5a; 32]);
        for at in 0..token.secret().len() {
            let mut truncated = token.secret().to_owned();
            truncated.remove(at);
            assert!(SessionToken::parse(&truncated).is_err());
            for other in BASE64URL.chars().chain(" =+/.%é\0".chars()) {
                let mut altered = token.secret().to_owned();
                altered.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
                if altered != token.secret() {
                    let read = SessionToken::parse(&altered);
                    assert!(
                        !read.is_ok_and(|read| read.hash() == token.hash()),
                        "{altered:?}"
                    );
                }
            }
            assert!(SessionToken::parse(&token.secret()[..at]).is_err());
            assert!(SessionToken::parse(&token.secret()[at + 1..]).is_err());
        }
        for text in [
            "",
            "s_",
            "s_=",
            &format!("{}=", token.secret()),
            &format!("{} ", token.secret()),
            &format!(" {}", token.secret()),
            &format!("{}A", token.secret()),
            &format!("{0}{0}", token.secret()),
            &format!("s_{}", token.secret()),
            &format!("b_{}", &token.secret()[2..]),
            &format!("S_{}", &token.secret()[2..]),
            &token.secret()[2..],
            &"é".repeat(45),
        ] {
            assert_eq!(SessionToken::parse(text), Err(MalformedToken), "{text:?}");
        }
    }

    #[test]
    fn flow_14_a_browser_binding_is_never_a_session_token_nor_the_reverse() {
        let binding = BrowserBinding::from_random([1; 32]);
        let token = SessionToken::from_random([1; 32]);

        assert!(SessionToken::parse(binding.secret()).is_err());
        assert!(BrowserBinding::parse(token.secret()).is_err());
    }

    #[test]
    fn flow_14_a_one_time_code_is_never_a_session_token_nor_the_reverse() {
        let code = OneTimeCode::from_random([1; 32]);
        let token = SessionToken::from_random([1; 32]);

        assert!(SessionToken::parse(code.secret()).is_err());
        assert!(OneTimeCode::parse(token.secret()).is_err());
    }

    #[test]
    fn pwd_07_a_mailed_token_has_256_bits_and_is_never_a_session_token_nor_the_reverse() {
        let mailed = OneTimeToken::from_random([1; 32]);
        let token = SessionToken::from_random([1; 32]);

        assert_eq!(mailed.secret().len(), 2 + 43);
        assert!(SessionToken::parse(mailed.secret()).is_err());
        assert!(OneTimeToken::parse(token.secret()).is_err());
    }

    #[test]
    fn flow_05_a_clients_verifier_has_43_to_128_unreserved_characters() {
        for (text, is_one) in [
            ("a".repeat(43), true),
            ("-._~".repeat(32), true),
            ("a".repeat(42), false),
            ("a".repeat(129), false),
            ("+".repeat(43), false),
            (format!("{} ", "a".repeat(43)), false),
            ("é".repeat(43), false),
        ] {
            assert_eq!(CodeVerifier::of_client(&text).is_ok(), is_one, "{text:?}");
        }
    }

    #[test]
    fn flow_06_a_posted_nonce_is_claimed_as_it_is_or_by_its_hash() {
        let nonce = Nonce::of_client("abc").unwrap();
        // FIPS 180-4, the example of SHA-256.
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let base64url = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

        for claim in ["abc", hex, base64url] {
            assert!(nonce.is_claimed_by(claim), "{claim}");
        }
        for claim in ["", "ABC", "ab", &hex[1..], &hex.to_uppercase(), "abcabc"] {
            assert!(!nonce.is_claimed_by(claim), "{claim}");
        }
        for text in ["", " ", "a b", "a\n", "é", &"a".repeat(257)] {
            assert!(Nonce::of_client(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn cfg_03_tokens_and_hashes_do_not_print_themselves() {
        let token = SessionToken::from_random([9; 32]);

        for shown in [
            format!("{token:?}"),
            format!("{:?}", token.hash()),
            format!("{:?}", CodeVerifier::from_random([9; 32])),
        ] {
            assert!(shown.ends_with("(…)"), "{shown}");
        }
    }

    #[test]
    fn flow_05_the_challenge_is_that_of_the_rfc() {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();

        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(verifier.s256_challenge(), challenge, "RFC 7636, appendix B");
    }

    #[test]
    fn flow_05_a_code_verifier_has_43_unreserved_characters() {
        let verifier = CodeVerifier::from_random([0xff; 32]);

        assert_eq!(verifier.secret().len(), 43);
        assert!(
            verifier
                .secret()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        );
    }
}
