use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use belgie_idp_emulator::{Emulator, Person};

use crate::process::Process;
use crate::server;

/// Browsers that sign in at the same time.
const BROWSERS: usize = 16;

/// Counts whole sign-ins: begin, authorization by the local provider, callback with code exchange, session.
pub(crate) async fn measure(program: &Path, name: &str, time: Duration) -> anyhow::Result<()> {
    let idp = (0..BROWSERS).fold(
        Emulator::builder().client_any_redirect("bench", "bench-secret"),
        |idp, at| {
            idp.person(
                Person::new(format!("subject-{at}"))
                    .email(format!("person{at}@gmail.com"))
                    .email_verified(true),
            )
        },
    );
    let idp = Arc::new(idp.start().await?);
    let directory = tempfile::tempdir()?;
    let bind = std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .to_string();
    let base_url = format!("http://{bind}");
    let database = format!("sqlite://{}", directory.path().join("belgie.db").display());
    let mut command = server::belgie(program, &database, &bind, &base_url);
    command.envs([
        ("BELGIE_GOOGLE_CLIENT_ID", "bench"),
        ("BELGIE_GOOGLE_CLIENT_SECRET", "bench-secret"),
    ]);
    command.env("BELGIE_GOOGLE_ISSUER_URL", idp.issuer());
    let process = Process::start(&mut command)?;
    server::wait_for(&format!("{base_url}/readyz"), Instant::now()).await?;

    let (begun, before) = (Instant::now(), process.cpu_time()?);
    let browsers: Vec<_> = (0..BROWSERS)
        .map(|at| {
            tokio::spawn(browse(
                Arc::clone(&idp),
                base_url.clone(),
                format!("subject-{at}"),
                begun + time,
            ))
        })
        .collect();
    let mut done = 0_u32;
    for browser in browsers {
        done += browser.await??;
    }
    let (seconds, spent) = (
        begun.elapsed().as_secs_f64(),
        process.cpu_time()?.saturating_sub(before),
    );
    ensure!(done > 0, "nobody signed in");
    println!(
        "\n{name} on SQLite against the local provider, {BROWSERS} at once: {:.0}/s, {:.0} µs CPU of the \
         server each (the provider and this driver run on the same cores)",
        f64::from(done) / seconds,
        spent.as_secs_f64() * 1e6 / f64::from(done),
    );
    Ok(())
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
