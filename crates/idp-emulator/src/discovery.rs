//! The discovery document (OpenID Connect Discovery §3).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use crate::fault::{DiscoveryFault, edit};
use crate::path;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::Endpoint;
use crate::transport::deliver;

pub(crate) async fn get(provider: web::Data<Provider>) -> HttpResponse {
    let document = (!provider.is_microsoft).then(|| document(&provider));
    serve(&provider, document).await
}

/// Serves a document with the faults that apply, or says that there is none.
pub(crate) async fn serve(
    provider: &Provider,
    document: Option<Map<String, Value>>,
) -> HttpResponse {
    provider.log.count(Endpoint::Discovery);
    let reply = || match document {
        Some(document) => reply(provider, document),
        None => Reply::json(StatusCode::NOT_FOUND, &json!({ "error": "not_found" })),
    };
    deliver(provider, Endpoint::Discovery, reply).await
}

fn reply(provider: &Provider, mut document: Map<String, Value>) -> Reply {
    for fault in provider.faults.discovery() {
        match fault {
            DiscoveryFault::FieldSet { name, value } => edit(&mut document, &name, Some(&value)),
            DiscoveryFault::FieldRemoved { name } => edit(&mut document, &name, None),
        }
    }
    Reply::json(StatusCode::OK, &Value::Object(document))
}

fn document(provider: &Provider) -> Map<String, Value> {
    let Value::Object(document) = json!({
        "issuer": provider.issuer,
        "authorization_endpoint": provider.url(path::AUTHORIZATION),
        "token_endpoint": provider.url(path::TOKEN),
        "userinfo_endpoint": provider.url(path::USERINFO),
        "revocation_endpoint": provider.url(path::REVOCATION),
        "jwks_uri": provider.url(path::JWKS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "iss", "aud", "azp", "sub", "iat", "exp", "nonce", "at_hash", "auth_time",
            "email", "email_verified", "name", "picture", "hd",
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    }) else {
        unreachable!("the literal above is an object")
    };
    document
}
