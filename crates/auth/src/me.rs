use std::fmt;
use std::sync::Arc;

use belgie_domain::{ClientInfo, EventKind, ProfileEdit, SessionId, SessionPolicy, User};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use crate::core::Core;
use crate::deletion::Deletion;
use crate::event::EventDraft;
use crate::sign_in::find_session_owner;
use crate::{AuthError, Authenticated, Export, FreshSession, Limits};

/// What signed-in users do with the data about themselves: editing, exporting and deleting it.
#[derive(Clone, Copy)]
pub struct Me<'a> {
    core: &'a Arc<Core>,
}

impl<'a> Me<'a> {
    pub(crate) fn new(core: &'a Arc<Core>) -> Self {
        Self { core }
    }

    /// Edits the user's name and picture, and returns the user as it is then. An edited field no longer follows the
    /// provider. An edit without effect writes nothing.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`] after 60 edits at once, and then one in each minute;
    /// [`AuthError::NotAuthenticated`] when the session has ended meanwhile; [`AuthError::Store`].
    pub async fn edit(
        &self,
        session: &Authenticated,
        edit: ProfileEdit,
        client: &ClientInfo,
    ) -> Result<User, AuthError> {
        let (core, user) = (self.core, session.user.id);
        Limits::new(core).edit(user).await?;
        let event = core.event(EventKind::ProfileChanged);
        let editing = Editing {
            session: session.session.id,
            edit,
            policy: core.policy.sessions.clone(),
            now: core.now(),
            event: event.by_self(user).from(client),
        };
        let (store, contention) = (&core.store, Contention::on_user(user));
        let edited = store.transaction(contention, editing, |it, tx| Box::pin(it.write(tx)));
        let (user, changed) = edited.await?;
        if changed {
            core.hooks.committed.notify_one();
            tracing::info!(user = %user.id, "profile changed");
        }
        Ok(user)
    }

    /// Reads what is stored about the user, without secrets.
    ///
    /// # Errors
    /// [`AuthError::RateLimited`] after 10 exports in an hour, [`AuthError::NotAuthenticated`] when the user no longer
    /// exists, [`AuthError::Store`].
    pub async fn export(&self, session: &Authenticated) -> Result<Export, AuthError> {
        let user = session.user.id;
        Limits::new(self.core).export(user).await?;
        Export::of(self.core, user).await
    }

    /// Deletes the user with all accounts, sessions and mails that wait to be sent; the address is free again. The
    /// providers' tokens are also revoked, where that is possible, but the user is deleted all the same. Events keep the
    /// user's id.
    ///
    /// # Errors
    /// [`AuthError::Refused`] with `LastAdmin` when the user is the only active admin, [`AuthError::NotAuthenticated`]
    /// when the session has ended meanwhile, [`AuthError::Store`].
    pub async fn delete(
        &self,
        session: FreshSession<'_>,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let (core, session) = (self.core, session.authenticated());
        let user = session.user.id;
        let event = core.event(EventKind::UserDeleted);
        let event = event.by_self(user).from(client);
        let deletion = Deletion::of(core, user, event).by_session(session.session.id);
        deletion.keeping_an_admin().run(core).await
    }
}

/// An edit before it is written.
struct Editing {
    session: SessionId,
    edit: ProfileEdit,
    policy: SessionPolicy,
    now: DateTime<Utc>,
    event: EventDraft,
}

impl Editing {
    /// Returns the user, and whether the edit changed anything.
    async fn write(&self, tx: &dyn Transaction) -> Result<(User, bool), AuthError> {
        let owner = find_session_owner(tx, self.session, &self.policy, self.now).await;
        let (_, mut user) = owner.map_err(|failed| failed.error)?;
        let changed = user.edit(&self.edit, self.now);
        if changed {
            tx.update_user(&user).await?;
            self.event.write(tx).await?;
        }
        Ok((user, changed))
    }
}

impl fmt::Debug for Me<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Me").finish_non_exhaustive()
    }
}
