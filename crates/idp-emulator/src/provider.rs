//! The provider's state, shared by its endpoints and its handle.

use crate::client::Client;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::grant::Grants;
use crate::key_ring::KeyRing;
use crate::person::People;
use crate::request_log::RequestLog;

#[derive(Debug)]
pub(crate) struct Provider {
    /// The issuer, without a trailing slash.
    pub(crate) issuer: String,
    /// Whether each tenant has an issuer of its own, below that one.
    pub(crate) is_microsoft: bool,
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

    /// Returns the client secret used in key sets, which have room for one only.
    pub(crate) fn first_secret(&self) -> &str {
        self.clients
            .first()
            .and_then(|client| client.secret.as_deref())
            .unwrap_or_default()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }
}
