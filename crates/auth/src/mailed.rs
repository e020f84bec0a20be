//! Using the tokens of mailed links.

use belgie_domain::{MailedToken, OneTimeToken, TokenHash, TokenPurpose, User};
use belgie_ports::Transaction;
use chrono::{DateTime, Utc};

use crate::AuthError;
use crate::core::Core;

/// Returns a token that can be used for this purpose; it stays.
pub(crate) async fn find(
    core: &Core,
    token: &OneTimeToken,
    purpose: &TokenPurpose,
) -> Result<MailedToken, AuthError> {
    let found = core.store.find_mailed_token(token.hash()).await?;
    let usable = |token: &MailedToken| token.purpose == *purpose && !token.is_expired(core.now());
    found.filter(usable).ok_or(AuthError::InvalidToken)
}

/// Uses a token up.
pub(crate) async fn consume(
    tx: &dyn Transaction,
    token_hash: TokenHash,
    purpose: &TokenPurpose,
    now: DateTime<Utc>,
) -> Result<MailedToken, AuthError> {
    let consumed = tx.consume_mailed_token(token_hash, purpose).await?;
    let usable = consumed.filter(|token| !token.is_expired(now));
    usable.ok_or(AuthError::InvalidToken)
}

/// Returns the user of a token, who still has the address to which it was mailed.
pub(crate) async fn holder_of(
    tx: &dyn Transaction,
    token: &MailedToken,
) -> Result<User, AuthError> {
    let found = tx.find_user(token.user_id).await?;
    let holds = |user: &User| user.is_active && user.email.as_ref() == Some(&token.email);
    found.filter(holds).ok_or(AuthError::InvalidToken)
}
