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
    check_for(&config(), name, value)
}

fn check_for(config: &OidcConfig, name: &str, value: Value) -> Result<Metadata, ProviderFault> {
    let mut document = document();
    document[name] = value;
    let fields =
        serde_json::from_value(document).map_err(|error| document::DISCOVERY.malformed(error))?;
    check(config, Network::Internet, fields)
}

#[test]
fn fields_that_nothing_depends_on_may_be_wrong() {
    assert!(check_with("claims_supported", json!("all")).is_ok());
}

fn other_issuer(found: &str) -> ProviderFault {
    let found = found.to_owned();
    UnusableProvider::OtherIssuer { found }.into()
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
            other_issuer(issuer)
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
    for (announced, shown) in [
        (json!([]), "nothing"),
        (json!(["none"]), "none"),
        (json!(["none", "HS\u{1b}256"]), "none, HS?256"),
    ] {
        let error = check_with("id_token_signing_alg_values_supported", announced).unwrap_err();

        let announced = shown.to_owned();
        assert_eq!(
            error,
            UnusableProvider::NoCommonAlgorithm { announced }.into()
        );
    }
}

fn method(config: &OidcConfig, announced: Value) -> Result<TokenAuthMethod, ProviderFault> {
    let checked = check_for(config, "token_endpoint_auth_methods_supported", announced);
    checked.map(|metadata| metadata.token_auth_method)
}

#[test]
fn flow_16_the_client_authenticates_by_basic_unless_only_post_is_offered() {
    let method = |announced| method(&config(), announced);
    let (basic, post) = (
        TokenAuthMethod::ClientSecretBasic,
        TokenAuthMethod::ClientSecretPost,
    );

    assert_eq!(method(Value::Null), Ok(basic));
    let both = json!(["client_secret_post", "client_secret_basic"]);
    assert_eq!(method(both), Ok(basic));
    let only_post = json!(["client_secret_post", "private_key_jwt"]);
    assert_eq!(method(only_post), Ok(post));
    for (announced, shown) in [
        (json!(["private_key_jwt", "none"]), "private_key_jwt, none"),
        (json!([]), "nothing"),
    ] {
        let error = method(announced).unwrap_err();

        let announced = shown.to_owned();
        let expected = UnusableProvider::NoCommonTokenAuthMethod { announced };
        assert_eq!(error, expected.into());
    }
}

#[test]
fn a_provider_that_requires_more_than_is_supported_is_unusable() {
    for (name, expected) in [
        (
            "require_pushed_authorization_requests",
            UnusableProvider::PushedRequestsRequired,
        ),
        (
            "require_signed_request_object",
            UnusableProvider::SignedRequestsRequired,
        ),
    ] {
        let error = check_with(name, json!(true)).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(error, expected.into());
        for value in [json!(false), Value::Null, json!("true"), json!(1)] {
            assert!(check_with(name, value.clone()).is_ok(), "{name}: {value}");
        }
    }
}

#[test]
fn flow_16_a_configured_method_is_used_whatever_is_announced() {
    let announced = [
        Value::Null,
        json!(["client_secret_basic"]),
        json!(["private_key_jwt"]),
    ];
    for announced in announced {
        for chosen in [
            TokenAuthMethod::ClientSecretBasic,
            TokenAuthMethod::ClientSecretPost,
        ] {
            let config = config().token_auth_method(chosen).unwrap();

            assert_eq!(method(&config, announced.clone()), Ok(chosen));
        }
        let mut public = config();
        public.client = ClientCredentials::public("client");

        assert_eq!(method(&public, announced), Ok(TokenAuthMethod::None));
    }
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
