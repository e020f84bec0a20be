use belgie_domain::KeyId;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use ring::hkdf;
use secrecy::{ExposeSecret as _, SecretString};

/// What a derived value is for. A value for one purpose says nothing about one for another.
const KEY: &[u8] = b"belgie/tokens/v1";
const KEY_ID: &[u8] = b"belgie/tokens/v1/id";

/// A key derived from a secret, and the id by which values name it.
pub(crate) struct Key {
    pub(crate) id: KeyId,
    pub(crate) cipher: XChaCha20Poly1305,
}

impl Key {
    /// Derives the key from a secret by HKDF-SHA256 (RFC 5869).
    pub(crate) fn derive(secret: &SecretString) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]);
        let secret = salt.extract(secret.expose_secret().as_bytes());
        let cipher = XChaCha20Poly1305::new(&expand::<32>(&secret, KEY).into());
        let id = KeyId::from_bytes(expand(&secret, KEY_ID));
        Self { id, cipher }
    }
}

/// Derives the bytes for one purpose.
fn expand<const N: usize>(secret: &hkdf::Prk, purpose: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    secret
        .expand(&[purpose], Length(N))
        .and_then(|expanded| expanded.fill(&mut bytes))
        .expect("HKDF yields up to 8160 bytes");
    bytes
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}
