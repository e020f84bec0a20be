use crate::program::Program;

const COMMANDS: &[&[&str]] = &[
    &["dev"],
    &["serve"],
    &["check"],
    &["migrate"],
    &["user"],
    &["user", "list"],
    &["user", "show"],
    &["user", "create"],
    &["user", "set-role"],
    &["user", "disable"],
    &["user", "enable"],
    &["user", "delete"],
    &["session"],
    &["session", "list"],
    &["session", "revoke"],
    &["cleanup"],
    &["provider"],
    &["provider", "list"],
    &["provider", "test"],
    &["healthcheck"],
    &["settings"],
    &["completions"],
    &["man"],
];

#[test]
fn every_command_has_help() {
    let program = Program::new();
    for command in COMMANDS {
        let mut arguments = command.to_vec();
        arguments.push("--help");

        let help = program.run(&arguments).ok();

        assert!(help.contains("Usage: belgie"), "{command:?}: {help}");
        assert!(help.contains("--dev"), "{command:?}: {help}");
    }
}

#[test]
fn the_help_of_the_program_names_its_commands() {
    let help = Program::new().run(&["--help"]).ok();

    for command in COMMANDS.iter().filter(|command| command.len() == 1) {
        assert!(help.contains(&format!("\n  {} ", command[0])), "{help}");
    }
}

#[test]
fn the_help_of_serve_explains_every_setting() {
    let help = Program::new().run(&["serve", "--help"]).ok();

    for setting in belgie_server::settings::SETTINGS {
        assert!(help.contains(&setting.variable()), "{}", setting.name);
    }
}

#[test]
fn the_help_of_dev_names_settings_that_exist() {
    let help = Program::new().run(&["dev", "--help"]).ok();

    let (about, _) = help.split_once("Usage:").unwrap();
    assert!(about.contains("BELGIE_GOOGLE_CLIENT_ID and BELGIE_GOOGLE_CLIENT_SECRET"));
    for name in about
        .split_whitespace()
        .filter(|word| word.contains("GOOGLE_"))
    {
        assert!(name.starts_with("BELGIE_"), "{name}: {about}");
    }
}

#[test]
fn shells_and_man_can_read_what_the_program_writes_for_them() {
    let program = Program::new();
    for (shell, expected) in [
        ("bash", "complete -F _belgie"),
        ("zsh", "#compdef belgie"),
        ("fish", "complete -c belgie"),
    ] {
        let script = program.run(&["completions", shell]).ok();
        assert!(script.contains(expected), "{shell}: {script}");
        assert!(script.contains("set-role"), "{shell}: {script}");
    }
    assert!(program.run(&["man"]).ok().contains(".TH belgie 1"));
}

#[test]
fn wrong_usage_ends_with_status_2() {
    let program = Program::new();
    for arguments in [
        &["unknown"][..],
        &[],
        &["serve", "--unknown"],
        &["serve", "--dev"],
        &["user", "set-role", "jane@example.com"],
        &["user", "set-role", "jane@example.com", "King"],
        &["user", "create", "not-an-address"],
        &["session", "revoke"],
        &["session", "revoke", "not-an-id"],
        &[
            "session",
            "revoke",
            "01a1f92c-17b4-7b32-86bb-532c992fee19",
            "--user",
            "jane@example.com",
        ],
        &["provider", "test"],
        &["completions", "tcsh"],
        &["serve", "--bind", "8000"],
        &["dev", "--bind", "localhost"],
        &["check", "--bind", "127.0.0.1:8000"],
    ] {
        let ended = program.run(arguments);

        assert_eq!(ended.status, Some(2), "{arguments:?}: {ended:?}");
        assert!(!ended.stderr.is_empty(), "{ended:?}");
    }
}

#[test]
fn the_version_is_printed() {
    let version = Program::new().run(&["--version"]).ok();

    assert_eq!(
        version.trim(),
        format!("belgie {}", env!("CARGO_PKG_VERSION"))
    );
}
