use belgie_domain::{EmailAddress, EventKind, ProviderId, Session, User, check_admission};
use belgie_ports::{Contention, StoreError, Transaction};
use chrono::{DateTime, Utc};

use super::PasswordSignIn;
use super::verified::Verified;
use crate::core::Core;
use crate::event::EventDraft;
use crate::session::SessionDraft;
use crate::sign_in::Connection;
use crate::{AuthError, Policy};

/// The session of a person whose password is right, before it is written.
pub(super) struct Entry {
    pub(super) verified: Verified,
    pub(super) session: SessionDraft,
    email: EmailAddress,
    event: EventDraft,
    connection: Option<Connection>,
    policy: Policy,
    now: DateTime<Utc>,
}

/// What has been written.
pub(super) struct Entered {
    pub(super) session: Session,
    pub(super) user: User,
    pub(super) connected: Option<ProviderId>,
}

impl Entry {
    /// Draws a session for the person, whom an identity may await in this browser.
    pub(super) async fn prepare(
        core: &Core,
        request: &PasswordSignIn<'_>,
        verified: Verified,
    ) -> Result<Self, StoreError> {
        let (client, password) = (request.client, ProviderId::password());
        let connection = match request.browser {
            Some(browser) => Connection::find(core, browser.hash(), client).await?,
            None => None,
        };
        let now = core.now();
        let draw = core.draw(now);
        let session = SessionDraft::new(&draw, now, client).via(&password);
        let event = core.event_of(&draw, now, EventKind::SignIn);
        Ok(Self {
            session: session.replacing(request.replaced()),
            email: request.email.clone(),
            event: event.by_self(verified.user).via(&password).from(client),
            connection,
            policy: core.policy.clone(),
            verified,
            now,
        })
    }

    /// Checks whether the user may sign in, unless what waits might prove the address: a refusal then takes as long as that
    /// of a wrong password.
    pub(super) fn check_admission_early(&self, user: &User) -> Result<(), AuthError> {
        if self.connection.is_none() {
            check_admission(user, self.policy.joining)?;
        }
        Ok(())
    }

    pub(super) fn contention(&self) -> Contention {
        let contention = Contention::on_user(self.verified.user);
        match &self.connection {
            Some(connection) => connection.contend(contention),
            None => contention,
        }
    }

    pub(super) async fn run(&self, tx: &dyn Transaction) -> Result<Entered, AuthError> {
        self.verified.check(tx).await?;
        let found = tx.find_user(self.verified.user).await?;
        // The address may have moved to another user meanwhile.
        let holds_address = |user: &User| user.email.as_ref() == Some(&self.email);
        let mut user = found
            .filter(holds_address)
            .ok_or(AuthError::InvalidCredentials)?;
        // What joins may prove the address, without which the user might not be admitted.
        let connected = match &self.connection {
            Some(connection) => connection.join(tx, &mut user).await?,
            None => None,
        };
        check_admission(&user, self.policy.joining)?;
        user.last_login_at = Some(self.now);
        tx.update_user(&user).await?;
        let session = self.session.open(tx, &user, &self.policy.sessions).await?;
        self.event.write(tx).await?;
        Ok(Entered {
            session,
            user,
            connected,
        })
    }
}
