//! Handles a token request.

use actix_web::http::StatusCode;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use serde_json::json;

use super::client_authentication::{authenticate, basic_credentials};
use super::code_exchange::{exchange, pkce_matched};
use super::error::TokenError;
use super::refresh::refresh;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::{BasicCredentials, Endpoint, Parameters, TokenRequest};
use crate::transport::deliver;

pub(crate) async fn post(
    provider: web::Data<Provider>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let form = Parameters::parse(&body);
    let basic = basic_credentials(&request);
    record(&provider, &form, basic.clone().unwrap_or_default());
    let is_form = request.content_type() == "application/x-www-form-urlencoded";
    deliver(&provider, Endpoint::Token, || {
        reply(&provider, basic, is_form, &form).unwrap_or_else(TokenError::reply)
    })
    .await
}

/// Logs a token request.
pub(crate) fn record(provider: &Provider, form: &Parameters, basic: Option<BasicCredentials>) {
    provider.log.token(TokenRequest {
        form: form.clone(),
        basic,
        pkce_matched: pkce_matched(provider, form),
    });
}

fn reply(
    provider: &Provider,
    basic: Result<Option<BasicCredentials>, TokenError>,
    is_form: bool,
    form: &Parameters,
) -> Result<Reply, TokenError> {
    if let Some(reply) = deliberate_error(provider) {
        return Ok(reply);
    }
    if !is_form {
        return Err(TokenError::InvalidRequest("the body is not a form"));
    }
    if form.repeated().is_some() {
        return Err(TokenError::InvalidRequest("a parameter is repeated"));
    }
    let client = authenticate(provider, basic?.as_ref(), form)?;
    match form.first("grant_type") {
        Some("authorization_code") => exchange(provider, client, form),
        Some("refresh_token") => refresh(provider, client, form),
        None => Err(TokenError::InvalidRequest("grant_type is missing")),
        Some(_) => Err(TokenError::UnsupportedGrantType),
    }
}

fn deliberate_error(provider: &Provider) -> Option<Reply> {
    let code = provider.faults.token_error()?;
    let body = json!({ "error": code, "error_description": "a deliberate fault" });
    Some(Reply::json(StatusCode::BAD_REQUEST, &body).no_store())
}
