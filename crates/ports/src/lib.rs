#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod access_token;
mod causes;
mod cipher;
mod clock;
mod entropy;
mod mailer;
mod password;
mod provider;
mod store;

/// A boxed `Send` future, the return type of the ports' methods.
pub use futures_core::future::BoxFuture;

pub use access_token::{AccessTokenError, AccessTokenSigner, GeneratedKey, LoadedKey, UnusableKey};
pub use causes::with_causes;
pub use cipher::{CipherError, TokenCipher};
pub use clock::Clock;
pub use entropy::Entropy;
pub use mailer::{MailError, Mailer};
pub use password::{PasswordHasher, PasswordHasherError, PasswordMatch, PasswordStrength};
/// The types that [`delegate_store!`] refers to.
#[doc(hidden)]
pub mod reexports {
    pub use belgie_domain::*;

    pub type Time = chrono::DateTime<chrono::Utc>;
}

pub use provider::{
    AuthorizationRequest, Brand, CodeGrant, Examined, Exchanged, IdTokenGrant, IdentityProvider,
    InvalidIdentity, ProviderError, ProviderFuture, ProviderTokens, RefreshGrant, ReportedError,
    VerifiedIdToken,
};
pub use store::{
    AccountTokenWrites, AccountTokens, AccountWrites, Accounts, AttemptCounts, Attempts,
    CodeWrites, Codes, Contention, EventMaintenance, EventQuery, EventWrites, Events, Failures,
    MailedTokenWrites, MailedTokens, Outbox, OutboxWrites, PasswordWrites, Passwords,
    PendingSignInWrites, PendingSignIns, RateLimits, Rollback, SessionMaintenance, SessionWrites,
    Sessions, SigningKeys, Store, StoreError, StoreExt, Transaction, TransactionEnd,
    TransactionRun, UsedIdTokens, UserQuery, UserWithPassword, UserWrites, Users, Work,
    run_in_place,
};
