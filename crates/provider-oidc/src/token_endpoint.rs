//! The token endpoint (RFC 6749 §4.1.3, §5; RFC 7636 §4.5).

mod reply;

use belgie_ports::{BoxFuture, CodeGrant, ProviderError, ReportedError};
use belgie_provider_http::{Document, Fault, HttpClient, Network, Request, Response, json};
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClientId, ClientSecret, CodeTokenRequest,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, TokenResponse as _, TokenUrl,
};

use crate::config::{OidcConfig, TokenAuthMethod};
use crate::discovery::Metadata;
use crate::fault::invalid;

pub(crate) use reply::TokenReply;

/// The token endpoint of a provider.
pub(crate) struct TokenEndpoint<'a> {
    pub(crate) config: &'a OidcConfig,
    pub(crate) metadata: &'a Metadata,
    pub(crate) http: &'a HttpClient,
}

type Failure = RequestTokenError<Fault, BasicErrorResponse>;

type Client = oauth2::Client<
    BasicErrorResponse,
    TokenReply,
    oauth2::basic::BasicTokenIntrospectionResponse,
    oauth2::StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
>;

impl TokenEndpoint<'_> {
    /// Exchanges a code. The request is sent once: a repeated one would make the provider revoke what it issued.
    pub(crate) async fn exchange(&self, grant: CodeGrant<'_>) -> Result<TokenReply, ProviderError> {
        let token_url = TokenUrl::from_url(self.metadata.token_endpoint.clone());
        let client = self
            .client()
            .set_redirect_uri(RedirectUrl::from_url(grant.redirect_uri.clone()))
            .set_token_uri(token_url);
        let verifier = PkceCodeVerifier::new(grant.code_verifier.secret().to_owned());
        let request: CodeTokenRequest<'_, _, TokenReply> = client
            .exchange_code(AuthorizationCode::new(grant.code.secret().to_owned()))
            .set_pkce_verifier(verifier);
        let reply = request.request_async(&self.transport()).await;
        let secrets = [grant.code.secret(), grant.code_verifier.secret()];
        let rejected = ProviderError::CodeRejected;
        let reply = reply.map_err(|error| self.failure(error, secrets, rejected))?;
        check(&reply)?;
        if reply.id_token().is_none() {
            let reason = invalid("the token endpoint returned no ID token");
            return Err(ProviderError::InvalidIdentity(reason));
        }
        Ok(reply)
    }

    /// Exchanges a refresh token (RFC 6749 §6). The request is sent once, since the provider may replace the token.
    pub(crate) async fn refresh(&self, refresh_token: &str) -> Result<TokenReply, ProviderError> {
        let token_url = TokenUrl::from_url(self.metadata.token_endpoint.clone());
        let client = self.client().set_token_uri(token_url);
        let token = RefreshToken::new(refresh_token.to_owned());
        let request = client.exchange_refresh_token(&token);
        let reply = request.request_async(&self.transport()).await;
        let rejected = ProviderError::RefreshRejected;
        let reply = reply.map_err(|error| self.failure(error, [refresh_token], rejected))?;
        check(&reply)?;
        Ok(reply)
    }

    /// Removes the body that oauth2 keeps in its errors, and maps the error to what it means. `secrets` are those of
    /// the request, since some providers quote what they refuse; `rejected` is for `invalid_grant`.
    fn failure<const N: usize>(
        &self,
        error: Failure,
        secrets: [&str; N],
        rejected: impl FnOnce(Option<ReportedError>) -> ProviderError,
    ) -> ProviderError {
        match error {
            RequestTokenError::ServerResponse(error) => {
                let client_secret = self.config.client.secret().unwrap_or_default();
                let secrets = secrets.into_iter().chain([client_secret]);
                let description = error.error_description().map(String::as_str);
                let reported = ReportedError::new(error.error().as_ref(), description, secrets);
                match error.error() {
                    BasicErrorResponseType::InvalidGrant => rejected(Some(reported)),
                    _ => Fault::TokenError(reported).into(),
                }
            }
            RequestTokenError::Request(error) => error.into(),
            RequestTokenError::Parse(error, _) => Document::TOKEN_RESPONSE.malformed(error).into(),
            RequestTokenError::Other(reason) => Document::TOKEN_RESPONSE.malformed(reason).into(),
        }
    }

    fn transport(&self) -> Transport<'_> {
        Transport {
            http: self.http,
            network: self.metadata.network,
        }
    }

    fn client(&self) -> Client {
        let credentials = &self.config.client;
        let client = Client::new(ClientId::new(credentials.id.clone()))
            .set_auth_type(auth_type(self.metadata.token_auth_method));
        match credentials.secret() {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
            None => client,
        }
    }
}

/// Without a secret, oauth2 puts only the identifier into the body.
fn auth_type(method: TokenAuthMethod) -> AuthType {
    match method {
        TokenAuthMethod::ClientSecretBasic => AuthType::BasicAuth,
        TokenAuthMethod::ClientSecretPost | TokenAuthMethod::None => AuthType::RequestBody,
    }
}

/// Connects oauth2 to our HTTP client.
struct Transport<'a> {
    http: &'a HttpClient,
    network: Network,
}

impl<'c> AsyncHttpClient<'c> for Transport<'_> {
    type Error = Fault;
    type Future = BoxFuture<'c, Result<Response, Fault>>;

    fn call(&'c self, request: Request) -> Self::Future {
        Box::pin(async move {
            let answer = self.http.send_token_request(self.network, request).await;
            let answer = answer.map_err(Document::TOKEN_RESPONSE.unavailable())?;
            json::check_object(answer.body())
                .map_err(|error| Document::TOKEN_RESPONSE.malformed(error))?;
            Ok(answer)
        })
    }
}

/// Checks what every response must have.
fn check(reply: &TokenReply) -> Result<(), ProviderError> {
    if *reply.token_type() != BasicTokenType::Bearer {
        return Err(Document::TOKEN_RESPONSE
            .malformed("the token is not a bearer token")
            .into());
    }
    let access_token = reply.access_token();
    // RFC 6749 §A.12. Anything else could not be sent in a header.
    if access_token.is_empty()
        || !access_token
            .bytes()
            .all(|byte| (0x20..0x7f).contains(&byte))
    {
        let error = Document::TOKEN_RESPONSE.malformed("the access token is not printable ASCII");
        return Err(error.into());
    }
    Ok(())
}
