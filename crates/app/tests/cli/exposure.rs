use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use crate::program::{Program, SECRET};

/// A server whose secrets come from files, after its database was made.
fn program() -> Program {
    let program = Program::server()
        .with("SECRET", "")
        .with("SECRET_FILE", "secret")
        .with_file("secret", SECRET)
        .with_file(
            ".env",
            "BELGIE_GOOGLE_CLIENT_ID=id\nBELGIE_GOOGLE_CLIENT_SECRET=hunter2\nBELGIE_GOOGLE_ISSUER_URL=http://127.0.0.1:1\n",
        );
    program.run(&["migrate"]).ok();
    program
}

fn set_mode(program: &Program, file: &str, mode: u32) {
    fs::set_permissions(program.path(file), Permissions::from_mode(mode)).unwrap();
}

#[test]
fn cfg_10_the_database_that_is_made_is_for_its_owner_alone() {
    let program = program();

    let mode = fs::metadata(program.path("belgie.db")).unwrap();

    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

#[test]
fn cfg_10_files_that_others_may_read_are_warned_of_and_used() {
    let files = [
        ("secret", "the file that BELGIE_SECRET_FILE names"),
        (".env", ".env"),
        ("belgie.db", "the file of BELGIE_DATABASE_URL"),
    ];
    for (mode, is_exposed) in [(0o600, false), (0o640, false), (0o644, true), (0o604, true)] {
        let program = program();
        for (file, _) in files {
            set_mode(&program, file, mode);
        }

        let checked = program.run(&["check"]).stderr;
        let mut server = program.begin("serve");
        server.address();
        server.signal("TERM");
        let (status, log, _) = server.end();

        assert_eq!(status, Some(0), "{log}");
        for (_, named) in files {
            let warning =
                format!("{named} can be read by every user of this machine (mode {mode:04o})");
            for said in [&checked, &log] {
                assert_eq!(
                    said.contains(&warning),
                    is_exposed,
                    "{named} {mode:o}: {said}"
                );
            }
        }
        assert!(!log.contains("hunter2") && !checked.contains("hunter2"));
    }
}
