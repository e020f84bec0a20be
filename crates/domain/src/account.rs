use chrono::{DateTime, Utc};

use crate::account_details::{account_email, account_scope};
use crate::{AccountId, Issuer, ProviderId, ProviderIdentity, Subject, UserId};

/// A user's identity at one provider. Accounts are unique by issuer and subject; the e-mail address never identifies
/// one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl Account {
    /// Creates the account of a user who signs in with this identity for the first time. An address that is too long or
    /// contains control characters is left out; a scope loses its control characters, and is shortened if it is too
    /// long.
    pub fn new(
        id: AccountId,
        user_id: UserId,
        provider: ProviderId,
        identity: &ProviderIdentity,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            user_id,
            provider,
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            email: identity.email.as_deref().and_then(account_email),
            scope: identity.scope.as_deref().and_then(account_scope),
            created_at: now,
            last_used_at: now,
        }
    }
}
