use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use belgie_idp_emulator::{Emulator, Person};
use tempfile::TempDir;

use crate::process::Process;
use crate::server;

/// Browsers that sign in at the same time.
const BROWSERS: usize = 16;

/// Where a server finds the names of the people who sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// In the ID token, as with Google: a sign-in is one request to the provider.
    InIdToken,
    /// Not in the ID token, so a sign-in also asks the userinfo endpoint.
    AtUserinfo,
}

impl Names {
    pub(crate) const ALL: [Self; 2] = [Self::InIdToken, Self::AtUserinfo];

    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::InIdToken => "name in the ID token",
            Self::AtUserinfo => "name asked for at userinfo",
        }
    }

    fn person(self, at: usize) -> Person {
        let person = Person::new(format!("subject-{at}"))
            .email(format!("person{at}@gmail.com"))
            .email_verified(true);
        match self {
            Self::InIdToken => person.name(format!("Person {at}")),
            Self::AtUserinfo => person,
        }
    }
}

/// A server on an empty SQLite database at which people sign in with a local provider, again and again.
#[derive(Debug)]
pub(crate) struct SignIns {
    pub(crate) program: &'static str,
    pub(crate) names: Names,
    process: Process,
    base_url: String,
    idp: Arc<Emulator>,
    _directory: TempDir,
}

/// What one round of sign-ins showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) cpu_micros: f64,
}

impl SignIns {
    pub(crate) async fn start(
        path: &Path,
        program: &'static str,
        names: Names,
    ) -> anyhow::Result<Self> {
        let idp = Emulator::builder().client_any_redirect("bench", "bench-secret");
        let idp = (0..BROWSERS).fold(idp, |idp, at| idp.person(names.person(at)));
        let idp = Arc::new(idp.start().await?);
        let directory = tempfile::tempdir()?;
        let bind = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .to_string();
        let base_url = format!("http://{bind}");
        let database = format!("sqlite://{}", directory.path().join("belgie.db").display());
        let mut command = server::belgie(path, &database, &bind, &base_url);
        command.envs([
            ("BELGIE_GOOGLE_CLIENT_ID", "bench"),
            ("BELGIE_GOOGLE_CLIENT_SECRET", "bench-secret"),
        ]);
        command.env("BELGIE_GOOGLE_ISSUER_URL", idp.issuer());
        let process = Process::start(&mut command)?;
        server::wait_for(&format!("{base_url}/readyz"), Instant::now()).await?;
        Ok(Self {
            program,
            names,
            process,
            base_url,
            idp,
            _directory: directory,
        })
    }

    /// Counts whole sign-ins: begin, authorization by the local provider, callback with code exchange, session.
    pub(crate) async fn measure(&self, time: Duration) -> anyhow::Result<Rate> {
        self.sign_in(Duration::from_secs(1)).await?;
        let (begun, before) = (Instant::now(), self.process.cpu_time()?);
        let done = self.sign_in(time).await?;
        let (seconds, spent) = (
            begun.elapsed().as_secs_f64(),
            self.process.cpu_time()?.saturating_sub(before),
        );
        ensure!(done > 0, "no sign-in completed");
        Ok(Rate {
            per_second: f64::from(done) / seconds,
            cpu_micros: spent.as_secs_f64() * 1e6 / f64::from(done),
        })
    }

    /// Lets all browsers sign in until the time is up; returns how often they did.
    async fn sign_in(&self, time: Duration) -> anyhow::Result<u32> {
        let until = Instant::now() + time;
        let browse = |at| {
            let (idp, base_url) = (Arc::clone(&self.idp), self.base_url.clone());
            tokio::spawn(browse(idp, base_url, format!("subject-{at}"), until))
        };
        let browsers: Vec<_> = (0..BROWSERS).map(browse).collect();
        let mut done = 0;
        for browser in browsers {
            done += browser.await??;
        }
        Ok(done)
    }
}

/// Signs in again and again until the time is up; returns how often.
async fn browse(
    idp: Arc<Emulator>,
    base_url: String,
    subject: String,
    until: Instant,
) -> anyhow::Result<u32> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let client = builder.cookie_store(true).build()?;
    let mut done = 0;
    while Instant::now() < until {
        let asked = client
            .get(format!("{base_url}/auth/provider/google/signin"))
            .send()
            .await?;
        let location = asked
            .headers()
            .get("location")
            .context("no redirect to the provider")?
            .to_str()?;
        let callback = idp.authorize(location, &subject).await?;
        let answer = client.get(callback).send().await?;
        ensure!(
            answer.status() == 303,
            "the callback answered {}",
            answer.status()
        );
        done += 1;
    }
    Ok(done)
}
