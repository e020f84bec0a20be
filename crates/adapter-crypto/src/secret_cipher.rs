use std::fmt;
use std::sync::Arc;

use belgie_domain::{KeyId, SealedSecret};
use belgie_ports::{CipherError, Entropy, TokenCipher};
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead as _, Payload};
use secrecy::SecretString;

use crate::key::Key;

const NONCE_LENGTH: usize = 24;

/// Encrypts with XChaCha20-Poly1305, under a key derived from the server's secret.
pub struct SecretCipher {
    current: Key,
    previous: Vec<Key>,
    entropy: Arc<dyn Entropy>,
}

impl SecretCipher {
    /// Creates a cipher that seals and opens with this secret.
    ///
    /// The secret must be unpredictable (at least 32 random characters), since the key is derived from it as it is.
    pub fn new(secret: &SecretString, entropy: impl Entropy) -> Self {
        Self {
            current: Key::derive(secret),
            previous: Vec::new(),
            entropy: Arc::new(entropy),
        }
    }

    /// Also opens what was sealed with an earlier secret.
    #[must_use]
    pub fn previous(mut self, secret: &SecretString) -> Self {
        self.previous.push(Key::derive(secret));
        self
    }

    fn key(&self, id: KeyId) -> Option<&Key> {
        let mut keys = std::iter::once(&self.current).chain(&self.previous);
        keys.find(|key| key.id == id)
    }
}

impl TokenCipher for SecretCipher {
    fn seal(&self, plaintext: &[u8], context: &str) -> SealedSecret {
        let mut nonce = [0; NONCE_LENGTH];
        self.entropy.fill(&mut nonce);
        let payload = payload(plaintext, context);
        let sealed = { &self.current.cipher }.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("only more than 256 GiB cannot be encrypted");
        SealedSecret::new(self.current.id, [&nonce, sealed.as_slice()].concat())
    }

    fn open(&self, sealed: &SealedSecret, context: &str) -> Result<Vec<u8>, CipherError> {
        let key = self.key(sealed.key).ok_or(CipherError::UnknownKey)?;
        let (nonce, ciphertext) = { sealed.ciphertext.split_first_chunk::<NONCE_LENGTH>() }
            .ok_or(CipherError::Damaged)?;
        let opened = { &key.cipher }.decrypt(&XNonce::from(*nonce), payload(ciphertext, context));
        opened.map_err(|_| CipherError::Damaged)
    }

    fn is_current(&self, sealed: &SealedSecret) -> bool {
        sealed.key == self.current.id
    }
}

/// Binds a message to its context.
fn payload<'a>(msg: &'a [u8], context: &'a str) -> Payload<'a, 'a> {
    let aad = context.as_bytes();
    Payload { msg, aad }
}

impl fmt::Debug for SecretCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretCipher")
            .field("current", &self.current.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use belgie_testkit::SeededEntropy;

    use super::*;

    const SECRET: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d5a7f8091b2c3d4e6";
    const OLDER: &str = "b2e9cc41f70d8a36e5914bd27fa0c8637cfed0a1149e5b38";

    fn cipher(secret: &str) -> SecretCipher {
        SecretCipher::new(&secret.into(), SeededEntropy::default())
    }

    #[test]
    fn cfg_06_what_was_sealed_is_opened_and_shows_nothing() {
        let cipher = cipher(SECRET);

        let sealed = cipher.seal(b"ya29.token", "accounts/1/access_token");

        let opened = cipher.open(&sealed, "accounts/1/access_token");
        assert_eq!(opened, Ok(b"ya29.token".to_vec()));
        let shown = String::from_utf8_lossy(&sealed.ciphertext).into_owned();
        assert!(!shown.contains("ya29"), "{shown}");
        assert_eq!(sealed.ciphertext.len(), NONCE_LENGTH + 10 + 16);
    }

    #[test]
    fn cfg_06_the_same_text_is_sealed_differently_each_time() {
        let cipher = cipher(SECRET);

        let [one, other] = [(); 2].map(|()| cipher.seal(b"ya29.token", "here"));

        assert_ne!(one.ciphertext, other.ciphertext);
    }

    #[test]
    fn cfg_06_what_was_sealed_for_one_place_cannot_be_opened_at_another() {
        let cipher = cipher(SECRET);
        let sealed = cipher.seal(b"ya29.token", "accounts/1/access_token");

        for elsewhere in ["accounts/2/access_token", "accounts/1/refresh_token", ""] {
            let opened = cipher.open(&sealed, elsewhere);
            assert_eq!(opened, Err(CipherError::Damaged), "{elsewhere}");
        }
    }

    #[test]
    fn cfg_06_whatever_was_changed_is_refused() {
        let cipher = cipher(SECRET);
        let sealed = cipher.seal(b"ya29.token", "here");

        for position in 0..sealed.ciphertext.len() {
            let mut changed = sealed.clone();
            changed.ciphertext[position] ^= 1;
            let opened = cipher.open(&changed, "here");
            assert_eq!(opened, Err(CipherError::Damaged), "byte {position}");
        }
        for length in 0..sealed.ciphertext.len() {
            let mut cut = sealed.clone();
            cut.ciphertext.truncate(length);
            let opened = cipher.open(&cut, "here");
            assert_eq!(opened, Err(CipherError::Damaged), "{length} bytes");
        }
    }

    #[test]
    fn cfg_07_a_previous_secret_opens_but_does_not_seal() {
        let sealed = cipher(OLDER).seal(b"ya29.token", "here");
        let rotated = cipher(SECRET).previous(&OLDER.into());

        assert_eq!(rotated.open(&sealed, "here"), Ok(b"ya29.token".to_vec()));
        assert!(!rotated.is_current(&sealed));
        let resealed = rotated.seal(b"ya29.token", "here");
        assert!(rotated.is_current(&resealed));
        let opened = cipher(SECRET).open(&resealed, "here");
        assert_eq!(opened, Ok(b"ya29.token".to_vec()));
    }

    #[test]
    fn cfg_07_a_secret_that_is_gone_opens_nothing() {
        let sealed = cipher(OLDER).seal(b"ya29.token", "here");

        let opened = cipher(SECRET).open(&sealed, "here");

        assert_eq!(opened, Err(CipherError::UnknownKey));
    }

    /// Values sealed by this version must be readable by every later one.
    #[test]
    fn cfg_07_the_derivation_does_not_change() {
        let sealed = cipher(SECRET).seal(b"ya29.token", "here");

        assert_eq!(format!("{:?}", sealed.key), "KeyId(ede2d27b42d43c57)");
        let sealed_text = &sealed.ciphertext[NONCE_LENGTH..];
        let first = u128::from_be_bytes(*sealed_text.first_chunk().unwrap());
        assert_eq!(first, 0xe1bd_8539_8f3b_3dab_843b_e58a_c6b2_9ef7);
    }
}
