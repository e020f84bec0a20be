//! The settings of providers.

use belgie_provider_oidc::{EmailDomain, EmailTrust};

use super::super::*;
use super::{error, read};

#[test]
fn microsoft_needs_id_and_secret() {
    assert_eq!(
        error(&[("MICROSOFT_CLIENT_ID", "id")]),
        "BELGIE_MICROSOFT_CLIENT_SECRET is not set, but BELGIE_MICROSOFT_CLIENT_ID is: Microsoft needs both"
    );
    assert_eq!(
        error(&[("MICROSOFT_CLIENT_SECRET", "hunter2")]),
        "BELGIE_MICROSOFT_CLIENT_ID is not set, but BELGIE_MICROSOFT_CLIENT_SECRET is: Microsoft needs both"
    );
}

#[test]
fn google_needs_id_and_secret() {
    let settings = read(&[("GOOGLE_CLIENT_ID", "id"), ("GOOGLE_CLIENT_SECRET", "s")]);
    let [ProviderSettings::Google(google)] = &settings.providers[..] else {
        panic!("{:?}", settings.providers);
    };
    assert_eq!(google.redirect_uri, None);
    assert_eq!(google.scopes, ["openid", "email", "profile"]);
    assert_eq!(google.issuer.as_str(), "https://accounts.google.com");

    assert_eq!(
        error(&[("GOOGLE_CLIENT_ID", "id")]),
        "BELGIE_GOOGLE_CLIENT_SECRET is not set, but BELGIE_GOOGLE_CLIENT_ID is: Google needs both"
    );
    assert_eq!(
        error(&[("GOOGLE_CLIENT_SECRET", "hunter2")]),
        "BELGIE_GOOGLE_CLIENT_ID is not set, but BELGIE_GOOGLE_CLIENT_SECRET is: Google needs both"
    );
}

#[test]
fn github_needs_id_and_secret() {
    let settings = read(&[("GITHUB_CLIENT_ID", "id"), ("GITHUB_CLIENT_SECRET", "s")]);
    let [ProviderSettings::Github(github)] = &settings.providers[..] else {
        panic!("{:?}", settings.providers);
    };
    assert_eq!(github.redirect_uri, None);
    assert_eq!(github.scopes, ["read:user", "user:email"]);
    assert_eq!(github.base_url.as_str(), "https://github.com");
    assert_eq!(github.api_url, None);
    assert!(matches!(github.trust_email, EmailTrust::Never));

    assert_eq!(
        error(&[("GITHUB_CLIENT_ID", "id")]),
        "BELGIE_GITHUB_CLIENT_SECRET is not set, but BELGIE_GITHUB_CLIENT_ID is: GitHub needs both"
    );
    assert_eq!(
        error(&[("GITHUB_CLIENT_SECRET", "hunter2")]),
        "BELGIE_GITHUB_CLIENT_ID is not set, but BELGIE_GITHUB_CLIENT_SECRET is: GitHub needs both"
    );
}

#[test]
fn lnk_02_github_is_trusted_for_what_the_operator_says() {
    let trust = |value| {
        let settings = read(&[
            ("GITHUB_CLIENT_ID", "id"),
            ("GITHUB_CLIENT_SECRET", "s"),
            ("GITHUB_TRUST_EMAIL", value),
        ]);
        match &settings.providers[..] {
            [ProviderSettings::Github(github)] => github.trust_email.clone(),
            others => panic!("{others:?}"),
        }
    };

    assert!(matches!(trust("true"), EmailTrust::Always));
    assert!(matches!(trust("false"), EmailTrust::Never));
    assert!(
        matches!(trust("a.example,b.example"), EmailTrust::Domains(domains) if domains.len() == 2)
    );
}

#[test]
fn cfg_01_a_client_id_in_the_place_of_the_secret_is_refused() {
    let message = error(&[
        ("GOOGLE_CLIENT_ID", "GOCSPX-hunter2"),
        (
            "GOOGLE_CLIENT_SECRET",
            "1-hunter2.apps.googleusercontent.com",
        ),
    ]);

    assert!(message.starts_with("BELGIE_GOOGLE_CLIENT_SECRET is a client id"));
    assert!(!message.contains("hunter2"), "{message}");
}

/// The trust in the e-mail addresses of a provider, as this setting says it.
fn trust_email(value: &str) -> Result<EmailTrust, SettingErrors> {
    let settings = Settings::read(&Vars::of(&[
        ("OIDC_PROVIDERS", "acme"),
        ("OIDC_ACME_ISSUER_URL", "https://sso.example.com"),
        ("OIDC_ACME_CLIENT_ID", "belgie"),
        ("OIDC_ACME_CLIENT_SECRET", "hunter2"),
        ("OIDC_ACME_TRUST_EMAIL", value),
    ]))?;
    match &settings.providers[..] {
        [ProviderSettings::Oidc(provider)] => Ok(provider.trust_email.clone()),
        others => panic!("{others:?}"),
    }
}

#[test]
fn lnk_02_a_provider_is_trusted_for_all_addresses_for_none_or_for_those_of_domains() {
    assert!(matches!(trust_email("true").unwrap(), EmailTrust::Always));
    assert!(matches!(trust_email("False").unwrap(), EmailTrust::Never));
    for list in [
        "a.example,xn--bcher-kva.example",
        "a.example XN--BCHER-KVA.example",
        r#"["a.example", "xn--bcher-kva.example"]"#,
    ] {
        let EmailTrust::Domains(domains) = trust_email(list).unwrap() else {
            panic!("{list}");
        };
        let domains: Vec<&str> = domains.iter().map(EmailDomain::as_str).collect();
        assert_eq!(domains, ["a.example", "xn--bcher-kva.example"]);
    }
    for other in [
        "yes",
        "on",
        "1",
        "ture",
        "all",
        "verified",
        "*",
        "*.example",
        ".a.example",
        "a.example,true",
        "b\u{fc}cher.example",
        "jane@a.example",
        "https://a.example",
        "a.example;b.example",
        "[]",
        ",",
    ] {
        let error = trust_email(other).unwrap_err().to_string();
        assert!(
            error.starts_with("BELGIE_OIDC_ACME_TRUST_EMAIL must be"),
            "{error}"
        );
    }
}

#[test]
fn a_provider_by_discovery_has_settings_of_its_own() {
    let settings = read(&[
        ("BASE_URL", "https://login.example.com"),
        ("OIDC_PROVIDERS", "my-corp"),
        (
            "OIDC_MY_CORP_ISSUER_URL",
            "https://sso.example.com/realms/x",
        ),
        ("OIDC_MY_CORP_CLIENT_ID", "belgie"),
        ("OIDC_MY_CORP_CLIENT_SECRET", "hunter2"),
        ("OIDC_MY_CORP_SCOPES", r#"["openid","email"]"#),
        ("OIDC_MY_CORP_NAME", "My Corp"),
        ("OIDC_MY_CORP_TRUST_EMAIL", "true"),
        ("OIDC_MY_CORP_REDIRECT_URI", "https://login.example.com/cb"),
    ]);

    let [ProviderSettings::Oidc(provider)] = &settings.providers[..] else {
        panic!("{:?}", settings.providers);
    };
    assert_eq!(provider.id.as_str(), "my-corp");
    assert_eq!(provider.name, "My Corp");
    assert_eq!(provider.scopes, ["openid", "email"]);
    assert!(matches!(provider.trust_email, EmailTrust::Always));
    let redirect_uri = provider.redirect_uri.as_ref().unwrap();
    assert_eq!(redirect_uri.as_str(), "https://login.example.com/cb");
}

#[test]
fn a_provider_without_its_settings_names_each_that_is_missing() {
    let errors = error(&[("OIDC_PROVIDERS", "acme")]);

    for missing in ["ISSUER_URL", "CLIENT_ID"] {
        assert!(
            errors.contains(&format!("BELGIE_OIDC_ACME_{missing} is not set")),
            "{errors}"
        );
    }
    assert_eq!(errors.lines().count(), 2, "{errors}");
}
