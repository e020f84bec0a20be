//! The one way out: no redirects, no proxies, bounded time, bounded bodies, no address that is not allowed.

mod address;
mod body;
mod error;
mod resolver;
mod tls;

use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use rustls::pki_types::CertificateDer;
use url::{Host, Url};

pub(crate) use address::{Network, is_loopback_host};
pub(crate) use error::HttpError;

use resolver::{Resolver, look_up};

pub(crate) type Request = http::Request<Vec<u8>>;
pub(crate) type Response = http::Response<Vec<u8>>;

/// The HTTP client that all providers share: cheap to clone, one pool of connections.
///
/// It follows no redirect, uses no proxy (not those of the environment either), connects within 3 seconds, and gives a
/// call 10 seconds from the first byte to the last. Connections live on the tokio runtime that opened them.
#[derive(Clone, Debug)]
pub struct HttpClient {
    internet: reqwest::Client,
    inside: reqwest::Client,
}

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpClientError {
    /// A given certificate cannot be a root.
    #[error("a root certificate cannot be used")]
    Certificate(#[source] rustls::Error),
    /// The client does not come up.
    #[error("the HTTP client does not come up")]
    Client(#[from] reqwest::Error),
}

impl HttpClient {
    /// Makes a client that trusts Mozilla's root certificates and `more_roots`, such as those of `SSL_CERT_FILE`.
    ///
    /// # Errors
    /// [`HttpClientError::Certificate`] when one of `more_roots` is no certificate, [`HttpClientError::Client`].
    pub fn new(
        more_roots: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, HttpClientError> {
        let tls = tls::client_config(more_roots).map_err(HttpClientError::Certificate)?;
        Ok(Self {
            internet: client(tls.clone(), Network::Internet)?,
            inside: client(tls, Network::Inside)?,
        })
    }

    /// Finds out on which network an issuer lies.
    pub(crate) async fn network_of(&self, issuer: &Url) -> Result<Network, HttpError> {
        let addresses = match issuer.host() {
            Some(Host::Ipv4(address)) => vec![address.into()],
            Some(Host::Ipv6(address)) => vec![address.into()],
            Some(Host::Domain(name)) => look_up(name)
                .await
                .map_err(|error| HttpError::Unreachable(error.to_string()))?,
            None => Vec::new(),
        };
        Network::of_issuer(&addresses).ok_or(HttpError::ForbiddenAddress)
    }

    /// Sends a request, once, whatever comes of it.
    pub(crate) async fn send(
        &self,
        network: Network,
        request: Request,
        limit: usize,
    ) -> Result<Response, HttpError> {
        let response = self.on(network).execute(request.try_into()?).await?;
        let mut answer = http::Response::builder().status(response.status());
        if let Some(content_type) = response.headers().get(CONTENT_TYPE) {
            answer = answer.header(CONTENT_TYPE, content_type);
        }
        let body = body::read(response, limit).await?;
        answer
            .body(body)
            .map_err(|error| HttpError::Request(error.to_string()))
    }

    /// Reads a JSON document, with one more try when the connection fails.
    pub(crate) async fn get(&self, get: Get<'_>) -> Result<Response, HttpError> {
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
            Network::Internet => &self.internet,
            Network::Inside => &self.inside,
        }
    }
}

/// A request for a document.
#[derive(Clone, Copy)]
pub(crate) struct Get<'a> {
    pub(crate) network: Network,
    pub(crate) url: &'a Url,
    pub(crate) bearer: Option<&'a str>,
    pub(crate) limit: usize,
}

impl Get<'_> {
    fn request(&self) -> Result<Request, HttpError> {
        let mut request = http::Request::get(self.url.as_str()).header(ACCEPT, "application/json");
        if let Some(token) = self.bearer {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| HttpError::Request("the access token fits no header".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        request
            .body(Vec::new())
            .map_err(|error| HttpError::Request(error.to_string()))
    }
}

/// Checks the essence of a `Content-Type`; one that is missing passes, as many providers leave it out.
pub(crate) fn check_json(answer: &Response) -> Result<(), HttpError> {
    let Some(content_type) = answer.headers().get(CONTENT_TYPE) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(content_type.as_bytes());
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(HttpError::ContentType(crate::printable::printable(essence)))
}

fn client(tls: rustls::ClientConfig, network: Network) -> Result<reqwest::Client, reqwest::Error> {
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
}

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const CALL_LIMIT: Duration = Duration::from_secs(10);
const IDLE_LIMIT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
