//! Revoking a token by GitHub's API, which has no endpoint of RFC 7009.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use belgie_provider_http::{Document, Fault, HttpClient, HttpError, Request};
use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use secrecy::ExposeSecret as _;

use crate::config::GithubConfig;
use crate::endpoints::Endpoints;

/// The part of the API by which an app revokes its tokens.
pub(crate) struct Revocation<'a> {
    pub(crate) config: &'a GithubConfig,
    pub(crate) endpoints: &'a Endpoints,
    pub(crate) http: &'a HttpClient,
}

impl Revocation<'_> {
    /// Revokes an access token. Others of the same person, of other sign-ins, stay valid.
    pub(crate) async fn revoke(&self, access_token: &str) -> Result<(), Fault> {
        let unavailable = Document::REVOCATION_RESPONSE.unavailable();
        let status = self.send(access_token).await.map_err(&unavailable)?;
        if !status.is_success() {
            return Err(unavailable(HttpError::Status(status)));
        }
        Ok(())
    }

    async fn send(&self, access_token: &str) -> Result<StatusCode, HttpError> {
        let network = self.http.network_of(&self.endpoints.api).await?;
        let request = self.request(access_token)?;
        let answer = self.http.send(network, request, MAX_BYTES).await?;
        Ok(answer.status())
    }

    fn request(&self, access_token: &str) -> Result<Request, HttpError> {
        let mut url = self.endpoints.applications.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend([&*self.config.client_id, "token"]);
        }
        let secret = self.config.client_secret.expose_secret();
        let credentials = STANDARD.encode(format!("{}:{secret}", self.config.client_id));
        let body = serde_json::json!({ "access_token": access_token });
        http::Request::delete(url.as_str())
            .header(ACCEPT, "application/vnd.github+json")
            .header(AUTHORIZATION, format!("Basic {credentials}"))
            .header(CONTENT_TYPE, "application/json")
            .header("X-GitHub-Api-Version", "2022-11-28")
            .body(body.to_string().into_bytes())
            .map_err(|error| HttpError::Request(error.to_string()))
    }
}

/// The body of the answer is not used.
const MAX_BYTES: usize = 64 * 1024;
