use crate::access_tokens::Costs;
use crate::load::Measured;
use crate::passwords::Passwords;
use crate::server::Server;
use crate::sign_ins::{Names, Rate, SignIns};
use crate::storm::Round;
use crate::unavoidable::Part;

/// What was measured of one server, round by round.
#[derive(Debug, Default)]
pub(crate) struct Row(Vec<Measured>);

impl Row {
    pub(crate) fn add(&mut self, measured: Measured) {
        self.0.push(measured);
    }

    /// The median over the rounds.
    fn median(&self, figure: impl Fn(&Measured) -> f64) -> f64 {
        median(self.0.iter().map(figure))
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
        2.6,
    );
    target(
        "SQLite, many sessions × few sessions",
        rows[2].cpu() / rows[1].cpu(),
        1.15,
    );
    let cpu_of = |name: &str| {
        let mut named = servers.iter().zip(rows);
        let named = named.find(|(server, _)| server.name.contains(name));
        named.map_or(f64::NAN, |(_, row)| row.cpu())
    };
    target(
        "SQLite, few sessions: CPU by access token × by cookie",
        rows[3].cpu() / rows[1].cpu(),
        1.2,
    );
    target(
        "as a library: CPU on axum × on actix",
        cpu_of("on axum") / cpu_of("on actix"),
        1.1,
    );
    println!(
        "        (bare servers: {:.2}; what Belgie adds: {:.2})",
        cpu_of("bare axum") / cpu_of("bare actix"),
        (cpu_of("on axum") - cpu_of("bare axum")) / (cpu_of("on actix") - cpu_of("bare actix")),
    );
    let of_postgres = servers.iter().zip(rows);
    let of_postgres = of_postgres.filter(|(server, _)| server.name.contains("PostgreSQL"));
    for (_, postgres) in of_postgres {
        target(
            "PostgreSQL: CPU of the server × hello",
            postgres.cpu() / rows[0].cpu(),
            4.5,
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

/// Prints what sign-ins cost at each program, for either place of people's names.
pub(crate) fn print_sign_ins(measured: &[(SignIns, Vec<Rate>)]) {
    println!(
        "\n| sign-ins on SQLite, 16 at once, provider and load on the same cores | CPU of the server, µs each | per second |"
    );
    println!("|---|---|---|");
    let cpu = |rates: &[Rate]| median(rates.iter().map(|rate| rate.cpu_micros));
    for (site, rates) in measured {
        let (program, names) = (site.program, site.names.described());
        let per_second = median(rates.iter().map(|rate| rate.per_second));
        println!(
            "| {program}, {names} | {:.0} | {per_second:.0} |",
            cpu(rates)
        );
    }
    println!();
    for names in Names::ALL {
        let of_these = measured.iter().filter(|(site, _)| site.names == names);
        if let [this, older] = *of_these.map(|(_, rates)| cpu(rates)).collect::<Vec<_>>() {
            let names = names.described();
            target(
                &format!("a sign-in, {names}, CPU × that of the older program"),
                this / older,
                0.5,
            );
        }
    }
}

/// Prints the parts of a sign-in that no server can do without.
pub(crate) fn print_parts(parts: &[Part]) {
    println!("\n| part of a sign-in, alone | CPU µs |\n|---|---|");
    for part in parts {
        println!("| {} | {:.0} |", part.name, part.cpu_micros);
    }
}

/// Prints what access tokens cost within the process.
pub(crate) fn print_access_tokens(costs: &Costs) {
    println!("\n| of access tokens, alone | CPU µs |\n|---|---|");
    for (name, micros) in costs.lines() {
        println!("| {name} | {micros:.1} |");
    }
    println!();
    target(
        "minting an access token × its signature alone",
        costs.minting / costs.signature,
        2.0,
    );
    target(
        "the first use of an access token, in checks of a signature beyond a later use",
        (costs.first_use - costs.later_use) / costs.check,
        1.0,
    );
}

/// Prints what passwords cost, what a storm of sign-ins does, and the times of answers.
pub(crate) fn print_passwords(measured: &Passwords) {
    let of_rounds = |figure: fn(&Round) -> f64| median(measured.rounds.iter().map(figure));
    let library = median(measured.library.iter().copied());
    let check = median(measured.check.iter().copied());
    let sign_in = of_rounds(|round| round.cpu_micros);
    println!("\n| passwords | CPU µs |\n|---|---|");
    println!("| one hash by argon2, in a loop | {library:.0} |");
    println!("| one comparison by Belgie | {check:.0} |");
    println!("| one sign-in at the server | {sign_in:.0} |");
    println!("\n| sign-ins by password on SQLite | |\n|---|---|");
    let capacity = of_rounds(|round| round.capacity);
    let goodput = of_rounds(|round| round.goodput);
    println!("| capacity, per second | {capacity:.0} |");
    println!("| at ten times as many, per second | {goodput:.0} |");
    println!("\n| median time | known address, ms | unknown, ms |\n|---|---|---|");
    for pair in &measured.answer_times {
        let [known, unknown] = [pair.known, pair.unknown].map(|time| time.as_secs_f64() * 1e3);
        println!("| {} | {known:.2} | {unknown:.2} |", pair.route);
    }
    println!();
    target("one comparison × one hash by argon2", check / library, 1.05);
    target(
        "one sign-in, CPU × one hash by argon2",
        sign_in / library,
        1.05,
    );
    target(
        "capacity × what succeeds at ten times as many",
        of_rounds(|round| round.capacity / round.goodput),
        1.25,
    );
    target(
        "p99 of /api/me meanwhile, ms",
        of_rounds(|round| round.check_p99.as_secs_f64() * 1e3),
        50.0,
    );
    target(
        "the slowest refusal, ms",
        of_rounds(|round| round.slowest_refusal.as_secs_f64() * 1e3),
        1000.0,
    );
    // At most four threads hash, each in 19 MiB; the rest is for requests, and for the list of common passwords.
    target(
        "memory for all that, MB",
        megabytes(measured.more_memory),
        120.0,
    );
    for pair in &measured.answer_times {
        let ratio = pair.known.as_secs_f64() / pair.unknown.as_secs_f64();
        let what = format!("{}, known × unknown address or the reverse", pair.route);
        target(&what, ratio.max(1.0 / ratio), 1.1);
    }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn target(what: &str, measured: f64, at_most: f64) {
    let verdict = if measured <= at_most { "met" } else { "MISSED" };
    println!("{verdict:>6}  {what}: {measured:.2} (at most {at_most})");
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
