//! The response that contains the tokens (RFC 6749 §5.1).

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::fault::{TokenReplyFault, edit};
use crate::grant::{ACCESS_TOKEN_SECONDS, Grant};
use crate::id_token::{self, Content};
use crate::provider::Provider;
use crate::random;
use crate::reply::Reply;

/// What is to be issued.
#[derive(Debug)]
pub(crate) struct Issue<'a> {
    pub(crate) client: &'a Client,
    pub(crate) grant: &'a Arc<Grant>,
    pub(crate) scope: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) auth_time: Option<i64>,
    pub(crate) with_refresh_token: bool,
}

pub(crate) fn issue(provider: &Provider, issue: &Issue<'_>) -> Reply {
    let faults = provider.faults.token_reply();
    let mut reply = fields(provider, issue);
    change(&mut reply, &faults);
    if let Some(id_token) = id_token(provider, issue, &reply) {
        reply.insert("id_token".to_owned(), id_token.into());
        change(&mut reply, &faults);
    }
    remember(provider, issue.grant, issue.scope, &reply);
    Reply::json(StatusCode::OK, &Value::Object(reply)).no_store()
}

/// Makes the access token of a reply valid.
pub(crate) fn remember(
    provider: &Provider,
    grant: &Arc<Grant>,
    scope: &str,
    reply: &Map<String, Value>,
) {
    if let Some(Value::String(access_token)) = reply.get("access_token") {
        let expires_at = provider.clock.now() + ACCESS_TOKEN_SECONDS;
        let grant = Grant::scoped(grant, scope);
        provider
            .grants
            .add_access_token(access_token.clone(), grant, expires_at);
    }
}

fn fields(provider: &Provider, issue: &Issue<'_>) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("access_token".to_owned(), random::token().into());
    fields.insert("token_type".to_owned(), "Bearer".into());
    fields.insert("expires_in".to_owned(), ACCESS_TOKEN_SECONDS.into());
    fields.insert("scope".to_owned(), issue.scope.into());
    if issue.with_refresh_token {
        let refresh_token = provider.grants.add_refresh_token(Arc::clone(issue.grant));
        fields.insert("refresh_token".to_owned(), refresh_token.into());
    }
    fields
}

fn id_token(provider: &Provider, issue: &Issue<'_>, reply: &Map<String, Value>) -> Option<String> {
    if !issue.scope.split_whitespace().any(|word| word == "openid") {
        return None;
    }
    let person = provider.people.find(&issue.grant.subject)?;
    let content = Content {
        client: issue.client,
        claims: person.claims_for(issue.scope),
        nonce: issue.nonce,
        auth_time: issue.auth_time,
        access_token: reply.get("access_token").and_then(Value::as_str),
    };
    id_token::mint(provider, content)
}

/// Applies faults to a reply.
pub(crate) fn change(reply: &mut Map<String, Value>, faults: &[TokenReplyFault]) {
    for fault in faults {
        match fault {
            TokenReplyFault::FieldSet { name, value } => edit(reply, name, Some(value)),
            TokenReplyFault::FieldRemoved { name } => edit(reply, name, None),
            TokenReplyFault::Error { .. } => {}
        }
    }
}
