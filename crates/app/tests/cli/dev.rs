use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::program::{Program, get};

#[test]
fn dev_needs_nothing_and_prints_the_address_to_open() {
    let program = Program::new().with("BIND", "127.0.0.1:0");
    let mut server = program.begin("dev");
    let address = server.address();
    let port = address.rsplit_once(':').unwrap().1.to_owned();

    assert!(get(&address, "/auth/providers").contains(r#""id":"google""#));
    let again = program.run(&["provider", "list", "--dev"]).ok();
    assert!(again.contains("google") && again.contains("yes"), "{again}");
    program.run(&["user", "list", "--dev"]).ok();
    server.signal("TERM");

    let (status, log, printed) = server.end();
    assert_eq!(status, Some(0), "{log}");
    assert!(
        printed.contains(&format!("http://localhost:{port}")),
        "{printed}"
    );
    assert_eq!(printed.lines().count(), 3, "{printed}");
    let mode = |name: &str| {
        fs::metadata(program.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(".belgie"), 0o700);
    assert_eq!(mode(".belgie/secret"), 0o600);
    assert_eq!(mode(".belgie/belgie.db"), 0o600);
    let secret = fs::read_to_string(program.path(".belgie/secret")).unwrap();
    assert!(!log.contains(secret.trim()), "{log}");
}

#[test]
fn cfg_01_dev_is_not_for_a_public_address() {
    let program = Program::new()
        .with("BIND", "127.0.0.1:0")
        .with("BASE_URL", "https://login.example.com");

    let ended = program.run(&["dev"]);

    assert_eq!(ended.status, Some(1));
    assert!(
        ended
            .stderr
            .contains("BELGIE_BASE_URL must be an address of this machine"),
        "{ended:?}"
    );
}

#[test]
fn dev_warns_when_other_machines_can_reach_it() {
    for (host, reachable) in [("0.0.0.0", true), ("127.0.0.1", false)] {
        let program = Program::new().with("BIND", format!("{host}:0"));
        let mut server = program.begin("dev");
        server.address();
        server.signal("TERM");

        let (status, log, printed) = server.end();
        assert_eq!(status, Some(0), "{log}");
        let is_warned = log.contains("WARN") && log.contains("BELGIE_BIND (0.0.0.0:");
        assert_eq!(is_warned, reachable, "{log}");
        assert_eq!(printed.contains("lets other machines reach"), reachable);
        assert_ne!(printed.contains("nothing leaves this machine"), reachable);
    }
}

#[test]
fn dev_uses_the_real_google_when_it_is_set_up() {
    let program = Program::new()
        .with("BIND", "127.0.0.1:0")
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2");
    let mut server = program.begin("dev");
    server.address();
    server.signal("TERM");

    let (_, _, printed) = server.end();
    assert!(
        printed.contains("sign in with Google, as your settings say"),
        "{printed}"
    );
    assert!(!program.path(".belgie/issuer").exists());
}

#[test]
fn the_local_provider_never_starts_under_serve() {
    let program = Program::server();
    let mut dev = program.begin("dev");
    dev.address();
    dev.signal("TERM");
    dev.end();
    let mut server = program.begin("serve");

    let address = server.address();

    assert!(get(&address, "/auth/providers").contains(r#"{"providers":[]}"#));
}
