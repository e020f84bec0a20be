use std::fmt;

use belgie_domain::{
    ClientInfo, EmailAddress, EventKind, FailureCode, Password, PasswordHash, ProviderId, Refusal,
    Registration, Session, SessionToken, TokenHash, User, UserPassword, check_admission,
    display_name,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};

use super::Passwords;
use crate::event::EventDraft;
use crate::hooks::SignUp;
use crate::mail::permits_mail;
use crate::session::SessionDraft;
use crate::{AuthError, Limits, Policy, SignedIn};

/// A person who registers with a password.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Registering<'a> {
    /// The address, which is not verified yet.
    pub email: &'a EmailAddress,
    /// The password.
    pub password: &'a Password,
    /// The full name, normalised by [`display_name`]. It counts as edited, so no provider replaces it.
    pub name: Option<&'a str>,
    /// The session that the browser holds, which the new one replaces.
    pub held: Option<&'a SessionToken>,
    /// Where the request came from.
    pub client: &'a ClientInfo,
}

/// How a registration ended.
#[derive(Clone, Debug)]
pub enum Registered {
    /// The new user is signed in.
    SignedIn(Box<SignedIn>),
    /// The address has to be verified first. This is also the result if it belongs to a user already.
    Unverified,
}

impl<'a> Registering<'a> {
    /// Creates the registration of a person without a name, by a client that is not a browser.
    pub fn new(email: &'a EmailAddress, password: &'a Password, client: &'a ClientInfo) -> Self {
        Self {
            email,
            password,
            name: None,
            held: None,
            client,
        }
    }
}

impl Passwords<'_> {
    /// Returns whether anyone may register with a password.
    pub fn registration_is_open(&self) -> bool {
        let policy = &self.core.policy;
        self.are_offered()
            && policy.passwords.registration
            && policy.joining.registration == Registration::Open
    }

    /// Creates a user with a password, whose address is unproved, and starts a session.
    ///
    /// Where an address has to be verified first there is no session, and the answer is the same whether or not the address
    /// belongs to a user already. The events tell: `user_created` of the new user, or, failed with `email_taken`, of the
    /// user who has the address.
    ///
    /// The application's hooks are asked before it is known whether the address is taken.
    ///
    /// # Errors
    /// [`AuthError::Refused`] with `RegistrationClosed`; [`AuthError::WeakPassword`]; [`AuthError::EmailTaken`];
    /// [`AuthError::SignUpRefused`]; [`AuthError::RateLimited`], [`AuthError::Hashing`], [`AuthError::PasswordsOff`], [`AuthError::Store`].
    pub async fn register(&self, person: Registering<'_>) -> Result<Registered, AuthError> {
        let (core, tools) = (self.core, self.tools()?);
        if !self.registration_is_open() {
            return Err(Refusal::RegistrationClosed.into());
        }
        Limits::new(core).hash(person.client).await?;
        let name = person.name.and_then(display_name);
        let about = (Some(person.email), name.as_deref());
        let hash = tools.hash_new(person.password, &core.policy, about).await?;
        let password = ProviderId::password();
        let sign_up = SignUp::new(&password, None, Some(person.email), person.client);
        core.hooks.allow(&sign_up).await?;
        let mut creation = self.creation(&person, name, hash);
        if core.mailer.is_some() && !permits_mail(core, person.email, person.client).await? {
            creation = creation.without_mails();
        }
        let token = creation.session.token().clone();
        let contention = Contention::none().and_address(person.email);
        let created = core
            .store
            .transaction(contention, creation, |creation, tx| {
                Box::pin(creation.run(tx))
            });
        let created = created.await?;
        core.hooks.committed.notify_one();
        match created {
            Created::SignedIn(session, user) => {
                tracing::info!(user = %user.id, "registered with a password");
                let location = core.policy.after_sign_in.clone();
                let signed_in = SignedIn::new(token, session, *user, location);
                Ok(Registered::SignedIn(Box::new(signed_in)))
            }
            Created::Taken if !core.policy.joining.verification_required => {
                Err(AuthError::EmailTaken)
            }
            Created::Unverified | Created::Taken => Ok(Registered::Unverified),
        }
    }

    fn creation(
        self,
        person: &Registering<'_>,
        name: Option<String>,
        hash: PasswordHash,
    ) -> Creation {
        let (core, client) = (self.core, person.client);
        let now = core.now();
        let (draw, password) = (core.draw(now), ProviderId::password());
        let event = |kind| core.event_of(&draw, now, kind).via(&password).from(client);
        let mut user = User::new(draw.user_id(), Some(person.email.clone()), now);
        user.name_edited = name.is_some();
        user.name = name;
        let held: Option<TokenHash> = person.held.map(SessionToken::hash);
        let session = SessionDraft::new(&draw, now, client).via(&password);
        Creation {
            created: event(EventKind::UserCreated).by_self(user.id),
            taken: event(EventKind::UserCreated).failed(FailureCode::EmailTaken),
            signed_in: event(EventKind::SignIn).by_self(user.id),
            session: session.replacing(held.into_iter().collect()),
            password: UserPassword::new(user.id, hash, now),
            policy: core.policy.clone(),
            email: person.email.clone(),
            user,
        }
    }
}

/// A user about to be created, with password, session and events.
struct Creation {
    user: User,
    email: EmailAddress,
    password: UserPassword,
    session: SessionDraft,
    created: EventDraft,
    taken: EventDraft,
    signed_in: EventDraft,
    policy: Policy,
}

enum Created {
    SignedIn(Session, Box<User>),
    Unverified,
    Taken,
}

impl Creation {
    fn without_mails(self) -> Self {
        Self {
            created: self.created.without_mail(),
            taken: self.taken.without_mail(),
            ..self
        }
    }

    async fn run(&self, tx: &dyn Transaction) -> Result<Created, AuthError> {
        if let Some(holder) = tx.find_user_by_email(&self.email).await? {
            self.taken.clone().on(holder.id).write(tx).await?;
            return Ok(Created::Taken);
        }
        let mut user = self.user.clone();
        let is_admitted = check_admission(&user, self.policy.joining).is_ok();
        if is_admitted {
            user.last_login_at = Some(user.created_at);
        }
        tx.insert_user(&user).await?;
        tx.save_password(&self.password).await?;
        self.created.write(tx).await?;
        if !is_admitted {
            return Ok(Created::Unverified);
        }
        let session = self.session.open(tx, &user, &self.policy.sessions).await?;
        self.signed_in.write(tx).await?;
        Ok(Created::SignedIn(session, Box::new(user)))
    }
}

/// Shows neither the address nor the password.
impl fmt::Debug for Registering<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registering")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
