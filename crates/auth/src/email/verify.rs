use belgie_domain::{
    ClientInfo, EmailStatus, EventKind, OneTimeToken, Password, ProviderId, SessionToken,
    TokenHash, TokenOwner, TokenPurpose, User, UserId, UserPassword,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Emails;
use super::browser::Browser;
use crate::core::Core;
use crate::event::EventDraft;
use crate::mailed::{self, holder_of};
use crate::sign_in::sign_up;
use crate::{AuthError, Passwords};

impl Emails<'_> {
    /// Uses a mailed link: the address of its user is proved from now on, if the user still has that address. If the link was
    /// mailed because a provider had not verified the address of a person who signed in, a user is created, with the account
    /// at that provider, and without a session. Returns the user.
    ///
    /// The person who follows the link may be another than the one who registered. So all sessions end, except the one of
    /// this browser (`held`); without such a session, the password and the accounts at providers are removed as well, and
    /// `password` is the user's password from now on. A person who gives none chooses one by
    /// [`Passwords::reset`](crate::Passwords::reset).
    ///
    /// With the session of this user the password stays as it is, and `password` is checked but not used. The same is true
    /// when the address has been proved already.
    ///
    /// Where there are no passwords, a user with accounts at providers needs such a session: without the accounts, no one could
    /// sign in as that user.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`]; [`AuthError::NotAuthenticated`] without that session, after which the link can still be used;
    /// [`AuthError::MailsOff`], [`AuthError::Store`]. With a password also
    /// [`AuthError::WeakPassword`], after which the link can still be used; [`AuthError::RateLimited`],
    /// [`AuthError::Hashing`], [`AuthError::PasswordsOff`]. When a user would be created: [`AuthError::Refused`] if the
    /// address or the account belongs to a user by now, or no new users are accepted; [`AuthError::SignUpRefused`].
    pub async fn verify(
        &self,
        token: &OneTimeToken,
        password: Option<&Password>,
        held: Option<&SessionToken>,
        client: &ClientInfo,
    ) -> Result<UserId, AuthError> {
        let core = self.core;
        let found = mailed::find(core, token, &TokenPurpose::VerifyEmail).await?;
        let owner = match &found.owner {
            TokenOwner::User(user) => *user,
            TokenOwner::PendingSignUp(pending) => {
                return sign_up(core, token, (pending, &found.email), client).await;
            }
        };
        let chosen = match password {
            Some(password) => {
                let passwords = Passwords::new(core);
                let about = (owner, &found.email);
                Some(passwords.hash_for(about, password, client).await?)
            }
            None => None,
        };
        let verification = Verification {
            browser: Browser::new(core, held),
            chosen,
            ..Verification::new(core, token, owner, client)
        };
        let contention = Contention::on_user(owner).and_address(&found.email);
        let verified = core
            .store
            .transaction(contention, verification, |it, tx| Box::pin(it.run(tx)));
        let user: UserId = verified.await?;
        core.hooks.committed.notify_one();
        tracing::info!(%user, "address verified");
        Ok(user)
    }
}

struct Verification {
    token: TokenHash,
    browser: Browser,
    with_passwords: bool,
    chosen: Option<UserPassword>,
    verified: EventDraft,
    /// That the password was chosen. No mail is sent: it is the first password of the person who reads the mails.
    set: EventDraft,
    now: DateTime<Utc>,
}

impl Verification {
    /// Drafts the verification in no particular browser, without a password.
    fn new(core: &Core, token: &OneTimeToken, user: UserId, client: &ClientInfo) -> Self {
        let now = core.now();
        let draw = core.draw(now);
        let event = |kind| {
            let event = core.event_of(&draw, now, kind);
            event.by_self(user).from(client)
        };
        Self {
            token: token.hash(),
            browser: Browser::new(core, None),
            with_passwords: Passwords::new(core).are_offered(),
            chosen: None,
            verified: event(EventKind::EmailVerified),
            set: event(EventKind::PasswordSet).via(&ProviderId::password()),
            now,
        }
    }

    async fn run(&self, tx: &dyn Transaction) -> Result<UserId, AuthError> {
        let purpose = TokenPurpose::VerifyEmail;
        let token = mailed::consume(tx, self.token, &purpose, self.now).await?;
        let mut user = holder_of(tx, &token).await?;
        if user.email_status == EmailStatus::Proved {
            return Ok(user.id);
        }
        user.email_status = EmailStatus::Proved;
        user.updated_at = self.now;
        tx.update_user(&user).await?;
        self.verified.write(tx).await?;
        match self.browser.session_of(tx, &user).await? {
            Some(own) => {
                tx.delete_sessions_of(user.id, Some(own)).await?;
                tx.delete_mailed_tokens_of(user.id).await?;
            }
            None => self.replace_credentials(tx, &user).await?,
        }
        Ok(user.id)
    }

    async fn replace_credentials(
        &self,
        tx: &dyn Transaction,
        user: &User,
    ) -> Result<(), AuthError> {
        if !self.with_passwords && !tx.accounts_of(user.id).await?.is_empty() {
            return Err(AuthError::NotAuthenticated);
        }
        tx.delete_credentials_of(user.id).await?;
        let Some(chosen) = &self.chosen else {
            return Ok(());
        };
        tx.save_password(chosen).await?;
        Ok(self.set.clone().without_mail().write(tx).await?)
    }
}
