//! What the database holds, read directly.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use crate::support::site::Site;

/// Every stored value as the database's own client shows it: bytes in hexadecimal.
pub(crate) fn dump(site: &Site) -> String {
    let mut dump = String::new();
    for table in tables(site) {
        dump.push_str(&query(site, &format!("SELECT * FROM {table} ORDER BY 1")));
    }
    dump
}

/// All tables that exist, not only those that a test lists.
pub(crate) fn tables(site: &Site) -> Vec<String> {
    let sql = if is_sqlite(site) {
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    } else {
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    };
    let names = query(site, sql);
    let names: Vec<_> = names
        .lines()
        .map(|name| name.trim_matches('\'').to_owned())
        .collect();
    assert!(names.contains(&"belgie_users".to_owned()), "{names:?}");
    names
}

pub(crate) fn is_sqlite(site: &Site) -> bool {
    site.setting("DATABASE_URL").starts_with("sqlite://")
}

/// How many rows a table has that meet a condition.
pub(crate) fn count(site: &Site, from_where: &str) -> usize {
    let answer = query(site, &format!("SELECT count(*) FROM {from_where}"));
    answer.trim().parse().unwrap()
}

/// Changes the database behind the program's back.
pub(crate) fn execute(site: &Site, sql: &str) {
    let url = site.setting("DATABASE_URL");
    let status = match url.strip_prefix("sqlite://") {
        Some(path) => Command::new("sqlite3")
            .args(["-bail", "-cmd", ".timeout 10000", path, sql])
            .status(),
        None => Command::new("psql")
            .args([url, "-qXv", "ON_ERROR_STOP=1", "-c", sql])
            .status(),
    };
    assert!(status.unwrap().success(), "{sql}");
}

/// The answer of the database's own client to a query.
pub(crate) fn query(site: &Site, sql: &str) -> String {
    let url = site.setting("DATABASE_URL").to_owned();
    let (program, arguments) = match url.strip_prefix("sqlite://") {
        Some(path) => (
            "sqlite3",
            vec![
                "-readonly".to_owned(),
                path.to_owned(),
                ".mode quote".to_owned(),
                sql.to_owned(),
            ],
        ),
        None => ("psql", vec![url, "-XAtc".to_owned(), sql.to_owned()]),
    };
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!("cannot run {program} ({error}): run scripts/setup");
        });
    assert!(
        output.status.success(),
        "{sql}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// How many mails wait to be sent.
pub(crate) fn waiting_mails(site: &Site) -> usize {
    count(site, "belgie_outbox WHERE topic = 'mail'")
}

/// Makes all mails that wait due, whatever happened to them before.
pub(crate) fn make_mails_due(site: &Site) {
    let start = if is_sqlite(site) { "0" } else { "'epoch'" };
    execute(site, &format!("UPDATE belgie_outbox SET due_at = {start}"));
}

/// Leaves a version in the table of migrations that this program does not know.
pub(crate) fn pretend_newer_schema(site: &Site) {
    execute(
        site,
        "INSERT INTO belgie_migrations (version, name) VALUES ('99991231000000', 'of the future')",
    );
}

/// A transaction of PostgreSQL's own client that is open.
pub(crate) struct Held(Child);

impl Held {
    /// Begins a transaction and executes this in it.
    pub(crate) fn take(site: &Site, sql: &str) -> Self {
        let mut client = Command::new("psql")
            .args([site.setting("DATABASE_URL"), "-qXAtv", "ON_ERROR_STOP=1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let begin = format!("BEGIN;\n{sql};\nSELECT 'held';\n");
        let input = client.stdin.as_mut().unwrap();
        input.write_all(begin.as_bytes()).unwrap();
        let output = BufReader::new(client.stdout.as_mut().unwrap());
        let mut lines = output.lines().map(Result::unwrap);
        assert!(lines.any(|line| line == "held"), "{sql}");
        Self(client)
    }

    /// Commits the transaction.
    pub(crate) fn release(mut self) {
        let mut input = self.0.stdin.take().unwrap();
        input.write_all(b"COMMIT;\n").unwrap();
        drop(input);
        assert!(self.0.wait().unwrap().success());
    }
}
