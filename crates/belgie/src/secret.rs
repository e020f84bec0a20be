use belgie_adapter_crypto::SecretCipher;
use belgie_auth::SystemEntropy;
use secrecy::{ExposeSecret as _, SecretString};

use crate::BuildError;
use crate::builder::BelgieBuilder;

/// The secrets by which providers' tokens are encrypted.
#[derive(Default)]
pub(crate) struct Secrets {
    current: Option<SecretString>,
    previous: Vec<SecretString>,
}

/// Providers' tokens.
impl BelgieBuilder {
    /// Stores the tokens that providers issue, so that the application can call their APIs in the user's name
    /// (`POST /auth/accounts/{id}/token`). They are encrypted with a key derived from this secret, at least 32 random
    /// characters (`openssl rand -hex 32`). Without one, no tokens are stored.
    pub fn secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.current = Some(secret.into());
        self
    }

    /// Also decrypts what was encrypted with an earlier secret.
    /// [`Housekeeping::reencrypt`](belgie_auth::Housekeeping::reencrypt) encrypts it with the current one.
    pub fn previous_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.previous.push(secret.into());
        self
    }
}

impl Secrets {
    /// Creates the cipher, if there is a secret.
    ///
    /// # Errors
    /// [`BuildError::Secret`] when one is too short.
    pub(crate) fn cipher(self) -> Result<Option<SecretCipher>, BuildError> {
        let mut all = self.current.iter().chain(&self.previous);
        if all.any(|secret| secret.expose_secret().chars().count() < MIN_LENGTH) {
            return Err(BuildError::Secret);
        }
        let cipher = self
            .current
            .map(|secret| SecretCipher::new(&secret, SystemEntropy));
        Ok(cipher.map(|cipher| self.previous.iter().fold(cipher, SecretCipher::previous)))
    }
}

/// The minimum length of a secret, in characters.
const MIN_LENGTH: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "6f1d7a90c3b84e52a7d0f9183b6c2e4d";

    fn cipher(current: &[&str], previous: &[&str]) -> Result<bool, BuildError> {
        let secrets = Secrets {
            current: current.first().map(|secret| (*secret).into()),
            previous: previous.iter().map(|secret| (*secret).into()).collect(),
        };
        secrets.cipher().map(|cipher| cipher.is_some())
    }

    #[test]
    fn cfg_01_a_short_secret_is_refused() {
        assert!(cipher(&[SECRET], &[SECRET]).unwrap());
        assert!(!cipher(&[], &[]).unwrap());
        for (current, previous) in [(&SECRET[1..], SECRET), (SECRET, &SECRET[1..])] {
            let error = cipher(&[current], &[previous]).unwrap_err();
            assert!(matches!(error, BuildError::Secret), "{error:?}");
        }
    }
}
