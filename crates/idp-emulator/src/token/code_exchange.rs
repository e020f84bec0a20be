//! The exchange of a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.6).

use sha2::{Digest as _, Sha256};

use super::error::TokenError;
use super::issue::{Issue, issue};
use crate::client::Client;
use crate::grant::AuthorizationCode;
use crate::jwt::encode;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::Parameters;

pub(crate) fn exchange(
    provider: &Provider,
    client: &Client,
    form: &Parameters,
) -> Result<Reply, TokenError> {
    let code = redeem(provider, client, form)?;
    Ok(issue(
        provider,
        &Issue {
            client,
            grant: &code.grant,
            scope: &code.grant.scope,
            nonce: code.nonce.as_deref(),
            auth_time: code.auth_time,
            with_refresh_token: code.with_refresh_token,
        },
    ))
}

/// Consumes the form's code.
pub(crate) fn redeem(
    provider: &Provider,
    client: &Client,
    form: &Parameters,
) -> Result<AuthorizationCode, TokenError> {
    let value = form
        .first("code")
        .ok_or(TokenError::InvalidRequest("code is missing"))?;
    let code = provider
        .grants
        .consume_code(value, &client.id)
        .ok_or(TokenError::InvalidGrant("unknown or used code"))?;
    check(provider, &code, form)?;
    Ok(code)
}

/// Returns whether the form's code verifier matches the challenge of its code, if both are present.
pub(crate) fn pkce_matched(provider: &Provider, form: &Parameters) -> Option<bool> {
    let code = provider.grants.find_code(form.first("code")?)?;
    Some(verifies(&code, form.first("code_verifier")?))
}

fn check(
    provider: &Provider,
    code: &AuthorizationCode,
    form: &Parameters,
) -> Result<(), TokenError> {
    if code.expires_at <= provider.clock.now() {
        return Err(TokenError::InvalidGrant("expired code"));
    }
    if form.first("redirect_uri") != Some(&code.redirect_uri) {
        return Err(TokenError::OtherRedirectUri);
    }
    match form.first("code_verifier") {
        None => Err(TokenError::InvalidGrant("code_verifier is missing")),
        Some(verifier) if verifies(code, verifier) => Ok(()),
        Some(_) => Err(TokenError::InvalidGrant("another code_verifier")),
    }
}

fn verifies(code: &AuthorizationCode, verifier: &str) -> bool {
    let unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(unreserved)
        && encode(&Sha256::digest(verifier)) == code.code_challenge
}
