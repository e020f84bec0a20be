use std::fmt;
use std::sync::Arc;

use belgie_domain::{
    BrowserBinding, Choices, ClientInfo, Decision, Delivery, EmailAddress, EmailStatus, EventKind,
    PendingSignIn, ProviderId, Refusal, ReturnTo, SessionToken, User, decide,
};
use belgie_ports::Exchanged;
use chrono::{DateTime, Utc};

use super::Completed;
use super::ending::Ending;
use super::failure::error_location;
use super::matching::find_match;
use super::record::record_failure;
use super::resolution::{Resolution, nothing_waits};
use super::written::Destination;
use crate::AuthError;
use crate::core::Core;

/// What waits for a person's choice: a verified identity whose e-mail address another user holds.
#[derive(Clone, Copy)]
pub struct Pending<'a> {
    core: &'a Core,
}

/// What waits in a browser, and what the person may choose.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// Identifies what the person is asked about; it is no secret. [`Pending::start_fresh`] takes it.
    pub id: String,
    /// The provider that verified the identity.
    pub provider: ProviderId,
    /// The address that is in use already.
    pub email: EmailAddress,
    /// What the person may choose.
    pub choices: Choices,
    /// How the address was used before. `None` when the user who holds it has proved it: then only that user may know.
    pub earlier: Option<EarlierUse>,
    /// When the choice expires.
    pub expires_at: DateTime<Utc>,
    /// Where the browser was to go after the sign-in.
    pub return_to: ReturnTo,
    /// The front end's own `state`.
    pub client_state: Option<String>,
    /// How the result of the sign-in was to reach the front end.
    pub delivery: Delivery,
}

/// How an address was used before by a user who never proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EarlierUse {
    /// When that user was created.
    pub since: DateTime<Utc>,
    /// The provider with which that user signs in; `None` when there is none.
    pub provider: Option<ProviderId>,
    /// Whether that user can sign in with a password.
    pub has_password: bool,
}

/// A choice that the person declined to make.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cancelled {
    /// Where to send the browser when the sign-in was started at another origin; the URL carries the error code.
    pub location: Option<String>,
}

impl<'a> Pending<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Returns what waits in this browser; `None` when nothing does, or when there is nothing to choose any more because
    /// the identity or the address belongs to another user by now.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn find(&self, browser: &BrowserBinding) -> Result<Option<Waiting>, AuthError> {
        let Some((pending, return_to)) = self.load(browser).await? else {
            return Ok(None);
        };
        let (store, identity) = (self.core.store.as_ref(), pending.identity());
        let (provider, ways_in) = (&pending.provider, self.core.ways_in());
        let (known, _) = find_match(store, provider, &identity, &ways_in).await?;
        let decision = decide(&identity, known, self.core.policy.joining);
        let (Ok(Decision::Ask { holder, choices }), Some(email)) = (decision, pending.address())
        else {
            return Ok(None);
        };
        if holder.id != pending.holder {
            return Ok(None);
        }
        Ok(Some(Waiting {
            id: pending.fingerprint(),
            provider: pending.provider,
            email,
            choices,
            earlier: self.earlier_use(&holder).await?,
            expires_at: pending.expires_at,
            return_to,
            client_state: pending.client_state,
            delivery: pending.delivery,
        }))
    }

    /// Starts with a new user, to whom the address moves, and signs in as that user. The former holder keeps its row, its
    /// id and its accounts, but loses the address, its password and its sessions. Everything the choice rests on is
    /// checked again in the same transaction. `shown` is the [id](Waiting::id) of what the person was asked about, if the
    /// choice carries it. `held` is the session that the browser holds; the new one replaces it.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] when nothing waits in this browser, or not any more; [`AuthError::OtherWaits`] when the
    /// person was asked about something else; [`AuthError::Refused`] when starting fresh is not, or no longer, among the
    /// choices; [`AuthError::SignUpRefused`]; [`AuthError::Store`].
    pub async fn start_fresh(
        &self,
        browser: &BrowserBinding,
        shown: Option<&str>,
        held: Option<&SessionToken>,
        client: &ClientInfo,
    ) -> Result<Completed, AuthError> {
        let waiting = self.load(browser).await?;
        let (pending, return_to) = waiting.ok_or_else(nothing_waits)?;
        if shown.is_some_and(|shown| shown != pending.fingerprint()) {
            return Err(AuthError::OtherWaits);
        }
        let provider = self.core.provider(pending.provider.as_str())?;
        let held = held.map(SessionToken::hash);
        let ending = Ending::of(&pending.delivery, pending.replaces, held);
        let ending = ending.ok_or_else(nothing_waits)?;
        let exchanged = Exchanged::new(pending.identity());
        let (delivery, state) = (pending.delivery.clone(), pending.client_state.clone());
        let destination = Destination {
            delivery: &delivery,
            return_to: &return_to,
            client_state: state.as_deref(),
        };
        destination.prepare(self.core).await?;
        let resolution = Resolution::new(self.core, provider.id(), exchanged, client, ending);
        match Arc::new(resolution.starting_fresh(pending))
            .commit(self.core)
            .await
        {
            Ok(written) => {
                tracing::info!(user = %written.user.id, provider = %provider.id(), "started fresh");
                let completed = written.completed(self.core, provider.id(), destination);
                completed.await
            }
            Err(failed) => {
                record_failure(self.core, provider.id(), client, &failed, EventKind::SignIn).await;
                Err(failed.error)
            }
        }
    }

    /// Drops what waits in this browser; `None` when nothing does.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn cancel(&self, browser: &BrowserBinding) -> Result<Option<Cancelled>, AuthError> {
        let (store, hash) = (&self.core.store, browser.hash());
        let waiting = self.load(browser).await?;
        let existed = store.delete_pending_sign_in(hash).await?;
        let Some((pending, return_to)) = waiting.filter(|_| existed) else {
            return Ok(None);
        };
        let error = Refusal::AccountExists.code();
        let location = error_location(&return_to, pending.client_state.as_deref(), &error);
        Ok(Some(Cancelled { location }))
    }

    /// Returns what waits in this browser, unless it has expired, its provider is no longer configured, the browser may no
    /// longer be sent where it was to go, or only a newer version can complete it.
    async fn load(
        self,
        browser: &BrowserBinding,
    ) -> Result<Option<(PendingSignIn, ReturnTo)>, AuthError> {
        let found = self.core.store.find_pending_sign_in(browser.hash()).await?;
        let now = self.core.now();
        let usable = |pending: &PendingSignIn| {
            !pending.is_expired(now)
                && Ending::of(&pending.delivery, None, None).is_some()
                && self.core.provider(pending.provider.as_str()).is_ok()
        };
        Ok(found.filter(usable).and_then(|pending| {
            let return_to = self.core.policy.redirects.check(&pending.return_to).ok()?;
            Some((pending, return_to))
        }))
    }

    async fn earlier_use(self, holder: &User) -> Result<Option<EarlierUse>, AuthError> {
        if holder.email_status == EmailStatus::Proved {
            return Ok(None);
        }
        let store = self.core.store.as_ref();
        let accounts = store.accounts_of(holder.id).await?;
        let ways_in = self.core.ways_in();
        let usable = accounts.iter().find(|account| ways_in.include(account));
        let account = usable.or(accounts.first());
        Ok(Some(EarlierUse {
            since: holder.created_at,
            provider: account.map(|account| account.provider.clone()),
            has_password: ways_in.include_password_of(holder.id, store).await?,
        }))
    }
}

impl fmt::Debug for Pending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}
