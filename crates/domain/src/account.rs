use chrono::{DateTime, Utc};

use crate::{AccountId, Issuer, ProviderId, Subject, UserId};

/// A user's identity at one provider. Issuer and subject together are unique: they, not the address, are who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Names the account.
    pub id: AccountId,
    /// Whose it is. Never changes.
    pub user_id: UserId,
    /// The provider as configured when the account was last used.
    pub provider: ProviderId,
    /// Who vouches for the subject.
    pub issuer: Issuer,
    /// Who the user is there.
    pub subject: Subject,
    /// The address that the provider last named, as it wrote it; only shown.
    pub email: Option<String>,
    /// The scope last granted, space-separated.
    pub scope: Option<String>,
    /// When the account was added.
    pub created_at: DateTime<Utc>,
    /// When the user last signed in with it.
    pub last_used_at: DateTime<Utc>,
}
