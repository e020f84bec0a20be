use serde_json::Value;

use crate::program::Program;

fn statuses(report: &Value, check: &str) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    let of_name = checks.filter(|one| one["check"] == check);
    of_name
        .filter_map(|one| one["status"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn all_is_well_with_a_secret_and_a_database() {
    let program = Program::server().with("BASE_URL", "https://login.example.com");
    program.run(&["migrate"]).ok();

    let ended = program.run(&["check", "--json"]);

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (ended.status, &report["ok"]),
        (Some(0), &Value::Bool(true)),
        "{report}"
    );
    assert_eq!(statuses(&report, "database"), ["ok"]);
    assert_eq!(statuses(&report, "settings"), ["warning", "ok"]);
}

#[test]
fn everything_that_is_wrong_is_told_a_line_each() {
    let program = Program::new()
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2")
        .with("GOOGLE_ISSUER_URL", "http://127.0.0.1:1");

    let ended = program.run(&["check"]);

    let told = ended.stderr.clone();
    for named in [
        "BELGIE_SECRET is not set",
        "BELGIE_DATABASE_URL (sqlite://belgie.db)",
        "provider google",
        "Safari",
    ] {
        assert!(
            told.lines().filter(|line| line.contains(named)).count() == 1,
            "{named}: {told}"
        );
    }
    assert!(!told.contains("hunter2"), "{told}");
    ended.refused();
    assert!(!program.path("belgie.db").exists());
}

#[test]
fn wrong_settings_are_part_of_the_report() {
    let ended = Program::new()
        .with("BIND", "hunter2")
        .with("WORKERS", "x")
        .run(&["check", "--json"]);

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (ended.status, &report["ok"]),
        (Some(1), &Value::Bool(false))
    );
    assert_eq!(statuses(&report, "settings"), ["error", "error"]);
}

#[test]
fn a_provider_that_does_not_answer_is_told() {
    let program = Program::new()
        .with("OIDC_PROVIDERS", "acme")
        .with("OIDC_ACME_ISSUER_URL", "http://127.0.0.1:1")
        .with("OIDC_ACME_CLIENT_ID", "belgie")
        .with("OIDC_ACME_CLIENT_SECRET", "hunter2");

    let listed = program.run(&["provider", "list", "--json"]).ok();
    let tested = program.run(&["provider", "test", "acme"]);
    let unknown = program.run(&["provider", "test", "acne"]).refused();

    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        (&listed[0]["id"], &listed[0]["answers"]),
        (&"acme".into(), &false.into())
    );
    assert_eq!(tested.status, Some(1));
    assert!(unknown.contains("no provider named \"acne\""), "{unknown}");
}

#[test]
fn a_server_that_does_not_run_is_not_healthy() {
    let told = Program::new()
        .with("BIND", "127.0.0.1:1")
        .run(&["healthcheck"])
        .refused();

    assert!(
        told.starts_with("belgie: BELGIE_BIND: no server answers on 127.0.0.1:1"),
        "{told}"
    );
}

#[test]
fn settings_that_cannot_be_collected_are_part_of_the_report() {
    let program = Program::server().with_file(".env", "BELGIE_BIND='unfinished");

    let ended = program.run(&["check", "--json"]);

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (ended.status, &report["ok"]),
        (Some(1), &Value::Bool(false))
    );
    assert_eq!(statuses(&report, "settings"), ["error"]);
    assert!(!ended.stdout.contains("unfinished"), "{report}");
}
