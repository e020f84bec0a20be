use std::fmt;
use std::sync::Arc;

use belgie_domain::{
    Account, ClientInfo, EmailAddress, EmailStatus, EventKind, Refusal, Role, Session, SessionId,
    User, UserId, display_name,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use crate::address::release_address;
use crate::core::Core;
use crate::deletion::{Deletion, require_other_admin};
use crate::event::EventDraft;
use crate::{AuthError, Authenticated, FreshSession, SessionManager, UserQuery, UserRef};

/// The administration of users, by the operator or an admin.
#[derive(Clone, Copy)]
pub struct Admin<'a> {
    core: &'a Arc<Core>,
    actor: Actor<'a>,
}

/// Who performs a change.
#[derive(Clone, Copy)]
enum Actor<'a> {
    /// The operator, who has access to the server and is not a user.
    Operator,
    /// A signed-in admin.
    Admin(&'a Authenticated, &'a ClientInfo),
}

/// A user to be created by an operator or admin.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewUser {
    /// The e-mail address.
    pub email: EmailAddress,
    /// How far the ownership of the address is established.
    pub email_status: EmailStatus,
    /// The full name, normalised by [`display_name`]. It counts as edited, so no provider replaces it.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
}

impl NewUser {
    /// Creates a user without a name, in the role `user`, for whose address the caller vouches.
    pub fn new(email: EmailAddress) -> Self {
        Self {
            email,
            email_status: EmailStatus::Proved,
            name: None,
            role: Role::USER,
        }
    }

    /// Sets how far the ownership of the address is established.
    #[must_use]
    pub fn email_status(mut self, status: EmailStatus) -> Self {
        self.email_status = status;
        self
    }

    /// Sets the full name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}

impl<'a> Admin<'a> {
    pub(crate) fn operator(core: &'a Arc<Core>) -> Self {
        let actor = Actor::Operator;
        Self { core, actor }
    }

    pub(crate) fn signed_in(
        core: &'a Arc<Core>,
        admin: &'a Authenticated,
        client: &'a ClientInfo,
    ) -> Result<Self, AuthError> {
        if !admin.user.role.is_admin() {
            return Err(AuthError::Forbidden);
        }
        let actor = Actor::Admin(admin, client);
        Ok(Self { core, actor })
    }

    /// Returns the user with this address or id.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn find(&self, user: &UserRef) -> Result<User, AuthError> {
        let found = match user {
            UserRef::Email(email) => self.core.store.find_user_by_email(email).await?,
            UserRef::Id(id) => self.core.store.find_user(*id).await?,
        };
        found.ok_or_else(|| AuthError::NotFound(format!("user {user}")))
    }

    /// Returns users, oldest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn list(&self, query: UserQuery) -> Result<Vec<User>, AuthError> {
        Ok(self.core.store.users(query).await?)
    }

    /// Returns a user's accounts, oldest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn accounts_of(&self, user: UserId) -> Result<Vec<Account>, AuthError> {
        Ok(self.core.store.accounts_of(user).await?)
    }

    /// Creates a user, who owns the address from then on. Whether an identity with the same address may join the user
    /// is decided by the policy for linking accounts.
    ///
    /// An address created as proved is taken from a user who holds it unproved: that user keeps its row, id and
    /// accounts, but loses the address, its password and its sessions.
    ///
    /// # Errors
    /// [`AuthError::Refused`] with `AccountExists` when the address is taken, [`AuthError::FreshSignInRequired`],
    /// [`AuthError::Store`].
    pub async fn create(&self, new: NewUser) -> Result<User, AuthError> {
        self.require_fresh()?;
        let contention = Contention::none().and_address(&new.email);
        let creation = self.creation(new);
        let user = creation.user.clone();
        let store = &self.core.store;
        store
            .transaction(contention, creation, |creation, tx| {
                Box::pin(creation.run(tx))
            })
            .await?;
        self.core.hooks.committed.notify_one();
        tracing::info!(user = %user.id, role = %user.role, "user created");
        Ok(user)
    }

    /// Gives a role to whoever owns an address, such as [`Role::ADMIN`] to the first admin: to the user who has proved it, or
    /// else to a new one, as by [`Self::create`], which this person's first sign-in joins. Returns the user.
    ///
    /// # Errors
    /// As [`Self::create`] and [`Self::set_role`]; [`AuthError::Refused`] with `AccountExists` when a disabled user has the
    /// address unproved.
    pub async fn appoint(&self, email: &EmailAddress, role: Role) -> Result<User, AuthError> {
        let found = self.core.store.find_user_by_email(email).await?;
        match found.filter(|user| user.email_status == EmailStatus::Proved) {
            Some(user) => self.set_role(user.id, role).await,
            None => self.create(NewUser::new(email.clone()).role(role)).await,
        }
    }

    /// Changes a user's role, effective with the next request. Returns the updated user.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::FreshSignInRequired`], [`AuthError::Store`];
    /// [`AuthError::Refused`] with `LastAdmin` when an admin would demote the only active admin.
    pub async fn set_role(&self, id: UserId, role: Role) -> Result<User, AuthError> {
        self.change(id, EventKind::RoleChanged, move |user| {
            user.role = role.clone();
        })
        .await
    }

    /// Disables a user: its sessions stop working at once, and it cannot sign in.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::FreshSignInRequired`], [`AuthError::Store`];
    /// [`AuthError::Refused`] with `LastAdmin` when an admin would disable the only active admin.
    pub async fn disable(&self, id: UserId) -> Result<User, AuthError> {
        self.change(id, EventKind::UserDisabled, |user| user.is_active = false)
            .await
    }

    /// Lets a disabled user sign in again.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::FreshSignInRequired`], [`AuthError::Store`].
    pub async fn enable(&self, id: UserId) -> Result<User, AuthError> {
        self.change(id, EventKind::UserEnabled, |user| user.is_active = true)
            .await
    }

    /// Deletes a user with all accounts, sessions and mails that wait to be sent. The providers' tokens are also revoked,
    /// where that is possible, but the user is deleted all the same.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::FreshSignInRequired`], [`AuthError::Store`];
    /// [`AuthError::Refused`] with `LastAdmin` when an admin would delete the only active admin.
    pub async fn delete(&self, id: UserId) -> Result<(), AuthError> {
        self.require_fresh()?;
        let event = self.event(EventKind::UserDeleted);
        let deletion = Deletion::of(self.core, id, event);
        let deletion = match self.actor {
            Actor::Operator => deletion,
            Actor::Admin(..) => deletion.keeping_an_admin(),
        };
        deletion.run(self.core).await
    }

    /// Returns a user's live sessions, newest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>, AuthError> {
        SessionManager::new(self.core).list(user).await
    }

    /// Ends one session of any user.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn revoke_session(&self, id: SessionId) -> Result<(), AuthError> {
        let event = self.event(EventKind::SessionRevoked);
        let store = &self.core.store;
        let revoked = store.transaction(Contention::none(), event, move |event, tx| {
            Box::pin(async move {
                let Some((session, _)) = tx.find_session_by_id(id).await? else {
                    return Err(AuthError::NotFound(format!("session {id}")));
                };
                tx.delete_session(id).await?;
                Ok(event.clone().on(session.user_id).write(tx).await?)
            })
        });
        revoked.await?;
        self.core.hooks.committed.notify_one();
        tracing::info!(session = %id, "session revoked");
        Ok(())
    }

    /// Ends all sessions of a user; returns how many there were.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn revoke_sessions_of(&self, user: UserId) -> Result<u64, AuthError> {
        let event = self.event(EventKind::SessionsRevoked).on(user);
        let sessions = SessionManager::new(self.core);
        let ended = sessions.revoke_all(user, None, event).await?;
        if ended > 0 {
            tracing::info!(%user, ended, "sessions revoked");
        }
        Ok(ended)
    }

    /// Changes a user and writes the event in one transaction. A change without effect writes nothing.
    async fn change(
        &self,
        id: UserId,
        kind: EventKind,
        change: impl Fn(&mut User) + Send + Sync + 'static,
    ) -> Result<User, AuthError> {
        self.require_fresh()?;
        let state = Change {
            id,
            apply: change,
            keeps_an_admin: matches!(self.actor, Actor::Admin(..)),
            event: self.event(kind.clone()).on(id),
            now: self.core.now(),
        };
        let (store, contention) = (&self.core.store, self.core.contention_of(id).await?);
        let changed = store.transaction(contention, state, |change, tx| Box::pin(change.run(tx)));
        let user = changed.await?;
        self.core.hooks.committed.notify_one();
        tracing::info!(user = %id, role = %user.role, active = user.is_active, "{kind}");
        Ok(user)
    }

    fn creation(&self, new: NewUser) -> Creation {
        let now = self.core.now();
        let draw = self.core.draw(now);
        let event = |kind| self.signed(self.core.event_of(&draw, now, kind));
        let mut user = User::new(draw.user_id(), Some(new.email), now);
        user.email_status = new.email_status;
        user.name = new.name.as_deref().and_then(display_name);
        user.name_edited = user.name.is_some();
        user.role = new.role;
        Creation {
            claimed: event(EventKind::AccountClaimed),
            created: event(EventKind::UserCreated).on(user.id),
            user,
            now,
        }
    }

    /// Checks that an admin authenticated recently. The operator, who has access to the server, is exempt.
    fn require_fresh(&self) -> Result<(), AuthError> {
        let Actor::Admin(admin, _) = self.actor else {
            return Ok(());
        };
        FreshSession::check(admin, &self.core.policy.sessions, self.core.now()).map(drop)
    }

    fn event(&self, kind: EventKind) -> EventDraft {
        self.signed(self.core.event(kind))
    }

    /// Records the actor in an event.
    fn signed(&self, event: EventDraft) -> EventDraft {
        match self.actor {
            Actor::Operator => event,
            Actor::Admin(admin, client) => event.by(Some(admin.user.id)).from(client),
        }
    }
}

/// A user about to be created, with its events.
struct Creation {
    user: User,
    claimed: EventDraft,
    created: EventDraft,
    now: DateTime<Utc>,
}

impl Creation {
    async fn run(&self, tx: &dyn Transaction) -> Result<(), AuthError> {
        if let Some(email) = &self.user.email
            && let Some(holder) = tx.find_user_by_email(email).await?
        {
            self.claim_address(tx, holder).await?;
        }
        tx.insert_user(&self.user).await?;
        Ok(self.created.write(tx).await?)
    }

    /// Removes the address from a user who has never proved it.
    async fn claim_address(&self, tx: &dyn Transaction, holder: User) -> Result<(), AuthError> {
        let proves = self.user.email_status == EmailStatus::Proved;
        if !proves || holder.email_status == EmailStatus::Proved || !holder.is_active {
            return Err(Refusal::AccountExists.into());
        }
        Ok(release_address(tx, holder, &self.claimed, self.now).await?)
    }
}

/// A change of a user, before it is written.
struct Change<F> {
    id: UserId,
    apply: F,
    keeps_an_admin: bool,
    event: EventDraft,
    now: DateTime<Utc>,
}

impl<F: Fn(&mut User) + Send + Sync> Change<F> {
    async fn run(&self, tx: &dyn Transaction) -> Result<User, AuthError> {
        let found = tx.find_user(self.id).await?;
        let before = found.ok_or_else(|| AuthError::NotFound(format!("user {}", self.id)))?;
        let mut user = before.clone();
        (self.apply)(&mut user);
        if user == before {
            return Ok(user);
        }
        if self.keeps_an_admin && !(user.is_active && user.role.is_admin()) {
            require_other_admin(tx, &before).await?;
        }
        user.updated_at = self.now;
        tx.update_user(&user).await?;
        if !user.is_active {
            tx.delete_sessions_of(self.id, None).await?;
        }
        self.event.write(tx).await?;
        Ok(user)
    }
}

impl fmt::Debug for Admin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}
