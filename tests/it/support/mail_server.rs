use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::support::program::{binary, free_port};

/// A mail server that we did not write (`aiosmtpd` of Python), which prints the mails it receives. It runs until the test
/// drops it.
#[derive(Debug)]
pub(crate) struct MailServer {
    _process: Child,
    port: u16,
    printed: Arc<Mutex<String>>,
}

/// How a mail server speaks TLS, with its certificate and key in files.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tls {
    /// From the start.
    Smtps,
    /// After `STARTTLS`.
    StartTls,
}

const PATIENCE: Duration = Duration::from_secs(60);

impl MailServer {
    pub(crate) async fn start() -> Self {
        Self::start_at(free_port()).await
    }

    /// Starts it on this port.
    pub(crate) async fn start_at(port: u16) -> Self {
        Self::launch(port, &[]).await
    }

    /// Starts one that speaks TLS.
    pub(crate) async fn start_with(tls: Tls, certificate: &Path, key: &Path) -> Self {
        let kind = match tls {
            Tls::Smtps => "smtps",
            Tls::StartTls => "tls",
        };
        let file = |name: &str, path: &Path| format!("--{kind}{name}={}", path.display());
        let arguments = [file("cert", certificate), file("key", key)];
        Self::launch(free_port(), &arguments).await
    }

    async fn launch(port: u16, arguments: &[String]) -> Self {
        let target = binary().ancestors().nth(2).unwrap().to_owned();
        let python = target.join("mail-server/bin/python");
        assert!(
            python.exists(),
            "run scripts/setup, which installs a mail server"
        );
        let mut command = Command::new(python);
        command
            .args(["-u", "-m", "aiosmtpd", "-n"])
            .args(["-c", "aiosmtpd.handlers.Debugging", "stdout"])
            .args(["-l", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let printed = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (process.stdout.take().unwrap(), Arc::clone(&printed));
        tokio::spawn(async move {
            let mut lines = BufReader::new(lines).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let this = Self {
            _process: process,
            port,
            printed,
        };
        this.wait_until_it_listens().await;
        this
    }

    async fn wait_until_it_listens(&self) {
        let connected = async {
            while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, connected).await;
        waited.expect("the mail server listens");
    }

    /// The address for `SMTP_URL`.
    pub(crate) fn url(&self) -> String {
        smtp_url(self.port)
    }

    /// The same for one that speaks TLS.
    pub(crate) fn url_with(&self, tls: Tls) -> String {
        let port = self.port;
        match tls {
            Tls::Smtps => format!("smtps://127.0.0.1:{port}"),
            Tls::StartTls => format!("smtp://127.0.0.1:{port}?tls=required"),
        }
    }

    /// All that was printed, with the lines that quoted-printable breaks joined again.
    pub(crate) fn printed(&self) -> String {
        let printed = self.printed.lock().unwrap();
        printed.replace("=\n", "").replace("=3D", "=")
    }

    /// The mails to this address, in the order in which they arrived.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<String> {
        let printed = self.printed();
        let mails = printed.split("---------- MESSAGE FOLLOWS ----------");
        let line = format!("To: {address}\n");
        let complete = |mail: &&str| mail.contains("------------ END MESSAGE ------------");
        mails
            .filter(|mail| mail.contains(&line))
            .filter(complete)
            .map(str::to_owned)
            .collect()
    }

    /// Waits for that many mails to this address, and returns the last one.
    pub(crate) async fn mail_to(&self, address: &str, number: usize) -> String {
        let arrived = async {
            loop {
                let mut mails = self.mails_to(address);
                if mails.len() >= number {
                    return mails.swap_remove(number - 1);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let arrived = tokio::time::timeout(PATIENCE, arrived).await;
        arrived.unwrap_or_else(|_| panic!("no mail {number} to {address}: {}", self.printed()))
    }
}

/// The address for `SMTP_URL` of a server on this port, without TLS.
pub(crate) fn smtp_url(port: u16) -> String {
    format!("smtp://127.0.0.1:{port}")
}

/// The token of the link in a mail.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("?token=").expect("a link");
    rest[..45].to_owned()
}
