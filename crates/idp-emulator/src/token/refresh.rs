//! The exchange of a refresh token for an access token (RFC 6749 §6, OpenID Connect Core §12).

use super::error::TokenError;
use super::issue::{Issue, issue};
use crate::client::Client;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::Parameters;

pub(crate) fn refresh(
    provider: &Provider,
    client: &Client,
    form: &Parameters,
) -> Result<Reply, TokenError> {
    let value = form
        .first("refresh_token")
        .ok_or(TokenError::InvalidRequest("refresh_token is missing"))?;
    let grant = provider
        .grants
        .find_refresh_token(value, &client.id)
        .ok_or(TokenError::InvalidGrant("unknown or revoked refresh token"))?;
    let scope = form.first("scope").unwrap_or(&grant.scope);
    let granted = |word: &str| grant.scope.split_whitespace().any(|it| it == word);
    if !scope.split_whitespace().all(granted) {
        return Err(TokenError::InvalidScope);
    }
    let with_refresh_token = provider.grants.retire_refresh_token(value);
    Ok(issue(
        provider,
        &Issue {
            client,
            grant: &grant,
            scope,
            nonce: None,
            auth_time: None,
            with_refresh_token,
        },
    ))
}
