use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::bail;
use belgie_domain::SessionToken;
use tokio::process::Command;

use crate::process::Process;

/// A server under load.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) process: Process,
    pub(crate) base_url: String,
    /// From the start of the program to its first answer.
    pub(crate) first_answer: Duration,
    /// How many sessions can be asked for.
    pub(crate) sessions: u64,
    /// Access tokens to ask with, instead of the sessions' cookies.
    pub(crate) access_tokens: Vec<String>,
}

impl Server {
    /// The bare server on this framework, `actix` or `axum`.
    pub(crate) async fn hello(framework: &str) -> anyhow::Result<Self> {
        let name = format!("hello, bare {framework}");
        Self::start(name, 0, "/api/me", |bind, _| {
            let mut command = Command::new(program("hello")?);
            command.args([framework, bind]);
            Ok(command)
        })
        .await
    }

    /// `belgie serve` on a prepared database.
    pub(crate) async fn belgie(
        program: &Path,
        name: &str,
        database: &str,
        sessions: u64,
    ) -> anyhow::Result<Self> {
        Self::start(
            format!("{name}, {sessions} sessions"),
            sessions,
            "/healthz",
            |bind, base_url| Ok(belgie(program, database, bind, base_url)),
        )
        .await
    }

    /// Belgie inside an application on this framework, `actix` or `axum`.
    pub(crate) async fn embedded(
        framework: &str,
        database: &str,
        sessions: u64,
    ) -> anyhow::Result<Self> {
        let file = database.trim_start_matches("sqlite://");
        Self::start(
            format!("as a library on {framework}, SQLite, {sessions} sessions"),
            sessions,
            "/auth/providers",
            |bind, _| {
                let mut command = Command::new(program("embedded")?);
                command.args([framework, bind, file]);
                Ok(command)
            },
        )
        .await
    }

    async fn start(
        name: String,
        sessions: u64,
        path: &str,
        command: impl FnOnce(&str, &str) -> anyhow::Result<Command>,
    ) -> anyhow::Result<Self> {
        let bind = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .to_string();
        let base_url = format!("http://{bind}");
        let begun = Instant::now();
        let process = Process::start(&mut command(&bind, &base_url)?)?;
        let first_answer = wait_for(&format!("{base_url}{path}"), begun).await?;
        Ok(Self {
            name,
            process,
            base_url,
            first_answer,
            sessions,
            access_tokens: Vec::new(),
        })
    }

    /// Gets an access token for each of these sessions, to be asked with from now on.
    pub(crate) async fn with_access_tokens(
        mut self,
        sessions: impl Iterator<Item = SessionToken>,
    ) -> anyhow::Result<Self> {
        let (client, url) = (client()?, format!("{}/auth/token", self.base_url));
        for session in sessions {
            let request = client.post(&url).bearer_auth(session.secret());
            let issued: IssuedToken =
                serde_json::from_slice(&request.send().await?.bytes().await?)?;
            self.access_tokens.push(issued.access_token);
        }
        self.name.push_str(", by access token");
        Ok(self)
    }
}

#[derive(serde::Deserialize)]
struct IssuedToken {
    access_token: String,
}

/// `belgie serve` with everything on.
pub(crate) fn belgie(program: &Path, database: &str, bind: &str, base_url: &str) -> Command {
    let mut command = Command::new(program);
    command
        .arg("serve")
        .env_clear()
        .stderr(std::process::Stdio::null());
    command.envs([
        ("BELGIE_SECRET", "jFq0r8vWm3Zt5Yx7Lk1Pb9Nc2Hd4Gs6A"),
        ("BELGIE_DATABASE_URL", database),
        ("BELGIE_BIND", bind),
        ("BELGIE_BASE_URL", base_url),
        ("BELGIE_COOKIE_SECURE", "false"),
        ("BELGIE_WORKERS", "2"),
        ("BELGIE_RATE_LIMIT", "off"),
    ]);
    command
}

/// A program that was built beside this one.
pub(crate) fn program(name: &str) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(name);
    if !program.exists() {
        bail!("{} is missing: run bench/run", program.display());
    }
    Ok(program)
}

pub(crate) async fn wait_for(url: &str, begun: Instant) -> anyhow::Result<Duration> {
    let client = client()?;
    while begun.elapsed() < Duration::from_secs(20) {
        if client
            .get(url)
            .send()
            .await
            .is_ok_and(|answer| answer.status() == 200)
        {
            return Ok(begun.elapsed());
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    bail!("{url} does not answer")
}

/// A client that follows no redirects.
pub(crate) fn client() -> anyhow::Result<reqwest::Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?)
}
