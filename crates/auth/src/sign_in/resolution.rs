use std::sync::Arc;

use belgie_domain::{
    Account, AccountId, Choice, ClientInfo, Decision, EmailAddress, EmailStatus, EventKind,
    PendingSignIn, ProviderId, ProviderIdentity, Refusal, Session, SessionId, User, UserId,
    check_admission, decide,
};
use belgie_ports::{Contention, Exchanged, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::account::save_account;
use super::connection::Connection;
use super::ending::{Ending, EndingDraft};
use super::matching::find_match;
use super::record::FailedSignIn;
use super::session_owner::find_session_owner;
use super::sign_up_link::mail_sign_up_link;
use super::written::Written;
use crate::address::release_address;
use crate::core::Core;
use crate::event::EventDraft;
use crate::hooks::SignUp;
use crate::token_vault::IssuedTokens;
use crate::ways_in::WaysIn;
use crate::{AuthError, Policy, SignUpRefusal};

/// Resolves a verified identity to a user and signs the user in. Everything random is drawn before the transaction,
/// which may run more than once.
#[derive(Debug)]
pub(super) struct Resolution {
    pub(super) identity: ProviderIdentity,
    tokens: Option<IssuedTokens>,
    provider: ProviderId,
    ways_in: WaysIn,
    client: ClientInfo,
    policy: Policy,
    now: DateTime<Utc>,
    user_id: UserId,
    account_id: AccountId,
    /// What waits in this browser, and joins the user if it waits for that very user.
    connection: Option<Connection>,
    intent: Intent,
    /// The event of a former holder who loses the address. The events are listed in this order.
    claimed: EventDraft,
    /// The event of a side effect: a user was created, or an account linked.
    extra_event: EventDraft,
    ending: EndingDraft,
}

/// What the sign-in is for.
#[derive(Debug)]
enum Intent {
    /// To sign in.
    SignIn,
    /// To start with a new user, as the person chose whose identity waited in this browser.
    StartFresh(Box<PendingSignIn>),
    /// To replace this session by a fresh one of the same user.
    Reauthenticate(SessionId),
}

/// Why a transaction was rolled back.
enum CommitError {
    /// A new user would be created, and the application has not approved it yet.
    ApprovalNeeded(Option<EmailAddress>),
    /// A new user would be created, whose address must be verified and is not.
    Unverified,
    /// The person has to choose, since this user holds the address.
    Undecided(UserId),
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
        exchanged: Exchanged,
        client: &ClientInfo,
        ending: Ending,
    ) -> Self {
        let now = core.now();
        let draw = core.draw(now);
        let event = |kind| core.event_of(&draw, now, kind).via(provider).from(client);
        Self {
            identity: exchanged.identity,
            tokens: core.issued(exchanged.tokens),
            provider: provider.clone(),
            ways_in: core.ways_in(),
            client: client.clone(),
            policy: core.policy.clone(),
            now,
            user_id: draw.user_id(),
            account_id: draw.account_id(),
            connection: None,
            intent: Intent::SignIn,
            claimed: event(EventKind::AccountClaimed),
            extra_event: event(EventKind::UserCreated),
            ending: ending.draft(core, &draw, now, (provider, client)),
        }
    }

    /// Sets the identity that waits in this browser.
    pub(super) fn connecting(self, connection: Option<Connection>) -> Self {
        Self { connection, ..self }
    }

    /// Makes this the choice to start fresh.
    pub(super) fn starting_fresh(self, waiting: PendingSignIn) -> Self {
        Self {
            intent: Intent::StartFresh(Box::new(waiting)),
            ..self
        }
    }

    /// Makes this the re-authentication of the user of a session, which the new one replaces. `at` is when the person
    /// authenticated, if the provider reports that.
    pub(super) fn reauthenticating(self, session: SessionId, at: Option<DateTime<Utc>>) -> Self {
        Self {
            intent: Intent::Reauthenticate(session),
            ending: self.ending.reauthenticated(at),
            ..self
        }
    }

    /// Writes user, account, session or one-time code, and events in one transaction.
    ///
    /// The application's hooks run outside the transaction, which must not wait for anything else; once they have
    /// approved a new user, the transaction runs again. If the address has to be verified first, a link is mailed to it.
    pub(super) async fn commit(self: &Arc<Self>, core: &Core) -> Result<Written, FailedSignIn> {
        let approval = match &*core.hooks.before_sign_up {
            [] => SignUpApproval::Given,
            _ => SignUpApproval::Required,
        };
        let mut written = self.transact(core, approval).await;
        if let Err(CommitError::ApprovalNeeded(email)) = &written {
            self.request_approval(core, email.as_ref()).await?;
            written = self.transact(core, SignUpApproval::Given).await;
        }
        if matches!(written, Err(CommitError::Unverified)) {
            let mailed =
                mail_sign_up_link(core, &self.provider, &self.identity, &self.client).await?;
            let mailed = mailed.map(AuthError::VerificationMailed);
            return Err(mailed.unwrap_or(Refusal::EmailNotVerified.into()).into());
        }
        let written = written.map_err(FailedSignIn::from)?;
        core.hooks.committed.notify_one();
        Ok(written)
    }

    async fn transact(
        self: &Arc<Self>,
        core: &Core,
        approval: SignUpApproval,
    ) -> Result<Written, CommitError> {
        let (state, contention) = (Arc::clone(self), self.contention());
        let store = &core.store;
        let written = store.transaction(contention, state, move |resolution, tx| {
            Box::pin(resolution.run(tx, approval))
        });
        written.await
    }

    fn contention(&self) -> Contention {
        let mut contention =
            Contention::none().and_account(&self.identity.issuer, &self.identity.subject);
        if let Some(email) = self.identity.address() {
            contention = contention.and_address(&email);
        }
        if let Intent::StartFresh(waiting) = &self.intent {
            contention = contention.and_user(waiting.holder);
        }
        match &self.connection {
            Some(connection) => connection.contend(contention),
            None => contention,
        }
    }

    async fn request_approval(
        &self,
        core: &Core,
        email: Option<&EmailAddress>,
    ) -> Result<(), FailedSignIn> {
        let sign_up = SignUp::new(&self.provider, Some(&self.identity), email, &self.client);
        Ok(core.hooks.allow(&sign_up).await?)
    }

    async fn run(
        &self,
        tx: &dyn Transaction,
        approval: SignUpApproval,
    ) -> Result<Written, CommitError> {
        self.consume_choice(tx).await?;
        let renewed = self.renewed_session(tx).await?;
        let (known, account) =
            find_match(tx, &self.provider, &self.identity, &self.ways_in).await?;
        let owner = account.as_ref().map(|account| account.user_id);
        let decision = decide(&self.identity, known, self.policy.joining);
        let decision = self.check_intent(decision, renewed.as_ref().map(|(_, user)| user.id))?;
        if approval == SignUpApproval::Required
            && matches!(decision, Decision::Create(_) | Decision::Ask { .. })
        {
            return Err(CommitError::ApprovalNeeded(self.identity.address()));
        }
        let (mut user, extra) = self.apply(tx, decision).await?;
        user.update_from_provider(&self.identity, self.now);
        let (updated, tokens) = (self.account_of(user.id), self.tokens.as_ref());
        save_account(tx, account, updated, tokens).await?;
        // What joins may prove the address, without which the user might not be admitted.
        let connected = match &self.connection {
            Some(connection) => connection.join(tx, &mut user).await?,
            None => None,
        };
        check_admission(&user, self.policy.joining)
            .map_err(|refusal| CommitError::Failed(FailedSignIn::of(refusal, owner)))?;
        user.last_login_at = Some(self.now);
        tx.update_user(&user).await?;

        if let Some((session, _)) = renewed {
            tx.consume_session(session.token_hash).await?;
        }
        if let Some(kind) = extra {
            let event = self.extra_event.clone().with_kind(kind);
            event.by_self(user.id).write(tx).await?;
        }
        let granted = self.ending.write(tx, &user, &self.policy.sessions).await?;
        Ok(Written {
            granted,
            user,
            connected,
        })
    }

    /// Uses up what waited in this browser, if the person chose to start fresh. It can be used once, and not if another
    /// sign-in has taken its place.
    async fn consume_choice(&self, tx: &dyn Transaction) -> Result<(), AuthError> {
        let Intent::StartFresh(waiting) = &self.intent else {
            return Ok(());
        };
        let browser = waiting.binding_hash;
        let consumed = tx.consume_pending_sign_in(browser, waiting.holder).await?;
        if consumed.as_ref() != Some(waiting.as_ref()) {
            return Err(nothing_waits());
        }
        Ok(())
    }

    /// Returns the session that a re-authentication renews, and its user.
    async fn renewed_session(
        &self,
        tx: &dyn Transaction,
    ) -> Result<Option<(Session, User)>, CommitError> {
        let Intent::Reauthenticate(session) = self.intent else {
            return Ok(None);
        };
        let owner = find_session_owner(tx, session, &self.policy.sessions, self.now);
        owner.await.map(Some).map_err(CommitError::Failed)
    }

    /// Checks that the intent of the sign-in allows a decision. A person can start fresh only while that is still among
    /// the choices, for the same holder; a re-authentication must be of the session's `owner`.
    fn check_intent(
        &self,
        decided: Result<Decision, Refusal>,
        owner: Option<UserId>,
    ) -> Result<Decision, CommitError> {
        match (&self.intent, decided) {
            (Intent::Reauthenticate(_), Ok(Decision::SignIn(user))) if Some(user.id) == owner => {
                Ok(Decision::SignIn(user))
            }
            (Intent::Reauthenticate(_), _) => {
                let other = FailedSignIn::of(Refusal::AccountTaken, owner);
                Err(CommitError::Failed(other))
            }
            (Intent::SignIn, Err(Refusal::EmailNotVerified)) => Err(CommitError::Unverified),
            (_, Err(refusal)) => Err(refusal.into()),
            (Intent::SignIn, Ok(Decision::Ask { holder, .. })) => {
                Err(CommitError::Undecided(holder.id))
            }
            (Intent::SignIn, Ok(decision)) => Ok(decision),
            (Intent::StartFresh(waiting), Ok(Decision::Ask { holder, choices }))
                if holder.id == waiting.holder && choices.allow(Choice::Fresh) =>
            {
                Ok(Decision::Ask { holder, choices })
            }
            (Intent::StartFresh(_), Ok(_)) => Err(Refusal::AccountExists.into()),
        }
    }

    /// Returns the user who signs in, and the side effect of the sign-in.
    async fn apply(
        &self,
        tx: &dyn Transaction,
        decision: Decision,
    ) -> Result<(User, Option<EventKind>), AuthError> {
        let email = match decision {
            Decision::SignIn(user) => return Ok((user, None)),
            Decision::Join(user) => return Ok((user, Some(EventKind::AccountLinked))),
            Decision::Ask { holder, .. } => {
                let (claimed, email) = (self.claimed.clone(), holder.email.clone());
                let claimed = claimed.by(Some(self.user_id));
                release_address(tx, holder, &claimed, self.now).await?;
                email
            }
            Decision::Create(email) => email,
        };
        let user = self.new_user(email);
        tx.insert_user(&user).await?;
        Ok((user, Some(EventKind::UserCreated)))
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

/// The error when nothing waits for a choice in this browser.
pub(super) fn nothing_waits() -> AuthError {
    AuthError::NotFound("sign-in that waits for a choice".to_owned())
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
            CommitError::Unverified => Refusal::EmailNotVerified.into(),
            CommitError::ApprovalNeeded(_) => SignUpRefusal::closed().into(),
            CommitError::Undecided(holder) => Self::from(Refusal::AccountExists).undecided(holder),
        }
    }
}
