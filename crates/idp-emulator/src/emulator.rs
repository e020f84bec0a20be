//! The handle to a running emulator.

use std::future::{Ready, ready};
use std::sync::Arc;

use url::Url;

use crate::authorization::{AuthorizeError, authorize_by_url, deny_by_url};
use crate::fault::{Fault, IdTokenFault, JwksFault, Signature};
use crate::key::SigningKey;
use crate::path;
use crate::person::Person;
use crate::provider::Provider;
use crate::request_log::{Endpoint, Requests};
use crate::server::Server;

/// A running OpenID Connect provider, which ends when it is stopped or dropped.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    provider: Arc<Provider>,
}

impl Emulator {
    pub(crate) fn new(server: Server, provider: Arc<Provider>) -> Self {
        Self { server, provider }
    }

    /// Returns the issuer, `http://127.0.0.1:PORT` without a slash at its end.
    pub fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// Returns an address that only a client without care asks: a target for redirects, `jku`,
    /// pictures. Who comes is counted in [`Requests::trap`].
    pub fn trap_url(&self) -> String {
        self.provider.url(path::TRAP)
    }

    /// Ends the server and waits until its address is free again.
    pub async fn stop(mut self) {
        self.server.stop().await;
    }

    /// Decides an authorization request as the account chooser would when somebody picks the
    /// person with this subject identifier. Returns the URL to which the browser is sent: the
    /// redirect URI with `code` and `state`, or with the `error` that the client has earned.
    ///
    /// # Errors
    ///
    /// [`AuthorizeError::NotOurs`], [`AuthorizeError::UnknownSubject`], and
    /// [`AuthorizeError::Refused`] where a browser would see an error page.
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

    /// Adds a person, in the place of the one with the same subject identifier.
    pub fn put_person(&self, person: Person) {
        self.provider.people.put(person);
    }

    /// Takes back all that a person has granted, as on Google's page of connected applications:
    /// their tokens end, and the next consent is a first one again.
    pub fn revoke_grants_of(&self, subject: &str) {
        self.provider.grants.revoke_all_of(subject);
    }

    /// Puts a fault in force until [`Emulator::clear_faults`].
    pub fn fault(&self, fault: Fault) {
        prepare(&fault);
        self.provider.faults.add(fault, false);
    }

    /// Puts a fault in force for the next answer that it concerns.
    pub fn fault_once(&self, fault: Fault) {
        prepare(&fault);
        self.provider.faults.add(fault, true);
    }

    /// Ends every fault.
    pub fn clear_faults(&self) {
        self.provider.faults.clear();
    }

    /// Takes a new signing key into use; the old one leaves the key set at once.
    pub fn rotate_keys(&self) {
        self.provider.keys.rotate();
    }

    /// Moves the provider's clock, by which it issues tokens and ends codes, relative to its source.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.provider.clock.set_offset(seconds);
    }

    /// Returns what the provider was asked so far.
    pub fn requests(&self) -> Requests {
        self.provider.log.snapshot()
    }

    /// Returns how often an endpoint was asked so far, without copying the requests.
    pub fn request_count(&self, endpoint: Endpoint) -> usize {
        self.provider.log.of(endpoint)
    }

    /// Forgets what the provider was asked.
    pub fn forget_requests(&self) {
        self.provider.log.forget();
    }
}

/// Draws the keys that a fault needs on the caller's time rather than during an answer.
fn prepare(fault: &Fault) {
    match fault {
        Fault::IdToken(IdTokenFault::Signature(Signature::OtherKey | Signature::EmbeddedKey)) => {
            SigningKey::stranger();
        }
        Fault::IdToken(IdTokenFault::Signature(Signature::Odd(key)))
        | Fault::Jwks(JwksFault::Replace(key) | JwksFault::Add(key)) => key.prepare(),
        _ => {}
    }
}
