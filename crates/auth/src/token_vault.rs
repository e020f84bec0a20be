use std::fmt;
use std::sync::Arc;

use belgie_domain::{AccountId, SealedSecret, SealedTokens};
use belgie_ports::{CipherError, ProviderTokens, StoreError, TokenCipher, Transaction};
use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::AuthError;

/// Encrypts providers' tokens, each bound to its column and its account.
#[derive(Clone)]
pub(crate) struct TokenVault {
    cipher: Arc<dyn TokenCipher>,
}

/// The tokens of a sign-in, to be stored with its account.
#[derive(Debug)]
pub(crate) struct IssuedTokens {
    vault: TokenVault,
    tokens: ProviderTokens,
    at: DateTime<Utc>,
}

/// The encrypted columns, as each token is bound to them. They must not change, or stored tokens cannot be decrypted any
/// more.
const ACCESS_TOKEN: &str = "access_token";
const REFRESH_TOKEN: &str = "refresh_token";
const ID_TOKEN: &str = "id_token";

impl TokenVault {
    pub(crate) fn new(cipher: Arc<dyn TokenCipher>) -> Self {
        Self { cipher }
    }

    /// Returns tokens that are to be stored once it is known with which account.
    pub(crate) fn issued(&self, tokens: ProviderTokens, at: DateTime<Utc>) -> IssuedTokens {
        let vault = self.clone();
        IssuedTokens { vault, tokens, at }
    }

    /// Encrypts tokens that the provider issued at `now`.
    pub(crate) fn seal(
        &self,
        tokens: &ProviderTokens,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> SealedTokens {
        let seal = |column: &str, token: &str| {
            let context = context(column, account);
            self.cipher.seal(token.as_bytes(), &context)
        };
        let access_token = seal(ACCESS_TOKEN, tokens.access_token());
        let refresh_token = tokens.refresh_token();
        let mut sealed = SealedTokens::new(account, access_token, now);
        sealed.refresh_token = refresh_token.map(|token| seal(REFRESH_TOKEN, token));
        sealed.id_token = tokens.id_token().map(|token| seal(ID_TOKEN, token));
        sealed.expires_at = tokens.expires_at();
        sealed.set_scope(tokens.scope());
        sealed
    }

    pub(crate) fn access_token(&self, tokens: &SealedTokens) -> Result<SecretString, CipherError> {
        self.open(ACCESS_TOKEN, &tokens.access_token, tokens.account_id)
    }

    pub(crate) fn refresh_token(
        &self,
        tokens: &SealedTokens,
    ) -> Result<Option<SecretString>, CipherError> {
        let token = tokens.refresh_token.as_ref();
        token
            .map(|token| self.open(REFRESH_TOKEN, token, tokens.account_id))
            .transpose()
    }

    /// Returns whether any of the tokens is encrypted with a key that is not configured.
    pub(crate) fn lacks_key_of(&self, tokens: &SealedTokens) -> bool {
        let secrets = [
            (ACCESS_TOKEN, Some(&tokens.access_token)),
            (REFRESH_TOKEN, tokens.refresh_token.as_ref()),
            (ID_TOKEN, tokens.id_token.as_ref()),
        ];
        secrets.into_iter().any(|(column, secret)| {
            let open = |secret| {
                self.cipher
                    .open(secret, &context(column, tokens.account_id))
            };
            matches!(secret.map(open), Some(Err(CipherError::UnknownKey)))
        })
    }

    /// Returns the following revision of tokens, encrypted with the current key; `None` if they are already.
    pub(crate) fn resealed(
        &self,
        tokens: &SealedTokens,
    ) -> Result<Option<SealedTokens>, CipherError> {
        let mut resealed = tokens.claimed_until(tokens.refreshing_until);
        let access_token = (ACCESS_TOKEN, &mut resealed.access_token);
        let refresh_token = resealed.refresh_token.as_mut();
        let id_token = resealed.id_token.as_mut();
        let optional = refresh_token.map(|token| (REFRESH_TOKEN, token));
        let optional = optional
            .into_iter()
            .chain(id_token.map(|token| (ID_TOKEN, token)));
        let mut changed = false;
        for (column, secret) in std::iter::once(access_token).chain(optional) {
            if !self.cipher.is_current(secret) {
                let context = context(column, tokens.account_id);
                *secret = self
                    .cipher
                    .seal(&self.cipher.open(secret, &context)?, &context);
                changed = true;
            }
        }
        Ok(changed.then_some(resealed))
    }

    fn open(
        &self,
        column: &str,
        secret: &SealedSecret,
        account: AccountId,
    ) -> Result<SecretString, CipherError> {
        let bytes = self.cipher.open(secret, &context(column, account))?;
        let text = String::from_utf8(bytes).map_err(|_| CipherError::Damaged)?;
        Ok(text.into())
    }
}

impl IssuedTokens {
    /// Stores the tokens with their account. They are encrypted here, since the account's id is part of it; that takes
    /// some microseconds, and may be repeated.
    pub(crate) async fn save(
        &self,
        tx: &dyn Transaction,
        account: AccountId,
    ) -> Result<(), StoreError> {
        let sealed = self.vault.seal(&self.tokens, account, self.at);
        tx.save_tokens(&sealed).await
    }
}

/// Returns what a token is bound to: its place.
fn context(column: &str, account: AccountId) -> String {
    format!("belgie_provider_tokens/{column}/{account}")
}

impl From<CipherError> for AuthError {
    fn from(error: CipherError) -> Self {
        Self::Undecryptable(error)
    }
}

impl fmt::Debug for TokenVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVault").finish_non_exhaustive()
    }
}
