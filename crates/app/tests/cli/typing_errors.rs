//! A misspelt name of a setting is reported, wherever it stands and whatever is run.

use crate::program::Program;

const MEANT: &str = "BELGIE_SESION_MAX_AGE is not a setting: did you mean BELGIE_SESSION_MAX_AGE?";

#[test]
fn cfg_05_every_command_reports_a_misspelling_once() {
    let typed = || Program::server().with("SESION_MAX_AGE", "hunter2");
    for command in [
        &["migrate"][..],
        &["check"],
        &["user", "list"],
        &["cleanup"],
        &["provider", "list"],
    ] {
        let program = typed();
        program.run(&["migrate"]).ok();

        let ended = program.run(command);

        let warnings = ended.stderr.lines().filter(|line| line.contains(MEANT));
        assert_eq!(warnings.count(), 1, "{command:?}: {ended:?}");
        assert!(!ended.stderr.contains("hunter2"), "{ended:?}");
    }
}

#[test]
fn cfg_05_a_server_starts_and_warns_of_a_typing_error() {
    for format in ["text", "json"] {
        for command in ["serve", "dev"] {
            let program = Program::server().with("LOG_FORMAT", format);
            let program = program.with_file(".env", "BELGIE_SESION_MAX_AGE=hunter2\n");
            let mut server = program.begin(command);

            let line = server.wait_for(MEANT);
            server.wait_for("listening");
            server.signal("TERM");

            assert!(line.contains("WARN"), "{line}");
            let (status, log, _) = server.end();
            assert_eq!(status, Some(0), "{log}");
            assert!(!log.contains("hunter2"), "{log}");
        }
    }
}
