use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use crate::program::{Program, SECRET};

#[test]
fn cfg_01_serve_refuses_every_wrong_setting_at_once_and_by_name() {
    for (name, value) in [
        ("SECRET", "hunter2"),
        ("SECRET", "hunter2hunter2hunter2hunter2hunter2hunter2"),
        ("SECRET", "changeme-hunter2-changeme-0123456789"),
        ("SECRET", "00000000000000000000000000000000000000"),
        ("SECRET_PREVIOUS", "hunter2"),
        ("BASE_URL", "hunter2"),
        ("BASE_URL", "https://hunter2.example/"),
        ("BASE_URL", "ftp://hunter2.example"),
        ("BIND", "hunter2"),
        ("DATABASE_URL", "mysql://jane:hunter2@db/x"),
        ("DATABASE_MAX_CONNECTIONS", "0"),
        ("WORKERS", "many"),
        ("SESSION_COOKIE_NAME", "hunter2;"),
        ("SESSION_MAX_AGE", "0"),
        ("SESSION_UPDATE_AGE", "99999999"),
        ("SESSION_ABSOLUTE_MAX_AGE", "34560001"),
        ("SESSION_FRESH_AGE", "-1"),
        ("SESSIONS_PER_USER", "0"),
        ("COOKIE_SECURE", "hunter2"),
        ("COOKIE_HTTP_ONLY", "hunter2"),
        ("COOKIE_SAME_SITE", "hunter2"),
        ("COOKIE_DOMAIN", "hunter2.example"),
        ("SIGNIN_REDIRECT_URL", "https://hunter2.example/"),
        ("SIGNOUT_REDIRECT_URL", "//hunter2.example"),
        ("REGISTRATION", "hunter2"),
        ("TRUSTED_ORIGINS", "https://hunter2.example/path"),
        ("TRUSTED_PROXIES", "hunter2"),
        ("FRONTEND_URL", "hunter2"),
        ("GOOGLE_ISSUER_URL", "http://hunter2.example"),
        ("GOOGLE_SCOPES", "email"),
        ("GOOGLE_ACCESS_TYPE", "hunter2"),
        ("GOOGLE_PROMPT", "hunter2"),
        ("GOOGLE_HOSTED_DOMAIN", "hunter2"),
        ("GOOGLE_REDIRECT_URI", "hunter2"),
        ("GITHUB_BASE_URL", "http://hunter2.example"),
        ("GITHUB_API_URL", "hunter2"),
        ("GITHUB_TRUST_EMAIL", "hunter2"),
        ("MICROSOFT_TENANT", "hunter2.example"),
        (
            "MICROSOFT_ISSUER_URL",
            "https://hunter2.example/common/v2.0",
        ),
        ("OIDC_PROVIDERS", "Hunter2!"),
        ("OIDC_PROVIDERS", "microsoft"),
        ("LINK_BY_EMAIL", "hunter2"),
        ("ALLOW_NO_EMAIL", "hunter2"),
        ("EMAIL_VERIFICATION", "hunter2"),
        ("LOG_FORMAT", "hunter2"),
        ("SHUTDOWN_DELAY", "hunter2"),
        ("SHUTDOWN_TIMEOUT", "hunter2"),
    ] {
        let ended = Program::server().with(name, value).run(&["serve"]);

        ended.assert_quick();
        let message = ended.refused();
        assert!(
            message.starts_with(&format!("belgie: BELGIE_{name} ")),
            "{message}"
        );
        assert!(!message.to_lowercase().contains("hunter2"), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn settings_that_need_each_other_are_named() {
    for (settings, named) in [
        (
            vec![("GOOGLE_CLIENT_ID", "id")],
            "BELGIE_GOOGLE_CLIENT_SECRET",
        ),
        (
            vec![("GOOGLE_CLIENT_SECRET", "hunter2")],
            "BELGIE_GOOGLE_CLIENT_ID",
        ),
        (
            vec![("GITHUB_CLIENT_ID", "id")],
            "BELGIE_GITHUB_CLIENT_SECRET",
        ),
        (
            vec![
                ("OIDC_PROVIDERS", "acme"),
                ("OIDC_ACME_ISSUER_URL", "https://a.example"),
                ("OIDC_ACME_CLIENT_ID", "id"),
                ("OIDC_ACME_TOKEN_AUTH_METHOD", "client_secret_post"),
            ],
            "BELGIE_OIDC_ACME_CLIENT_SECRET",
        ),
        (
            vec![("COOKIE_SAME_SITE", "none"), ("COOKIE_SECURE", "false")],
            "BELGIE_COOKIE_SAME_SITE",
        ),
        (
            vec![("BASE_URL", "http://login.example.com")],
            "BELGIE_COOKIE_SECURE",
        ),
        (
            vec![("SECRET_FILE", "/nowhere")],
            "BELGIE_SECRET and BELGIE_SECRET_FILE are both set",
        ),
    ] {
        let program = settings
            .into_iter()
            .fold(Program::server(), |program, (name, value)| {
                program.with(name, value)
            });

        let message = program.run(&["serve"]).refused();

        assert!(
            message.starts_with(&format!("belgie: {named}")),
            "{message}"
        );
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn serve_needs_a_secret() {
    let message = Program::new().run(&["serve"]).refused();

    assert!(
        message.starts_with("belgie: BELGIE_SECRET is not set"),
        "{message}"
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    let program = Program::new()
        .with("BIND", "x")
        .with("WORKERS", "x")
        .with("SECRET", "x");

    let message = program.run(&["serve"]).refused();

    assert_eq!(message.lines().count(), 3, "{message}");
}

#[test]
fn cfg_05_a_misspelling_is_reported_even_when_it_leaves_a_setting_missing() {
    let ended = Program::new().with("SECERT", SECRET).run(&["serve"]);

    assert_eq!(ended.status, Some(1));
    assert!(
        ended
            .stderr
            .contains("BELGIE_SECERT is not a setting: did you mean BELGIE_SECRET?"),
        "{ended:?}"
    );
    assert!(
        ended.stderr.contains("BELGIE_SECRET is not set"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains(SECRET), "{ended:?}");
}

#[test]
fn cfg_05_planned_settings_are_distinguished_from_misspellings() {
    let program = Program::new()
        .with("METRICS_BIND", "127.0.0.1:9000")
        .with("TEST_POSTGRES", "x");
    program.run(&["migrate"]).ok();

    let ended = program.run(&["user", "list"]);

    assert_eq!(ended.status, Some(0));
    assert!(
        ended
            .stderr
            .contains("BELGIE_METRICS_BIND is not used by this version"),
        "{ended:?}"
    );
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
}

#[test]
fn settings_come_from_a_file_and_the_environment_wins() {
    let program = Program::new().with_file(
        ".env",
        "# ours\nBELGIE_DATABASE_URL=sqlite://file.db\nBELGIE_APP_NAME='x'\n",
    );
    program.run(&["migrate"]).ok();
    assert!(program.path("file.db").exists());

    let program = program.with("DATABASE_URL", "sqlite://environment.db");
    program.run(&["migrate"]).ok();

    assert!(program.path("environment.db").exists());
}

#[test]
fn cfg_02_a_malformed_file_is_reported_by_line_and_never_shown() {
    let program =
        Program::new().with_file(".env", "BELGIE_BIND=127.0.0.1:0\nBELGIE_SECRET hunter2\n");

    let message = program.run(&["serve"]).refused();

    assert_eq!(
        message,
        "belgie: .env cannot be understood at line 2: it is not of the form NAME=VALUE\n"
    );
}

#[test]
fn a_setting_that_is_not_utf_8_is_named() {
    let message = Program::new()
        .with("SECRET", OsStr::from_bytes(b"\xff\xfe"))
        .run(&["serve"])
        .refused();

    assert_eq!(message, "belgie: BELGIE_SECRET is not valid UTF-8\n");
}

#[test]
fn other_variables_may_be_what_they_like() {
    let program = Program::new()
        .with_variable("OTHER", OsStr::from_bytes(b"\xff"))
        .with_variable("BELGIEN", "x");

    let ended = program.run(&["migrate"]);

    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_log_filter_that_cannot_be_understood_is_named() {
    let program = Program::new().with_variable("RUST_LOG", "belgie=loud=very");

    let message = program.run(&["migrate"]).refused();

    assert!(
        message.starts_with("belgie: RUST_LOG cannot be understood"),
        "{message}"
    );
}

#[test]
fn unreadable_certificates_are_reported_with_their_variable() {
    for (file, problem) in [
        ("missing.pem", "whose certificates cannot be read"),
        ("empty.pem", "without a certificate"),
        ("text.pem", "without a certificate"),
    ] {
        let program = Program::server()
            .with_file("empty.pem", "")
            .with_file("text.pem", "no certificate\n")
            .with_variable("SSL_CERT_FILE", file);

        let ended = program.run(&["serve"]);

        assert_eq!(ended.status, Some(1));
        let message = ended.stderr.lines().last().unwrap();
        let expected = format!("belgie: SSL_CERT_FILE names a file {problem}");
        assert!(message.starts_with(&expected), "{message}");
    }
}
