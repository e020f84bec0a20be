use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::{Child, Command};

/// A server that runs until this is dropped, and what the kernel says of it.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
        Ok(Self(
            command
                .spawn()
                .with_context(|| format!("cannot start {command:?}"))?,
        ))
    }

    /// User and system time so far.
    pub(crate) fn cpu_time(&self) -> anyhow::Result<Duration> {
        cpu_time(&self.read("stat")?)
    }

    /// Memory that is not backed by files, in bytes.
    pub(crate) fn anonymous_memory(&self) -> anyhow::Result<u64> {
        self.memory("RssAnon:")
    }

    /// An amount of memory that proc(5) names, in bytes.
    pub(crate) fn memory(&self, name: &str) -> anyhow::Result<u64> {
        let status = self.read("status")?;
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .with_context(|| format!("no {name}"))?;
        let kilobytes: u64 = line
            .split_whitespace()
            .nth(1)
            .context("no figure")?
            .parse()?;
        Ok(kilobytes * 1024)
    }

    fn read(&self, file: &str) -> anyhow::Result<String> {
        let id = self.0.id().context("the server has ended")?;
        Ok(std::fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }
}

/// User and system time of this very program so far.
pub(crate) fn own_cpu_time() -> anyhow::Result<Duration> {
    cpu_time(&std::fs::read_to_string("/proc/self/stat")?)
}

/// Fields 14 and 15 of proc(5), counted behind the name in parentheses.
fn cpu_time(stat: &str) -> anyhow::Result<Duration> {
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND))
}

/// `USER_HZ`, which is 100 on every Linux of today (proc(5)).
const TICKS_PER_SECOND: u64 = 100;
