use belgie_adapter_crypto::SecretCipher;
use belgie_auth::SystemEntropy;
use secrecy::{ExposeSecret as _, SecretString};

use crate::BuildError;

/// The secrets by which providers' tokens and signing keys are encrypted.
#[derive(Default)]
pub(crate) struct Secrets {
    pub(crate) current: Option<SecretString>,
    pub(crate) previous: Vec<SecretString>,
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
