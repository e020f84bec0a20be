use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use url::{Host, Url};

use crate::background::Background;
use crate::resolver::{Resolver, look_up};
use crate::{Get, HttpClientError, HttpError, Network, body, tls};

/// A request with its whole body.
pub type Request = http::Request<Vec<u8>>;
/// A response with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// The HTTP client that all providers share: cheap to clone, one pool of connections.
///
/// It follows no redirect, uses no proxy (not those of the environment either), connects within 3 seconds, and gives a
/// call 10 seconds from the first byte to the last. Connections live on a runtime of the client's own, which ends with
/// its last clone; a call ends early when its future is dropped.
#[derive(Clone, Debug)]
pub struct HttpClient {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    internet: reqwest::Client,
    inside: reqwest::Client,
    background: Background,
}

impl HttpClient {
    /// Makes a client that trusts Mozilla's root certificates and `more_roots`, such as those of `SSL_CERT_FILE`.
    ///
    /// # Errors
    /// [`HttpClientError::Certificate`] when one of `more_roots` is no certificate; else as [`Self::with_tls`].
    pub fn new(
        more_roots: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, HttpClientError> {
        let tls = tls::client_config(more_roots)
            .map_err(|error| HttpClientError::Certificate(error.into()))?;
        Self::with_tls(tls)
    }

    /// Makes a client that speaks TLS as the host application configures it: with its own root certificates, a client
    /// certificate, another crypto provider.
    ///
    /// # Errors
    /// [`HttpClientError::Client`] and [`HttpClientError::Thread`] when the client or its thread cannot be made.
    pub fn with_tls(tls: ClientConfig) -> Result<Self, HttpClientError> {
        let shared = Shared {
            internet: client(tls.clone(), Network::Internet)?,
            inside: client(tls, Network::Inside)?,
            background: Background::start().map_err(HttpClientError::Thread)?,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Returns the network on which a provider lies, by the addresses of the host that its configuration names. What
    /// the provider itself names (endpoints in a discovery document) is asked on that network, not on one of its own.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`] when the host cannot be looked up, [`HttpError::ForbiddenAddress`] when it has no
    /// address but link-local and meaningless ones.
    pub async fn network_of(&self, provider: &Url) -> Result<Network, HttpError> {
        let addresses = match provider.host() {
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            Some(Host::Domain(name)) => {
                let name = name.to_owned();
                let found = async move {
                    let found = look_up(&name).await;
                    found.map_err(|error| HttpError::Unreachable(error.to_string()))
                };
                self.shared.background.run(found).await?
            }
            None => Vec::new(),
        };
        Network::of_addresses(&addresses).ok_or(HttpError::ForbiddenAddress)
    }

    /// Sends a request once, whatever comes of it, and reads at most `limit` bytes of the answer, whatever its status.
    ///
    /// # Errors
    /// The [`HttpError`] that says why there is no answer.
    pub async fn send(
        &self,
        network: Network,
        request: Request,
        limit: usize,
    ) -> Result<Response, HttpError> {
        self.begin(network, request, limit).await
    }

    fn begin(
        &self,
        network: Network,
        request: Request,
        limit: usize,
    ) -> impl Future<Output = Result<Response, HttpError>> + Send + use<> {
        let client = self.on(network).clone();
        self.shared.background.run(async move {
            let response = client.execute(request.try_into()?).await?;
            let mut answer = http::Response::new(Vec::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = response.headers().clone();
            *answer.body_mut() = body::read(response, limit).await?;
            Ok(answer)
        })
    }

    /// Reads a document, with one more try when the connection fails.
    ///
    /// # Errors
    /// [`HttpError::Status`] unless the answer is 200; else as [`Self::send`].
    pub async fn get(&self, get: Get<'_>) -> Result<Response, HttpError> {
        let answer = match self.send(get.network, get.request()?, get.limit).await {
            Err(error) if error.is_connection_failure() => {
                self.send(get.network, get.request()?, get.limit).await
            }
            answer => answer,
        }?;
        match answer.status() {
            StatusCode::OK => Ok(answer),
            status => Err(HttpError::Status(status)),
        }
    }

    fn on(&self, network: Network) -> &reqwest::Client {
        match network {
            Network::Internet => &self.shared.internet,
            Network::Inside => &self.shared.inside,
        }
    }
}

fn client(tls: ClientConfig, network: Network) -> Result<reqwest::Client, HttpClientError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Resolver(network))
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_LIMIT)
        .timeout(CALL_LIMIT)
        .pool_idle_timeout(IDLE_LIMIT)
        .user_agent(concat!("belgie/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| HttpClientError::Client(error.into()))
}

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const CALL_LIMIT: Duration = Duration::from_secs(10);
const IDLE_LIMIT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
