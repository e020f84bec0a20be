use super::*;
use crate::settings::{ProviderSettings, SettingErrors, Settings, Vars};

/// The provider `acme` with these settings of its own besides issuer and client id.
fn acme(own: &[(&str, &str)]) -> Result<Oidc, SettingErrors> {
    let own: Vec<(String, &str)> = own
        .iter()
        .map(|(name, value)| (format!("OIDC_ACME_{name}"), *value))
        .collect();
    let mut given = vec![
        ("OIDC_PROVIDERS", "acme"),
        ("OIDC_ACME_ISSUER_URL", "https://sso.example.com"),
        ("OIDC_ACME_CLIENT_ID", "belgie"),
    ];
    given.extend(own.iter().map(|(name, value)| (name.as_str(), *value)));
    let settings = Settings::read(&Vars::of(&given))?;
    match settings.providers.into_iter().next() {
        Some(ProviderSettings::Oidc(provider)) => Ok(provider),
        other => panic!("{other:?}"),
    }
}

fn error(own: &[(&str, &str)]) -> String {
    acme(own).unwrap_err().to_string()
}

const SECRET: (&str, &str) = ("CLIENT_SECRET", "hunter2");

#[test]
fn a_client_without_a_secret_is_a_public_one() {
    assert!(acme(&[]).unwrap().client_secret.is_none());
    assert!(acme(&[SECRET]).unwrap().client_secret.is_some());
    assert!(
        acme(&[("CLIENT_SECRET", "")])
            .unwrap()
            .client_secret
            .is_none()
    );
}

#[test]
fn flow_16_the_method_of_authentication_is_one_of_three() {
    for (word, method) in [
        ("client_secret_basic", TokenAuthMethod::ClientSecretBasic),
        ("client_secret_post", TokenAuthMethod::ClientSecretPost),
        ("CLIENT_SECRET_POST", TokenAuthMethod::ClientSecretPost),
    ] {
        let provider = acme(&[SECRET, ("TOKEN_AUTH_METHOD", word)]).unwrap();
        assert_eq!(provider.token_auth_method, Some(method));
    }
    let public = acme(&[("TOKEN_AUTH_METHOD", "none")]).unwrap();
    assert_eq!(public.token_auth_method, Some(TokenAuthMethod::None));
    assert_eq!(acme(&[SECRET]).unwrap().token_auth_method, None);
    for other in ["basic", "post", "private_key_jwt", "client_secret_jwt"] {
        assert_eq!(
            error(&[SECRET, ("TOKEN_AUTH_METHOD", other)]),
            "BELGIE_OIDC_ACME_TOKEN_AUTH_METHOD must be `client_secret_basic`, `client_secret_post` or `none`"
        );
    }
}

#[test]
fn flow_16_a_method_that_does_not_fit_the_secret_is_an_error() {
    assert_eq!(
        error(&[SECRET, ("TOKEN_AUTH_METHOD", "none")]),
        "BELGIE_OIDC_ACME_TOKEN_AUTH_METHOD is `none`, but BELGIE_OIDC_ACME_CLIENT_SECRET is set: remove one"
    );
    for method in ["client_secret_basic", "client_secret_post"] {
        assert_eq!(
            error(&[("TOKEN_AUTH_METHOD", method)]),
            format!(
                "BELGIE_OIDC_ACME_CLIENT_SECRET is not set, but BELGIE_OIDC_ACME_TOKEN_AUTH_METHOD is `{method}`"
            )
        );
    }
}

#[test]
fn flow_17_parameters_are_a_query_string_of_known_names() {
    let given = |text| acme(&[SECRET, ("PARAMETERS", text)]);
    let expected = "prompt=select_account&max_age=60".parse().unwrap();
    let provider = given("prompt=select_account&max_age=60").unwrap();
    assert_eq!(provider.parameters, expected);
    let none = AuthorizationParameters::default();
    assert_eq!(acme(&[SECRET]).unwrap().parameters, none);

    for (text, problem) in [
        ("state=x", r#"the parameter "state" is one of the protocol"#),
        (
            "prompt=login&redirect_uri=x",
            r#"the parameter "redirect_uri" is one"#,
        ),
        (
            "promt=login",
            r#"the parameter "promt" is unknown; known are prompt, acr_values, "#,
        ),
        (
            "prompt=login&prompt=login",
            r#"the parameter "prompt" is repeated"#,
        ),
        ("prompt=none", r#"the parameter "prompt" cannot be `none`"#),
        ("max_age=1h", r#"the parameter "max_age" must be a number"#),
        ("hunter2", "the parameters are not a query string"),
    ] {
        let message = given(text).unwrap_err().to_string();

        let expected = format!("BELGIE_OIDC_ACME_PARAMETERS cannot be used: {problem}");
        assert!(message.starts_with(&expected), "{message}");
        assert!(
            !message.contains("hunter2") && message.lines().count() == 1,
            "{message}"
        );
    }
}

#[test]
fn idt_04_further_audiences_are_a_list() {
    for list in ["123, 456", r#"["123","456"]"#] {
        let provider = acme(&[SECRET, ("TRUSTED_AUDIENCES", list)]).unwrap();

        assert_eq!(provider.trusted_audiences, ["123", "456"]);
    }
    assert!(acme(&[SECRET]).unwrap().trusted_audiences.is_empty());
    assert_eq!(
        error(&[SECRET, ("TRUSTED_AUDIENCES", "[1]")]),
        "BELGIE_OIDC_ACME_TRUSTED_AUDIENCES is not a JSON list of strings"
    );
}
