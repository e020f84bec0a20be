//! What Microsoft does differently: an issuer for each tenant, and no word on whether an address is verified.

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use crate::discovery;
use crate::path;
use crate::provider::Provider;

/// Serves the discovery document of a tenant, or of `common`, `organizations` or `consumers`.
pub(crate) async fn get(provider: web::Data<Provider>, tenant: web::Path<String>) -> HttpResponse {
    discovery::serve(&provider, document(&provider, &tenant)).await
}

/// Returns the issuer of a tenant below an address, or the template of all with [`PLACEHOLDER`].
pub(crate) fn issuer(base: &str, tenant: &str) -> String {
    format!("{base}/{tenant}/v2.0")
}

/// Names the tenant and its issuer in the claims of an ID token.
pub(crate) fn of_tenant(provider: &Provider, claims: Map<String, Value>) -> Map<String, Value> {
    let mut claims = known(claims);
    let tenant = claims.entry("tid").or_insert_with(|| CONSUMERS.into());
    let tenant = tenant.as_str().unwrap_or_default().to_owned();
    claims.insert("iss".to_owned(), issuer(&provider.issuer, &tenant).into());
    claims.insert("ver".to_owned(), "2.0".into());
    claims
}

/// Removes the claims that Microsoft does not send.
pub(crate) fn known(mut claims: Map<String, Value>) -> Map<String, Value> {
    for unknown in ["email_verified", "hd", "picture", "azp", "at_hash"] {
        claims.remove(unknown);
    }
    claims
}

fn document(provider: &Provider, tenant: &str) -> Option<Map<String, Value>> {
    let named = match tenant {
        _ if !provider.is_microsoft => return None,
        "common" | "organizations" => PLACEHOLDER,
        "consumers" => CONSUMERS,
        tenant if is_guid(tenant) => tenant,
        _ => return None,
    };
    let Value::Object(document) = json!({
        "issuer": issuer(&provider.issuer, named),
        "authorization_endpoint": provider.url(path::AUTHORIZATION),
        "token_endpoint": provider.url(path::TOKEN),
        "userinfo_endpoint": provider.url(path::USERINFO),
        "jwks_uri": provider.url(path::JWKS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post", "private_key_jwt", "client_secret_basic",
        ],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "preferred_username", "name", "tid", "ver", "email",
        ],
        "request_uri_parameter_supported": false,
        "tenant_region_scope": null,
    }) else {
        unreachable!("the literal above is an object")
    };
    Some(document)
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(is_hex)
}

/// What stands for the tenant where a document is about all of them.
pub(crate) const PLACEHOLDER: &str = "{tenantid}";
/// The tenant of personal accounts.
pub(crate) const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
