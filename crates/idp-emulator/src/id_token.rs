//! The ID token (OpenID Connect Core §2), correct or deliberately faulty.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::client::Client;
use crate::fault::{IdTokenFault, edit};
use crate::jwt::{compact, encode, encode_plain};
use crate::microsoft;
use crate::provider::Provider;
use crate::random;
use crate::signer::Signer;

/// The contents of an ID token that do not follow from the provider.
#[derive(Debug)]
pub(crate) struct Content<'a> {
    pub(crate) client: &'a Client,
    /// The person's claims, including `sub`.
    pub(crate) claims: Map<String, Value>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) auth_time: Option<i64>,
    pub(crate) access_token: Option<&'a str>,
}

/// Returns an ID token, or none if a fault says so.
pub(crate) fn mint(provider: &Provider, content: Content<'_>) -> Option<String> {
    let faults = provider.faults.id_token();
    let secret = content.client.secret.clone().unwrap_or_default();
    let now = provider.clock.now();
    let mut claims = claims(provider, content, now);
    if provider.is_microsoft {
        set_tenant(&mut claims, &faults);
        claims = microsoft::of_tenant(provider, claims);
    }
    let payload = payload(&faults, claims, now);
    let signature = faults.iter().rev().find_map(|fault| match fault {
        IdTokenFault::Signature(signature) => Some(*signature),
        _ => None,
    });
    let signer = Signer::new(provider, signature, &secret);
    let header = Value::Object(header(signer.header(), &faults)).to_string();
    let encode = if faults.contains(&IdTokenFault::PlainBase64) {
        encode_plain
    } else {
        encode
    };
    let token = compact(&header, &payload, encode, |message| signer.sign(message));
    reshape(token, &faults)
}

fn claims(provider: &Provider, content: Content<'_>, now: i64) -> Map<String, Value> {
    let mut claims = content.claims;
    let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    set("iss", provider.issuer.clone().into());
    set("aud", content.client.id.clone().into());
    set("azp", content.client.id.clone().into());
    set("iat", now.into());
    set("exp", (now + LIFETIME_SECONDS).into());
    if let Some(nonce) = content.nonce {
        set("nonce", nonce.into());
    }
    if let Some(auth_time) = content.auth_time {
        set("auth_time", auth_time.into());
    }
    if let Some(access_token) = content.access_token {
        set("at_hash", at_hash(access_token).into());
    }
    claims
}

fn set_tenant(claims: &mut Map<String, Value>, faults: &[IdTokenFault]) {
    for fault in faults {
        if let IdTokenFault::Tenant(tenant) = fault {
            edit(claims, "tid", Some(&json!(tenant)));
        }
    }
}

/// Returns the left half of the access token's hash (OpenID Connect Core §3.1.3.6).
fn at_hash(access_token: &str) -> String {
    encode(&Sha256::digest(access_token)[..16])
}

fn payload(faults: &[IdTokenFault], mut claims: Map<String, Value>, now: i64) -> String {
    for fault in faults {
        match fault {
            IdTokenFault::ClaimSet { name, value } => edit(&mut claims, name, Some(value)),
            IdTokenFault::ClaimAt {
                name,
                seconds_from_now,
            } => edit(&mut claims, name, Some(&(now + seconds_from_now).into())),
            IdTokenFault::ClaimRemoved { name } => edit(&mut claims, name, None),
            // Base64 encodes three bytes as four characters.
            IdTokenFault::Oversized { bytes } => {
                edit(
                    &mut claims,
                    "padding",
                    Some(&"x".repeat(bytes * 3 / 4).into()),
                );
            }
            IdTokenFault::Payload(payload) => return payload.to_string(),
            IdTokenFault::PayloadText(payload) => return payload.clone(),
            _ => {}
        }
    }
    Value::Object(claims).to_string()
}

fn header(mut header: Map<String, Value>, faults: &[IdTokenFault]) -> Map<String, Value> {
    for fault in faults {
        match fault {
            IdTokenFault::HeaderSet { name, value } => edit(&mut header, name, Some(value)),
            IdTokenFault::HeaderRemoved { name } => edit(&mut header, name, None),
            IdTokenFault::RandomKid => edit(&mut header, "kid", Some(&json!(random::token()))),
            _ => {}
        }
    }
    header
}

fn reshape(mut token: String, faults: &[IdTokenFault]) -> Option<String> {
    for fault in faults {
        match fault {
            IdTokenFault::TwoParts => {
                let end = token.rfind('.').unwrap_or(token.len());
                token.truncate(end);
            }
            IdTokenFault::Encrypted => token = encrypted(),
            IdTokenFault::Text(text) => token.clone_from(text),
            IdTokenFault::Missing => return None,
            _ => {}
        }
    }
    Some(token)
}

/// Returns a token in the form of an encrypted one, without any content.
fn encrypted() -> String {
    let header = json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT" });
    [
        encode(header.to_string().as_bytes()),
        encode(&random::bytes::<256>()),
        encode(&random::bytes::<12>()),
        encode(&random::bytes::<512>()),
        encode(&random::bytes::<16>()),
    ]
    .join(".")
}

const LIFETIME_SECONDS: i64 = 3600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_that_of_the_standards_example() {
        // OpenID Connect Core §A.3
        let hash = at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");

        assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn an_encrypted_token_has_five_parts() {
        assert_eq!(encrypted().split('.').count(), 5);
    }
}
