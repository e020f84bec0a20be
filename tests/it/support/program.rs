use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

/// The program itself, as `cargo test` has just built it.
pub(crate) fn binary() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let binary = tests.ancestors().nth(2).unwrap().join("belgie");
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build --workspace`",
        binary.display()
    );
    binary
}

/// Runs one command of the program to its end, or for a minute: a server that starts where it should refuse has no end.
pub(crate) fn run(
    directory: &Path,
    settings: &[(String, String)],
    arguments: &[&str],
) -> std::process::Output {
    let mut command = Command::new("/usr/bin/timeout");
    command
        .arg("60")
        .arg(binary())
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::null());
    command.envs(
        settings
            .iter()
            .map(|(name, value)| (format!("BELGIE_{name}"), value)),
    );
    command.output().unwrap()
}

/// A server that runs until the test drops it.
#[derive(Debug)]
pub(crate) struct Node {
    process: Child,
    base_url: String,
    log: Arc<Mutex<String>>,
}

/// How long a server may take to be ready: debug builds on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

impl Node {
    /// Starts `belgie serve` and waits until it is ready.
    pub(crate) async fn start(directory: &Path, settings: &[(String, String)]) -> Self {
        Self::start_logging(directory, settings, "belgie=debug,belgie::access=info").await
    }

    /// The same with another `RUST_LOG`.
    pub(crate) async fn start_logging(
        directory: &Path,
        settings: &[(String, String)],
        rust_log: &str,
    ) -> Self {
        let mut command = tokio::process::Command::new(binary());
        command.arg("serve");
        Self::launch(command, directory, settings, rust_log).await
    }

    /// The same with so many file descriptors at most.
    pub(crate) async fn start_with_descriptors(
        directory: &Path,
        settings: &[(String, String)],
        descriptors: usize,
    ) -> Self {
        let mut command = tokio::process::Command::new("/bin/sh");
        let limited = format!("ulimit -n {descriptors} && exec \"$0\" serve");
        command.arg("-c").arg(limited).arg(binary());
        Self::launch(command, directory, settings, "belgie=info").await
    }

    async fn launch(
        mut command: tokio::process::Command,
        directory: &Path,
        settings: &[(String, String)],
        rust_log: &str,
    ) -> Self {
        let port = free_port();
        let base_url = format!("http://127.0.0.1:{port}");
        command.current_dir(directory).env_clear();
        command
            .env("BELGIE_BIND", format!("127.0.0.1:{port}"))
            .env("BELGIE_BASE_URL", &base_url);
        command.env("RUST_LOG", rust_log);
        command.envs(
            settings
                .iter()
                .map(|(name, value)| (format!("BELGIE_{name}"), value)),
        );
        Self::spawn(command, base_url, "/readyz").await
    }

    /// Starts `examples/axum` with its routes below this path, and waits until it answers.
    pub(crate) async fn start_axum(site: &crate::support::site::Site, base_path: &str) -> Self {
        let port = free_port();
        let binary = binary().with_file_name("embed-axum");
        assert!(binary.exists(), "run `cargo build -p embed-axum`");
        let mut command = tokio::process::Command::new(binary);
        command.current_dir(site.directory.path()).env_clear();
        command
            .env("PORT", port.to_string())
            .env("BASE_PATH", base_path);
        for name in ["CLIENT_ID", "CLIENT_SECRET", "ISSUER_URL"] {
            let name = format!("GOOGLE_{name}");
            command.env(&name, site.setting(&name));
        }
        let base_url = format!("http://localhost:{port}{base_path}");
        Self::spawn(command, base_url, "/auth/providers").await
    }

    async fn spawn(
        mut command: tokio::process::Command,
        base_url: String,
        ready_path: &str,
    ) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let log = follow(&mut process);
        let mut node = Self {
            process,
            base_url,
            log,
        };
        node.wait_until_ready(ready_path).await;
        node
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id().unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.process.wait())
            .await
            .expect("the server ends")
            .unwrap()
    }

    /// Ends it and returns all that it has logged.
    pub(crate) async fn finish(mut self) -> String {
        self.signal("TERM");
        self.ended().await;
        loop {
            let log = self.log();
            tokio::time::sleep(Duration::from_millis(100)).await;
            if log == self.log() {
                return log;
            }
        }
    }

    /// Ends it at once, as a crash would.
    pub(crate) async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }

    async fn wait_until_ready(&mut self, path: &str) {
        let begun = Instant::now();
        let client = crate::support::browser::client();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", self.log());
            }
            let answer = client.get(self.url(path)).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "the server is not ready:\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn follow(process: &mut Child) -> Arc<Mutex<String>> {
    let log = Arc::new(Mutex::new(String::new()));
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let kept = Arc::clone(&log);
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            let mut kept = kept.lock().unwrap();
            kept.push_str(&line);
            kept.push('\n');
        }
    });
    log
}
