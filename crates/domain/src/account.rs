use chrono::{DateTime, Utc};

use crate::{AccountId, Issuer, ProviderId, Subject, UserId};

/// A user's identity at one provider. Accounts are unique by issuer and subject; the e-mail address never identifies
/// one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account's id.
    pub id: AccountId,
    /// The user who owns the account. Never changes.
    pub user_id: UserId,
    /// The id under which the provider was configured when the account was last used.
    pub provider: ProviderId,
    /// The issuer that vouches for the subject.
    pub issuer: Issuer,
    /// The user's identifier at the issuer.
    pub subject: Subject,
    /// The address the provider last reported, exactly as it wrote it. For display only.
    pub email: Option<String>,
    /// The scope last granted, space-separated.
    pub scope: Option<String>,
    /// When the account was added.
    pub created_at: DateTime<Utc>,
    /// When the user last signed in with it.
    pub last_used_at: DateTime<Utc>,
}
