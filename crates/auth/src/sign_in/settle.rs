use std::sync::Arc;

use belgie_domain::{
    Account, AccountId, Attempt, ClientInfo, Decision, EmailStanding, Event, EventId, EventKind,
    Holder, JoinPolicy, NewSession, Outcome, ProviderId, ProviderIdentity, Refusal, Session,
    SessionPolicy, SessionToken, TokenHash, User, UserId, account_email, account_scope,
    decide_join,
};
use belgie_ports::{StoreError, Transaction};
use chrono::{DateTime, Utc};

use super::Callback;
use crate::{Auth, AuthError};

/// Who a verified identity becomes, with everything drawn beforehand: the store may run it more than once.
pub(super) struct Settlement {
    identity: ProviderIdentity,
    provider: ProviderId,
    client: ClientInfo,
    replaces: Vec<TokenHash>,
    joining: JoinPolicy,
    sessions: SessionPolicy,
    now: DateTime<Utc>,
    user_id: UserId,
    account_id: AccountId,
    session: Session,
    token: SessionToken,
    event_ids: [EventId; 2],
}

/// A settlement that came to nothing, and of whose account it was, where that is known.
pub(super) struct Unsettled {
    pub(super) error: AuthError,
    pub(super) user_id: Option<UserId>,
}

impl Settlement {
    pub(super) fn new(
        auth: &Auth,
        provider: &ProviderId,
        identity: ProviderIdentity,
        attempt: &Attempt,
        callback: &Callback<'_>,
    ) -> Self {
        let (now, policy) = (auth.now(), auth.policy());
        let chance = auth.chance(now);
        let (user_id, token) = (chance.user_id(), SessionToken::from_random(chance.bytes()));
        let new_session = NewSession {
            id: chance.session_id(),
            token: &token,
            user_id,
            provider: Some(provider.clone()),
            client: &callback.client,
            now,
        };
        let session = Session::begin(new_session, &policy.sessions);
        let mut event_ids = [chance.event_id(), chance.event_id()];
        event_ids.sort(); // events are read in the order of their ids
        Self {
            identity,
            provider: provider.clone(),
            client: callback.client.clone(),
            replaces: replaced(attempt, callback),
            joining: policy.joining,
            sessions: policy.sessions.clone(),
            now,
            user_id,
            account_id: chance.account_id(),
            session,
            token,
            event_ids,
        }
    }

    /// Writes user, account, session and events in one transaction.
    pub(super) async fn carry_out(
        self,
        auth: &Auth,
    ) -> Result<(Session, User, SessionToken), Unsettled> {
        let settlement = Arc::new(self);
        let work = Arc::clone(&settlement);
        let written = auth.store().transaction(move |tx| {
            let work = Arc::clone(&work);
            Box::pin(async move { work.run(tx).await })
        });
        let (session, user) = written.await?;
        Ok((session, user, settlement.token.clone()))
    }

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(Session, User), Unsettled> {
        let account = tx.find_account(&self.identity.issuer, &self.identity.subject);
        let account = account.await?;
        let known = account.as_ref().map(|account| account.user_id);
        let (mut user, told) = match account {
            Some(account) => (self.return_with(tx, account).await?, None),
            None => self.arrive(tx).await?,
        };
        user.follow(&self.identity, self.now);
        self.admit(&user).map_err(|refusal| Unsettled {
            error: refusal.into(),
            user_id: known,
        })?;
        user.last_login_at = Some(self.now);
        tx.update_user(&user).await?;

        let session = self.begin_session(tx, &user).await?;
        for (id, kind) in self
            .event_ids
            .into_iter()
            .zip(told.into_iter().chain([EventKind::SignIn]))
        {
            tx.insert_event(&self.event(id, kind, user.id)).await?;
        }
        Ok((session, user))
    }

    /// Refuses whom an account of their own does not let in.
    fn admit(&self, user: &User) -> Result<(), Refusal> {
        if !user.is_active {
            return Err(Refusal::AccountDisabled);
        }
        if self.joining.verification_required && !user.email_standing.is_verified() {
            return Err(Refusal::EmailNotVerified);
        }
        Ok(())
    }

    /// The identity owns an account: whose it is signs in, whatever its address says now.
    async fn return_with(
        &self,
        tx: &mut dyn Transaction,
        account: Account,
    ) -> Result<User, AuthError> {
        let user = tx.find_user(account.user_id).await?;
        let user =
            user.ok_or_else(|| StoreError::Corrupt(format!("account {} has no user", account.id)))?;
        tx.update_account(&Account {
            id: account.id,
            created_at: account.created_at,
            ..self.account(user.id)
        })
        .await?;
        Ok(user)
    }

    /// The identity is new: it joins, takes over, becomes a new user, or is refused.
    async fn arrive(
        &self,
        tx: &mut dyn Transaction,
    ) -> Result<(User, Option<EventKind>), AuthError> {
        let holder = self.holder(tx).await?;
        let known = holder.as_ref().map(|(user, has_account_there)| Holder {
            user,
            has_account_there: *has_account_there,
        });
        let decision = decide_join(&self.identity, known, self.joining)?;
        let (user, told) = match (decision, holder) {
            (Decision::Join(_), Some((user, _))) => (user, EventKind::AccountLinked),
            (Decision::TakeOver(_), Some((user, _))) => {
                (self.take_over(tx, user).await?, EventKind::AccountClaimed)
            }
            (Decision::Create(email), _) => (self.create(tx, email).await?, EventKind::UserCreated),
            (Decision::Join(_) | Decision::TakeOver(_), None) => {
                return Err(
                    StoreError::Other("a decision about a user that is not there".into()).into(),
                );
            }
        };
        tx.insert_account(&self.account(user.id)).await?;
        Ok((user, Some(told)))
    }

    /// The user who has the identity's address, and whether they already have an account with this provider.
    async fn holder(&self, tx: &mut dyn Transaction) -> Result<Option<(User, bool)>, AuthError> {
        let Some(email) = self
            .identity
            .email
            .as_deref()
            .and_then(|text| text.parse().ok())
        else {
            return Ok(None);
        };
        let Some(user) = tx.find_user_by_email(&email).await? else {
            return Ok(None);
        };
        let accounts = tx.accounts_of(user.id).await?;
        let same = |account: &Account| {
            account.provider == self.provider || account.issuer == self.identity.issuer
        };
        let has_account_there = accounts.iter().any(same);
        Ok(Some((user, has_account_there)))
    }

    /// Whoever set the row up without proving its address loses every way into it.
    async fn take_over(&self, tx: &mut dyn Transaction, mut user: User) -> Result<User, AuthError> {
        tx.delete_sessions_of(user.id, None).await?;
        tx.delete_accounts_of(user.id).await?;
        user.hand_over(self.now);
        Ok(user)
    }

    async fn create(
        &self,
        tx: &mut dyn Transaction,
        email: Option<belgie_domain::EmailAddress>,
    ) -> Result<User, AuthError> {
        let mut user = User::new(self.user_id, email, self.now);
        if user.email.is_some() {
            user.email_standing = EmailStanding::of(&self.identity);
        }
        tx.insert_user(&user).await?;
        Ok(user)
    }

    /// The new session takes the place of those that the browser held, and of the oldest when there are too many.
    async fn begin_session(
        &self,
        tx: &mut dyn Transaction,
        user: &User,
    ) -> Result<Session, AuthError> {
        for replaced in &self.replaces {
            tx.take_session(*replaced).await?;
        }
        let session = Session {
            user_id: user.id,
            ..self.session.clone()
        };
        tx.insert_session(&session).await?;
        tx.trim_sessions_of(user.id, self.sessions.per_user).await?;
        Ok(session)
    }

    fn account(&self, user_id: UserId) -> Account {
        Account {
            id: self.account_id,
            user_id,
            provider: self.provider.clone(),
            issuer: self.identity.issuer.clone(),
            subject: self.identity.subject.clone(),
            email: self.identity.email.as_deref().and_then(account_email),
            scope: self.identity.scope.as_deref().and_then(account_scope),
            created_at: self.now,
            last_used_at: self.now,
        }
    }

    fn event(&self, id: EventId, kind: EventKind, user: UserId) -> Event {
        Event {
            id,
            at: self.now,
            kind,
            user_id: Some(user),
            actor_id: Some(user),
            provider: Some(self.provider.clone()),
            outcome: Outcome::Success,
            client: self.client.clone(),
        }
    }
}

/// The sessions that the browser held: when the sign-in began, and now.
fn replaced(attempt: &Attempt, callback: &Callback<'_>) -> Vec<TokenHash> {
    let held_now = callback.replaces.as_ref().map(SessionToken::hash);
    attempt.replaces.into_iter().chain(held_now).collect()
}

impl<E: Into<AuthError>> From<E> for Unsettled {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            user_id: None,
        }
    }
}
