use belgie_domain::{
    Account, ClientInfo, Decision, EmailAddress, EmailStatus, EventKind, JoinPolicy, OneTimeToken,
    PendingSignUp, ProviderIdentity, Refusal, TokenHash, TokenPurpose, User, UserId, decide,
};
use belgie_ports::{Accounts, Contention, Passwords, StoreExt as _, Transaction, Users};
use chrono::{DateTime, Utc};

use super::matching::find_match;
use crate::AuthError;
use crate::core::Core;
use crate::event::EventDraft;
use crate::hooks::SignUp;
use crate::mailed;
use crate::ways_in::WaysIn;

/// Creates the user of a pending sign-up whose mailed link was followed: with the account that signed in, and an address that is
/// proved. Returns the user. The rules for new users apply now, whatever they were when the link was mailed.
///
/// # Errors
/// [`AuthError::InvalidToken`], also when the provider is no longer configured; [`AuthError::Refused`] when the address or
/// the account belongs to a user by now, or no new users are accepted; [`AuthError::SignUpRefused`]; [`AuthError::Store`].
pub(crate) async fn sign_up(
    core: &Core,
    token: &OneTimeToken,
    (pending, email): (&PendingSignUp, &EmailAddress),
    client: &ClientInfo,
) -> Result<UserId, AuthError> {
    let new_user = NewUser::new(core, token, (pending, email), client);
    if !core.providers.serve(&new_user.account) {
        return Err(AuthError::InvalidToken);
    }
    new_user.check(core.store.as_ref()).await?;
    let reported = pending.identity(email);
    let sign_up = SignUp::new(&pending.provider, Some(&reported), Some(email), client);
    core.hooks.allow(&sign_up).await?;
    let contention = Contention::none().and_account(&pending.issuer, &pending.subject);
    let (contention, store) = (contention.and_address(email), &core.store);
    let user = new_user.user.id;
    let created = store.transaction(contention, new_user, |it, tx| Box::pin(it.run(tx)));
    let created: Result<(), AuthError> = created.await;
    created?;
    core.hooks.committed.notify_one();
    tracing::info!(%user, provider = %pending.provider, "user created by a mailed link");
    Ok(user)
}

/// A new user, before it is written.
struct NewUser {
    token: TokenHash,
    /// The identity as if its provider had verified the address, since the person has proved it.
    identity: ProviderIdentity,
    user: User,
    account: Account,
    created: EventDraft,
    verified: EventDraft,
    joining: JoinPolicy,
    ways_in: WaysIn,
    now: DateTime<Utc>,
}

impl NewUser {
    fn new(
        core: &Core,
        token: &OneTimeToken,
        (pending, email): (&PendingSignUp, &EmailAddress),
        client: &ClientInfo,
    ) -> Self {
        let now = core.now();
        let draw = core.draw(now);
        let (reported, provider) = (pending.identity(email), &pending.provider);
        let mut user = User::new(draw.user_id(), Some(email.clone()), now);
        user.email_status = EmailStatus::Proved;
        user.update_from_provider(&reported, now);
        let (id, owner) = (draw.account_id(), user.id);
        let event = |kind| {
            let event = core.event_of(&draw, now, kind).by_self(owner);
            event.via(provider).from(client)
        };
        Self {
            token: token.hash(),
            account: Account::new(id, owner, provider.clone(), &reported, now),
            identity: reported.with_verified_email(email.to_string()),
            created: event(EventKind::UserCreated),
            verified: event(EventKind::EmailVerified),
            joining: core.policy.joining,
            ways_in: core.ways_in(),
            user,
            now,
        }
    }

    async fn run(&self, tx: &dyn Transaction) -> Result<(), AuthError> {
        mailed::consume(tx, self.token, &TokenPurpose::VerifyEmail, self.now).await?;
        self.check(tx).await?;
        tx.insert_user(&self.user).await?;
        tx.insert_account(&self.account).await?;
        self.created.write(tx).await?;
        Ok(self.verified.write(tx).await?)
    }

    /// Checks that neither the account nor the address belongs to a user, and that new users are accepted.
    async fn check<R>(&self, reads: &R) -> Result<(), AuthError>
    where
        R: Users + Accounts + Passwords + Sync + ?Sized,
    {
        let provider = &self.account.provider;
        let (known, _) = find_match(reads, provider, &self.identity, &self.ways_in).await?;
        match decide(&self.identity, known, self.joining)? {
            Decision::Create(_) => Ok(()),
            Decision::SignIn(_) | Decision::Join(_) | Decision::Ask { .. } => {
                Err(Refusal::AccountExists.into())
            }
        }
    }
}
