use belgie_domain::{
    Account, ClientInfo, EmailAddress, EmailStanding, Event, EventKind, Refusal, Role, Session,
    SessionId, User, UserId, display_name,
};
use belgie_ports::{Transaction, UserPage};

use crate::{Auth, AuthError, UserRef};

/// What an operator or admin does to users. Whether they may is the caller's to check.
#[derive(Clone, Copy, Debug)]
pub struct Admin<'a> {
    auth: &'a Auth,
    actor: Option<UserId>,
}

/// A user to be made by hand.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address.
    pub email: EmailAddress,
    /// What is known of who owns it.
    pub email_standing: EmailStanding,
    /// The full name, kept as [`display_name`] leaves it. It counts as edited: no provider replaces it.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
}

impl<'a> Admin<'a> {
    pub(crate) fn new(auth: &'a Auth) -> Self {
        Self { auth, actor: None }
    }

    /// Says which user acts, for the events; the operator at the command line is nobody.
    #[must_use]
    pub fn acting_as(self, actor: UserId) -> Self {
        Self {
            actor: Some(actor),
            ..self
        }
    }

    /// Returns the user that is meant.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn find(&self, user: &UserRef) -> Result<User, AuthError> {
        let found = match user {
            UserRef::Email(email) => self.auth.store().find_user_by_email(email).await?,
            UserRef::Id(id) => self.auth.store().find_user(*id).await?,
        };
        found.ok_or_else(|| AuthError::NotFound(format!("user {user}")))
    }

    /// Returns users, oldest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn list(&self, page: UserPage) -> Result<Vec<User>, AuthError> {
        Ok(self.auth.store().users(page).await?)
    }

    /// Returns a user's accounts at providers, oldest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn accounts_of(&self, user: UserId) -> Result<Vec<Account>, AuthError> {
        Ok(self.auth.store().accounts_of(user).await?)
    }

    /// Makes a user. The address is theirs from then on; somebody who signs in with it at a provider joins as
    /// `LINK_BY_EMAIL` says.
    ///
    /// A proved address moves from an active user who never proved it: that user keeps id and accounts, and loses the
    /// address and all sessions (event `account_claimed`).
    ///
    /// # Errors
    /// [`AuthError::Refused`] with `AccountExists` when the address is taken, [`AuthError::Store`].
    pub async fn create(&self, new: NewUser) -> Result<User, AuthError> {
        let now = self.auth.now();
        let mut user = User::new(self.auth.chance(now).user_id(), Some(new.email), now);
        user.email_standing = new.email_standing;
        user.name = new.name.as_deref().and_then(display_name);
        user.name_edited = user.name.is_some();
        user.role = new.role;
        let events = [
            self.event(EventKind::AccountClaimed, user.id),
            self.event(EventKind::UserCreated, user.id),
        ];
        let written = self.auth.store().transaction({
            let user = user.clone();
            move |tx| {
                let (user, [claimed, created]) = (user.clone(), events.clone());
                Box::pin(async move {
                    let former = free_address(tx, &user, claimed).await?;
                    tx.insert_user(&user).await?;
                    tx.insert_event(&created).await?;
                    Ok::<_, AuthError>(former)
                })
            }
        });
        if let Some(former) = written.await? {
            tracing::info!(user = %former, by = %user.id, "address claimed");
        }
        tracing::info!(user = %user.id, role = %user.role, "user created");
        Ok(user)
    }

    /// Changes a user's role; it shows at the next request. Returns the user as it is then.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn set_role(&self, id: UserId, role: Role) -> Result<User, AuthError> {
        self.change(id, EventKind::RoleChanged, move |user| user.role = role)
            .await
    }

    /// Disables a user: no session works from this moment on, and none can begin.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn disable(&self, id: UserId) -> Result<User, AuthError> {
        self.change(id, EventKind::UserDisabled, |user| user.is_active = false)
            .await
    }

    /// Lets a disabled user sign in again.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn enable(&self, id: UserId) -> Result<User, AuthError> {
        self.change(id, EventKind::UserEnabled, |user| user.is_active = true)
            .await
    }

    /// Deletes a user with all accounts and sessions.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn delete(&self, id: UserId) -> Result<(), AuthError> {
        let event = self.event(EventKind::UserDeleted, id);
        let deleted = self.auth.store().transaction(move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let deleted = tx.delete_user(id).await?;
                if deleted {
                    tx.insert_event(&event).await?;
                }
                Ok::<_, AuthError>(deleted)
            })
        });
        if !deleted.await? {
            return Err(AuthError::NotFound(format!("user {id}")));
        }
        tracing::info!(user = %id, "user deleted");
        Ok(())
    }

    /// Returns a user's sessions that still work, newest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>, AuthError> {
        self.auth.sessions().list(user).await
    }

    /// Ends one session, whoever's it is.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Store`].
    pub async fn revoke_session(&self, id: SessionId) -> Result<(), AuthError> {
        let admin = (self.auth.clone(), self.actor);
        let revoked = self.auth.store().transaction(move |tx| {
            let (auth, actor) = admin.clone();
            Box::pin(async move {
                let Some(session) = tx.find_session(id).await? else {
                    return Err(AuthError::NotFound(format!("session {id}")));
                };
                tx.delete_session(id).await?;
                let event =
                    Admin { auth: &auth, actor }.event(EventKind::SessionRevoked, session.user_id);
                tx.insert_event(&event).await?;
                Ok(())
            })
        });
        revoked.await?;
        tracing::info!(session = %id, "session revoked");
        Ok(())
    }

    /// Ends all sessions of a user; returns how many.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn revoke_sessions_of(&self, user: UserId) -> Result<u64, AuthError> {
        let event = self.event(EventKind::SessionsRevoked, user);
        let ended = self.auth.store().transaction(move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let ended = tx.delete_sessions_of(user, None).await?;
                if ended > 0 {
                    tx.insert_event(&event).await?;
                }
                Ok::<_, AuthError>(ended)
            })
        });
        let ended = ended.await?;
        if ended > 0 {
            tracing::info!(%user, ended, "sessions revoked");
        }
        Ok(ended)
    }

    /// Changes a user and tells of it in one transaction; a change that changes nothing tells nothing.
    async fn change(
        &self,
        id: UserId,
        kind: EventKind,
        change: impl Fn(&mut User) + Send + Sync + 'static,
    ) -> Result<User, AuthError> {
        let (event, now, change) = (
            self.event(kind, id),
            self.auth.now(),
            std::sync::Arc::new(change),
        );
        let changed = self.auth.store().transaction(move |tx| {
            let (event, change) = (event.clone(), std::sync::Arc::clone(&change));
            Box::pin(async move {
                let Some(before) = tx.find_user(id).await? else {
                    return Err(AuthError::NotFound(format!("user {id}")));
                };
                let mut user = before.clone();
                change(&mut user);
                if user == before {
                    return Ok(user);
                }
                user.updated_at = now;
                tx.update_user(&user).await?;
                if !user.is_active {
                    tx.delete_sessions_of(id, None).await?;
                }
                tx.insert_event(&event).await?;
                Ok(user)
            })
        });
        let user = changed.await?;
        tracing::info!(user = %id, role = %user.role, active = user.is_active, "{kind}");
        Ok(user)
    }

    fn event(&self, kind: EventKind, user: UserId) -> Event {
        Event {
            actor_id: self.actor,
            ..self.auth.event(kind, user, &ClientInfo::default())
        }
    }
}

/// Takes the address of a new user from one who never proved it, whose id is returned.
async fn free_address(
    tx: &mut dyn Transaction,
    new: &User,
    claimed: Event,
) -> Result<Option<UserId>, AuthError> {
    let Some(email) = &new.email else {
        return Ok(None);
    };
    let Some(mut holder) = tx.find_user_by_email(email).await? else {
        return Ok(None);
    };
    let proved = EmailStanding::Proved;
    if new.email_standing < proved || holder.email_standing >= proved || !holder.is_active {
        return Err(Refusal::AccountExists.into());
    }
    holder.give_up_address(new.created_at);
    tx.update_user(&holder).await?;
    tx.delete_sessions_of(holder.id, None).await?;
    tx.insert_event(&Event {
        user_id: Some(holder.id),
        ..claimed
    })
    .await?;
    Ok(Some(holder.id))
}
