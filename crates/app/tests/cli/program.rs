//! Runs the program in a folder of its own with nothing but the settings that a test gives it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) const SECRET: &str = "b2e9cc41f70d8a36e5914bd27fa0c863";

/// The program with its settings, in an empty folder.
pub(crate) struct Program {
    folder: TempDir,
    variables: BTreeMap<String, std::ffi::OsString>,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// A program that is still running; it ends with the test.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: BTreeMap::new(),
        }
    }

    /// One that `serve` takes: a secret, and the site on a free port.
    pub(crate) fn server() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        Self::new()
            .with("SECRET", SECRET)
            .with("BIND", format!("127.0.0.1:{port}"))
            .with("BASE_URL", format!("http://localhost:{port}"))
    }

    /// Sets a setting, named without prefix.
    pub(crate) fn with(self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.with_variable(&format!("BELGIE_{name}"), value)
    }

    pub(crate) fn with_variable(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.variables
            .insert(name.to_owned(), value.as_ref().to_owned());
        self
    }

    /// Writes a file into the folder.
    pub(crate) fn with_file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), text).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What advice says to run the program, which is not on the `PATH` here.
    pub(crate) fn advised() -> &'static str {
        env!("CARGO_BIN_EXE_belgie")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_belgie"));
        command.args(arguments).env_clear().envs(&self.variables);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let begun = Instant::now();
        let output = self.command(arguments).output().unwrap();
        Ended {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            took: begun.elapsed(),
        }
    }

    /// Begins a command that runs until it is ended.
    pub(crate) fn begin(&self, command: &str) -> Running {
        self.begin_with(&[command])
    }

    /// Begins a command with these arguments that runs until it is ended.
    pub(crate) fn begin_with(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = lines_of(child.stderr.take().unwrap());
        Running {
            child,
            lines,
            seen: Vec::new(),
        }
    }
}

impl Ended {
    /// Checks that it took less than two seconds, and on a machine that is busy just now less than two seconds more than
    /// ten runs that do nothing.
    pub(crate) fn assert_quick(&self) {
        let limit = Duration::from_secs(2);
        if self.took >= limit {
            let idle = Program::new().run(&["--version"]).took;
            assert!(self.took < limit + idle * 10, "{self:?}");
        }
    }

    /// Checks that it ended well, and returns what it printed.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, Some(0), "{self:?}");
        self.stdout
    }

    /// Checks that it ended with status 1 and one clear line or more, never a panic; returns them.
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.status, Some(1), "{self:?}");
        let kinds = ["belgie: ", "error: ", "warning: "];
        let begins = |line: &str| kinds.iter().any(|kind| line.starts_with(kind));
        assert!(self.stderr.lines().all(begins), "{self:?}");
        assert!(
            !self.stderr.contains("panicked") && !self.stderr.contains("backtrace"),
            "{self:?}"
        );
        self.stderr
    }
}

impl Running {
    /// Waits for a log line that contains this text, and returns it.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(20));
            let Ok(line) = line else {
                panic!("no line with {text:?} came, but {:#?}", self.seen);
            };
            self.seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits until it listens, and returns where.
    pub(crate) fn address(&mut self) -> String {
        let line = self.wait_for("listening");
        let (_, address) = line.split_once("address=").unwrap();
        address.split_whitespace().next().unwrap().to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the end, and returns its status and all that it logged and printed.
    pub(crate) fn end(mut self) -> (Option<i32>, String, String) {
        let status = self.child.wait().unwrap().code();
        self.seen.extend(self.lines.iter());
        let mut stdout = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut stdout)
            .unwrap();
        (status, self.seen.join("\n"), stdout)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines_of(stderr: ChildStderr) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Asks for a path and returns the whole answer.
pub(crate) fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path}"), "")
}

/// Posts JSON and returns the whole answer.
pub(crate) fn post_json(address: &str, path: &str, body: &str) -> String {
    let length = body.len();
    let body = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
    ask(address, &format!("POST {path}"), &body)
}

/// Sends a request line, and after the usual headers the rest of a request; returns the whole answer.
fn ask(address: &str, line: &str, rest: &str) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    let (_, port) = address.rsplit_once(':').unwrap();
    let host = format!("Host: localhost:{port}");
    let rest = if rest.is_empty() { "\r\n" } else { rest };
    let request = format!("{line} HTTP/1.1\r\n{host}\r\nConnection: close\r\n{rest}");
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}
