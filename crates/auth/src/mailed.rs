//! Using the tokens of mailed links.

use belgie_domain::{MailedToken, OneTimeToken, TokenHash, TokenPurpose, User, UserId};
use belgie_ports::{Transaction, Users};
use chrono::{DateTime, Utc};

use crate::AuthError;
use crate::core::Core;

/// Returns a token that can be used for this purpose; it stays.
pub(crate) async fn find(
    core: &Core,
    token: &OneTimeToken,
    purpose: &TokenPurpose,
) -> Result<MailedToken, AuthError> {
    let found = find_any(core, token).await?;
    let usable = Some(found).filter(|token| token.purpose == *purpose);
    usable.ok_or(AuthError::InvalidToken)
}

/// Returns a token that can be used, for whatever purpose; it stays.
pub(crate) async fn find_any(core: &Core, token: &OneTimeToken) -> Result<MailedToken, AuthError> {
    if core.mailer.is_none() {
        return Err(AuthError::MailsOff);
    }
    let found = core.store.find_mailed_token(token.hash()).await?;
    let usable = found.filter(|token| !token.is_expired(core.now()));
    usable.ok_or(AuthError::InvalidToken)
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

/// Returns the user to whom a token belongs.
pub(crate) fn user_of(token: &MailedToken) -> Result<UserId, AuthError> {
    token.user_id().ok_or(AuthError::InvalidToken)
}

/// Returns the user of a token, who still has the address to which it was mailed.
pub(crate) async fn holder_of(
    users: &(impl Users + Sync + ?Sized),
    token: &MailedToken,
) -> Result<User, AuthError> {
    let user = active_user_of(users, token).await?;
    let holder = Some(user).filter(|user| user.email.as_ref() == Some(&token.email));
    holder.ok_or(AuthError::InvalidToken)
}

/// Returns the user of a token, who may have another address.
pub(crate) async fn active_user_of(
    users: &(impl Users + Sync + ?Sized),
    token: &MailedToken,
) -> Result<User, AuthError> {
    let found = users.find_user(user_of(token)?).await?;
    let active = found.filter(|user| user.is_active);
    active.ok_or(AuthError::InvalidToken)
}
