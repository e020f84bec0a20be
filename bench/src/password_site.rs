//! A server at which people sign in with passwords.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Process;
use crate::server;

/// A server on an empty SQLite database, without rate limits, at which anybody may register with a password.
#[derive(Debug)]
pub(crate) struct PasswordSite {
    pub(crate) process: Process,
    client: reqwest::Client,
    base_url: String,
    _directory: TempDir,
}

/// What became of a request, and how long that took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) took: Duration,
}

const PASSWORD: &str = "correct horse battery staple";

impl PasswordSite {
    /// Starts it with these further settings, named without the prefix.
    pub(crate) async fn start(program: &Path, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir()?;
        let bind = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .to_string();
        let base_url = format!("http://{bind}");
        let database = format!("sqlite://{}", directory.path().join("belgie.db").display());
        let mut command = server::belgie(program, &database, &bind, &base_url);
        command.env("BELGIE_PASSWORD_REGISTRATION", "true");
        for (name, value) in settings {
            command.env(format!("BELGIE_{name}"), value);
        }
        let process = Process::start(&mut command)?;
        server::wait_for(&format!("{base_url}/readyz"), Instant::now()).await?;
        Ok(Self {
            process,
            client: server::client()?,
            base_url,
            _directory: directory,
        })
    }

    /// Registers somebody, and returns the session token.
    pub(crate) async fn register(&self, email: &str) -> anyhow::Result<String> {
        let mut body = credentials(email);
        body["transport"] = "token".into();
        let request = self
            .client
            .post(self.url("/auth/register"))
            .body(body.to_string());
        let answer = request
            .header("content-type", "application/json")
            .send()
            .await?;
        ensure!(
            answer.status() == 201,
            "registering answered {}",
            answer.status()
        );
        let registered: Value = serde_json::from_slice(&answer.bytes().await?)?;
        Ok(registered["token"].as_str().unwrap_or_default().to_owned())
    }

    /// Posts JSON.
    pub(crate) fn post(
        &self,
        path: &str,
        body: &Value,
    ) -> impl Future<Output = anyhow::Result<Answer>> + Send + use<> {
        let request = self.client.post(self.url(path)).body(body.to_string());
        timed(request.header("content-type", "application/json"))
    }

    /// Checks a session.
    pub(crate) fn check(
        &self,
        session: &str,
    ) -> impl Future<Output = anyhow::Result<Answer>> + Send + use<> {
        timed(
            self.client
                .get(self.url("/api/me"))
                .header("authorization", format!("Bearer {session}")),
        )
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// The body with which somebody registers or signs in.
pub(crate) fn credentials(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

async fn timed(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
    let begun = Instant::now();
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    answer.bytes().await?;
    let took = begun.elapsed();
    Ok(Answer { status, took })
}
