//! Mails of a development server, and what is said where none are sent.

use crate::program::{Program, Running, get, post_json};

const REGISTRATION: &str =
    r#"{"email":"jane@example.com","password":"correct horse battery staple"}"#;

fn stop(server: Running) -> String {
    server.signal("TERM");
    let (status, log, printed) = server.end();
    assert_eq!(status, Some(0), "{log}");
    printed
}

#[test]
fn dev_shows_mails_on_a_page() {
    let program = Program::new()
        .with("BIND", "127.0.0.1:0")
        .with("EMAIL_VERIFICATION", "required");
    let mut server = program.begin("dev");
    let address = server.address();
    let port = address.rsplit_once(':').unwrap().1;
    let page = format!("http://localhost:{port}/dev/mail");
    assert!(get(&address, "/dev/mail").contains("No mail yet"));

    let answer = post_json(&address, "/auth/register", REGISTRATION);
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    server.wait_for(&format!("mail to jane@example.com is at {page}"));

    let shown = get(&address, "/dev/mail");
    assert!(shown.contains("jane@example.com"), "{shown}");
    let link = format!("<a href=\"http://localhost:{port}/verify?token=t_");
    assert!(shown.contains(&link), "{shown}");
    let printed = stop(server);
    assert!(printed.contains(&format!("shown at {page}.")), "{printed}");
}

#[test]
fn cfg_01_dev_shows_no_mails_to_others() {
    let program = Program::new()
        .with("BIND", "127.0.0.1:0")
        .with("BASE_URL", "https://login.example.com")
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2");

    let message = program.run(&["dev"]).refused();

    assert!(message.contains("anyone can read the mails"), "{message}");
}

#[test]
fn dev_sends_mails_where_a_server_is_configured() {
    let program = Program::new()
        .with("BIND", "127.0.0.1:0")
        .with("SMTP_URL", "smtp://127.0.0.1:1")
        .with("MAIL_FROM", "no-reply@example.com");
    let mut server = program.begin("dev");
    let address = server.address();

    let page = get(&address, "/dev/mail");
    post_json(&address, "/auth/register", REGISTRATION);

    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
    server.wait_for("a mail was not sent and will be retried");
    let printed = stop(server);
    assert!(!printed.contains("/dev/mail"), "{printed}");
}

#[test]
fn cfg_01_serve_has_no_page_of_mails() {
    for mail in [false, true] {
        let mut program = Program::server().with("PASSWORD_REGISTRATION", "true");
        if mail {
            program = program
                .with("SMTP_URL", "smtp://127.0.0.1:1")
                .with("MAIL_FROM", "no-reply@example.com");
        }
        let mut server = program.begin("serve");
        let address = server.address();

        let answer = get(&address, "/dev/mail");

        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
}

#[test]
fn verification_without_a_mail_server_is_warned_about_except_in_dev() {
    const ADVICE: &str = "BELGIE_EMAIL_VERIFICATION is required, but no mails are sent";
    let program = Program::server().with("EMAIL_VERIFICATION", "required");

    let mut server = program.begin("serve");
    let line = server.wait_for(ADVICE);
    let checked = program.run(&["check"]);
    let dev = program.run(&["check", "--dev"]);

    assert!(line.contains("BELGIE_SMTP_URL and BELGIE_MAIL_FROM"));
    assert!(checked.stderr.contains(ADVICE), "{checked:?}");
    assert!(!dev.stderr.contains(ADVICE), "{dev:?}");
}
