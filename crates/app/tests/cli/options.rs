//! Options that choose settings, and the command that shows what they are in the end.

use serde_json::Value;

use crate::program::{Program, SECRET, get};

const FILE: &str = "BELGIE_APP_NAME='From the file'\nBELGIE_SESSION_MAX_AGE=2d\n";

/// Returns a setting with its value and source, as `settings --json` shows them.
fn setting(program: &Program, more: &[&str], name: &str) -> (Value, Value) {
    let arguments = [&["settings", "--json"], more].concat();
    let all: Value = serde_json::from_str(&program.run(&arguments).ok()).unwrap();
    let mut all = all.as_array().unwrap().iter();
    let found = all.find(|one| one["setting"] == name).unwrap();
    (found["value"].clone(), found["source"].clone())
}

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let program = Program::server().with_file(".env", FILE);

    for (name, value, source) in [
        ("BELGIE_APP_NAME", "From the file", ".env"),
        ("BELGIE_SESSION_MAX_AGE", "2d", ".env"),
        (
            "BELGIE_SESSION_UPDATE_AGE",
            "43200",
            "BELGIE_SESSION_MAX_AGE",
        ),
        ("BELGIE_LOG_FORMAT", "text", "default"),
        ("BELGIE_DATABASE_URL", "sqlite://belgie.db", "default"),
    ] {
        let expected = (value.into(), source.into());
        assert_eq!(setting(&program, &[], name), expected, "{name}");
    }
    let (value, source) = setting(&program, &[], "BELGIE_SECRET");
    assert_eq!((value, source), (Value::Null, "environment".into()));
}

#[test]
fn cfg_02_settings_are_shown_without_secrets_also_when_some_are_wrong() {
    for bind in ["127.0.0.1:8000", "nowhere"] {
        let program = Program::server()
            .with("BIND", bind)
            .with("DATABASE_URL", "postgres://jane:hunter2@db.example/belgie")
            .with("GOOGLE_CLIENT_ID", "id")
            .with("GOOGLE_CLIENT_SECRET", "hunter2");

        for arguments in [&["settings"][..], &["settings", "--json"]] {
            let ended = program.run(arguments);

            let shown = format!("{}{}", ended.stdout, ended.stderr);
            assert!(shown.contains("BELGIE_GOOGLE_CLIENT_SECRET"), "{shown}");
            assert!(
                !shown.contains("hunter2") && !shown.contains(SECRET),
                "{shown}"
            );
            assert_eq!(ended.status, Some(i32::from(bind == "nowhere")), "{shown}");
        }
    }
}

#[test]
fn the_defaults_of_dev_are_shown_as_such() {
    let program = Program::new();
    let (value, source) = setting(&program, &["--dev"], "BELGIE_DATABASE_URL");

    let expected = ("sqlite://.belgie/belgie.db".into(), "belgie dev".into());
    assert_eq!((value, source), expected);
}

#[test]
fn a_file_that_is_named_takes_the_place_of_the_usual_one() {
    let program = Program::new()
        .with_file("other", FILE)
        .with_file(".env", "BELGIE_LOG_FORMAT=json\n");
    let file = &["--env-file", "other"];

    let name = setting(&program, file, "BELGIE_APP_NAME");
    let format = setting(&program, file, "BELGIE_LOG_FORMAT");

    assert_eq!(name, ("From the file".into(), "other".into()));
    assert_eq!(format, ("text".into(), "default".into()));
    let message = program
        .run(&["settings", "--env-file", "missing"])
        .refused();
    assert_eq!(
        message,
        "belgie: missing cannot be read: No such file or directory (os error 2)\n"
    );
}

#[test]
fn bind_wins_over_the_environment() {
    let program = Program::server().with("BIND", "192.0.2.1:1");
    let mut server = program.begin_with(&["serve", "--bind", "127.0.0.1:0"]);

    let address = server.address();

    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
}

#[test]
fn the_port_of_the_local_provider_is_printed_and_can_be_chosen() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    let program = Program::new();
    let dev = ["dev", "--bind", "127.0.0.1:0", "--provider-port", &port];
    let taken = program.run(&dev);
    assert_eq!(taken.status, Some(1), "{taken:?}");
    assert!(taken.stderr.contains(&port), "{taken:?}");
    drop(free);

    let mut server = program.begin_with(&dev);
    server.address();
    server.signal("TERM");

    let (_, _, printed) = server.end();
    let at = format!("It is at http://127.0.0.1:{port}: ");
    assert!(printed.contains(&at), "{printed}");
}

#[test]
fn durations_have_units() {
    let shown = |value: &str| {
        let program = Program::new().with("SESSION_MAX_AGE", value);
        setting(&program, &[], "BELGIE_SESSION_UPDATE_AGE").0
    };

    for value in ["3600", "3600s", "60m", "1h"] {
        assert_eq!(shown(value), "900", "{value}");
    }
}
