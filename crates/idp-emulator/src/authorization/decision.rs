//! The person's decision, made on the chooser page or by a test.

use url::Url;

use super::request::{AuthorizationRequest, Refusal};
use super::response::response_url;
use crate::grant::{AuthorizationCode, Grant};
use crate::protocol::Protocol;
use crate::provider::Provider;
use crate::request_log::Parameters;

/// Why an authorization request could not be decided.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizeError {
    /// The URL is not one of this provider's authorization endpoint.
    #[error("{url:?} is not an authorization request to {issuer}")]
    NotOurs {
        /// The given URL.
        url: String,
        /// The provider's issuer.
        issuer: String,
    },
    /// No person has this subject identifier.
    #[error("no person has the subject {0:?}")]
    UnknownSubject(String),
    /// The request is refused with a page, because the client or redirect URI is invalid.
    #[error("the authorization request is refused: {0}")]
    Refused(String),
}

/// Grants the request on behalf of a person.
pub(crate) fn approve(
    provider: &Provider,
    request: &AuthorizationRequest,
    subject: &str,
) -> Result<Url, AuthorizeError> {
    let Some(person) = provider.people.find(subject) else {
        return Err(AuthorizeError::UnknownSubject(subject.to_owned()));
    };
    let now = provider.clock.now();
    let grant = Grant::new(&request.client_id, person.subject(), &request.scope);
    let mut code = AuthorizationCode::new(grant, &request.redirect_uri, &request.code_challenge);
    code.nonce.clone_from(&request.nonce);
    code.auth_time = request.asks_for_auth_time.then_some(now);
    code.with_refresh_token = grants_refresh_token(provider, request, person.subject());
    code.expires_at = now + CODE_SECONDS;
    let code = provider.grants.add_code(code, now);
    Ok(respond(provider, request, &[("code", &code)]))
}

/// Like Google, issues a refresh token for `access_type=offline` only on the first consent, unless `prompt=consent`
/// asks for consent again.
fn grants_refresh_token(
    provider: &Provider,
    request: &AuthorizationRequest,
    subject: &str,
) -> bool {
    if !request.offline {
        return false;
    }
    let first = provider
        .grants
        .consent_to_offline(&request.client_id, subject);
    first || request.prompts("consent")
}

/// Denies the request on behalf of the person.
pub(crate) fn deny(provider: &Provider, request: &AuthorizationRequest) -> Url {
    let result = [
        ("error", "access_denied"),
        ("error_description", "the person refused"),
    ];
    respond(provider, request, &result)
}

/// Answers a request with `prompt=none`, which needs no decision.
pub(crate) fn interaction_required(provider: &Provider, request: &AuthorizationRequest) -> Url {
    let result = [
        ("error", "login_required"),
        ("error_description", "no one is signed in here"),
    ];
    respond(provider, request, &result)
}

/// Converts a refusal to the URL that reports it to the client, if the client may learn of it.
pub(crate) fn refuse(
    provider: &Provider,
    protocol: Protocol,
    refusal: Refusal,
) -> Result<Url, String> {
    match refusal {
        Refusal::Page(text) => Err(text),
        Refusal::Redirect {
            redirect_uri,
            state,
            error,
            description,
        } => {
            let result = [("error", error), ("error_description", &description)];
            Ok(response_url(
                provider,
                protocol,
                &redirect_uri,
                state.as_deref(),
                &result,
            ))
        }
    }
}

pub(crate) fn authorize_by_url(
    provider: &Provider,
    url: &str,
    subject: &str,
) -> Result<Url, AuthorizeError> {
    decide_by_url(provider, url, |request| approve(provider, request, subject))
}

pub(crate) fn deny_by_url(provider: &Provider, url: &str) -> Result<Url, AuthorizeError> {
    decide_by_url(provider, url, |request| Ok(deny(provider, request)))
}

fn decide_by_url(
    provider: &Provider,
    url: &str,
    decide: impl FnOnce(&AuthorizationRequest) -> Result<Url, AuthorizeError>,
) -> Result<Url, AuthorizeError> {
    let query_of = |protocol: Protocol| {
        let endpoint = provider.url(protocol.authorization_path());
        let query = url.strip_prefix(&endpoint)?.strip_prefix('?')?;
        Some((protocol, query))
    };
    let found = Protocol::ALL.into_iter().find_map(query_of);
    let (protocol, query) = found.ok_or_else(|| AuthorizeError::NotOurs {
        url: url.to_owned(),
        issuer: provider.issuer.clone(),
    })?;
    let parameters = Parameters::parse(query.as_bytes());
    provider.log.authorization(parameters.clone());
    match AuthorizationRequest::parse(provider, protocol, &parameters) {
        Ok(request) => decide(&request),
        Err(refusal) => refuse(provider, protocol, refusal).map_err(AuthorizeError::Refused),
    }
}

fn respond(provider: &Provider, request: &AuthorizationRequest, result: &[(&str, &str)]) -> Url {
    let state = request.state.as_deref();
    response_url(
        provider,
        request.protocol,
        &request.redirect_uri,
        state,
        result,
    )
}

const CODE_SECONDS: i64 = 60;
