//! A store behind an `Arc` is a store.

use std::sync::Arc;

use super::Store;

macro_rules! delegate_arc {
    ($($part:ident),+) => {
        $(crate::delegate_store!(@part $part, [S: Store + ?Sized] Arc<S>, self (&**self));)+
    };
}

delegate_arc!(
    Users,
    Accounts,
    AccountTokens,
    Passwords,
    Sessions,
    SessionMaintenance,
    Attempts,
    Codes,
    MailedTokens,
    PendingSignIns,
    UsedIdTokens,
    Events,
    EventMaintenance,
    Failures,
    Outbox,
    SigningKeys,
    RateLimits,
    Store
);
