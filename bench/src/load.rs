use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::process::Command;

use crate::data;
use crate::server::Server;

/// What one run of wrk showed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) requests_per_second: f64,
    pub(crate) cpu_micros_per_request: f64,
    pub(crate) p50_micros: f64,
    pub(crate) p99_micros: f64,
}

/// Connections of wrk: enough to keep two workers busy.
const CONNECTIONS: u32 = 16;
/// Cookies that are asked for, spread over all sessions.
const COOKIES: u64 = 20_000;

/// Loads a server and compares its processor time before and after.
pub(crate) async fn measure(
    server: &Server,
    directory: &Path,
    time: Duration,
) -> anyhow::Result<Measured> {
    wrk(server, directory, Duration::from_secs(1)).await?;
    let before = server.process.cpu_time()?;
    let (mut measured, requests) = wrk(server, directory, time).await?;
    let spent = server.process.cpu_time()?.saturating_sub(before);
    measured.cpu_micros_per_request = spent.as_secs_f64() * 1e6 / requests;
    Ok(measured)
}

/// Asks until a million sessions were checked; returns the anonymous memory then, in bytes.
pub(crate) async fn until_million(server: &Server, directory: &Path) -> anyhow::Result<u64> {
    let (begun, mut checked) = (Instant::now(), 0.0);
    while checked < 1e6 {
        if begun.elapsed() > Duration::from_secs(300) {
            bail!("{checked} checks in five minutes: too slow to go on");
        }
        checked += wrk(server, directory, Duration::from_secs(5)).await?.1;
    }
    server.process.anonymous_memory()
}

async fn wrk(server: &Server, directory: &Path, time: Duration) -> anyhow::Result<(Measured, f64)> {
    let script = script(server, directory)?;
    let mut command = Command::new("wrk");
    command.args([
        "-t1",
        &format!("-c{CONNECTIONS}"),
        &format!("-d{}s", time.as_secs()),
        "--latency",
        "-s",
    ]);
    command
        .arg(script)
        .arg(format!("{}/api/me", server.base_url));
    let output = command
        .output()
        .await
        .context("cannot run wrk: is it installed?")?;
    parse(&String::from_utf8_lossy(&output.stdout)).context("wrk printed something else")
}

/// Writes a script that asks with random cookies of the prepared sessions, or with the server's access tokens.
fn script(server: &Server, directory: &Path) -> anyhow::Result<std::path::PathBuf> {
    let by_token = !server.access_tokens.is_empty();
    let (kind, name) = if by_token {
        ("-by-access-token", "Authorization")
    } else {
        ("", "Cookie")
    };
    let path = directory.join(format!("requests-{}{kind}.lua", server.sessions));
    if path.exists() && !by_token {
        return Ok(path);
    }
    let step = (server.sessions / COOKIES).max(1);
    let tokens = (0..server.sessions)
        .step_by(usize::try_from(step)?)
        .map(data::token);
    let header =
        |token: belgie_domain::SessionToken| format!("\"belgie_session={}\",\n", token.secret());
    let bearer = |token: &String| format!("\"Bearer {token}\",\n");
    let values: String = if by_token {
        server.access_tokens.iter().map(bearer).collect()
    } else {
        tokens.map(header).collect()
    };
    let lua = format!(
        "local values = {{\n{values}}}\nlocal requests = {{}}\n\
         function init()\n  math.randomseed(os.time())\n  \
         for at, value in ipairs(values) do\n    \
         wrk.headers['{name}'] = value\n    requests[at] = wrk.format('GET')\n  end\n  \
         if #requests == 0 then requests[1] = wrk.format('GET') end\nend\n\
         function request() return requests[math.random(#requests)] end\n\
         function done(summary, latency)\n  local errors = summary.errors\n  \
         io.write(string.format('figures %d %d %f %f %d\\n', summary.requests, summary.duration,\n    \
         latency:percentile(50), latency:percentile(99),\n    \
         errors.status + errors.connect + errors.read + errors.write + errors.timeout))\nend\n"
    );
    std::fs::write(&path, lua)?;
    Ok(path)
}

/// Reads the line that the script prints: requests, microseconds, p50, p99, errors.
fn parse(output: &str) -> anyhow::Result<(Measured, f64)> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("figures "))
        .context(output.to_owned())?;
    let figures = line
        .split(' ')
        .map(str::parse::<f64>)
        .collect::<Result<Vec<_>, _>>()?;
    let [requests, micros, p50_micros, p99_micros, errors] = figures[..] else {
        bail!("not five figures: {line}")
    };
    if errors > 0.0 {
        bail!("{errors} of {requests} requests failed");
    }
    let requests_per_second = requests * 1e6 / micros;
    Ok((
        Measured {
            requests_per_second,
            cpu_micros_per_request: 0.0,
            p50_micros,
            p99_micros,
        },
        requests,
    ))
}
