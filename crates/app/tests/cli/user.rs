use serde_json::Value;

use crate::program::Program;

fn program() -> Program {
    let program = Program::new();
    program.run(&["migrate"]).ok();
    program
}

fn json(program: &Program, arguments: &[&str]) -> Value {
    serde_json::from_str(&program.run(arguments).ok()).unwrap()
}

#[test]
fn a_user_made_by_hand_is_verified_and_shown_by_address_and_id() {
    let program = program();

    program
        .run(&["user", "create", "Jane@Example.com", "--name", "Jane Doe"])
        .ok();

    let shown = json(&program, &["user", "show", "jane@example.com", "--json"]);
    assert_eq!(shown["email"], "jane@example.com");
    assert_eq!(shown["email_verified"], true);
    assert_eq!(shown["name"], "Jane Doe");
    assert_eq!(shown["role"], "user");
    assert_eq!(shown["is_active"], true);
    assert_eq!(shown["last_login_at"], Value::Null);
    let id = shown["id"].as_str().unwrap();
    assert_eq!(json(&program, &["user", "show", id, "--json"]), shown);
    assert!(
        program
            .run(&["user", "show", id])
            .ok()
            .contains("jane@example.com")
    );
}

#[test]
fn a_user_may_begin_unverified_and_as_admin() {
    let program = program();

    let made = json(
        &program,
        &[
            "user",
            "create",
            "jane@example.com",
            "--unverified",
            "--role",
            "admin",
            "--json",
        ],
    );

    assert_eq!(made["email_verified"], false);
    assert_eq!(made["role"], "admin");
}

#[test]
fn users_are_listed_oldest_first() {
    let program = program();
    for name in ["jane", "adam", "zoe"] {
        program
            .run(&["user", "create", &format!("{name}@example.com")])
            .ok();
    }

    let listed = json(&program, &["user", "list", "--json"]);
    let table = program.run(&["user", "list"]).ok();

    let addresses: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|user| user["email"].as_str())
        .collect();
    assert_eq!(
        addresses,
        ["jane@example.com", "adam@example.com", "zoe@example.com"]
    );
    assert_eq!(table.lines().count(), 4, "{table}");
}

#[test]
fn a_role_goes_by_id_alone_to_a_user_whose_address_is_not_proved() {
    let program = program();
    let address = "jane@example.com";
    let made = json(
        &program,
        &["user", "create", address, "--unverified", "--json"],
    );
    let id = made["id"].as_str().unwrap();
    let role = || json(&program, &["user", "show", id, "--json"])["role"].clone();

    let message = program
        .run(&["user", "set-role", address, "admin"])
        .refused();

    assert_eq!(message.lines().count(), 1, "{message}");
    for named in ["--unproved", id, address, "user show"] {
        assert!(message.contains(named), "{named}: {message}");
    }
    assert_eq!(role(), "user");
    program.run(&["user", "set-role", id, "admin"]).ok();
    assert_eq!(role(), "admin");
    let meant = ["user", "set-role", address, "user", "--unproved"];
    program.run(&meant).ok();
    assert_eq!(role(), "user");
}

#[test]
fn an_address_that_is_not_proved_moves_to_a_user_made_by_hand() {
    let program = program();
    let address = "jane@example.com";
    let create = |more: &[&str]| program.run(&[&["user", "create", address], more].concat());
    let first = create(&["--unverified"]).ok();
    let first = first.split_whitespace().last().unwrap();
    create(&["--unverified"]).refused();

    let message = create(&["--role", "admin"]).ok();

    assert!(
        message.ends_with(&format!(
            "the address was taken from user {first}, who had not proved it\n"
        )),
        "{message}"
    );
    let former = json(&program, &["user", "show", first, "--json"]);
    assert_eq!(
        (&former["email"], &former["role"]),
        (&Value::Null, &"user".into())
    );
    let new = json(&program, &["user", "show", address, "--json"]);
    assert_eq!(
        (&new["role"], &new["email_proved"]),
        (&"admin".into(), &true.into())
    );
    create(&[]).refused();
}

#[test]
fn lists_show_whether_an_address_is_proved() {
    let program = program();
    program.run(&["user", "create", "jane@example.com"]).ok();
    let unproved = ["user", "create", "zoe@example.com", "--unverified"];
    program.run(&unproved).ok();

    let listed = json(&program, &["user", "list", "--json"]);
    let table = program.run(&["user", "list"]).ok();

    for (index, (email, proved)) in [("jane@example.com", true), ("zoe@example.com", false)]
        .into_iter()
        .enumerate()
    {
        assert_eq!(listed[index]["email_proved"], proved);
        assert_eq!(listed[index]["accounts"], serde_json::json!([]));
        let row = table.lines().find(|row| row.contains(email)).unwrap();
        let columns: Vec<_> = row.split_whitespace().collect();
        assert_eq!(columns[3], if proved { "yes" } else { "no" }, "{table}");
        let shown = program.run(&["user", "show", email]).ok();
        let shown = shown.lines().find(|line| line.starts_with("proved"));
        assert!(shown.unwrap().ends_with(columns[3]), "{shown:?}");
    }
}

#[test]
fn an_empty_list_is_json_too() {
    let program = program();

    assert_eq!(
        json(&program, &["user", "list", "--json"]),
        serde_json::json!([])
    );
}

#[test]
fn a_user_is_promoted_disabled_enabled_and_deleted() {
    let program = program();
    program.run(&["user", "create", "jane@example.com"]).ok();
    let jane = || json(&program, &["user", "show", "jane@example.com", "--json"]);

    program
        .run(&["user", "set-role", "jane@example.com", "admin"])
        .ok();
    assert_eq!(jane()["role"], "admin");
    program.run(&["user", "disable", "jane@example.com"]).ok();
    assert_eq!(jane()["is_active"], false);
    program.run(&["user", "enable", "jane@example.com"]).ok();
    assert_eq!(jane()["is_active"], true);
    program.run(&["user", "delete", "jane@example.com"]).ok();

    let gone = program.run(&["user", "show", "jane@example.com"]).refused();
    assert_eq!(gone, "belgie: no user jane@example.com\n");
}

#[test]
fn failures_are_reported_on_one_line() {
    let program = program();
    program.run(&["user", "create", "jane@example.com"]).ok();

    for (arguments, message) in [
        (
            &["user", "create", "jane@example.com"][..],
            "there is already a user jane@example.com",
        ),
        (
            &["user", "show", "jane"],
            "\"jane\" is neither an e-mail address nor a user's id",
        ),
        (
            &["user", "delete", "zoe@example.com"],
            "no user zoe@example.com",
        ),
        (
            &["user", "create", "zoe@example.com", "--name", "a\nb"],
            "a name cannot contain control characters",
        ),
        (
            &["session", "revoke", "01a1f92c-17b4-7b32-86bb-532c992fee19"],
            "no session 01a1f92c-17b4-7b32-86bb-532c992fee19",
        ),
    ] {
        assert_eq!(
            program.run(arguments).refused(),
            format!("belgie: {message}\n")
        );
    }
}

#[test]
fn sessions_are_listed_and_revoked() {
    let program = program();
    program.run(&["user", "create", "jane@example.com"]).ok();

    assert_eq!(
        json(&program, &["session", "list", "jane@example.com", "--json"]),
        serde_json::json!([])
    );
    assert_eq!(
        program
            .run(&["session", "revoke", "--user", "jane@example.com"])
            .ok(),
        "revoked 0 sessions\n"
    );
    assert!(
        program
            .run(&["cleanup"])
            .ok()
            .starts_with("deleted 0 expired sessions")
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let program = program();
    program.run(&["user", "create", "jane@example.com"]).ok();
    let belgie = env!("CARGO_BIN_EXE_belgie");

    let status = std::process::Command::new("bash")
        .args([
            "-c",
            &format!("set -o pipefail; '{belgie}' user list | true"),
        ])
        .current_dir(program.folder())
        .status();

    assert!(status.unwrap().success());
}
