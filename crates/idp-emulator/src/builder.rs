//! Configuring an emulator.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::SystemTime;

use crate::client::{Client, Redirects};
use crate::clock::Clock;
use crate::emulator::Emulator;
use crate::fault::Faults;
use crate::grant::Grants;
use crate::key_ring::KeyRing;
use crate::person::{People, Person};
use crate::provider::Provider;
use crate::request_log::RequestLog;
use crate::server::Server;

/// Configures an emulator; created by [`Emulator::builder`].
#[must_use]
pub struct EmulatorBuilder {
    address: String,
    is_microsoft: bool,
    clients: Vec<Client>,
    people: Vec<Person>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    workers: usize,
}

/// Why an emulator cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not a loopback address; anyone can sign in to the emulator as anyone.
    #[error("{0:?} is not a loopback address with a port, such as 127.0.0.1:0")]
    NotLoopback(String),
    /// The address is in use, or cannot be served.
    #[error("cannot serve on {address}")]
    Bind {
        /// The address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The server's thread could not be started.
    #[error("cannot start the server")]
    Server(#[from] io::Error),
}

impl Emulator {
    /// Starts configuring an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            address: "127.0.0.1:0".to_owned(),
            is_microsoft: false,
            clients: Vec::new(),
            people: Vec::new(),
            clock: Clock::system(),
            workers: 1,
        }
    }
}

impl EmulatorBuilder {
    /// Sets the loopback address to serve on; by default 127.0.0.1 and any free port.
    pub fn bind(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Behaves like Microsoft instead of Google: each tenant has an issuer and a discovery document of its own, below
    /// [`Emulator::issuer`], ID tokens name the person's tenant (`tid`) and not whether the address is verified, keys name
    /// their `issuer`, and authorization responses do not.
    pub fn microsoft(mut self) -> Self {
        self.is_microsoft = true;
        self
    }

    /// Registers a client and its redirect URIs, which are compared exactly.
    pub fn client<I, U>(
        self,
        id: impl Into<String>,
        secret: impl Into<String>,
        redirect_uris: I,
    ) -> Self
    where
        I: IntoIterator<Item = U>,
        U: Into<String>,
    {
        let redirects = Redirects::exact(redirect_uris);
        self.register(id.into(), Some(secret.into()), redirects)
    }

    /// Registers a public client, which has no secret, and its redirect URIs.
    pub fn public_client<I, U>(self, id: impl Into<String>, redirect_uris: I) -> Self
    where
        I: IntoIterator<Item = U>,
        U: Into<String>,
    {
        self.register(id.into(), None, Redirects::exact(redirect_uris))
    }

    /// Registers a client that may use any redirect URI on this machine, whatever the port and path.
    pub fn client_any_redirect(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.register(id.into(), Some(secret.into()), Redirects::AnyLoopback)
    }

    /// Adds a person to the account chooser.
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// Sets the provider's clock; by default the system's.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the number of worker threads; by default one.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.max(1);
        self
    }

    /// Starts the emulator, which serves until its handle is stopped or dropped.
    ///
    /// It may be called on any tokio runtime, since the server has a thread of its own.
    ///
    /// # Errors
    ///
    /// [`StartError::NotLoopback`] for an address that others could reach, [`StartError::Bind`] for one in use, and
    /// [`StartError::Server`] when the server's thread cannot be started.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let (listener, issuer) = listen(&self.address)?;
        let workers = self.workers;
        let make = move || self.provider(issuer);
        let (server, provider) = Server::start(listener, make, workers).await?;
        Ok(Emulator::new(server, provider))
    }

    fn register(mut self, id: String, secret: Option<String>, redirects: Redirects) -> Self {
        self.clients.push(Client {
            id,
            secret,
            redirects,
        });
        self
    }

    fn provider(self, issuer: String) -> Provider {
        Provider {
            issuer,
            is_microsoft: self.is_microsoft,
            clients: self.clients,
            people: People::new(self.people),
            keys: KeyRing::new(),
            clock: Clock::new(self.clock),
            grants: Grants::default(),
            faults: Faults::default(),
            log: RequestLog::default(),
        }
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("address", &self.address)
            .field("is_microsoft", &self.is_microsoft)
            .field("clients", &self.clients)
            .field("people", &self.people)
            .field("workers", &self.workers)
            .finish_non_exhaustive()
    }
}

/// Opens the address and returns the resulting issuer.
fn listen(address: &str) -> Result<(TcpListener, String), StartError> {
    let not_loopback = || StartError::NotLoopback(address.to_owned());
    let (host, _) = address.rsplit_once(':').ok_or_else(not_loopback)?;
    let addresses: Vec<SocketAddr> = address
        .to_socket_addrs()
        .map_err(|_| not_loopback())?
        .collect();
    if addresses.is_empty() || !addresses.iter().all(|it| it.ip().is_loopback()) {
        return Err(not_loopback());
    }
    let bind = |source| StartError::Bind {
        address: address.to_owned(),
        source,
    };
    let listener = TcpListener::bind(&*addresses).map_err(bind)?;
    let port = listener.local_addr().map_err(bind)?.port();
    Ok((listener, format!("http://{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_served() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "localhost", "", ":0"] {
            let error = listen(address).unwrap_err();

            assert!(matches!(error, StartError::NotLoopback(_)), "{address}");
        }
    }

    #[test]
    fn the_issuer_is_the_address_without_a_slash() {
        let (listener, issuer) = listen("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();

        assert_eq!(issuer, format!("http://127.0.0.1:{port}"));
    }

    #[test]
    fn a_taken_address_is_an_error_that_names_it() {
        let (listener, _issuer) = listen("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();

        let error = listen(&address).unwrap_err();

        assert_eq!(error.to_string(), format!("cannot serve on {address}"));
    }
}
