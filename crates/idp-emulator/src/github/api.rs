//! GitHub's API: its root, the signed-in user, and their e-mail addresses.

use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::account;
use crate::bearer::bearer_token;
use crate::fault::{GithubFault, edit};
use crate::grant::AccessGrant;
use crate::path;
use crate::person::Person;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::Endpoint;
use crate::transport::deliver;

pub(crate) async fn root(provider: web::Data<Provider>, request: HttpRequest) -> HttpResponse {
    answer(&provider, &request, Endpoint::GithubRoot, || {
        json(&json!({ "current_user_url": provider.url(path::GITHUB_USER) }))
    })
    .await
}

pub(crate) async fn user(provider: web::Data<Provider>, request: HttpRequest) -> HttpResponse {
    answer(&provider, &request, Endpoint::GithubUser, || {
        let Some((_, person)) = authenticated(&provider, &request) else {
            return refusal(StatusCode::UNAUTHORIZED, "Bad credentials");
        };
        let mut user = account::user(&provider, &person);
        change(&mut user, &provider.faults.github());
        json(&Value::Object(user))
    })
    .await
}

/// Without the scope, the addresses do not exist.
pub(crate) async fn emails(provider: web::Data<Provider>, request: HttpRequest) -> HttpResponse {
    answer(&provider, &request, Endpoint::GithubEmails, || {
        let Some((access, person)) = authenticated(&provider, &request) else {
            return refusal(StatusCode::UNAUTHORIZED, "Bad credentials");
        };
        let mut scopes = access.scope.split(' ');
        if !scopes.any(|scope| matches!(scope, "user" | "user:email")) {
            return refusal(StatusCode::NOT_FOUND, "Not Found");
        }
        json(&account::emails(&person))
    })
    .await
}

/// Like GitHub, refuses requests without a user agent.
async fn answer(
    provider: &Provider,
    request: &HttpRequest,
    endpoint: Endpoint,
    right: impl FnOnce() -> Reply,
) -> HttpResponse {
    let headers = request.headers();
    let text = |value: &actix_web::http::header::HeaderValue| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    };
    let pairs = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)));
    provider.log.github(endpoint, pairs.collect());
    deliver(provider, endpoint, || {
        if headers.contains_key(USER_AGENT) {
            right()
        } else {
            refusal(
                StatusCode::FORBIDDEN,
                "Request forbidden by administrative rules.",
            )
        }
    })
    .await
}

fn authenticated(provider: &Provider, request: &HttpRequest) -> Option<(AccessGrant, Person)> {
    let token = bearer_token(request)?;
    let access = provider
        .grants
        .find_access_token(token, provider.clock.now())?;
    let person = provider.people.find(&access.grant.subject)?;
    Some((access, person))
}

fn change(user: &mut Map<String, Value>, faults: &[GithubFault]) {
    for fault in faults {
        match fault {
            GithubFault::UserSet { name, value } => edit(user, name, Some(value)),
            GithubFault::UserRemoved { name } => edit(user, name, None),
        }
    }
}

fn json(body: &Value) -> Reply {
    let content_type = "application/json; charset=utf-8";
    Reply::new(StatusCode::OK, content_type, body.to_string())
}

fn refusal(status: StatusCode, message: &str) -> Reply {
    Reply::json(status, &json!({ "message": message }))
}
