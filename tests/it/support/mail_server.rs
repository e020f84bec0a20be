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

const PATIENCE: Duration = Duration::from_secs(60);

impl MailServer {
    pub(crate) async fn start() -> Self {
        let target = binary().ancestors().nth(2).unwrap().to_owned();
        let python = target.join("mail-server/bin/python");
        assert!(
            python.exists(),
            "run scripts/setup, which installs a mail server"
        );
        let port = free_port();
        let mut command = Command::new(python);
        command
            .args(["-u", "-m", "aiosmtpd", "-n"])
            .args(["-c", "aiosmtpd.handlers.Debugging", "stdout"])
            .args(["-l", &format!("127.0.0.1:{port}")])
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
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// All that was printed, with the lines that quoted-printable breaks joined again.
    pub(crate) fn printed(&self) -> String {
        let printed = self.printed.lock().unwrap();
        printed.replace("=\n", "").replace("=3D", "=")
    }

    /// Waits for that many mails to this address, and returns the last one.
    pub(crate) async fn mail_to(&self, address: &str, number: usize) -> String {
        let arrived = async {
            loop {
                let printed = self.printed();
                let mails = printed.split("---------- MESSAGE FOLLOWS ----------");
                let line = format!("To: {address}\n");
                let complete = |mail: &&str| mail.contains("------------ END MESSAGE ------------");
                let to_them: Vec<_> = mails
                    .filter(|mail| mail.contains(&line))
                    .filter(complete)
                    .collect();
                if to_them.len() >= number {
                    return to_them[number - 1].to_owned();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let arrived = tokio::time::timeout(PATIENCE, arrived).await;
        arrived.unwrap_or_else(|_| panic!("no mail {number} to {address}: {}", self.printed()))
    }
}

/// The token of the link in a mail.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("?token=").expect("a link");
    rest[..45].to_owned()
}
