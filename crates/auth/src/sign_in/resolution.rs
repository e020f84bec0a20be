use std::sync::Arc;

use belgie_domain::{
    Account, AccountId, Attempt, ClientInfo, Decision, EmailAddress, EmailStatus, EventKind,
    IdentityMatch, ProviderId, ProviderIdentity, Session, SessionToken, TokenHash, User, UserId,
    check_admission, decide,
};
use belgie_ports::{Contention, StoreError, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Callback;
use crate::core::Core;
use crate::event::EventDraft;
use crate::hooks::SignUp;
use crate::session::SessionDraft;
use crate::{AuthError, Policy, SignUpRefusal, SignedIn};

/// Resolves a verified identity to a user and signs the user in. Everything random is drawn before the transaction,
/// which may run more than once.
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
    /// The event of a side effect: a user was created, or an account linked or claimed. It is listed before `sign_in`.
    extra_event: EventDraft,
    sign_in: EventDraft,
}

/// A failed sign-in, with the user it concerned if known.
#[derive(Debug)]
pub(super) struct FailedSignIn {
    pub(super) error: AuthError,
    pub(super) user_id: Option<UserId>,
}

/// Why a transaction was rolled back.
enum CommitError {
    /// A new user would be created, and the application has not approved it yet.
    ApprovalNeeded(Option<EmailAddress>),
    Failed(FailedSignIn),
}

/// Whether the application has approved a new user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignUpApproval {
    Given,
    Required,
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
            session: session.replacing(replaced_sessions(attempt, callback)),
            extra_event: event(EventKind::UserCreated),
            sign_in: event(EventKind::SignIn),
        }
    }

    /// Writes user, account, session and events in one transaction.
    ///
    /// The application's hooks run outside the transaction, which must not wait for anything else; once they have
    /// approved a new user, the transaction runs again.
    pub(super) async fn commit(
        self,
        core: &Core,
        location: String,
    ) -> Result<SignedIn, FailedSignIn> {
        let resolution = Arc::new(self);
        let approval = match &*core.hooks.before_sign_up {
            [] => SignUpApproval::Given,
            _ => SignUpApproval::Required,
        };
        let mut written = resolution.transact(core, approval).await;
        if let Err(CommitError::ApprovalNeeded(email)) = &written {
            resolution.request_approval(core, email.as_ref()).await?;
            written = resolution.transact(core, SignUpApproval::Given).await;
        }
        let (session, user) = written.map_err(FailedSignIn::from)?;
        core.hooks.committed.notify_one();
        let token = resolution.session.token().clone();
        Ok(SignedIn::new(token, session, user, location))
    }

    async fn transact(
        self: &Arc<Self>,
        core: &Core,
        approval: SignUpApproval,
    ) -> Result<(Session, User), CommitError> {
        let mut contention =
            Contention::none().and_account(&self.identity.issuer, &self.identity.subject);
        if let Some(email) = self.identity.address() {
            contention = contention.and_address(&email);
        }
        let store = &core.store;
        let written = store.transaction(contention, Arc::clone(self), move |resolution, tx| {
            Box::pin(resolution.run(tx, approval))
        });
        written.await
    }

    async fn request_approval(
        &self,
        core: &Core,
        email: Option<&EmailAddress>,
    ) -> Result<(), FailedSignIn> {
        let sign_up = SignUp::new(&self.provider, &self.identity, email, &self.client);
        Ok(core.hooks.allow(&sign_up).await?)
    }

    async fn run(
        &self,
        tx: &dyn Transaction,
        approval: SignUpApproval,
    ) -> Result<(Session, User), CommitError> {
        let (issuer, subject) = (&self.identity.issuer, &self.identity.subject);
        let account = tx.find_account(issuer, subject).await?;
        let owner = account.as_ref().map(|account| account.user_id);
        let known = self.find_match(tx, account.as_ref()).await?;
        let decision = decide(&self.identity, known, self.policy.joining)?;
        if let (Decision::Create(email), SignUpApproval::Required) = (&decision, approval) {
            return Err(CommitError::ApprovalNeeded(email.clone()));
        }
        let (mut user, extra) = self.apply(tx, decision).await?;
        user.update_from_provider(&self.identity, self.now);
        check_admission(&user, self.policy.joining)
            .map_err(|refusal| CommitError::Failed(FailedSignIn::of(refusal, owner)))?;
        user.last_login_at = Some(self.now);
        tx.update_user(&user).await?;
        save_account(tx, account, self.account_of(user.id)).await?;

        let session = self.session.open(tx, &user, &self.policy.sessions).await?;
        if let Some(kind) = extra {
            let event = self.extra_event.clone().with_kind(kind);
            event.by_self(user.id).write(tx).await?;
        }
        let sign_in = self.sign_in.clone().by_self(user.id);
        sign_in.write(tx).await?;
        Ok((session, user))
    }

    /// Finds the owner of the identity's account, or else the user with its address.
    async fn find_match(
        &self,
        tx: &dyn Transaction,
        account: Option<&Account>,
    ) -> Result<IdentityMatch, AuthError> {
        if let Some(account) = account {
            let owner = tx.find_user(account.user_id).await?;
            let corrupt = || StoreError::Corrupt(format!("account {} has no user", account.id));
            return Ok(IdentityMatch::ByAccount(owner.ok_or_else(corrupt)?));
        }
        let Some(email) = self.identity.address() else {
            return Ok(IdentityMatch::None);
        };
        let Some(user) = tx.find_user_by_email(&email).await? else {
            return Ok(IdentityMatch::None);
        };
        let accounts = tx.accounts_of(user.id).await?;
        let same = |account: &Account| {
            account.provider == self.provider || account.issuer == self.identity.issuer
        };
        Ok(IdentityMatch::ByAddress {
            has_account_there: accounts.iter().any(same),
            user,
        })
    }

    /// Returns the user who signs in, and the side effect of the sign-in.
    async fn apply(
        &self,
        tx: &dyn Transaction,
        decision: Decision,
    ) -> Result<(User, Option<EventKind>), AuthError> {
        match decision {
            Decision::SignIn(user) => Ok((user, None)),
            Decision::Join(user) => Ok((user, Some(EventKind::AccountLinked))),
            Decision::TakeOver(mut user) => {
                tx.delete_credentials_of(user.id).await?;
                user.reset_for_new_owner(self.now);
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
            user.email_status = EmailStatus::of(&self.identity);
        }
        user.update_from_provider(&self.identity, self.now);
        user
    }

    fn account_of(&self, user: UserId) -> Account {
        let provider = self.provider.clone();
        Account::new(self.account_id, user, provider, &self.identity, self.now)
    }
}

/// Adds the account of an identity, or updates the one that is known already, which keeps its id.
pub(super) async fn save_account(
    tx: &dyn Transaction,
    known: Option<Account>,
    mut account: Account,
) -> Result<Account, StoreError> {
    match known {
        None => tx.insert_account(&account).await?,
        Some(known) => {
            (account.id, account.created_at) = (known.id, known.created_at);
            tx.update_account(&account).await?;
        }
    }
    Ok(account)
}

/// Returns the sessions the browser held, at the start of the sign-in and now.
fn replaced_sessions(attempt: &Attempt, callback: &Callback<'_>) -> Vec<TokenHash> {
    let held_now = callback.replaces.as_ref().map(SessionToken::hash);
    attempt
        .purpose
        .replaces()
        .into_iter()
        .chain(held_now)
        .collect()
}

impl FailedSignIn {
    pub(super) fn of(error: impl Into<AuthError>, user_id: Option<UserId>) -> Self {
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

impl<E: Into<AuthError>> From<E> for CommitError {
    fn from(error: E) -> Self {
        let error: AuthError = error.into();
        Self::Failed(error.into())
    }
}

impl From<CommitError> for FailedSignIn {
    fn from(stopped: CommitError) -> Self {
        match stopped {
            CommitError::Failed(failed) => failed,
            CommitError::ApprovalNeeded(_) => SignUpRefusal::closed().into(),
        }
    }
}
