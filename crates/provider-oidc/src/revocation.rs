//! The revocation endpoint (RFC 7009).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use belgie_ports::{ProviderError, ProviderTokens};
use belgie_provider_http::{HttpClient, HttpError, Request};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::config::{OidcConfig, TokenAuthMethod};
use crate::discovery::Metadata;
use crate::fault::Document;

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
        let unavailable = Document::RevocationReply.unavailable();
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
        let mut form = Serializer::new(String::new());
        form.append_pair("token", token);
        form.append_pair("token_type_hint", hint);
        let mut request = http::Request::post(self.url.as_str())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let secret = client.secret().unwrap_or_default();
        match self.metadata.token_auth_method {
            TokenAuthMethod::ClientSecretBasic => {
                request = request.header(AUTHORIZATION, basic(&client.id, secret));
            }
            TokenAuthMethod::ClientSecretPost => {
                form.append_pair("client_id", &client.id);
                form.append_pair("client_secret", secret);
            }
            TokenAuthMethod::None => {
                form.append_pair("client_id", &client.id);
            }
        }
        let request = request.body(form.finish().into_bytes());
        request.map_err(|error| HttpError::Request(error.to_string()))
    }
}

/// Returns the `Authorization` header (RFC 6749 §2.3.1).
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", STANDARD.encode(credentials))
}

/// The body of the answer is not used.
const MAX_BYTES: usize = 64 * 1024;
