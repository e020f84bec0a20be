//! Whether the time of an answer tells that an address is known.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};

use crate::password_site::{PasswordSite, credentials};

/// How often each is asked.
const TIMES: usize = 500;
const KNOWN: &str = "jane@example.com";

/// The median times of a request with a known and with an unknown address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) route: &'static str,
    pub(crate) known: Duration,
    pub(crate) unknown: Duration,
}

/// Measures the routes that anybody can ask about an address, with known and unknown addresses in turn.
pub(crate) async fn measure(program: &Path) -> anyhow::Result<Vec<Pair>> {
    // The mails that are written go nowhere: they are sent after the answer.
    let mail = [
        ("SMTP_URL", "smtp://127.0.0.1:1"),
        ("MAIL_FROM", "bench@example.com"),
    ];
    let site = PasswordSite::start(program, &mail).await?;
    site.register(KNOWN).await?;
    let wrong = |email: &str| json!({"email": email, "password": "another password of hers"});
    let forgotten = |email: &str| json!({"email": email});
    let [server, sender] = mail;
    let verifying = [server, sender, ("EMAIL_VERIFICATION", "required")];
    let strict = PasswordSite::start(program, &verifying).await?;
    ensure!(ask(&strict, "/auth/register", &credentials(KNOWN), 202).await? > Duration::ZERO);
    Ok(vec![
        pair(&site, "/auth/login", wrong, 401).await?,
        pair(&site, "/auth/password/forgot", forgotten, 202).await?,
        pair(&strict, "/auth/register", credentials, 202).await?,
    ])
}

/// Asks with the known address and an unknown one in turn, in an order that changes each time.
async fn pair(
    site: &PasswordSite,
    route: &'static str,
    body: impl Fn(&str) -> Value,
    expected: u16,
) -> anyhow::Result<Pair> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..TIMES {
        let other = format!("person{number}@example.com");
        let mut both = [(KNOWN, &mut known), (&*other, &mut unknown)];
        if number % 2 == 1 {
            both.reverse();
        }
        for (email, times) in both {
            times.push(ask(site, route, &body(email), expected).await?);
        }
    }
    let (known, unknown) = (median(known), median(unknown));
    Ok(Pair {
        route,
        known,
        unknown,
    })
}

async fn ask(
    site: &PasswordSite,
    route: &str,
    body: &Value,
    expected: u16,
) -> anyhow::Result<Duration> {
    let answer = site.post(route, body).await?;
    ensure!(
        answer.status == expected,
        "{route} answered {}",
        answer.status
    );
    Ok(answer.took)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
