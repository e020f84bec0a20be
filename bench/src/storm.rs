//! Sign-ins by password, first as many as the server can do, then ten times more.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::task::JoinHandle;

use crate::password_site::{Answer, PasswordSite, credentials};

/// How many times more sign-ins a storm begins than the server can do.
const EXCESS: u32 = 10;
/// Users who sign in, in turn.
const USERS: u32 = 16;
/// How often a session is checked during a storm.
const CHECK_EVERY: Duration = Duration::from_millis(5);

/// A server at which people sign in with passwords.
#[derive(Debug)]
pub(crate) struct Storms {
    site: PasswordSite,
    /// The session that is checked.
    session: String,
    /// The memory of the server before anybody registered, in bytes.
    memory: u64,
}

/// What one round showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    /// Sign-ins per second, as many as the server can do.
    pub(crate) capacity: f64,
    /// Processor time of the server for each of them, in microseconds.
    pub(crate) cpu_micros: f64,
    /// Sign-ins per second that succeed in the storm.
    pub(crate) goodput: f64,
    /// The slowest refusal.
    pub(crate) slowest_refusal: Duration,
    /// The 99th percentile of checks of a session in the storm.
    pub(crate) check_p99: Duration,
}

impl Storms {
    pub(crate) async fn prepare(program: &Path) -> anyhow::Result<Self> {
        let site = PasswordSite::start(program, &[]).await?;
        let memory = site.process.memory("VmRSS:")?;
        for number in 0..USERS {
            site.register(&email(number)).await?;
        }
        let session = site.register("checked@example.com").await?;
        Ok(Self {
            site,
            session,
            memory,
        })
    }

    /// How much more memory the server has taken at most since its start, in bytes.
    pub(crate) fn more_memory(&self) -> anyhow::Result<u64> {
        let peak = self.site.process.memory("VmHWM:")?;
        Ok(peak.saturating_sub(self.memory))
    }

    /// Measures the capacity and then a storm, each for so long.
    pub(crate) async fn round(&self, time: Duration) -> anyhow::Result<Round> {
        let before = self.site.process.cpu_time()?;
        let (done, seconds) = self.calm(time).await?;
        let spent = self.site.process.cpu_time()?.saturating_sub(before);
        let capacity = f64::from(done) / seconds;
        let (storm, checks) = tokio::join!(self.storm(time, capacity), self.checks(time));
        let (answers, seconds) = storm?;
        let (good, refused): (Vec<Answer>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 200);
        ensure!(
            refused.iter().all(|answer| answer.status == 503),
            "a sign-in was neither done nor refused"
        );
        Ok(Round {
            capacity,
            cpu_micros: spent.as_secs_f64() * 1e6 / f64::from(done),
            goodput: f64::from(u32::try_from(good.len())?) / seconds,
            slowest_refusal: percentile(&refused, 100),
            check_p99: percentile(&checks?, 99),
        })
    }

    /// Signs in with two clients for each core; returns how often, and in how many seconds.
    async fn calm(&self, time: Duration) -> anyhow::Result<(u32, f64)> {
        let cores = std::thread::available_parallelism()?.get();
        let (begun, mut done) = (Instant::now(), 0);
        while begun.elapsed() < time {
            let together = (0..2 * cores).map(|number| {
                let number = u32::try_from(number).unwrap_or_default();
                self.sign_in(number)
            });
            for answer in futures_util::future::join_all(together).await {
                ensure!(answer?.status == 200, "a sign-in was refused");
                done += 1;
            }
        }
        Ok((done, begun.elapsed().as_secs_f64()))
    }

    /// Begins sign-ins at ten times this rate, whatever becomes of them; returns the answers, and how many seconds it took
    /// until the last one.
    async fn storm(&self, time: Duration, capacity: f64) -> anyhow::Result<(Vec<Answer>, f64)> {
        let every = Duration::from_secs_f64(1.0 / capacity / f64::from(EXCESS));
        let (mut ticks, mut begun) = (tokio::time::interval(every), Vec::new());
        let start = Instant::now();
        while start.elapsed() < time {
            ticks.tick().await;
            let number = u32::try_from(begun.len())?;
            begun.push(tokio::spawn(self.sign_in(number)));
        }
        Ok((all(begun).await?, start.elapsed().as_secs_f64()))
    }

    /// Checks a session again and again.
    async fn checks(&self, time: Duration) -> anyhow::Result<Vec<Answer>> {
        let (start, mut checks) = (Instant::now(), Vec::new());
        while start.elapsed() < time {
            let check = self.site.check(&self.session).await?;
            ensure!(check.status == 200, "a session was not found");
            checks.push(check);
            tokio::time::sleep(CHECK_EVERY).await;
        }
        Ok(checks)
    }

    fn sign_in(&self, number: u32) -> impl Future<Output = anyhow::Result<Answer>> + Send + use<> {
        let body = credentials(&email(number % USERS));
        self.site.post("/auth/login", &body)
    }
}

fn email(number: u32) -> String {
    format!("person{number}@example.com")
}

async fn all(begun: Vec<JoinHandle<anyhow::Result<Answer>>>) -> anyhow::Result<Vec<Answer>> {
    let ended = futures_util::future::join_all(begun).await;
    ended.into_iter().map(|answer| answer?).collect()
}

/// Returns the time within which so many of a hundred answers came.
fn percentile(answers: &[Answer], percent: usize) -> Duration {
    let mut times: Vec<_> = answers.iter().map(|answer| answer.took).collect();
    times.sort();
    let last = times.len().saturating_sub(1);
    times.get(last * percent / 100).copied().unwrap_or_default()
}
