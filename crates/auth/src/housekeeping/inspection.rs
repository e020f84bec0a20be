use belgie_domain::SigningKey;
use belgie_ports::CipherError;

use super::Housekeeping;
use crate::AuthError;

/// How many stored secrets are encrypted with a key that is not configured, and so cannot be decrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownKeys {
    /// Accounts with such tokens of their provider.
    pub accounts: u64,
    /// Keys that sign access tokens.
    pub signing_keys: u64,
}

impl Housekeeping<'_> {
    /// Counts the stored secrets whose key is not configured. It reads all of them, in batches, and changes nothing.
    ///
    /// # Errors
    /// [`AuthError::NoTokenCipher`], [`AuthError::Store`].
    pub async fn unknown_keys(&self) -> Result<UnknownKeys, AuthError> {
        let vault = self.core.vault()?;
        let cipher = self.core.cipher.as_ref().ok_or(AuthError::NoTokenCipher)?;
        let mut unknown = UnknownKeys::default();
        for key in self.core.store.signing_keys().await? {
            let opened = cipher.open(&key.private_key, &SigningKey::context(key.id));
            unknown.signing_keys += u64::from(matches!(opened, Err(CipherError::UnknownKey)));
        }
        let mut after = None;
        loop {
            let batch = self.core.store.tokens_after(after, BATCH).await?;
            let Some(last) = batch.last() else {
                return Ok(unknown);
            };
            after = Some(last.account_id);
            let of_unknown_key = batch.iter().filter(|tokens| vault.lacks_key_of(tokens));
            unknown.accounts += of_unknown_key.count() as u64;
        }
    }
}

const BATCH: u32 = 1_000;
