//! Measures Belgie beside a bare actix server, on this machine, in one interleaved run. See README.md.

#![expect(
    clippy::print_stdout,
    reason = "a table on standard output is what this program is for"
)]

mod access_tokens;
mod answer_times;
mod data;
mod hashing;
mod load;
mod password_site;
mod passwords;
mod process;
mod report;
mod server;
mod sign_ins;
mod storm;
mod unavoidable;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;

use crate::report::Row;
use crate::server::Server;
use crate::sign_ins::{Names, Rate, SignIns};

/// Measures Belgie beside a bare actix server.
#[derive(Debug, Parser)]
struct Options {
    /// How often each server is measured, in turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each measurement takes, in seconds.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Sessions in the large databases.
    #[arg(long, default_value_t = 1_000_000)]
    sessions: u64,
    /// Where prepared databases are kept for the next run.
    #[arg(long, default_value = "target/bench")]
    directory: PathBuf,
    /// A PostgreSQL server to measure with; without it that part is left out.
    #[arg(long)]
    postgres: Option<String>,
    /// An older `belgie` to measure beside this one, on SQLite.
    #[arg(long)]
    beside: Option<PathBuf>,
    /// Measures only passwords.
    #[arg(long)]
    passwords: bool,
    /// Measures only sign-ins with a provider.
    #[arg(long, conflicts_with = "passwords")]
    sign_ins: bool,
}

/// Sessions in the small database.
const SMALL: u64 = 1_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.directory).context("no directory for the databases")?;
    let directory = options.directory.canonicalize()?;

    let belgie = server::program("belgie")?;
    let time = Duration::from_secs(options.seconds);
    if options.passwords {
        let measured = passwords::measure(&belgie, options.rounds, time).await?;
        report::print_passwords(&measured);
        return Ok(());
    }
    if options.sign_ins {
        report::print_sign_ins(&sign_ins(&belgie, &options).await?);
        report::print_parts(&unavoidable::measure(&directory, time).await?);
        return Ok(());
    }
    let small = data::sqlite(&directory, SMALL, None).await?;
    let large = data::sqlite(&directory, options.sessions, None).await?;
    let mut servers = vec![
        Server::hello("actix").await?,
        Server::belgie(&belgie, "/api/me, SQLite", &small, SMALL).await?,
        Server::belgie(&belgie, "/api/me, SQLite", &large, options.sessions).await?,
    ];
    let by_token = Server::belgie(&belgie, "/api/me, SQLite", &small, SMALL).await?;
    servers.push(
        by_token
            .with_access_tokens((0..SMALL).map(data::token))
            .await?,
    );
    for framework in ["actix", "axum"] {
        servers.push(Server::embedded(framework, &large, options.sessions).await?);
    }
    servers.push(Server::hello("axum").await?);
    match &options.postgres {
        Some(url) => {
            let database = data::postgres(url, options.sessions).await?;
            let name = "/api/me, PostgreSQL";
            servers.push(Server::belgie(&belgie, name, &database, options.sessions).await?);
        }
        None => println!("no --postgres: measured without PostgreSQL"),
    }

    if let Some(older) = &options.beside {
        let database = data::sqlite(&directory, options.sessions, Some(older)).await?;
        let name = "older program, SQLite";
        servers.push(Server::belgie(older, name, &database, options.sessions).await?);
    }

    let idle = servers[2].process.anonymous_memory()?;
    let rows = measure(&servers, &directory, &options).await?;
    let checked = load::until_million(&servers[2], &directory).await?;
    report::print(&servers, &rows, [idle, checked]);
    drop(servers);
    report::print_sign_ins(&sign_ins(&belgie, &options).await?);
    report::print_parts(&unavoidable::measure(&directory, time).await?);
    report::print_access_tokens(&access_tokens::measure(&directory, time).await?);
    report::print_passwords(&passwords::measure(&belgie, options.rounds, time).await?);
    Ok(())
}

/// Measures sign-ins at this program, and at an older one in turn with it.
async fn sign_ins(belgie: &Path, options: &Options) -> anyhow::Result<Vec<(SignIns, Vec<Rate>)>> {
    let mut measured = Vec::new();
    for names in Names::ALL {
        let this = SignIns::start(belgie, "this program", names).await?;
        measured.push((this, Vec::new()));
        if let Some(older) = &options.beside {
            let older = SignIns::start(older, "older program", names).await?;
            measured.push((older, Vec::new()));
        }
    }
    for round in 1..=options.rounds {
        for (site, rates) in &mut measured {
            eprintln!(
                "round {round} of {}: sign-ins, {}, {}",
                options.rounds,
                site.program,
                site.names.described()
            );
            rates.push(site.measure(Duration::from_secs(options.seconds)).await?);
        }
    }
    Ok(measured)
}

/// Measures each server once per round, in turn, so that a machine that gets slower does so for all.
async fn measure(
    servers: &[Server],
    directory: &Path,
    options: &Options,
) -> anyhow::Result<Vec<Row>> {
    let mut rows: Vec<Row> = servers.iter().map(|_| Row::default()).collect();
    for round in 1..=options.rounds {
        for (server, row) in servers.iter().zip(&mut rows) {
            eprintln!("round {round} of {}: {}", options.rounds, server.name);
            row.add(load::measure(server, directory, Duration::from_secs(options.seconds)).await?);
        }
    }
    Ok(rows)
}
