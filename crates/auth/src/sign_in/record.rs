use belgie_domain::{ClientInfo, EventKind, FailureCode, FailureKey, ProviderId, Purpose, UserId};
use belgie_ports::{Contention, StoreError, StoreExt as _, with_causes};

use crate::AuthError;
use crate::core::Core;

/// A failed sign-in, with the user it concerned if known.
#[derive(Debug)]
pub(crate) struct FailedSignIn {
    pub(crate) error: AuthError,
    pub(super) user_id: Option<UserId>,
    /// The person may choose how to go on: this user holds the address.
    pub(super) holder: Option<UserId>,
}

impl FailedSignIn {
    pub(crate) fn of(error: impl Into<AuthError>, user_id: Option<UserId>) -> Self {
        Self {
            error: error.into(),
            user_id,
            holder: None,
        }
    }

    /// Sets the user who holds the address, and whom the person may choose to connect to or to leave behind.
    pub(super) fn undecided(self, holder: UserId) -> Self {
        Self {
            holder: Some(holder),
            ..self
        }
    }
}

impl<E: Into<AuthError>> From<E> for FailedSignIn {
    fn from(error: E) -> Self {
        Self::of(error, None)
    }
}

/// Returns the kind of event that an attempt for this purpose leaves behind.
pub(super) fn kind_of(purpose: &Purpose) -> EventKind {
    match purpose {
        Purpose::Link { .. } => EventKind::AccountLinked,
        Purpose::Reauthenticate { .. } => EventKind::Reauthenticated,
        _ => EventKind::SignIn,
    }
}

/// Records the event of a failed attempt if its user is known, and otherwise counts it. A failure to do so does not
/// change the response.
pub(crate) async fn record_failure(
    core: &Core,
    provider: &ProviderId,
    client: &ClientInfo,
    failed: &FailedSignIn,
    kind: EventKind,
) {
    log_failure(provider, &failed.error, &kind);
    if let Err(error) = save_failure(core, provider, client, failed, kind).await {
        tracing::warn!(%error, "could not record the failure");
    }
}

async fn save_failure(
    core: &Core,
    provider: &ProviderId,
    client: &ClientInfo,
    failed: &FailedSignIn,
    kind: EventKind,
) -> Result<(), StoreError> {
    let reason = failed.error.code();
    let Some(user) = failed.user_id else {
        let key = FailureKey::new(core.now(), kind, Some(provider.clone()), reason);
        return core.store.count_failure(&key).await;
    };
    let event = core.event(kind).by_self(user);
    let event = event.via(provider).from(client).failed(reason);
    let store = &core.store;
    let kept = store.transaction(Contention::none(), event, |event, tx| {
        Box::pin(event.write(tx))
    });
    kept.await?;
    core.hooks.committed.notify_one();
    Ok(())
}

/// Logs the cause, which is not disclosed to clients; as a warning when the provider is unavailable, since the operator
/// may have to act.
pub(super) fn log_failure(provider: &ProviderId, error: &AuthError, kind: &EventKind) {
    let (code, reason) = (error.code(), with_causes(error));
    let what = match kind {
        EventKind::AccountLinked => "linking",
        EventKind::Reauthenticated => "re-authentication",
        _ => "sign-in",
    };
    if matches!(code, FailureCode::ProviderUnavailable) {
        tracing::warn!(%provider, %code, reason, "{what} failed");
    } else {
        tracing::info!(%provider, %code, reason, "{what} failed");
    }
}
