//! Layers around a store.

/// Implements parts of a store for a layer around another store, by delegating to the inner one:
/// `delegate_store!(Layer => field: Part, …)`.
///
/// The parts are [`Users`](crate::Users), [`Accounts`](crate::Accounts), [`AccountTokens`](crate::AccountTokens),
/// [`Passwords`](crate::Passwords),
/// [`Sessions`](crate::Sessions), [`SessionMaintenance`](crate::SessionMaintenance), [`Attempts`](crate::Attempts),
/// [`PendingSignIns`](crate::PendingSignIns), [`Codes`](crate::Codes), [`MailedTokens`](crate::MailedTokens),
/// [`UsedIdTokens`](crate::UsedIdTokens),
/// [`Events`](crate::Events), [`EventMaintenance`](crate::EventMaintenance), [`Failures`](crate::Failures), [`Outbox`](crate::Outbox),
/// [`SigningKeys`](crate::SigningKeys), [`RateLimits`](crate::RateLimits) and [`Store`](crate::Store). The layer itself
/// implements the parts that are not listed. A method that a later version adds to a listed part is delegated too.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use belgie_ports::{BoxFuture, Contention, Store, StoreError, Work, delegate_store};
///
/// /// Counts transactions.
/// struct Counting {
///     inner: Arc<dyn Store>,
///     transactions: AtomicU64,
/// }
///
/// delegate_store!(
///     Counting => inner: Users, Accounts, AccountTokens, Passwords, Sessions, SessionMaintenance, Attempts, PendingSignIns,
///     Codes, MailedTokens, UsedIdTokens, Events, EventMaintenance, Failures, Outbox, SigningKeys, RateLimits
/// );
///
/// impl Store for Counting {
///     fn transact(&self, contention: Contention, work: Work) -> BoxFuture<'_, Result<(), StoreError>> {
///         self.transactions.fetch_add(1, Ordering::Relaxed);
///         self.inner.transact(contention, work)
///     }
///
///     fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
///         self.inner.ping()
///     }
/// }
/// ```
#[macro_export]
macro_rules! delegate_store {
    ($layer:ty => $field:ident: $($part:ident),+ $(,)?) => {
        $($crate::delegate_store!(@part $part, [] $layer, self (&self.$field));)+
    };
    (@part Users, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Users, 'a $($layer)*
            fn find_user(id: $crate::reexports::UserId) -> Option<$crate::reexports::User>;
            fn find_user_by_email(email: &'a $crate::reexports::EmailAddress) -> Option<$crate::reexports::User>;
            fn users(query: $crate::UserQuery) -> Vec<$crate::reexports::User>;
            fn has_other_in_role(role: &'a $crate::reexports::Role, except: $crate::reexports::UserId) -> bool;
        }
    };
    (@part Accounts, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Accounts, 'a $($layer)*
            fn find_account(issuer: &'a $crate::reexports::Issuer, subject: &'a $crate::reexports::Subject) -> Option<$crate::reexports::Account>;
            fn accounts_of(user: $crate::reexports::UserId) -> Vec<$crate::reexports::Account>;
        }
    };
    (@part AccountTokens, $($layer:tt)*) => {
        $crate::delegate_store!{@methods AccountTokens, 'a $($layer)*
            fn find_tokens(account: $crate::reexports::AccountId) -> Option<$crate::reexports::SealedTokens>;
            fn tokens_after(after: Option<$crate::reexports::AccountId>, limit: u32) -> Vec<$crate::reexports::SealedTokens>;
            fn replace_tokens(tokens: &'a $crate::reexports::SealedTokens) -> bool;
            fn delete_tokens(account: $crate::reexports::AccountId, revision: u32) -> bool;
        }
    };
    (@part Passwords, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Passwords, 'a $($layer)*
            fn find_password(user: $crate::reexports::UserId) -> Option<$crate::reexports::UserPassword>;
            fn find_user_with_password(email: &'a $crate::reexports::EmailAddress) -> Option<($crate::reexports::User, Option<$crate::reexports::UserPassword>)>;
        }
    };
    (@part Sessions, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Sessions, 'a $($layer)*
            fn find_session_by_token(token_hash: $crate::reexports::TokenHash) -> Option<($crate::reexports::Session, $crate::reexports::User)>;
            fn find_session_by_id(id: $crate::reexports::SessionId) -> Option<($crate::reexports::Session, $crate::reexports::User)>;
            fn sessions_of(user: $crate::reexports::UserId) -> Vec<$crate::reexports::Session>;
        }
    };
    (@part SessionMaintenance, $($layer:tt)*) => {
        $crate::delegate_store!{@methods SessionMaintenance, 'a $($layer)*
            fn slide_session(slide: $crate::reexports::Slide) -> bool;
            fn delete_expired_sessions(now: $crate::reexports::Time, created_before: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part Attempts, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Attempts, 'a $($layer)*
            fn insert_attempt(attempt: &'a $crate::reexports::Attempt, keep: u32) -> ();
            fn consume_attempt(state_hash: $crate::reexports::TokenHash, binding_hash: $crate::reexports::TokenHash) -> Option<$crate::reexports::Attempt>;
            fn count_attempts(share: u64) -> $crate::AttemptCounts;
            fn delete_expired_attempts(now: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part PendingSignIns, $($layer:tt)*) => {
        $crate::delegate_store!{@methods PendingSignIns, 'a $($layer)*
            fn put_pending_sign_in(pending: &'a $crate::reexports::PendingSignIn) -> ();
            fn find_pending_sign_in(binding_hash: $crate::reexports::TokenHash) -> Option<$crate::reexports::PendingSignIn>;
            fn delete_pending_sign_in(binding_hash: $crate::reexports::TokenHash) -> bool;
            fn delete_expired_pending_sign_ins(now: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part Codes, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Codes, 'a $($layer)*
            fn consume_code(code_hash: $crate::reexports::TokenHash) -> Option<$crate::reexports::IssuedCode>;
            fn delete_expired_codes(now: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part MailedTokens, $($layer:tt)*) => {
        $crate::delegate_store!{@methods MailedTokens, 'a $($layer)*
            fn find_mailed_token(token_hash: $crate::reexports::TokenHash) -> Option<$crate::reexports::MailedToken>;
            fn mailed_tokens_of(user: $crate::reexports::UserId) -> Vec<$crate::reexports::MailedToken>;
            fn reissue_mailed_token(id: $crate::reexports::MailedTokenId, token_hash: $crate::reexports::TokenHash, expires_at: $crate::reexports::Time) -> Option<$crate::reexports::MailedToken>;
            fn delete_expired_mailed_tokens(now: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part UsedIdTokens, $($layer:tt)*) => {
        $crate::delegate_store!{@methods UsedIdTokens, 'a $($layer)*
            fn use_id_token(token_hash: $crate::reexports::TokenHash, expires_at: $crate::reexports::Time) -> bool;
            fn delete_expired_id_tokens(now: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part Events, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Events, 'a $($layer)*
            fn find_event(id: $crate::reexports::EventId) -> Option<$crate::reexports::Event>;
            fn events(query: $crate::EventQuery) -> Vec<$crate::reexports::Event>;
        }
    };
    (@part EventMaintenance, $($layer:tt)*) => {
        $crate::delegate_store!{@methods EventMaintenance, 'a $($layer)*
            fn erase_clients_before(before: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part Failures, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Failures, 'a $($layer)*
            fn count_failure(key: &'a $crate::reexports::FailureKey) -> ();
            fn failures_since(since: $crate::reexports::Time) -> Vec<($crate::reexports::FailureKey, u64)>;
            fn delete_failures_before(before: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part Outbox, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Outbox, 'a $($layer)*
            fn outbox_items_about(about: &'a str, limit: u32) -> Vec<$crate::reexports::OutboxItem>;
            fn claim_outbox_item(topic: &'a str, now: $crate::reexports::Time, until: $crate::reexports::Time) -> Option<$crate::reexports::OutboxItem>;
            fn postpone_outbox_item(id: $crate::reexports::OutboxId, until: $crate::reexports::Time) -> bool;
            fn finish_outbox_item(id: $crate::reexports::OutboxId) -> bool;
        }
    };
    (@part SigningKeys, $($layer:tt)*) => {
        $crate::delegate_store!{@methods SigningKeys, 'a $($layer)*
            fn signing_keys() -> Vec<$crate::reexports::SigningKey>;
            fn insert_signing_key(key: &'a $crate::reexports::SigningKey) -> bool;
            fn reseal_signing_key(id: $crate::reexports::SigningKeyId, from: $crate::reexports::KeyId, private_key: &'a $crate::reexports::SealedSecret) -> bool;
            fn delete_signing_keys_before(number: u32) -> u64;
        }
    };
    (@part RateLimits, $($layer:tt)*) => {
        $crate::delegate_store!{@methods RateLimits, 'a $($layer)*
            fn take_permit(key: $crate::reexports::LimitKey, limit: $crate::reexports::RateLimit, now: $crate::reexports::Time) -> $crate::reexports::Permit;
            fn return_permits(key: $crate::reexports::LimitKey, limit: $crate::reexports::RateLimit, permits: u32) -> ();
            fn delete_full_buckets(now: $crate::reexports::Time, limit: u32) -> u64;
        }
    };
    (@part Store, $($layer:tt)*) => {
        $crate::delegate_store!{@methods Store, 'a $($layer)*
            fn transact(contention: $crate::Contention, work: $crate::Work) -> ();
            fn ping() -> ();
        }
    };
    (
        @methods $part:ident, $a:lifetime [$($generics:tt)*] $layer:ty, $this:tt $place:tt
        $(fn $method:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+
    ) => {
        #[deny(clippy::missing_trait_methods)]
        impl<$($generics)*> $crate::$part for $layer {$(
            fn $method<$a>(
                &$a $this,
                $($argument: $type),*
            ) -> $crate::BoxFuture<$a, ::core::result::Result<$answer, $crate::StoreError>> {
                $crate::$part::$method($place, $($argument),*)
            }
        )+}
    };
}
