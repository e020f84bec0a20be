//! A provider of `OIDC_PROVIDERS`, from its settings to its discovery document.

use belgie_idp_emulator::{Emulator, Fault};
use serde_json::{Value, json};

use crate::program::Program;

/// A program with the provider `acme`, whose issuer is the emulator's followed by `path`.
fn program(idp: &Emulator, path: &str) -> Program {
    Program::server()
        .with("OIDC_PROVIDERS", "acme")
        .with("OIDC_ACME_ISSUER_URL", format!("{}{path}", idp.issuer()))
        .with("OIDC_ACME_CLIENT_ID", "belgie")
}

fn confidential(idp: &Emulator) -> Program {
    program(idp, "").with("OIDC_ACME_CLIENT_SECRET", "hunter2")
}

async fn emulator() -> Emulator {
    Emulator::builder().start().await.unwrap()
}

/// Runs the check, which must refuse, and returns the one line about the provider.
fn refusal(program: &Program) -> String {
    let message = program.run(&["check"]).refused();
    assert!(!message.contains("hunter2"), "{message}");
    let errors: Vec<_> = message
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 1, "{message}");
    errors[0].to_owned()
}

#[actix_web::test]
async fn every_setting_of_a_provider_is_accepted_and_shown() {
    let idp = emulator().await;
    let program = confidential(&idp)
        .with("OIDC_ACME_TOKEN_AUTH_METHOD", "client_secret_post")
        .with("OIDC_ACME_TRUSTED_AUDIENCES", "project-1,project-2")
        .with("OIDC_ACME_PARAMETERS", "prompt=login&max_age=60");

    let checked = program.run(&["check"]).ok();
    let shown = program.run(&["settings"]).ok();

    assert!(
        checked.contains("ok: provider acme: it answers"),
        "{checked}"
    );
    assert!(!checked.contains("public"), "{checked}");
    for (setting, value) in [
        ("TOKEN_AUTH_METHOD", "client_secret_post"),
        ("TRUSTED_AUDIENCES", "project-1,project-2"),
        ("PARAMETERS", "prompt=login&max_age=60"),
    ] {
        let name = format!("BELGIE_OIDC_ACME_{setting} ");
        let mut lines = shown.lines();
        let line = lines.find(|line| line.starts_with(&name)).unwrap();
        assert!(line.contains(value), "{line}");
    }
}

#[actix_web::test]
async fn a_client_without_a_secret_is_said_to_be_public_unless_that_is_meant() {
    let idp = emulator().await;
    let note = "note: provider acme: BELGIE_OIDC_ACME_CLIENT_SECRET is not set, so the client is a public one";

    let forgotten = program(&idp, "").run(&["check"]).ok();
    let meant = program(&idp, "").with("OIDC_ACME_TOKEN_AUTH_METHOD", "none");
    let meant = meant.run(&["check"]).ok();

    assert!(forgotten.lines().any(|line| line == note), "{forgotten}");
    assert!(!meant.contains("public"), "{meant}");
}

#[actix_web::test]
async fn a_check_says_what_makes_sign_in_impossible_and_what_to_do() {
    let idp = emulator().await;
    for (field, value, expected) in [
        (
            "token_endpoint_auth_methods_supported",
            json!(["private_key_jwt"]),
            "but private_key_jwt: register the client with one of these, and set BELGIE_OIDC_ACME_TOKEN_AUTH_METHOD to it",
        ),
        (
            "token_endpoint_auth_methods_supported",
            json!(["none"]),
            "but none: remove BELGIE_OIDC_ACME_CLIENT_SECRET if the client is a public one",
        ),
        (
            "id_token_signing_alg_values_supported",
            json!(["HS256"]),
            "but HS256: choose an asymmetric one there, such as RS256",
        ),
        (
            "require_pushed_authorization_requests",
            json!(true),
            "turn require_pushed_authorization_requests off there",
        ),
        (
            "require_signed_request_object",
            json!(true),
            "turn require_signed_request_object off there",
        ),
    ] {
        idp.fault(Fault::discovery(field, Value::clone(&value)));

        let line = refusal(&confidential(&idp));

        idp.clear_faults();
        assert!(line.starts_with("error: provider acme: "), "{line}");
        assert!(line.ends_with(expected), "{line}");
    }
    confidential(&idp).run(&["check"]).ok();
}

#[actix_web::test]
async fn an_issuer_that_is_nearly_right_is_corrected() {
    let idp = emulator().await;
    let with_slash = program(&idp, "/");
    let pasted = program(&idp, "/.well-known/openid-configuration");

    let line = refusal(&with_slash);
    let found = format!(
        "has the issuer {:?}: set BELGIE_OIDC_ACME_ISSUER_URL to it",
        idp.issuer()
    );
    assert!(line.ends_with(&found), "{line}");
    assert_eq!(
        refusal(&pasted),
        "error: settings: BELGIE_OIDC_ACME_ISSUER_URL must be the issuer alone: leave `/.well-known/openid-configuration` out"
    );
}

/// Runs the test of the provider, and returns whether it succeeded and the lines.
fn examined(program: &Program) -> (bool, Vec<String>) {
    let ended = program.run(&["provider", "test", "acme"]);
    let all = format!("{}{}", ended.stdout, ended.stderr);
    assert!(!all.contains("hunter2"), "{all}");
    let lines = all.lines().map(str::to_owned).collect();
    (ended.status == Some(0), lines)
}

#[actix_web::test]
async fn a_test_walks_through_the_parts_of_a_provider() {
    let idp = Emulator::builder()
        .client("belgie", "hunter2", ["http://localhost:8000/callback"])
        .start()
        .await
        .unwrap();
    let program = confidential(&idp);
    let issuer = idp.issuer();

    let (ok, lines) = examined(&program);

    assert!(ok, "{lines:?}");
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert_eq!(
        lines[0],
        format!("ok: discovery: the document of {issuer} is valid")
    );
    assert!(lines[1].starts_with("ok: keys: 1 key at "), "{lines:?}");
    assert!(lines[2].starts_with("ok: authorization endpoint: http"));
    assert!(lines[3].starts_with("ok: token endpoint: http"));
    assert!(lines[3].ends_with("refuses a made-up code, as it should"));
    assert!(lines[4].starts_with("ok: userinfo endpoint: http"));

    let json = program.run(&["provider", "test", "acme", "--json"]).ok();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["ok"], true);
    assert_eq!(json["checks"][1]["check"], "keys");
    assert_eq!(json["checks"][1]["status"], "ok");
}

#[actix_web::test]
async fn a_test_says_which_part_of_a_provider_is_wrong() {
    let idp = Emulator::builder()
        .client(
            "belgie",
            "another-secret",
            ["http://localhost:8000/callback"],
        )
        .start()
        .await
        .unwrap();
    let program = confidential(&idp);

    let (ok, lines) = examined(&program);
    let wrong: Vec<_> = lines
        .iter()
        .filter(|line| !line.starts_with("ok: "))
        .collect();
    let [line] = wrong[..] else {
        panic!("{lines:?}")
    };
    assert!(!ok);
    assert!(line.starts_with("error: token endpoint: "), "{line}");
    assert!(line.contains("invalid_client"), "{line}");

    idp.fault(Fault::discovery("issuer", "https://evil.example"));
    let (ok, lines) = examined(&program);
    assert!(!ok);
    let [line] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert!(line.starts_with("error: discovery: "), "{line}");
}
