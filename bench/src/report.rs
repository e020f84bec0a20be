use crate::load::Measured;
use crate::server::Server;

/// What was measured of one server, round by round.
#[derive(Debug, Default)]
pub(crate) struct Row(Vec<Measured>);

impl Row {
    pub(crate) fn add(&mut self, measured: Measured) {
        self.0.push(measured);
    }

    /// The median over the rounds.
    fn median(&self, figure: impl Fn(&Measured) -> f64) -> f64 {
        let mut figures: Vec<_> = self.0.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn cpu(&self) -> f64 {
        self.median(|measured| measured.cpu_micros_per_request)
    }
}

/// Prints the table and each target beside what was measured.
pub(crate) fn print(servers: &[Server], rows: &[Row], [idle, checked]: [u64; 2]) {
    println!(
        "\n| server | CPU µs/request | × hello | requests/s | p50 µs | p99 µs | first answer ms | anonymous MB |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (server, row) in servers.iter().zip(rows) {
        println!(
            "| {} | {:.1} | {:.2} | {:.0} | {:.0} | {:.0} | {:.0} | {:.1} |",
            server.name,
            row.cpu(),
            row.cpu() / rows[0].cpu(),
            row.median(|measured| measured.requests_per_second),
            row.median(|measured| measured.p50_micros),
            row.median(|measured| measured.p99_micros),
            server.first_answer.as_secs_f64() * 1e3,
            megabytes(server.process.anonymous_memory().unwrap_or_default()),
        );
    }
    println!();
    target(
        "SQLite, many sessions: CPU × hello",
        rows[2].cpu() / rows[0].cpu(),
        3.0,
    );
    target(
        "SQLite, many sessions × few sessions",
        rows[2].cpu() / rows[1].cpu(),
        1.3,
    );
    let of_postgres = servers.iter().zip(rows);
    let of_postgres = of_postgres.filter(|(server, _)| server.name.contains("PostgreSQL"));
    for (_, postgres) in of_postgres {
        target(
            "PostgreSQL: CPU of the server × hello",
            postgres.cpu() / rows[0].cpu(),
            6.0,
        );
    }
    target(
        "first answer, ms",
        servers[2].first_answer.as_secs_f64() * 1e3,
        100.0,
    );
    target("anonymous memory idle, MB", megabytes(idle), 20.0);
    target(
        "anonymous memory after a million checks, MB",
        megabytes(checked),
        40.0,
    );
    let binary =
        crate::server::program("belgie").and_then(|path| Ok(std::fs::metadata(path)?.len()));
    target(
        "stripped release binary, MB",
        megabytes(binary.unwrap_or_default()),
        25.0,
    );
}

fn target(what: &str, measured: f64, at_most: f64) {
    let verdict = if measured <= at_most { "met" } else { "MISSED" };
    println!("{verdict:>6}  {what}: {measured:.2} (at most {at_most})");
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
