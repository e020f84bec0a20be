//! GitHub's token endpoint: errors have status 200, scopes are separated by commas, and a client that does not accept
//! JSON gets a form.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use crate::provider::Provider;
use crate::random;
use crate::reply::Reply;
use crate::request_log::{Endpoint, Parameters};
use crate::token::{TokenError, authenticate, change, record, redeem, remember};
use crate::transport::deliver;

pub(crate) async fn post(
    provider: web::Data<Provider>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let form = Parameters::parse(&body);
    record(&provider, &form, None);
    deliver(&provider, Endpoint::Token, || {
        match outcome(&provider, &form) {
            Ok(fields) => written(&fields, accepts_json(&request)),
            Err(reply) => reply,
        }
    })
    .await
}

/// Returns the fields of the reply. An unknown client gets another status, as at GitHub.
fn outcome(provider: &Provider, form: &Parameters) -> Result<Map<String, Value>, Reply> {
    if let Some(code) = provider.faults.token_error() {
        return Ok(error(&code, "a deliberate fault"));
    }
    let client_id = form.first("client_id").unwrap_or_default();
    if provider.find_client(client_id).is_none() {
        let body = json!({ "error": "Not Found" });
        return Err(Reply::json(StatusCode::NOT_FOUND, &body));
    }
    Ok(issued(provider, form).unwrap_or_else(refused))
}

fn issued(provider: &Provider, form: &Parameters) -> Result<Map<String, Value>, TokenError> {
    let client = authenticate(provider, None, form)?;
    let code = redeem(provider, client, form)?;
    let separators = [' ', ','];
    let scopes: Vec<&str> = { code.grant.scope.split(separators) }
        .filter(|scope| !scope.is_empty())
        .collect();
    let mut fields = Map::new();
    let token = format!("gho_{}", random::token());
    fields.insert("access_token".to_owned(), token.into());
    fields.insert("token_type".to_owned(), "bearer".into());
    fields.insert("scope".to_owned(), scopes.join(",").into());
    change(&mut fields, &provider.faults.token_reply());
    let granted = fields.get("scope").and_then(Value::as_str);
    let granted = granted.unwrap_or_default().replace(',', " ");
    remember(provider, &code.grant, &granted, &fields);
    Ok(fields)
}

fn refused(reason: TokenError) -> Map<String, Value> {
    match reason {
        TokenError::InvalidClient => error(
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        ),
        TokenError::OtherRedirectUri => error(
            "redirect_uri_mismatch",
            "The redirect_uri MUST match the registered callback URL for this application.",
        ),
        _ => error(
            "bad_verification_code",
            "The code passed is incorrect or expired.",
        ),
    }
}

fn error(code: &str, description: &str) -> Map<String, Value> {
    [("error", code), ("error_description", description)]
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into_iter()
        .collect()
}

fn accepts_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT);
    let accept = accept.and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

fn written(fields: &Map<String, Value>, as_json: bool) -> Reply {
    if as_json {
        return Reply::json(StatusCode::OK, &Value::Object(fields.clone())).no_store();
    }
    let mut form = Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, value.as_str().unwrap_or_default());
    }
    let content_type = "application/x-www-form-urlencoded; charset=utf-8";
    Reply::new(StatusCode::OK, content_type, form.finish()).no_store()
}
