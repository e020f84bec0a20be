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
    let program = Program::server()
        .with("BASE_URL", "https://login.example.com")
        .with("TRUSTED_PROXIES", "127.0.0.1");
    program.run(&["migrate"]).ok();

    let ended = program.run(&["check", "--json"]);

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (ended.status, &report["ok"]),
        (Some(0), &Value::Bool(true)),
        "{report}"
    );
    assert_eq!(statuses(&report, "database"), ["ok"]);
    assert_eq!(statuses(&report, "provider google"), ["note"]);
    assert_eq!(statuses(&report, "settings"), ["warning", "ok"]);
}

#[test]
fn every_problem_is_reported_on_its_own_line() {
    let program = Program::new()
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2")
        .with("GOOGLE_ISSUER_URL", "http://127.0.0.1:1");

    let ended = program.run(&["check"]);

    let message = ended.stderr.clone();
    for named in [
        "error: settings: BELGIE_SECRET is not set",
        "error: provider google: ",
        "warning: settings: BELGIE_COOKIE_SECURE",
    ] {
        assert!(
            message.lines().filter(|line| line.contains(named)).count() == 1,
            "{named}: {message}"
        );
    }
    assert!(!message.contains("hunter2"), "{message}");
    ended.refused();
    assert!(!program.path("belgie.db").exists());
}

#[test]
fn before_the_first_start_nothing_is_wrong_yet() {
    let program = Program::server().with("BASE_URL", "https://login.example.com");

    let ended = program.run(&["check"]);

    let printed = ended.stdout.clone();
    for line in [
        "ok: settings: all are valid",
        "note: provider google: the redirect URI to register there is https://login.example.com/auth/provider/google/callback",
        "note: database: sqlite://belgie.db has no tables of Belgie yet",
    ] {
        let found = printed.lines().any(|printed| printed.starts_with(line));
        assert!(found, "{line}: {printed}");
    }
    ended.ok();
    assert!(!program.path("belgie.db").exists());
}

#[test]
fn a_folder_that_does_not_exist_is_no_place_for_a_database() {
    let program = Program::server().with("DATABASE_URL", "sqlite:///nowhere/belgie.db");

    let message = program.run(&["check"]).refused();

    assert!(
        message.contains("error: database: BELGIE_DATABASE_URL (sqlite:///nowhere/belgie.db): there is no folder /nowhere"),
        "{message}"
    );
}

#[test]
fn the_redirect_uri_needs_no_credentials_and_no_provider_that_answers() {
    let wanted = "https://login.example.com/auth/provider/google/callback";
    let site = || Program::server().with("BASE_URL", "https://login.example.com");
    let half = site().with("GOOGLE_CLIENT_ID", "id");
    let silent = site()
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2")
        .with("GOOGLE_ISSUER_URL", "http://127.0.0.1:1");
    for program in [half, silent] {
        let ended = program.run(&["check"]);

        assert_eq!(ended.status, Some(1), "{ended:?}");
        assert_eq!(ended.stdout.matches(wanted).count(), 1, "{ended:?}");
    }
}

#[test]
fn github_is_listed_and_tested() {
    let program = Program::server()
        .with("BASE_URL", "https://login.example.com")
        .with("GITHUB_CLIENT_ID", "id")
        .with("GITHUB_CLIENT_SECRET", "hunter2")
        .with("GITHUB_BASE_URL", "http://127.0.0.1:1");

    let listed = program.run(&["provider", "list", "--json"]).ok();
    let tested = program.run(&["provider", "test", "github"]);
    let checked = program.run(&["check"]);

    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        (&listed[0]["id"], &listed[0]["name"]),
        (&"github".into(), &"GitHub".into())
    );
    assert_eq!(tested.status, Some(1));
    let note = "the redirect URI to register there is https://login.example.com/auth/provider/github/callback";
    assert!(checked.stdout.contains(note), "{checked:?}");
    let local = "BELGIE_GITHUB_BASE_URL is on this machine";
    assert!(checked.stderr.contains(local), "{checked:?}");
}

#[test]
fn a_redirect_uri_is_reported_as_soon_as_a_setting_of_its_provider_is_given() {
    let google = Program::server()
        .with("BASE_URL", "https://login.example.com")
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2")
        .with("GOOGLE_ISSUER_URL", "http://127.0.0.1:1");
    let noted = |program: &Program| {
        let ended = program.run(&["check"]);
        let wanted = "https://login.example.com/auth/provider/microsoft/callback";
        ended.stdout.contains(wanted)
    };

    assert!(!noted(&google));
    assert!(noted(&google.with("MICROSOFT_TENANT", "organizations")));
}

#[test]
fn microsoft_is_listed_and_tested() {
    let program = Program::server()
        .with("MICROSOFT_CLIENT_ID", "id")
        .with("MICROSOFT_CLIENT_SECRET", "hunter2")
        .with("MICROSOFT_ISSUER_URL", "http://127.0.0.1:1");

    let listed = program.run(&["provider", "list", "--json"]).ok();
    let tested = program.run(&["provider", "test", "microsoft"]);

    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["id"], "microsoft");
    assert_eq!(listed[0]["name"], "Microsoft");
    assert_eq!(tested.status, Some(1));
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
fn a_provider_that_does_not_respond_is_reported() {
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
    let message = Program::new()
        .with("BIND", "127.0.0.1:1")
        .run(&["healthcheck"])
        .refused();

    assert!(
        message.starts_with("belgie: BELGIE_BIND: no server answers on 127.0.0.1:1"),
        "{message}"
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
