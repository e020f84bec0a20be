//! The handle to a running emulator.

use std::future::{Ready, ready};
use std::sync::Arc;

use url::Url;

use crate::authorization::{AuthorizeError, authorize_by_url, deny_by_url};
use crate::fault::Fault;
use crate::id_token::{self, Content};
use crate::microsoft;
use crate::path;
use crate::person::Person;
use crate::provider::Provider;
use crate::request_log::{Endpoint, Requests};
use crate::server::Server;

/// A running OpenID Connect provider. It ends when it is stopped or dropped.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    provider: Arc<Provider>,
}

impl Emulator {
    pub(crate) fn new(server: Server, provider: Arc<Provider>) -> Self {
        Self { server, provider }
    }

    /// Returns the issuer, `http://127.0.0.1:PORT` without a trailing slash.
    pub fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// Returns the issuer of a tenant, if this is [Microsoft](crate::EmulatorBuilder::microsoft).
    pub fn tenant_issuer(&self, tenant: &str) -> String {
        microsoft::issuer(self.issuer(), tenant)
    }

    /// Returns a URL that only a careless client requests: a target for redirects, `jku`, pictures. Requests to it are
    /// counted in [`Requests::trap`].
    pub fn trap_url(&self) -> String {
        self.provider.url(path::TRAP)
    }

    /// Stops the server and waits until its address is free again.
    pub async fn stop(mut self) {
        self.server.stop().await;
    }

    /// Decides an authorization request as the account chooser would when the person with this subject identifier is
    /// picked. Returns the URL to which the browser is redirected: the redirect URI with `code` and `state`, or with an
    /// `error`.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::NotOurs`], [`AuthorizeError::UnknownSubject`], and [`AuthorizeError::Refused`] where a browser
    /// would see an error page.
    pub fn authorize(
        &self,
        authorization_url: impl AsRef<str>,
        subject: &str,
    ) -> Ready<Result<Url, AuthorizeError>> {
        ready(authorize_by_url(
            &self.provider,
            authorization_url.as_ref(),
            subject,
        ))
    }

    /// Decides an authorization request as the account chooser does on "Cancel".
    ///
    /// # Errors
    ///
    /// As [`Emulator::authorize`].
    pub fn deny(&self, authorization_url: impl AsRef<str>) -> Ready<Result<Url, AuthorizeError>> {
        ready(deny_by_url(&self.provider, authorization_url.as_ref()))
    }

    /// Issues an ID token as to a native app or to Google One Tap, without an authorization request. Faults of ID tokens
    /// apply. Returns `None` when there is no such client or person, or a fault says so.
    pub fn id_token(&self, client_id: &str, subject: &str, nonce: Option<&str>) -> Option<String> {
        let content = Content {
            client: self.provider.find_client(client_id)?,
            claims: self.provider.people.find(subject)?.claims_for(SCOPE),
            nonce,
            auth_time: None,
            access_token: None,
        };
        id_token::mint(&self.provider, content)
    }

    /// Adds a person, replacing the one with the same subject identifier.
    pub fn put_person(&self, person: Person) {
        self.provider.people.put(person);
    }

    /// Withdraws all consent of a person, as on Google's page of connected applications: the tokens are revoked, and
    /// the next consent counts as the first.
    pub fn revoke_grants_of(&self, subject: &str) {
        self.provider.grants.revoke_all_of(subject);
    }

    /// Replaces refresh tokens when they are used, from now on; an old one is not accepted again (RFC 6749 §6).
    pub fn rotate_refresh_tokens(&self) {
        self.provider.grants.rotate_refresh_tokens();
    }

    /// Activates a fault until [`Emulator::clear_faults`].
    pub fn fault(&self, fault: Fault) {
        self.provider.faults.add(fault, false);
    }

    /// Activates a fault for the next response it applies to.
    pub fn fault_once(&self, fault: Fault) {
        self.provider.faults.add(fault, true);
    }

    /// Clears all faults.
    pub fn clear_faults(&self) {
        self.provider.faults.clear();
    }

    /// Switches to a new signing key; the old one leaves the key set at once.
    pub fn rotate_keys(&self) {
        self.provider.keys.rotate();
    }

    /// Moves the provider's clock, used for issuing tokens and expiring codes, relative to its source.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.provider.clock.set_offset(seconds);
    }

    /// Returns the requests received so far.
    pub fn requests(&self) -> Requests {
        self.provider.log.snapshot()
    }

    /// Returns the number of requests to an endpoint so far, without copying them.
    pub fn request_count(&self, endpoint: Endpoint) -> usize {
        self.provider.log.of(endpoint)
    }

    /// Clears the recorded requests.
    pub fn forget_requests(&self) {
        self.provider.log.forget();
    }
}

/// What a native app asks for.
const SCOPE: &str = "openid email profile";
