//! What the program advises works as it is printed, in a shell that is elsewhere and has none of its variables.

use std::process::{Command, Output};

use crate::program::{Ended, Program};

/// Runs a line in a shell that stands in another folder.
fn type_elsewhere(line: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env_clear().current_dir("/");
    shell.output().unwrap()
}

/// Returns the command that a line of the log advises after these words.
fn advised(line: &str, after: &str) -> String {
    let (_, rest) = line.split_once(&format!("{after} `")).unwrap();
    rest.split_once('`').unwrap().0.to_owned()
}

/// Begins a server that has no users, makes one, and follows what it says about the first admin.
fn make_the_first_admin(program: &Program, begin: &[&str], with: &[&str]) {
    let mut server = program.begin_with(begin);
    let line = server.wait_for("first admin");
    server.wait_for("listening");
    let create = [&["user", "create", "you@example.com"], with].concat();
    program.run(&create).ok();

    let made = type_elsewhere(&advised(&line, "sign in, then run"));
    let listed = type_elsewhere(&advised(&line, "with the id that"));

    assert!(made.status.success(), "{line}: {made:?}");
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.contains(" admin ") && listed.contains("you@example.com"),
        "{listed}"
    );
}

#[test]
fn dev_says_how_to_make_the_first_admin() {
    let program = Program::new();
    make_the_first_admin(&program, &["dev", "--bind", "127.0.0.1:0"], &["--dev"]);
}

#[test]
fn serve_says_how_to_make_the_first_admin_with_its_file_of_settings() {
    let text =
        "BELGIE_SECRET=b2e9cc41f70d8a36e5914bd27fa0c863\nBELGIE_DATABASE_URL=sqlite://own.db\n";
    let serve = &["serve", "--bind", "127.0.0.1:0"];

    let named = Program::new().with_file("my settings", text);
    let file = ["--env-file", "my settings"];
    make_the_first_admin(&named, &[&serve[..], &file].concat(), &file);

    let unnamed = Program::new().with_file(".env", text);
    make_the_first_admin(&unnamed, serve, &[]);
}

#[test]
fn a_program_on_the_path_is_named_as_people_name_it() {
    let folder = std::path::Path::new(Program::advised()).parent().unwrap();
    let program = Program::new().with_variable("PATH", folder);

    let message = program.run(&["user", "list"]).refused();

    assert!(
        message.contains("`belgie migrate` and `belgie serve`"),
        "{message}"
    );
}

#[test]
fn a_missing_database_is_made_by_the_advised_command_where_its_file_of_settings_says() {
    let program = Program::new();
    let database = program.path("it's here.db");
    let text = format!("BELGIE_DATABASE_URL=\"sqlite://{}\"\n", database.display());
    let program = program.with_file("my settings", text);

    let advice = program
        .run(&["user", "list", "--env-file", "my settings"])
        .refused();
    let made = type_elsewhere(&advised(&advice, "yet:"));

    assert!(
        made.status.success() && database.exists(),
        "{advice}: {made:?}"
    );
}

#[test]
fn credentials_of_google_without_the_prefix_are_noticed() {
    for command in ["check", "migrate"] {
        let program = Program::server().with_variable("GOOGLE_CLIENT_ID", "id");

        let ended: Ended = program.run(&[command]);

        let expected = "GOOGLE_CLIENT_ID is not read: the setting is BELGIE_GOOGLE_CLIENT_ID";
        assert!(ended.stderr.contains(expected), "{ended:?}");
    }
}
