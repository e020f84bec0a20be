//! The provider's metadata (OpenID Connect Discovery §3).

mod client_authentication;
mod endpoint;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::config::{OidcConfig, TokenAuthMethod};
use crate::document;
use crate::fault::ProviderFault;
use crate::{SigningAlgorithm, UnusableProvider};
use belgie_provider_http::{Get, HttpClient, Network, json, printable};

use endpoint::EndpointRule;

/// The relevant part of a discovery document, validated.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) network: Network,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) userinfo_endpoint: Option<Url>,
    pub(crate) revocation_endpoint: Option<Url>,
    pub(crate) jwks_uri: Url,
    pub(crate) algorithms: Vec<SigningAlgorithm>,
    pub(crate) token_auth_method: TokenAuthMethod,
    pub(crate) promises_iss: bool,
}

/// The fields that are read. The others may be invalid; nothing depends on them.
#[derive(Deserialize)]
struct Fields {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    userinfo_endpoint: Option<Url>,
    /// RFC 8414 §2
    #[serde(default, deserialize_with = "json::usable")]
    revocation_endpoint: Option<Url>,
    jwks_uri: Url,
    id_token_signing_alg_values_supported: Vec<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    /// RFC 9126 §5
    #[serde(default)]
    require_pushed_authorization_requests: Value,
    /// RFC 9101 §10.5
    #[serde(default)]
    require_signed_request_object: Value,
}

/// Fetches the discovery document.
pub(crate) async fn fetch(
    config: &OidcConfig,
    http: &HttpClient,
) -> Result<Metadata, ProviderFault> {
    let unavailable = document::DISCOVERY.unavailable();
    let network = http
        .network_of(&config.issuer_url)
        .await
        .map_err(&unavailable)?;
    let url = address(config)?;
    let get = Get::new(network, &url).limit(MAX_BYTES);
    let answer = http.get(get).await.map_err(&unavailable)?;
    let fields =
        json::object(answer.body()).map_err(|error| document::DISCOVERY.malformed(error))?;
    check(config, network, fields)
}

/// Returns `{issuer}/.well-known/openid-configuration`, without a doubled slash (Discovery §4.1).
fn address(config: &OidcConfig) -> Result<Url, ProviderFault> {
    let issuer = config.issuer.as_str().trim_end_matches('/');
    let address = Url::parse(&format!("{issuer}/.well-known/openid-configuration"));
    Ok(address.map_err(|error| document::DISCOVERY.malformed(error))?)
}

fn check(config: &OidcConfig, network: Network, fields: Fields) -> Result<Metadata, ProviderFault> {
    // Compared byte for byte (Discovery §4.3); nothing else can be trusted unless this matches.
    if !config.issuer_rule.is_discovered(&fields.issuer) {
        let found = printable(&fields.issuer);
        return Err(UnusableProvider::OtherIssuer { found }.into());
    }
    let rule = EndpointRule::new(&config.issuer_url, network);
    rule.check_authorization("authorization_endpoint", &fields.authorization_endpoint)?;
    rule.check("token_endpoint", &fields.token_endpoint)?;
    rule.check("jwks_uri", &fields.jwks_uri)?;
    if let Some(endpoint) = &fields.userinfo_endpoint {
        rule.check("userinfo_endpoint", endpoint)?;
    }
    check_requirements(&fields)?;
    let announced = &fields.id_token_signing_alg_values_supported;
    let algorithms = SigningAlgorithm::narrow(&config.algorithms, announced);
    if algorithms.is_empty() {
        return Err(UnusableProvider::no_common_algorithm(announced).into());
    }
    Ok(Metadata {
        network,
        algorithms,
        token_auth_method: client_authentication::choose(
            config,
            fields.token_endpoint_auth_methods_supported.as_deref(),
        )?,
        authorization_endpoint: fields.authorization_endpoint,
        token_endpoint: fields.token_endpoint,
        userinfo_endpoint: fields.userinfo_endpoint,
        // No sign-in depends on it, so a forbidden one is only not used.
        revocation_endpoint: fields
            .revocation_endpoint
            .filter(|endpoint| rule.check("revocation_endpoint", endpoint).is_ok()),
        jwks_uri: fields.jwks_uri,
        promises_iss: fields.authorization_response_iss_parameter_supported,
    })
}

/// Refuses a provider that demands what is not supported, before a person is sent there in vain.
fn check_requirements(fields: &Fields) -> Result<(), UnusableProvider> {
    if fields.require_pushed_authorization_requests == true {
        return Err(UnusableProvider::PushedRequestsRequired);
    }
    if fields.require_signed_request_object == true {
        return Err(UnusableProvider::SignedRequestsRequired);
    }
    Ok(())
}

const MAX_BYTES: usize = 256 * 1024;

#[cfg(test)]
mod tests;
