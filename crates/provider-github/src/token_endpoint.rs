//! The token endpoint (RFC 6749 §4.1.3, §5; RFC 7636 §4.5), with GitHub's habits: errors have status 200, and scopes are
//! separated by commas.

use belgie_ports::{CodeGrant, InvalidIdentity, ProviderError, ProviderTokens, ReportedError};
use belgie_provider_http::{Document, Fault, HttpClient, HttpError, Response, json, post_form};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use crate::config::GithubConfig;
use crate::endpoints::Endpoints;

/// The token endpoint of a GitHub.
pub(crate) struct TokenEndpoint<'a> {
    pub(crate) config: &'a GithubConfig,
    pub(crate) endpoints: &'a Endpoints,
    pub(crate) http: &'a HttpClient,
}

/// A response with tokens.
pub(crate) struct TokenReply {
    pub(crate) access_token: String,
    pub(crate) scope: Option<String>,
    refresh_token: Option<String>,
    expires_in: Option<u64>,
}

impl TokenReply {
    /// Creates tokens from a response received at `now`. Only those of GitHub Apps expire.
    pub(crate) fn into_tokens(self, now: DateTime<Utc>) -> ProviderTokens {
        let mut tokens = ProviderTokens::new(self.access_token);
        if let Some(refresh_token) = self.refresh_token {
            tokens = tokens.with_refresh_token(refresh_token);
        }
        if let Some(scope) = self.scope {
            tokens = tokens.with_scope(scope);
        }
        match self.expires_in {
            Some(seconds) => tokens.with_expires_in(seconds, now),
            None => tokens,
        }
    }
}

/// The members of a response, with tokens or with an error.
#[derive(Deserialize)]
struct Reply {
    access_token: Option<String>,
    token_type: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    scope: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    refresh_token: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    expires_in: Option<u64>,
    error: Option<String>,
    #[serde(default, deserialize_with = "json::usable")]
    error_description: Option<String>,
}

impl TokenEndpoint<'_> {
    /// Exchanges a code. The request is sent once.
    pub(crate) async fn exchange(&self, grant: CodeGrant<'_>) -> Result<TokenReply, ProviderError> {
        let secrets = [grant.code.secret(), grant.code_verifier.secret()];
        self.request_tokens(&grant.parameters(), secrets).await
    }

    /// Exchanges a refresh token, which only GitHub Apps have. The request is sent once, since GitHub replaces the
    /// token.
    pub(crate) async fn refresh(&self, refresh_token: &str) -> Result<TokenReply, ProviderError> {
        let grant = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ];
        self.request_tokens(&grant, [refresh_token]).await
    }

    /// Sends a request, and reads the answer; `secrets` are those of the request.
    async fn request_tokens<const N: usize>(
        &self,
        grant: &[(&str, &str)],
        secrets: [&str; N],
    ) -> Result<TokenReply, ProviderError> {
        let answer = self.send(grant).await;
        let answer = answer.map_err(Document::TOKEN_RESPONSE.unavailable())?;
        let reply = json::object(answer.body());
        let reply: Reply = reply.map_err(|error| Document::TOKEN_RESPONSE.malformed(error))?;
        match &reply.error {
            Some(code) => {
                let description = reply.error_description.as_deref();
                let client_secret = self.config.client_secret.expose_secret();
                let secrets = secrets.into_iter().chain([client_secret]);
                Err(failure(ReportedError::new(code, description, secrets)))
            }
            None => Ok(read(reply)?),
        }
    }

    async fn send(&self, grant: &[(&str, &str)]) -> Result<Response, HttpError> {
        let url = &self.endpoints.token;
        let network = self.http.network_of(url).await?;
        let client_secret = self.config.client_secret.expose_secret();
        let client = [
            ("client_id", &*self.config.client_id),
            ("client_secret", client_secret),
        ];
        let request = post_form(url, grant.iter().copied().chain(client))?;
        self.http.send_token_request(network, request).await
    }
}

fn failure(error: ReportedError) -> ProviderError {
    match error.code() {
        "bad_verification_code" | "invalid_grant" => ProviderError::CodeRejected(Some(error)),
        "bad_refresh_token" => ProviderError::RefreshRejected(Some(error)),
        "unverified_user_email" => ProviderError::InvalidIdentity(InvalidIdentity::new(
            "the person has not verified the primary e-mail address at GitHub",
        )),
        _ => Fault::TokenError(error).into(),
    }
}

fn read(reply: Reply) -> Result<TokenReply, Fault> {
    let access_token = reply.access_token.filter(|token| !token.is_empty());
    let access_token = access_token
        .ok_or_else(|| Document::TOKEN_RESPONSE.malformed("it has neither a token nor an error"))?;
    let is_bearer = reply
        .token_type
        .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !is_bearer {
        return Err(Document::TOKEN_RESPONSE.malformed("the token is not a bearer token"));
    }
    Ok(TokenReply {
        access_token,
        scope: reply.scope.map(|scope| scope.replace(',', " ")),
        refresh_token: reply.refresh_token.filter(|token| !token.is_empty()),
        expires_in: reply.expires_in,
    })
}
