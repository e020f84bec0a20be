//! The userinfo endpoint (OpenID Connect Core §5.3).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use crate::bearer::bearer_token;
use crate::fault::{UserinfoFault, edit};
use crate::jwt;
use crate::microsoft;
use crate::provider::Provider;
use crate::reply::Reply;
use crate::request_log::Endpoint;
use crate::signer::Signer;
use crate::transport::deliver;

pub(crate) async fn get(provider: web::Data<Provider>, request: HttpRequest) -> HttpResponse {
    provider.log.count(Endpoint::Userinfo);
    deliver(&provider, Endpoint::Userinfo, || reply(&provider, &request)).await
}

fn reply(provider: &Provider, request: &HttpRequest) -> Reply {
    let Some(token) = bearer_token(request) else {
        return refusal("Bearer");
    };
    let now = provider.clock.now();
    let Some(access) = provider.grants.find_access_token(token, now) else {
        return refusal(r#"Bearer error="invalid_token""#);
    };
    let Some(person) = provider.people.find(&access.grant.subject) else {
        return refusal(r#"Bearer error="invalid_token""#);
    };
    let faults = provider.faults.userinfo();
    let mut claims = person.claims_for(&access.scope);
    if provider.is_microsoft {
        claims = microsoft::known(claims);
    }
    let is_signed = |fault: &UserinfoFault| {
        matches!(fault, UserinfoFault::Jwt | UserinfoFault::JwtSignature(_))
    };
    if faults.iter().any(is_signed) {
        return signed(provider, claims, &access.grant.client_id, &faults);
    }
    let claims = edited(claims, &faults);
    Reply::json(StatusCode::OK, &Value::Object(claims)).no_store()
}

fn edited(mut claims: Map<String, Value>, faults: &[UserinfoFault]) -> Map<String, Value> {
    for fault in faults {
        match fault {
            UserinfoFault::ClaimSet { name, value } => edit(&mut claims, name, Some(value)),
            UserinfoFault::ClaimRemoved { name } => edit(&mut claims, name, None),
            UserinfoFault::Jwt | UserinfoFault::JwtSignature(_) => {}
        }
    }
    claims
}

fn signed(
    provider: &Provider,
    mut claims: Map<String, Value>,
    client_id: &str,
    faults: &[UserinfoFault],
) -> Reply {
    claims.insert("iss".to_owned(), provider.issuer.clone().into());
    claims.insert("aud".to_owned(), client_id.into());
    let payload = Value::Object(edited(claims, faults)).to_string();
    let signature = faults.iter().rev().find_map(|fault| match fault {
        UserinfoFault::JwtSignature(signature) => Some(*signature),
        _ => None,
    });
    let secret = provider.find_client(client_id);
    let secret = secret
        .and_then(|client| client.secret.as_deref())
        .unwrap_or_default();
    let signer = Signer::new(provider, signature, secret);
    let header = Value::Object(signer.header()).to_string();
    let sign = |message: &[u8]| signer.sign(message);
    let token = jwt::compact(&header, &payload, jwt::encode, sign);
    Reply::new(StatusCode::OK, "application/jwt", token).no_store()
}

fn refusal(challenge: &str) -> Reply {
    Reply::json(
        StatusCode::UNAUTHORIZED,
        &json!({ "error": "invalid_token" }),
    )
    .header("www-authenticate", challenge)
    .no_store()
}
