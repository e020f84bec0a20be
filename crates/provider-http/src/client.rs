use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use url::{Host, Url};

use crate::background::Background;
use crate::resolver::{Resolver, look_up};
use crate::{Get, HttpClientError, HttpError, Network, Request, Response, body, tls};

/// The HTTP client shared by all providers. Cheap to clone; clones share one connection pool.
///
/// It follows no redirects, uses no proxy (not even from the environment), connects within 3 seconds, and limits a call
/// to 10 seconds in total. Connections are driven by the client's own runtime, which ends with its last clone; dropping
/// a call's future cancels the call.
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
    /// Creates a client that trusts Mozilla's root certificates and `more_roots`, such as those of `SSL_CERT_FILE`.
    ///
    /// # Errors
    /// [`HttpClientError::Certificate`] when one of `more_roots` is not a certificate; otherwise as [`Self::with_tls`].
    pub fn new(
        more_roots: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, HttpClientError> {
        let tls = tls::client_config(more_roots)
            .map_err(|error| HttpClientError::Certificate(error.into()))?;
        Self::with_tls(tls)
    }

    /// Creates a client with the application's own TLS configuration: other root certificates, a client certificate,
    /// another crypto provider.
    ///
    /// # Errors
    /// [`HttpClientError::Client`] and [`HttpClientError::Thread`] when the client or its thread cannot be created.
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

    /// Returns the network of a provider, from the addresses of its configured host. Endpoints named by the provider
    /// itself (in its discovery document) are then restricted to that network.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`] when the host cannot be resolved, [`HttpError::ForbiddenAddress`] when it only has
    /// link-local or reserved addresses.
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

    /// Sends a request exactly once, and reads at most `limit` bytes of the response, whatever its status.
    ///
    /// # Errors
    /// An [`HttpError`] when there is no usable response.
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
            let request = request.try_into().map_err(|error| HttpError::of(&error))?;
            let response = client
                .execute(request)
                .await
                .map_err(|error| HttpError::of(&error))?;
            let mut answer = http::Response::new(Vec::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = response.headers().clone();
            *answer.body_mut() = body::read(response, limit).await?;
            Ok(answer)
        })
    }

    /// Fetches a document, retrying once if the connection fails.
    ///
    /// # Errors
    /// [`HttpError::Status`] unless the status is 200; otherwise as [`Self::send`].
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
        .default_headers(HeaderMap::from_iter([NOT_COMPRESSED]))
        .user_agent(concat!("belgie/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| HttpClientError::Client(error.into()))
}

/// Without this header a server may compress as it likes (RFC 9110 §12.5.3).
const NOT_COMPRESSED: (HeaderName, HeaderValue) =
    (ACCEPT_ENCODING, HeaderValue::from_static("identity"));

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const CALL_LIMIT: Duration = Duration::from_secs(10);
const IDLE_LIMIT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
