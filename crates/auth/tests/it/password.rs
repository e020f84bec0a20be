//! Registering and signing in with a password.

mod change;
mod connect;
mod guess;
mod limits;
mod meanwhile;
mod register;

use belgie_auth::{AuthError, SignedIn};
use belgie_domain::{Event, FailureCode, Outcome, PasswordHash, UserId, UserPassword};
use belgie_ports::{Contention, StoreError, StoreExt as _};

use crate::password_site::{OTHER, PasswordSite, RIGHT, address, client, password};

const WRONG: &str = "correct horse battery stapl";

impl PasswordSite {
    /// Stores a hash as if another program had written it.
    async fn store_hash(&self, user: UserId, hash: PasswordHash) {
        let stored = UserPassword::new(user, hash, self.site.auth.now());
        let store = &self.site.store;
        let saved = store.transaction(Contention::none(), stored, |stored, tx| {
            Box::pin(tx.save_password(stored))
        });
        let saved: Result<(), StoreError> = saved.await;
        saved.unwrap();
    }

    /// Returns kind, outcome, provider and whether the user acted, of each event, oldest first.
    async fn history(&self, signed_in: &SignedIn) -> Vec<String> {
        let mut events = self.site.events_of(signed_in.user.id).await;
        events.reverse();
        events.iter().map(described).collect()
    }
}

fn described(event: &Event) -> String {
    let provider = event.provider.as_ref().map_or("", |id| id.as_str());
    match &event.outcome {
        Outcome::Success => format!("{} {provider}", event.kind),
        outcome => format!("{} {provider}: {outcome}", event.kind),
    }
}

fn assert_invalid_credentials<T: std::fmt::Debug>(answer: Result<T, AuthError>) {
    let error = answer.unwrap_err();
    assert!(matches!(error, AuthError::InvalidCredentials), "{error:?}");
    assert_eq!(error.code(), FailureCode::InvalidCredentials);
}
