use std::time::Duration;

use belgie_domain::{AccountId, SealedTokens};

use super::Housekeeping;
use crate::AuthError;
use crate::token_vault::TokenVault;

/// How many secrets were looked at so far, and what became of them. The tokens of one account count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reencrypted {
    /// They were encrypted again, with the current key.
    pub reencrypted: u64,
    /// They were encrypted with the current key already, or are gone.
    pub current: u64,
    /// They cannot be decrypted: their key is not configured, or they are damaged.
    pub undecryptable: u64,
}

/// What became of one set of tokens.
enum Outcome {
    Reencrypted,
    Current,
    Undecryptable,
}

impl Housekeeping<'_> {
    /// Encrypts all providers' tokens with the current key, in small batches, while sign-ins and refreshes go on.
    /// `progress` gets the counts after each batch; it also gets those that cannot be decrypted, which stay as they
    /// are.
    ///
    /// # Errors
    /// [`AuthError::NoTokenCipher`], [`AuthError::Store`]; what was done before the error is kept.
    pub async fn reencrypt(
        &self,
        mut progress: impl FnMut(Reencrypted, &[AccountId]) + Send,
    ) -> Result<Reencrypted, AuthError> {
        let vault = self.core.vault()?;
        let (mut after, mut counts) = (None, Reencrypted::default());
        loop {
            let batch = self.core.store.tokens_after(after, BATCH).await?;
            let Some(last) = batch.last() else {
                return Ok(counts);
            };
            after = Some(last.account_id);
            let mut undecryptable = Vec::new();
            for tokens in batch {
                let account = tokens.account_id;
                match self.reencrypt_one(&vault, tokens).await? {
                    Outcome::Reencrypted => counts.reencrypted += 1,
                    Outcome::Current => counts.current += 1,
                    Outcome::Undecryptable => {
                        counts.undecryptable += 1;
                        undecryptable.push(account);
                    }
                }
            }
            progress(counts, &undecryptable);
            tokio::task::yield_now().await;
        }
    }

    /// Encrypts one set of tokens again. If they are being refreshed, this waits until that is done: otherwise what
    /// the provider returns could not be stored.
    async fn reencrypt_one(
        &self,
        vault: &TokenVault,
        mut tokens: SealedTokens,
    ) -> Result<Outcome, AuthError> {
        let account = tokens.account_id;
        loop {
            match vault.resealed(&tokens) {
                Ok(None) => return Ok(Outcome::Current),
                Err(_) => return Ok(Outcome::Undecryptable),
                Ok(Some(_)) if tokens.is_refreshing(self.core.now()) => {
                    tokio::time::sleep(PAUSE).await;
                }
                Ok(Some(resealed)) => {
                    if self.core.store.replace_tokens(&resealed).await? {
                        return Ok(Outcome::Reencrypted);
                    }
                }
            }
            match self.core.store.find_tokens(account).await? {
                Some(changed) => tokens = changed,
                None => return Ok(Outcome::Current),
            }
        }
    }
}

const BATCH: u32 = 100;
/// How long to wait before looking again whether a refresh is done.
const PAUSE: Duration = Duration::from_millis(200);
