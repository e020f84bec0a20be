use chrono::{DateTime, TimeDelta, Utc};

use crate::word::words;
use crate::{EmailAddress, MailedTokenId, PendingSignUp, TokenHash, UserId};

words! {
    /// What a one-time token is for.
    pub enum TokenPurpose {
        /// To prove the address of its owner.
        VerifyEmail = "verify_email",
        /// To choose a new password.
        ResetPassword = "reset_password",
        /// To take another address.
        ChangeEmail = "change_email",
    }
}

impl TokenPurpose {
    /// Returns how long such a token can be used.
    pub fn max_age(&self) -> TimeDelta {
        match self {
            Self::VerifyEmail | Self::ChangeEmail => TimeDelta::hours(24),
            Self::ResetPassword | Self::Other(_) => TimeDelta::hours(1),
        }
    }
}

/// To whom a mailed token belongs.
///
/// Deliberately exhaustive: the code that uses a token or stores it must not overlook an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenOwner {
    /// A user.
    User(UserId),
    /// A person who becomes a user by using the token.
    PendingSignUp(Box<PendingSignUp>),
}

impl From<UserId> for TokenOwner {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<PendingSignUp> for TokenOwner {
    fn from(pending: PendingSignUp) -> Self {
        Self::PendingSignUp(Box::new(pending))
    }
}

/// A one-time token that is mailed to an address, for one purpose of one owner. An owner, a user or an issuer's subject,
/// has at most one for each purpose: the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailedToken {
    /// Its id, which grants nothing.
    pub id: MailedTokenId,
    /// The hash of the token. Until the mail is sent, that of a token no one has.
    pub token_hash: TokenHash,
    /// What it is for.
    pub purpose: TokenPurpose,
    /// To whom it belongs.
    pub owner: TokenOwner,
    /// The address it is mailed to: the one that its use proves.
    pub email: EmailAddress,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it expires, used or not.
    pub expires_at: DateTime<Utc>,
}

impl MailedToken {
    /// Creates a token that lives as long as its purpose allows.
    pub fn new(
        id: MailedTokenId,
        token_hash: TokenHash,
        purpose: TokenPurpose,
        (owner, email): (impl Into<TokenOwner>, EmailAddress),
        now: DateTime<Utc>,
    ) -> Self {
        let expires_at = now + purpose.max_age();
        Self {
            id,
            token_hash,
            purpose,
            owner: owner.into(),
            email,
            created_at: now,
            expires_at,
        }
    }

    /// Returns the user to whom it belongs, if that is one.
    pub fn user_id(&self) -> Option<UserId> {
        match self.owner {
            TokenOwner::User(user) => Some(user),
            TokenOwner::PendingSignUp(_) => None,
        }
    }

    /// Returns whether the token is too old to be used.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pwd_07_a_reset_lives_for_an_hour_and_other_tokens_for_a_day() {
        let now = DateTime::UNIX_EPOCH;
        for (purpose, hours) in [
            (TokenPurpose::ResetPassword, 1),
            (TokenPurpose::VerifyEmail, 24),
            (TokenPurpose::ChangeEmail, 24),
            (TokenPurpose::from("a purpose of tomorrow"), 1),
        ] {
            let id = MailedTokenId::new(now, [1; 10]);
            let owner = (
                UserId::new(now, [2; 10]),
                "jane@example.com".parse().unwrap(),
            );
            let hash = TokenHash::from_bytes([3; 32]);
            let token = MailedToken::new(id, hash, purpose.clone(), owner, now);

            let end = now + TimeDelta::hours(hours);
            assert!(!token.is_expired(end - TimeDelta::seconds(1)), "{purpose}");
            assert!(token.is_expired(end), "{purpose}");
        }
    }
}
