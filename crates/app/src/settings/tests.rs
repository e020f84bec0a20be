mod providers;

use super::*;

const SECRET: &str = "b2e9cc41f70d8a36e5914bd27fa0c863";

fn read(settings: &[(&str, &str)]) -> Settings {
    Settings::read(&Vars::of(settings)).unwrap()
}

fn error(settings: &[(&str, &str)]) -> String {
    let Err(errors) = Settings::read(&Vars::of(settings)) else {
        panic!("{settings:?} should be refused");
    };
    errors.to_string()
}

#[test]
fn nothing_given_means_the_defaults_of_the_table() {
    let settings = read(&[]);

    assert_eq!(settings.site.base(), "http://localhost:8000");
    assert_eq!(settings.site.bind.to_string(), "127.0.0.1:8000");
    assert_eq!(settings.site.after_sign_in.as_str(), "/dashboard");
    assert_eq!(settings.database.url.to_string(), "sqlite://belgie.db");
    assert_eq!(settings.sessions, SessionPolicy::default());
    assert_eq!(settings.joining, JoinPolicy::default());
    assert_eq!(settings.cookie.same_site, belgie_web::SameSite::Lax);
    assert!(settings.cookie.secure && settings.cookie.http_only);
    assert!(settings.providers.is_empty());
    assert!(settings.operation.workers > 0);
    assert!(
        settings
            .required_secret()
            .unwrap_err()
            .to_string()
            .starts_with("BELGIE_SECRET is not set")
    );
}

#[test]
fn every_default_of_the_table_is_a_value_that_is_accepted() {
    let mut accepted = 0;
    for setting in SETTINGS {
        let Some(default) = setting.default else {
            continue;
        };
        if !setting.is_per_provider() {
            read(&[(&*setting.name, default)]);
            accepted += 1;
        }
    }
    assert!(accepted > 20, "{accepted}");
}

#[test]
fn every_setting_of_the_table_is_explained() {
    let text = text();
    let markdown = markdown();
    for setting in SETTINGS {
        assert!(text.contains(&setting.variable()) && markdown.contains(&setting.variable()));
        assert!(!setting.meaning.is_empty());
    }
}

#[test]
fn trusted_origins_and_the_front_end_may_be_returned_to() {
    let site = read(&[
        ("TRUSTED_ORIGINS", "https://app.example.com"),
        ("FRONTEND_URL", "https://front.example.com/start"),
        ("SIGNIN_REDIRECT_URL", "https://front.example.com/home"),
        ("SIGNOUT_REDIRECT_URL", "https://app.example.com/"),
    ])
    .site;

    assert_eq!(
        site.after_sign_in.as_str(),
        "https://front.example.com/home"
    );
    assert_eq!(site.trusted_origins.len(), 2);
}

#[test]
fn a_short_or_long_session_life_needs_no_other_setting() {
    let ten_years = "315360000";
    let longest = read(&[
        ("SESSION_MAX_AGE", ten_years),
        ("SESSION_FRESH_AGE", ten_years),
    ]);
    assert_eq!(longest.sessions.check(), Ok(()));
    for (max_age, update_age) in [
        ("2", 0),
        ("3600", 900),
        ("86400", 21_600),
        ("86401", 21_600),
        ("345600", 86_400),
        ("345601", 86_400),
    ] {
        let sessions = read(&[("SESSION_MAX_AGE", max_age)]).sessions;

        assert_eq!(sessions.update_age.num_seconds(), update_age, "{max_age}");
        assert_eq!(sessions.check(), Ok(()), "one that is used slides");
    }
}

#[test]
fn cfg_01_every_wrong_setting_is_named_and_its_value_is_not_shown() {
    let cases: &[&[(&str, &str)]] = &[
        &[("SECRET", "hunter2")],
        &[("SECRET_PREVIOUS", "hunter2hunter2")],
        &[("BASE_URL", "hunter2")],
        &[("BASE_URL", "https://hunter2.example/")],
        &[("BIND", "hunter2")],
        &[("DATABASE_URL", "hunter2")],
        &[("DATABASE_MAX_CONNECTIONS", "hunter2")],
        &[("WORKERS", "-1")],
        &[("SESSION_COOKIE_NAME", "__Host-hunter2")],
        &[("SESSION_COOKIE_NAME", "a;hunter2")],
        &[("SESSION_MAX_AGE", "0")],
        &[("SESSION_UPDATE_AGE", "604800")],
        &[("SESSION_ABSOLUTE_MAX_AGE", "34560001")],
        &[("SESSION_FRESH_AGE", "hunter2")],
        &[("SESSIONS_PER_USER", "0")],
        &[("COOKIE_HTTP_ONLY", "hunter2")],
        &[("COOKIE_SAME_SITE", "none"), ("COOKIE_SECURE", "false")],
        &[
            ("COOKIE_SECURE", "true"),
            ("BASE_URL", "http://login.example.com"),
        ],
        &[("COOKIE_DOMAIN", "hunter2.example")],
        &[
            ("COOKIE_DOMAIN", "com"),
            ("BASE_URL", "https://login.example.com"),
        ],
        &[("SIGNIN_REDIRECT_URL", "https://hunter2.example")],
        &[("SIGNOUT_REDIRECT_URL", "//hunter2.example")],
        &[("REGISTRATION", "hunter2")],
        &[("TRUSTED_ORIGINS", "https://a.example/hunter2")],
        &[("TRUSTED_PROXIES", "hunter2")],
        &[("FRONTEND_URL", "hunter2")],
        &[("GOOGLE_REDIRECT_URI", "http://hunter2.example")],
        &[("GOOGLE_SCOPES", "hunter2")],
        &[("GOOGLE_ACCESS_TYPE", "hunter2")],
        &[("GOOGLE_PROMPT", "hunter2")],
        &[("GOOGLE_HOSTED_DOMAIN", "hunter2")],
        &[("GOOGLE_EXTRA_CLIENT_IDS", "[hunter2]")],
        &[("GOOGLE_ISSUER_URL", "http://hunter2.example")],
        &[("GITHUB_REDIRECT_URI", "http://hunter2.example")],
        &[("GITHUB_SCOPES", "hunter2\"")],
        &[("GITHUB_BASE_URL", "http://hunter2.example")],
        &[("GITHUB_API_URL", "http://hunter2.example")],
        &[("GITHUB_API_URL", "https://a.example?hunter2")],
        &[("GITHUB_TRUST_EMAIL", "hunter2")],
        &[("MICROSOFT_REDIRECT_URI", "http://hunter2.example")],
        &[("MICROSOFT_SCOPES", "hunter2")],
        &[("MICROSOFT_TENANT", "hunter2")],
        &[("MICROSOFT_ISSUER_URL", "http://hunter2.example")],
        &[("OIDC_PROVIDERS", "Hunter2!")],
        &[("OIDC_PROVIDERS", "github")],
        &[("OIDC_PROVIDERS", "google")],
        &[("OIDC_PROVIDERS", "microsoft")],
        &[("LINK_BY_EMAIL", "hunter2")],
        &[("ALLOW_NO_EMAIL", "hunter2")],
        &[("EMAIL_VERIFICATION", "hunter2")],
        &[("LOG_FORMAT", "hunter2")],
        &[("SHUTDOWN_DELAY", "hunter2")],
        &[("SHUTDOWN_TIMEOUT", "hunter2")],
    ];
    for case in cases {
        let errors = error(case);

        assert!(
            errors.starts_with(&format!("BELGIE_{} ", case[0].0)),
            "{errors}"
        );
        assert!(!errors.to_lowercase().contains("hunter2"), "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
}

#[test]
fn all_errors_are_reported_at_once() {
    let errors = error(&[("BIND", "x"), ("LOG_FORMAT", "x"), ("SECRET", "x")]);

    assert_eq!(errors.lines().count(), 3, "{errors}");
}

#[test]
fn cookies_may_span_the_hosts_of_a_domain() {
    for domain in ["example.com", ".example.com", "login.example.com"] {
        let settings = read(&[
            ("BASE_URL", "https://login.example.com"),
            ("COOKIE_DOMAIN", domain),
        ]);
        assert_eq!(
            settings.cookie.domain.as_deref(),
            Some(domain.trim_start_matches('.'))
        );
    }
}

#[test]
fn cfg_03_debug_of_the_settings_shows_no_secret() {
    for database in [
        "postgres://jane:hunter2@db.example/belgie",
        "postgres://db.example/belgie?user=jane&password=hunter2",
        "postgres://jane:hunt%65r2@db.example/belgie?sslmode=require",
    ] {
        let given = [
            ("SECRET", SECRET),
            ("SECRET_PREVIOUS", "90c3b84e52a7d0f9183b6c2e4d5a7f80"),
            ("DATABASE_URL", database),
            ("GOOGLE_CLIENT_ID", "id"),
            ("GOOGLE_CLIENT_SECRET", "hunter3"),
            ("GITHUB_CLIENT_ID", "id"),
            ("GITHUB_CLIENT_SECRET", "hunter5"),
            ("MICROSOFT_CLIENT_ID", "id"),
            ("MICROSOFT_CLIENT_SECRET", "hunter6"),
            ("OIDC_PROVIDERS", "acme"),
            ("OIDC_ACME_ISSUER_URL", "https://a.example"),
            ("OIDC_ACME_CLIENT_ID", "id"),
            ("OIDC_ACME_CLIENT_SECRET", "hunter4"),
        ];
        let (settings, vars) = (read(&given), Vars::of(&given));

        let shown = format!("{settings:?} {settings:#?} {vars:?} {vars:#?}");
        let parts = format!(
            "{} {:?} {:?}",
            settings.database.url, settings.providers, settings.site
        );

        for secret in [SECRET, "90c3b84e", "hunter", "hunt%65r"] {
            assert!(!shown.contains(secret), "{shown}");
            assert!(!parts.contains(secret), "{parts}");
        }
    }
}
