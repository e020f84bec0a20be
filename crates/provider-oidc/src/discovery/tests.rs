use serde_json::{Value, json};

use super::*;
use crate::ClientCredentials;

fn config() -> OidcConfig {
    OidcConfig::new(
        "corporate-sso".parse().unwrap(),
        "https://id.example.com",
        ClientCredentials::new("client", "secret"),
    )
    .unwrap()
}

fn document() -> Value {
    json!({
        "issuer": "https://id.example.com",
        "authorization_endpoint": "https://id.example.com/authorize",
        "token_endpoint": "https://id.example.com/token",
        "jwks_uri": "https://id.example.com/keys",
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "op_policy_uri": "",
        "service_documentation": 7,
    })
}

fn check_with(name: &str, value: Value) -> Result<Metadata, ProviderFault> {
    let mut document = document();
    document[name] = value;
    let fields =
        serde_json::from_value(document).map_err(|error| Document::Discovery.malformed(error))?;
    check(&config(), Network::Internet, fields)
}

#[test]
fn fields_that_nothing_depends_on_may_be_wrong() {
    assert!(check_with("claims_supported", json!("all")).is_ok());
}

#[test]
fn idt_20_the_issuer_is_compared_byte_for_byte() {
    assert!(check_with("issuer", json!("https://id.example.com")).is_ok());
    for issuer in [
        "https://id.example.com/",
        "https://ID.example.com",
        "https://id.example.com:443",
        "https://evil.example.com",
        "",
    ] {
        assert_eq!(
            check_with("issuer", json!(issuer)).unwrap_err(),
            ProviderFault::OtherIssuer(issuer.to_owned())
        );
    }
    assert!(check_with("issuer", json!(["https://id.example.com"])).is_err());
}

#[test]
fn idt_20_every_endpoint_is_checked() {
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
    ] {
        for url in ["http://id.example.com/x", "https://169.254.169.254/x", "/x"] {
            assert!(check_with(name, json!(url)).is_err(), "{name} {url}");
        }
    }
}

#[test]
fn idt_02_a_provider_without_a_common_algorithm_is_unusable() {
    for announced in [json!([]), json!(["none"]), json!(["none", "HS256"])] {
        assert_eq!(
            check_with("id_token_signing_alg_values_supported", announced).unwrap_err(),
            ProviderFault::NoCommonAlgorithm
        );
    }
}

#[test]
fn flow_16_the_client_authenticates_by_basic_unless_only_post_is_offered() {
    let method = |offered: Value| {
        check_with("token_endpoint_auth_methods_supported", offered)
            .map(|metadata| format!("{:?}", metadata.client_authentication))
    };

    assert_eq!(method(Value::Null).unwrap(), "BasicAuth");
    assert_eq!(
        method(json!(["client_secret_post", "client_secret_basic"])).unwrap(),
        "BasicAuth"
    );
    assert_eq!(
        method(json!(["client_secret_post", "private_key_jwt"])).unwrap(),
        "RequestBody"
    );
    assert_eq!(
        method(json!(["private_key_jwt"])).unwrap_err(),
        ProviderFault::NoClientAuthentication
    );
}

#[test]
fn discovery_lies_below_the_issuer_without_a_doubled_slash() {
    let mut config = config();
    assert_eq!(
        address(&config).unwrap().as_str(),
        "https://id.example.com/.well-known/openid-configuration"
    );
    config.issuer = "https://id.example.com/realms/a/".parse().unwrap();
    assert_eq!(
        address(&config).unwrap().as_str(),
        "https://id.example.com/realms/a/.well-known/openid-configuration"
    );
}
