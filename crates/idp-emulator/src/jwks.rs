//! The JSON Web Key Set (RFC 7517 §5).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::fault::{JwksFault, edit};
use crate::jwt::encode;
use crate::microsoft;
use crate::provider::Provider;
use crate::random;
use crate::reply::Reply;
use crate::request_log::Endpoint;
use crate::transport::deliver;

pub(crate) async fn get(provider: web::Data<Provider>) -> HttpResponse {
    provider.log.count(Endpoint::Jwks);
    deliver(&provider, Endpoint::Jwks, || reply(&provider)).await
}

fn reply(provider: &Provider) -> Reply {
    let faults = provider.faults.jwks();
    let mut keys = keys(provider, &faults);
    edit_fields(&mut keys, &faults);
    let document = faults.iter().rev().find_map(|fault| match fault {
        JwksFault::Document(document) => Some(document.clone()),
        _ => None,
    });
    let document = document.unwrap_or_else(|| json!({ "keys": keys }));
    Reply::json(StatusCode::OK, &document)
}

fn keys(provider: &Provider, faults: &[JwksFault]) -> Vec<Value> {
    let secret = provider.first_secret();
    let mut keys = vec![provider.keys.current().jwk()];
    if provider.is_microsoft {
        keys[0]["issuer"] = microsoft::issuer(&provider.issuer, microsoft::PLACEHOLDER).into();
    }
    for fault in faults {
        match fault {
            JwksFault::Replace(key) => keys = vec![key.jwk(secret)],
            JwksFault::Add(key) => keys.push(key.jwk(secret)),
            JwksFault::Decoys(count) => {
                keys.splice(0..0, std::iter::repeat_with(decoy).take(*count));
            }
            JwksFault::Document(_)
            | JwksFault::KeyFieldSet { .. }
            | JwksFault::KeyFieldRemoved { .. } => {}
        }
    }
    keys
}

fn edit_fields(keys: &mut [Value], faults: &[JwksFault]) {
    for key in keys.iter_mut().filter_map(Value::as_object_mut) {
        for fault in faults {
            match fault {
                JwksFault::KeyFieldSet { name, value } => edit(key, name, Some(value)),
                JwksFault::KeyFieldRemoved { name } => edit(key, name, None),
                JwksFault::Document(_)
                | JwksFault::Replace(_)
                | JwksFault::Add(_)
                | JwksFault::Decoys(_) => {}
            }
        }
    }
}

/// Returns what looks like an RSA key of 2048 bits, but has no known factors.
fn decoy() -> Value {
    let mut modulus = random::bytes::<256>();
    modulus[0] |= 0x80;
    modulus[255] |= 1;
    json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": random::token(),
        "n": encode(&modulus),
        "e": "AQAB",
    })
}
