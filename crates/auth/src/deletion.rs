use std::sync::Arc;

use belgie_domain::{Refusal, Role, SessionId, SessionPolicy, User, UserId};
use belgie_ports::{StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use crate::AuthError;
use crate::accounts::Revocation;
use crate::core::Core;
use crate::event::EventDraft;
use crate::sign_in::find_session_owner;

/// The deletion of a user, by the user, an admin or the operator.
pub(crate) struct Deletion {
    user: UserId,
    /// The session of a user who asks for it, which must still exist then.
    session: Option<SessionId>,
    keeps_an_admin: bool,
    policy: SessionPolicy,
    now: DateTime<Utc>,
    event: EventDraft,
}

impl Deletion {
    /// Drafts the deletion of a user with this event.
    pub(crate) fn of(core: &Core, user: UserId, event: EventDraft) -> Self {
        Self {
            user,
            session: None,
            keeps_an_admin: false,
            policy: core.policy.sessions.clone(),
            now: core.now(),
            event: event.on(user),
        }
    }

    /// Requires that the user's session still exists.
    pub(crate) fn by_session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// Refuses to delete the last admin.
    pub(crate) fn keeping_an_admin(mut self) -> Self {
        self.keeps_an_admin = true;
        self
    }

    /// Deletes the user with everything that belongs to it, and then revokes the providers' tokens, where that is
    /// possible. Either all of it is deleted or nothing.
    pub(crate) async fn run(self, core: &Arc<Core>) -> Result<(), AuthError> {
        let user = self.user;
        let revocations = Revocation::prepare_all(core, user).await;
        let (store, contention) = (&core.store, core.contention_of(user).await?);
        let deleted = store.transaction(contention, self, |deletion, tx| {
            Box::pin(deletion.write(tx))
        });
        let deleted: Result<(), AuthError> = deleted.await;
        deleted?;
        core.hooks.committed.notify_one();
        tracing::info!(%user, "user deleted");
        Revocation::run_all(revocations).await;
        Ok(())
    }

    async fn write(&self, tx: &dyn Transaction) -> Result<(), AuthError> {
        let user = self.find(tx).await?;
        if self.keeps_an_admin {
            require_other_admin(tx, &user).await?;
        }
        let id = self.user.to_string();
        tx.delete_outbox_items_about(&id).await?;
        if let Some(email) = &user.email {
            tx.delete_outbox_items_about(email.as_str()).await?;
        }
        tx.delete_user(self.user).await?;
        Ok(self.event.write(tx).await?)
    }

    async fn find(&self, tx: &dyn Transaction) -> Result<User, AuthError> {
        if let Some(session) = self.session {
            let owner = find_session_owner(tx, session, &self.policy, self.now).await;
            let (_, user) = owner.map_err(|failed| failed.error)?;
            return Ok(user);
        }
        let found = tx.find_user(self.user).await?;
        found.ok_or_else(|| AuthError::NotFound(format!("user {}", self.user)))
    }
}

/// Checks that another active admin is left if this user is one.
///
/// # Errors
/// [`AuthError::Refused`] with `LastAdmin`.
pub(crate) async fn require_other_admin(
    tx: &dyn Transaction,
    user: &User,
) -> Result<(), AuthError> {
    let is_admin = user.is_active && user.role.is_admin();
    if is_admin && !tx.has_other_in_role(&Role::ADMIN, user.id).await? {
        return Err(Refusal::LastAdmin.into());
    }
    Ok(())
}
