use std::sync::Arc;

use belgie_domain::{
    Account, AccountId, Attempt, ClientInfo, Decision, EmailAddress, EmailStanding, EventKind,
    Known, ProviderId, ProviderIdentity, Session, SessionToken, TokenHash, User, UserId,
    account_email, account_scope, check_admission, decide,
};
use belgie_ports::{Contention, StoreError, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Callback;
use crate::core::Core;
use crate::event::EventDraft;
use crate::hooks::SignUp;
use crate::session::SessionDraft;
use crate::{AuthError, Policy, SignUpRefusal, SignedIn};

/// Decides who a verified identity is to us and signs them in, with everything drawn before the transaction: it may run
/// more than once.
#[derive(Debug)]
pub(super) struct Resolution {
    identity: ProviderIdentity,
    provider: ProviderId,
    client: ClientInfo,
    policy: Policy,
    now: DateTime<Utc>,
    user_id: UserId,
    account_id: AccountId,
    session: SessionDraft,
    /// What the sign-in did besides: a user was created, an account linked. It is read before `sign_in`.
    extra_event: EventDraft,
    sign_in: EventDraft,
}

/// A sign-in that failed, and whose account it was where that is known.
#[derive(Debug)]
pub(super) struct FailedSignIn {
    pub(super) error: AuthError,
    pub(super) user_id: Option<UserId>,
}

/// Why a transaction was rolled back.
enum Stopped {
    /// A new user is due, and the application has not been asked yet.
    AskFirst(Option<EmailAddress>),
    Failed(FailedSignIn),
}

/// Whether the application has agreed to a new user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignUps {
    Allowed,
    AskFirst,
}

impl Resolution {
    pub(super) fn new(
        core: &Core,
        provider: &ProviderId,
        identity: ProviderIdentity,
        attempt: &Attempt,
        callback: &Callback<'_>,
    ) -> Self {
        let (now, client) = (core.now(), &callback.client);
        let draw = core.draw(now);
        let event = |kind| core.event_of(&draw, now, kind).via(provider).from(client);
        let session = SessionDraft::new(&draw, now, client).via(provider);
        Self {
            identity,
            provider: provider.clone(),
            client: client.clone(),
            policy: core.policy.clone(),
            now,
            user_id: draw.user_id(),
            account_id: draw.account_id(),
            session: session.replacing(replaced(attempt, callback)),
            extra_event: event(EventKind::UserCreated),
            sign_in: event(EventKind::SignIn),
        }
    }

    /// Writes user, account, session and events in one transaction.
    ///
    /// The application is asked about a new user outside of it, since a transaction waits for nothing but itself; after
    /// that it runs once more.
    pub(super) async fn commit(
        self,
        core: &Core,
        location: String,
    ) -> Result<SignedIn, FailedSignIn> {
        let resolution = Arc::new(self);
        let sign_ups = match &*core.hooks.before_sign_up {
            [] => SignUps::Allowed,
            _ => SignUps::AskFirst,
        };
        let mut written = resolution.transact(core, sign_ups).await;
        if let Err(Stopped::AskFirst(email)) = &written {
            resolution.ask(core, email.as_ref()).await?;
            written = resolution.transact(core, SignUps::Allowed).await;
        }
        let (session, user) = written.map_err(FailedSignIn::from)?;
        core.hooks.committed.notify_one();
        let token = resolution.session.token().clone();
        Ok(SignedIn::new(token, session, user, location))
    }

    async fn transact(
        self: &Arc<Self>,
        core: &Core,
        sign_ups: SignUps,
    ) -> Result<(Session, User), Stopped> {
        let mut contention =
            Contention::none().and_account(&self.identity.issuer, &self.identity.subject);
        if let Some(email) = self.identity.address() {
            contention = contention.and_address(&email);
        }
        let store = &core.store;
        let written = store.transaction(contention, Arc::clone(self), move |resolution, tx| {
            Box::pin(resolution.run(tx, sign_ups))
        });
        written.await
    }

    async fn ask(&self, core: &Core, email: Option<&EmailAddress>) -> Result<(), FailedSignIn> {
        let sign_up = SignUp::new(&self.provider, &self.identity, email, &self.client);
        Ok(core.hooks.allow(&sign_up).await?)
    }

    async fn run(
        &self,
        tx: &dyn Transaction,
        sign_ups: SignUps,
    ) -> Result<(Session, User), Stopped> {
        let (issuer, subject) = (&self.identity.issuer, &self.identity.subject);
        let account = tx.find_account(issuer, subject).await?;
        let owner = account.as_ref().map(|account| account.user_id);
        let known = self.known(tx, account.as_ref()).await?;
        let decision = decide(&self.identity, known, self.policy.joining)?;
        if let (Decision::Create(email), SignUps::AskFirst) = (&decision, sign_ups) {
            return Err(Stopped::AskFirst(email.clone()));
        }
        let (mut user, extra) = self.carry_out(tx, decision).await?;
        user.follow(&self.identity, self.now);
        check_admission(&user, self.policy.joining)
            .map_err(|refusal| Stopped::Failed(FailedSignIn::of(refusal, owner)))?;
        user.last_login_at = Some(self.now);
        tx.update_user(&user).await?;
        self.keep_account(tx, account, user.id).await?;

        let session = self.session.open(tx, &user, &self.policy.sessions).await?;
        if let Some(kind) = extra {
            let event = self.extra_event.clone().of_kind(kind);
            event.by_oneself(user.id).write(tx).await?;
        }
        let sign_in = self.sign_in.clone().by_oneself(user.id);
        sign_in.write(tx).await?;
        Ok((session, user))
    }

    /// Finds the owner of the identity's account, or else the user who has its address.
    async fn known(
        &self,
        tx: &dyn Transaction,
        account: Option<&Account>,
    ) -> Result<Known, AuthError> {
        if let Some(account) = account {
            let owner = tx.find_user(account.user_id).await?;
            let corrupt = || StoreError::Corrupt(format!("account {} has no user", account.id));
            return Ok(Known::Owner(owner.ok_or_else(corrupt)?));
        }
        let Some(email) = self.identity.address() else {
            return Ok(Known::Stranger);
        };
        let Some(user) = tx.find_user_by_email(&email).await? else {
            return Ok(Known::Stranger);
        };
        let accounts = tx.accounts_of(user.id).await?;
        let same = |account: &Account| {
            account.provider == self.provider || account.issuer == self.identity.issuer
        };
        Ok(Known::Holder {
            has_account_there: accounts.iter().any(same),
            user,
        })
    }

    /// Returns the user who signs in, and what the sign-in did besides.
    async fn carry_out(
        &self,
        tx: &dyn Transaction,
        decision: Decision,
    ) -> Result<(User, Option<EventKind>), AuthError> {
        match decision {
            Decision::SignIn(user) => Ok((user, None)),
            Decision::Join(user) => Ok((user, Some(EventKind::AccountLinked))),
            Decision::TakeOver(mut user) => {
                tx.delete_everything_that_opens(user.id).await?;
                user.hand_over(self.now);
                Ok((user, Some(EventKind::AccountClaimed)))
            }
            Decision::Create(email) => {
                let user = self.new_user(email);
                tx.insert_user(&user).await?;
                Ok((user, Some(EventKind::UserCreated)))
            }
        }
    }

    fn new_user(&self, email: Option<EmailAddress>) -> User {
        let mut user = User::new(self.user_id, email, self.now);
        if user.email.is_some() {
            user.email_standing = EmailStanding::of(&self.identity);
        }
        user.follow(&self.identity, self.now);
        user
    }

    /// Adds the identity's account, or brings the one it has up to date.
    async fn keep_account(
        &self,
        tx: &dyn Transaction,
        known: Option<Account>,
        user: UserId,
    ) -> Result<(), StoreError> {
        let account = self.account(user);
        match known {
            Some(known) => {
                let account = Account {
                    id: known.id,
                    created_at: known.created_at,
                    ..account
                };
                tx.update_account(&account).await.map(drop)
            }
            None => tx.insert_account(&account).await,
        }
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
}

/// The sessions that the browser held: when the sign-in began, and now.
fn replaced(attempt: &Attempt, callback: &Callback<'_>) -> Vec<TokenHash> {
    let held_now = callback.replaces.as_ref().map(SessionToken::hash);
    attempt
        .purpose
        .replaces()
        .into_iter()
        .chain(held_now)
        .collect()
}

impl FailedSignIn {
    fn of(error: impl Into<AuthError>, user_id: Option<UserId>) -> Self {
        Self {
            error: error.into(),
            user_id,
        }
    }
}

impl<E: Into<AuthError>> From<E> for FailedSignIn {
    fn from(error: E) -> Self {
        Self::of(error, None)
    }
}

impl<E: Into<AuthError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        let error: AuthError = error.into();
        Self::Failed(error.into())
    }
}

impl From<Stopped> for FailedSignIn {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Failed(failed) => failed,
            Stopped::AskFirst(_) => SignUpRefusal::closed().into(),
        }
    }
}
