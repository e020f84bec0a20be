//! The revocation endpoint (RFC 7009).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use belgie_ports::{ProviderError, ProviderTokens};
use belgie_provider_http::{Document, HttpClient, HttpError, Request, post_form};
use http::header::{AUTHORIZATION, HeaderValue};
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::config::{OidcConfig, TokenAuthMethod};
use crate::discovery::Metadata;

/// The revocation endpoint of a provider.
pub(crate) struct RevocationEndpoint<'a> {
    pub(crate) url: &'a Url,
    pub(crate) config: &'a OidcConfig,
    pub(crate) metadata: &'a Metadata,
    pub(crate) http: &'a HttpClient,
}

impl RevocationEndpoint<'_> {
    /// Revokes the refresh token, or else the access token; the provider revokes with it what belongs to the same
    /// authorization (RFC 7009 §2.1).
    pub(crate) async fn revoke(&self, tokens: &ProviderTokens) -> Result<(), ProviderError> {
        let unavailable = Document::REVOCATION_RESPONSE.unavailable();
        let (token, hint) = match tokens.refresh_token() {
            Some(token) => (token, "refresh_token"),
            None => (tokens.access_token(), "access_token"),
        };
        let request = self.request(token, hint).map_err(&unavailable)?;
        let answer = self
            .http
            .send(self.metadata.network, request, MAX_BYTES)
            .await;
        let status = answer.map_err(&unavailable)?.status();
        if !status.is_success() {
            return Err(unavailable(HttpError::Status(status)).into());
        }
        Ok(())
    }

    /// The client authenticates as at the token endpoint.
    fn request(&self, token: &str, hint: &str) -> Result<Request, HttpError> {
        let client = &self.config.client;
        let secret = client.secret().unwrap_or_default();
        let id = ("client_id", &*client.id);
        let mut form = vec![("token", token), ("token_type_hint", hint)];
        let mut authorization = None;
        match self.metadata.token_auth_method {
            TokenAuthMethod::ClientSecretBasic => {
                authorization = Some(basic(&client.id, secret)?);
            }
            TokenAuthMethod::ClientSecretPost => form.extend([id, ("client_secret", secret)]),
            TokenAuthMethod::None => form.push(id),
        }
        let mut request = post_form(self.url, form)?;
        if let Some(value) = authorization {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }
}

/// Returns the `Authorization` header (RFC 6749 §2.3.1).
fn basic(id: &str, secret: &str) -> Result<HeaderValue, HttpError> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encoded(id), encoded(secret));
    let value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(credentials)));
    let mut value = value.map_err(|error| HttpError::Request(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The body of the answer is not used.
const MAX_BYTES: usize = 64 * 1024;
