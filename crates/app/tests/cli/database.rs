use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::program::Program;

const COMMANDS: &[&[&str]] = &[
    &["user", "list"],
    &["user", "create", "jane@example.com"],
    &["session", "list", "jane@example.com"],
    &["cleanup"],
];

#[test]
fn only_migrate_makes_a_database() {
    let program = Program::new();
    for command in COMMANDS {
        let message = program.run(command).refused();

        assert!(message.contains("BELGIE_DATABASE_URL"), "{message}");
        assert!(
            message.contains("there is no database at belgie.db"),
            "{message}"
        );
    }
    assert_eq!(fs::read_dir(program.folder()).unwrap().count(), 0);

    program.run(&["migrate"]).ok();

    assert_eq!(program.run(&["cleanup"]).status, Some(0));
}

#[test]
fn cfg_10_database_files_are_private_to_their_owner() {
    let program = Program::new();

    program.run(&["migrate"]).ok();

    for file in fs::read_dir(program.folder()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_reported_with_its_setting() {
    let program =
        Program::new().with_file("text.db", "this is no database, but a text of some length");
    let missing_folder = Program::new().with("DATABASE_URL", "sqlite://missing/belgie.db");
    let no_database = program.with("DATABASE_URL", "sqlite://text.db");
    let no_server =
        Program::new().with("DATABASE_URL", "postgres://jane:hunter2@127.0.0.1:1/belgie");

    for program in [missing_folder, no_database, no_server] {
        let message = program.run(&["migrate"]).refused();

        assert!(
            message.starts_with("belgie: BELGIE_DATABASE_URL ("),
            "{message}"
        );
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn with_dev_a_missing_database_leads_to_the_folder_of_dev() {
    let message = Program::new().run(&["user", "list", "--dev"]).refused();

    let advised = format!("in the folder where `{} dev` was run", Program::advised());
    assert!(message.contains(&advised), "{message}");
    assert!(!message.contains("migrate"), "{message}");
}

#[test]
fn an_empty_file_is_no_database_of_belgie_yet() {
    let program = Program::new().with_file("belgie.db", "");

    let message = program.run(&["user", "list"]).refused();

    let advised = format!("`{} migrate`", Program::advised());
    assert!(message.contains(&advised), "{message}");
}

#[test]
fn the_address_may_come_from_a_file() {
    let program = Program::new()
        .with_file("address", "sqlite://other.db\n")
        .with("DATABASE_URL_FILE", "address");

    program.run(&["migrate"]).ok();

    assert!(program.path("other.db").exists());
}
