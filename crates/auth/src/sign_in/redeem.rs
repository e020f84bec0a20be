use belgie_domain::{
    ClientInfo, CodeVerifier, EventKind, FailureKey, IssuedCode, OneTimeCode, SessionPolicy, User,
    check_admission,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};

use super::SignIn;
use crate::event::EventDraft;
use crate::session::SessionDraft;
use crate::{AuthError, Limits, Policy, SignedIn};

impl SignIn<'_> {
    /// Exchanges a one-time code for a session. The code is used up, whatever the outcome.
    ///
    /// The session shows the browser that signed in, not the front end that exchanges the code.
    ///
    /// # Errors
    /// [`AuthError::InvalidRequest`] when the code is unknown, was used before, or has expired, its provider is no longer
    /// configured, or the verifier is not that of its challenge; [`AuthError::Refused`] when the user may no longer sign
    /// in; [`AuthError::RateLimited`] instead of these when too many codes from one network were refused; a code that is
    /// valid is not subject to that limit. [`AuthError::Store`].
    pub async fn redeem(
        &self,
        code: &str,
        code_verifier: &str,
        client: &ClientInfo,
    ) -> Result<SignedIn, AuthError> {
        // Anyone can send any text, so what was never issued costs no write.
        let code = OneTimeCode::parse(code).map_err(|_| UNUSABLE)?;
        let redeemed = self.redeem_once(&code, code_verifier, client).await;
        if let Err(error) = &redeemed {
            Limits::new(self.core).refused_code(client).await?;
            tracing::info!(code = %error.code(), reason = %error, "could not exchange a one-time code");
            let key = FailureKey::new(self.core.now(), EventKind::SignIn, None, error.code());
            if let Err(error) = self.core.store.count_failure(&key).await {
                tracing::warn!(%error, "could not record the failure");
            }
        }
        redeemed
    }

    async fn redeem_once(
        &self,
        code: &OneTimeCode,
        code_verifier: &str,
        client: &ClientInfo,
    ) -> Result<SignedIn, AuthError> {
        let issued = self.core.store.consume_code(code.hash()).await?;
        let issued = issued.ok_or(UNUSABLE)?;
        let verifier = CodeVerifier::of_client(code_verifier).map_err(|_| UNUSABLE)?;
        let is_usable = !issued.is_expired(self.core.now()) && issued.challenge.is_of(&verifier);
        if !is_usable || self.core.provider(issued.provider.as_str()).is_err() {
            return Err(UNUSABLE);
        }
        self.open(issued, client).await
    }

    /// Starts the session.
    async fn open(&self, issued: IssuedCode, client: &ClientInfo) -> Result<SignedIn, AuthError> {
        let now = self.core.now();
        let draw = self.core.draw(now);
        let mut browser = client.clone();
        browser.ip_address = issued.ip_address;
        browser.user_agent = issued.user_agent.clone();
        let session = SessionDraft::new(&draw, now, &browser).via(&issued.provider);
        let event = self.core.event_of(&draw, now, EventKind::SignIn);
        let user = issued.user_id;
        let opening = Opening {
            session: session
                .replacing(issued.replaces.into_iter().collect())
                .authenticated_at(Some(issued.authenticated_at)),
            event: event.by_self(user).via(&issued.provider).from(&browser),
            policy: self.core.policy.clone(),
            issued,
        };
        let token = opening.session.token().clone();
        let begun =
            self.core
                .store
                .transaction(Contention::on_user(user), opening, |opening, tx| {
                    Box::pin(opening.run(tx))
                });
        let (session, user) = begun.await?;
        self.core.hooks.committed.notify_one();
        tracing::info!(user = %user.id, session = %session.id, "one-time code exchanged");
        let location = self.core.policy.after_sign_in.clone();
        Ok(SignedIn::new(token, session, user, location))
    }
}

/// The session of a one-time code, before it is written.
struct Opening {
    issued: IssuedCode,
    session: SessionDraft,
    event: EventDraft,
    policy: Policy,
}

impl Opening {
    async fn run(&self, tx: &dyn Transaction) -> Result<(belgie_domain::Session, User), AuthError> {
        let user = tx.find_user(self.issued.user_id).await?.ok_or(UNUSABLE)?;
        check_admission(&user, self.policy.joining)?;
        let policy: &SessionPolicy = &self.policy.sessions;
        let session = self.session.open(tx, &user, policy).await?;
        self.event.write(tx).await?;
        Ok((session, user))
    }
}

/// One answer for all of them, so that it does not tell which.
const UNUSABLE: AuthError = AuthError::InvalidRequest(
    "The code is unknown, was used before, or has expired, or the code verifier does not belong to it.",
);
