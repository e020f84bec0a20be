//! Mails handed over to a server that replies as each test says.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use belgie_adapter_smtp::{SmtpMailer, SmtpMailerError, SmtpUrl};
use belgie_domain::Mail;
use belgie_ports::{MailError, Mailer as _};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A server for one connection, which replies `answer` to the command `to`, and otherwise accepts everything. Returns what
/// the client sent.
async fn server(to: &'static str, answer: &'static str) -> (SmtpUrl, JoinHandle<String>) {
    let (port, conversation) = conversation(to, answer).await;
    let url = format!("smtp://127.0.0.1:{port}").parse().unwrap();
    (url, conversation)
}

async fn conversation(to: &'static str, answer: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let conversation = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = stream.into_split();
        writer.write_all(b"220 ready\r\n").await.unwrap();
        let (mut lines, mut sent, mut in_data) =
            (BufReader::new(reader).lines(), String::new(), false);
        while let Ok(Some(line)) = lines.next_line().await {
            sent.push_str(&line);
            sent.push('\n');
            if in_data && line != "." {
                continue;
            }
            let begins_data = line == "DATA";
            let reply = match &*line {
                line if line.starts_with(to) => answer,
                "DATA" => "354 go on",
                _ => "250 fine",
            };
            in_data = begins_data && reply.starts_with("354");
            writer.write_all(reply.as_bytes()).await.unwrap();
            writer.write_all(b"\r\n").await.unwrap();
        }
        sent
    });
    (port, conversation)
}

fn mail() -> Mail {
    Mail {
        to: "jane@example.com".parse().unwrap(),
        subject: "Grüße".to_owned(),
        text: "The plain one.".to_owned(),
        html: "<p>The marked-up one.</p>".to_owned(),
    }
}

const SENDER: &str = "Example <no-reply@example.com>";

async fn send(url: &SmtpUrl) -> Result<(), MailError> {
    let mailer = SmtpMailer::new(url, SENDER, Vec::new()).unwrap();
    mailer.send(&mail()).await
}

#[tokio::test]
async fn a_mail_has_one_recipient_two_bodies_and_says_that_a_program_wrote_it() {
    let (url, conversation) = server("nothing", "").await;

    send(&url).await.unwrap();

    let sent = conversation.await.unwrap();
    for line in [
        "MAIL FROM:<no-reply@example.com>",
        "RCPT TO:<jane@example.com>",
        "From: Example <no-reply@example.com>",
        "To: jane@example.com",
        "Subject: =?utf-8?b?R3LDvMOfZQ==?=",
        "Auto-Submitted: auto-generated",
        "The plain one.",
        "<p>The marked-up one.</p>",
    ] {
        assert!(
            sent.lines().any(|sent| sent.starts_with(line)),
            "{line}: {sent}"
        );
    }
    assert_eq!(sent.matches("RCPT TO").count(), 1);
}

#[tokio::test]
async fn only_what_concerns_the_mail_is_refused_for_good() {
    for (to, answer, refused) in [
        ("RCPT", "550 no such mailbox", true),
        (".", "554 no spam here", true),
        ("RCPT", "450 later", false),
        ("MAIL", "421 closing", false),
        ("MAIL", "530 authentication required", false),
        ("EHLO", "500 what", false),
    ] {
        let (url, _conversation) = server(to, answer).await;

        let error = send(&url).await.unwrap_err();

        let is_refused = matches!(error, MailError::Refused(_));
        assert_eq!(is_refused, refused, "{answer}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("smtp://127.0.0.1:{port}").parse().unwrap();

    let error = send(&url).await.unwrap_err();

    assert!(matches!(error, MailError::Unavailable(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("smtp://127.0.0.1:{port}").parse().unwrap();

    let error = send(&url).await.unwrap_err();

    assert!(matches!(error, MailError::Unavailable(_)), "{error:?}");
}

/// STARTTLS is not optional: a server that does not offer it, or a man in the middle who hides it, gets no mail.
#[tokio::test]
async fn without_starttls_nothing_is_sent_where_tls_is_required() {
    let (port, conversation) = conversation("nothing", "").await;
    let url = format!("smtp://127.0.0.1:{port}?tls=required");

    let error = send(&url.parse().unwrap()).await.unwrap_err();

    assert!(matches!(error, MailError::Unavailable(_)), "{error:?}");
    let sent = conversation.await.unwrap();
    assert!(!sent.contains("MAIL FROM"), "{sent}");
}

#[tokio::test]
async fn the_sender_must_be_an_address() {
    let url: SmtpUrl = "smtps://mail.example.com".parse().unwrap();

    for sender in [
        "",
        "Example",
        "a@b@c",
        "no-reply@example.com\r\nBcc: x@evil.example",
    ] {
        let error = SmtpMailer::new(&url, sender, Vec::new()).unwrap_err();
        assert!(matches!(error, SmtpMailerError::Sender), "{sender}");
    }
}
