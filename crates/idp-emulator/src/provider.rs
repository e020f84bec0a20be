//! All that the provider knows, shared by its endpoints and its handle.

use crate::client::Client;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::grant::Grants;
use crate::key_ring::KeyRing;
use crate::person::People;
use crate::request_log::RequestLog;

#[derive(Debug)]
pub(crate) struct Provider {
    /// The issuer, without a slash at its end.
    pub(crate) issuer: String,
    pub(crate) clients: Vec<Client>,
    pub(crate) people: People,
    pub(crate) keys: KeyRing,
    pub(crate) clock: Clock,
    pub(crate) grants: Grants,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
}

impl Provider {
    pub(crate) fn find_client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// Returns the secret that stands for every client's where a key set has room for one.
    pub(crate) fn first_secret(&self) -> &str {
        self.clients
            .first()
            .map(|client| client.secret.as_str())
            .unwrap_or_default()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}
