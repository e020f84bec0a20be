//! A validated authorization request.

use crate::protocol::Protocol;
use crate::provider::Provider;
use crate::request_log::Parameters;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizationRequest {
    pub(crate) protocol: Protocol,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) scope: String,
    pub(crate) code_challenge: String,
    pub(crate) prompt: Vec<String>,
    pub(crate) offline: bool,
    pub(crate) asks_for_auth_time: bool,
    pub(crate) login_hint: Option<String>,
    pub(crate) hosted_domain: Option<String>,
}

/// Why an authorization request cannot be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The client or its redirect URI is invalid: only the person may learn of it (RFC 6749 §4.1.2.1).
    Page(String),
    /// Reported to the client.
    Redirect {
        redirect_uri: String,
        state: Option<String>,
        error: &'static str,
        description: String,
    },
}

impl AuthorizationRequest {
    pub(crate) fn parse(
        provider: &Provider,
        protocol: Protocol,
        parameters: &Parameters,
    ) -> Result<Self, Refusal> {
        let (client_id, redirect_uri) = trusted_target(provider, parameters)?;
        let state = parameters.first("state").map(str::to_owned);
        let checked = check_parameters(parameters).and_then(|()| code_challenge(parameters));
        let code_challenge = checked.map_err(|(error, description)| Refusal::Redirect {
            redirect_uri: redirect_uri.clone(),
            state: state.clone(),
            error,
            description,
        })?;
        let text = |name: &str| parameters.first(name).map(str::to_owned);
        let prompt = words(parameters.first("prompt").unwrap_or_default());
        Ok(Self {
            protocol,
            client_id,
            redirect_uri,
            state,
            nonce: text("nonce"),
            scope: text("scope").unwrap_or_default(),
            code_challenge,
            offline: parameters.first("access_type") == Some("offline"),
            asks_for_auth_time: parameters.first("max_age").is_some()
                || prompt.iter().any(|value| value == "login"),
            prompt,
            login_hint: text("login_hint"),
            hosted_domain: text("hd"),
        })
    }

    pub(crate) fn prompts(&self, value: &str) -> bool {
        self.prompt.iter().any(|prompt| prompt == value)
    }
}

/// Finds the client and checks its redirect URI, without which there must be no redirect.
fn trusted_target(
    provider: &Provider,
    parameters: &Parameters,
) -> Result<(String, String), Refusal> {
    if let Some(name @ ("client_id" | "redirect_uri")) = parameters.repeated() {
        return Err(Refusal::Page(format!("The parameter {name} is repeated.")));
    }
    let client_id = parameters.first("client_id").unwrap_or_default();
    let Some(client) = provider.find_client(client_id) else {
        return Err(Refusal::Page(format!(
            "No client is registered as “{client_id}” (client_id)."
        )));
    };
    let redirect_uri = parameters.first("redirect_uri").unwrap_or_default();
    if !client.redirects.allow(redirect_uri) {
        return Err(Refusal::Page(format!(
            "“{redirect_uri}” (redirect_uri) is not registered for the client “{client_id}”."
        )));
    }
    Ok((client_id.to_owned(), redirect_uri.to_owned()))
}

type ProtocolError = (&'static str, String);

fn check_parameters(parameters: &Parameters) -> Result<(), ProtocolError> {
    let value = |name| parameters.first(name);
    let invalid = |description: &str| Err(("invalid_request", description.to_owned()));
    if let Some(name) = parameters.repeated() {
        return invalid(&format!("the parameter {name} is repeated"));
    }
    if value("request").is_some() {
        return Err(("request_not_supported", "request objects".to_owned()));
    }
    if value("request_uri").is_some() {
        return Err(("request_uri_not_supported", "request objects".to_owned()));
    }
    check_response_type(value("response_type"))?;
    if value("response_mode").is_some_and(|mode| mode != "query") {
        return invalid("only response_mode=query is supported");
    }
    if words(value("scope").unwrap_or_default()).is_empty() {
        return Err(("invalid_scope", "scope is missing".to_owned()));
    }
    let prompt = words(value("prompt").unwrap_or_default());
    if prompt.len() > 1 && prompt.iter().any(|value| value == "none") {
        return invalid("prompt=none stands alone");
    }
    Ok(())
}

fn check_response_type(response_type: Option<&str>) -> Result<(), ProtocolError> {
    match response_type {
        Some("code") => Ok(()),
        None => Err(("invalid_request", "response_type is missing".to_owned())),
        Some(_) => Err((
            "unsupported_response_type",
            "only response_type=code is supported".to_owned(),
        )),
    }
}

/// Requires PKCE with S256 (RFC 7636 §4.3); `plain` is refused.
fn code_challenge(parameters: &Parameters) -> Result<String, ProtocolError> {
    let invalid = |description: &str| Err(("invalid_request", description.to_owned()));
    let Some(challenge) = parameters.first("code_challenge") else {
        return invalid("code_challenge is missing");
    };
    if parameters.first("code_challenge_method") != Some("S256") {
        return invalid("code_challenge_method must be S256");
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return invalid("code_challenge is not a SHA-256 in base64url");
    }
    Ok(challenge.to_owned())
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
