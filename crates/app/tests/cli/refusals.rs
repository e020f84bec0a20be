//! A start that settings do not allow is refused at once, whichever command starts.

use crate::program::{Ended, Program};

/// Secrets that were typed, repeated or copied from a page; each holds `hunter2` or is shown by its beginning.
const WEAK: [&str; 16] = [
    "hunter2",
    "b2e9cc41f70d8a36e5914bd27fa0c86",
    "hunter2hunter2hunter2hunter2hunter2hunter2",
    "changeme-hunter2-changeme-0123456789",
    "change_me_change_me_please_change_me",
    "your-32-character-secret-key-goes-here",
    "this-is-a-very-long-secret-key-for-testing",
    "supersecretsupersecretsupersecret!",
    "<at least 32 random characters>.....",
    "00000000000000000000000000000000",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "éééééééééééééééééééééééééééééééé",
    "01010101010101010101010101010110",
    "0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz012345",
];

/// Checks that it ended in time, and only by naming the setting.
fn assert_refused(ended: Ended, named: &str, value: &str) {
    ended.assert_quick();
    let message = ended.refused();
    let is_named = ["belgie: ", "error: settings: "]
        .iter()
        .any(|start| message.contains(&format!("{start}BELGIE_{named} ")));
    assert!(is_named, "{named}: {message}");
    let beginning: String = value.chars().take(8).collect();
    assert!(
        !message.contains(value) && !message.contains(&beginning),
        "{message}"
    );
}

#[test]
fn cfg_01_every_command_that_starts_refuses_a_weak_secret() {
    for secret in WEAK {
        let program = Program::server().with("SECRET", secret);
        assert_refused(program.run(&["serve"]), "SECRET", secret);
    }
    for secret in WEAK.into_iter().step_by(4) {
        for command in ["dev", "check"] {
            let program = Program::server().with("SECRET", secret);
            assert_refused(program.run(&[command]), "SECRET", secret);
        }
        let previous = format!("b2e9cc41f70d8a36e5914bd27fa0c863,{secret}");
        let program = Program::server().with("SECRET_PREVIOUS", previous);
        assert_refused(program.run(&["serve"]), "SECRET_PREVIOUS", secret);
    }
}

#[test]
fn cfg_01_a_weak_secret_is_refused_wherever_it_comes_from() {
    for secret in WEAK.into_iter().step_by(3) {
        let file = Program::new().with("SECRET_FILE", "secret");
        let file = file.with_file("secret", format!("{secret}\n"));
        assert_refused(file.run(&["serve"]), "SECRET", secret);

        let env_file = Program::new().with_file(".env", format!("BELGIE_SECRET='{secret}'\n"));
        assert_refused(env_file.run(&["serve"]), "SECRET", secret);
    }
}

#[test]
fn cfg_01_a_start_without_a_secret_or_with_an_empty_one_is_refused() {
    for secret in ["", " ", "\t"] {
        let program = Program::new().with("SECRET", secret);
        assert_refused(program.run(&["serve"]), "SECRET", "hunter2");
    }
    for text in ["", "\n", "  \r\n"] {
        let file = Program::new().with("SECRET_FILE", "secret");
        let file = file.with_file("secret", text);
        assert_refused(file.run(&["serve"]), "SECRET_FILE", "hunter2");
    }
}

#[test]
fn cfg_01_dev_is_refused_at_every_address_that_others_reach() {
    for address in [
        "https://login.example.com",
        "http://login.example.com",
        "http://192.168.0.7:8000",
        "http://0.0.0.0:8000",
        "http://[::]:8000",
        "http://localhost.example.com:8000",
        "http://127.0.0.1.example.com:8000",
        "http://10.127.0.1:8000",
    ] {
        let program = Program::new().with("BIND", "127.0.0.1:0");
        let ended = program.with("BASE_URL", address).run(&["dev"]);
        ended.assert_quick();
        let message = ended.refused();
        assert!(message.contains("BELGIE_BASE_URL"), "{address}: {message}");
        assert!(!message.contains(address), "{address}: {message}");
    }
}

#[test]
fn cfg_01_serve_takes_no_flag_of_dev() {
    for arguments in [&["serve", "--dev"][..], &["--dev", "serve"]] {
        let ended = Program::server().run(arguments);

        assert_eq!(ended.status, Some(2), "{ended:?}");
    }
}

#[test]
fn cfg_01_settings_that_undo_each_other_are_refused_by_every_command() {
    for (settings, named) in [
        (
            &[("COOKIE_SAME_SITE", "none"), ("COOKIE_SECURE", "false")][..],
            "COOKIE_SAME_SITE",
        ),
        (
            &[
                ("BASE_URL", "http://hunter2.example"),
                ("COOKIE_SECURE", "true"),
            ],
            "COOKIE_SECURE",
        ),
        (&[("GOOGLE_CLIENT_ID", "hunter2")], "GOOGLE_CLIENT_SECRET"),
        (&[("GOOGLE_CLIENT_SECRET", "hunter2")], "GOOGLE_CLIENT_ID"),
        (&[("OIDC_PROVIDERS", "google")], "OIDC_PROVIDERS"),
        (
            &[("DATABASE_URL", "mysql://jane:hunter2@db/x")],
            "DATABASE_URL",
        ),
        (
            &[("DATABASE_URL", "postgres://jane:hunter2")],
            "DATABASE_URL",
        ),
    ] {
        for command in ["serve", "dev", "check"] {
            let program = settings
                .iter()
                .fold(Program::server(), |program, (name, value)| {
                    program.with(name, value)
                });
            assert_refused(program.run(&[command]), named, "hunter2");
        }
    }
}
