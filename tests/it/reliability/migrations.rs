//! Several nodes bring one database up to date, an old one beside a new one, and one that dies on the way.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::browser::Browser;
use crate::support::program::{self, Node, binary};
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{self, is_sqlite};

/// At a free port, so that nothing but the database can be why it does not start.
const SERVE: [&str; 3] = ["serve", "--bind", "127.0.0.1:0"];

/// How long five nodes that start at once may take until all are ready.
const READY: Duration = Duration::from_secs(20);

#[tokio::test]
async fn rel_10_five_nodes_that_start_at_once_migrate_once() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for round in 0..repetitions(2, 20) {
            let site = Site::new(kind).await;
            if round % 2 == 1 {
                make_old_schema(&site);
            }

            let nodes = start_five(&site).await;

            assert_migrated_once(&site, &nodes);
            let browser = Browser::new();
            browser.sign_in(&nodes[4], &site.idp, "jane").await;
            assert!(browser.me(&nodes[0]).await.is_some());
        }
    }
}

#[tokio::test]
async fn rel_10_a_node_that_is_killed_while_it_migrates_does_not_stop_the_others() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut left_off = 0;
        for round in 0..repetitions(6, 60) as u64 {
            let site = Site::new(kind).await;
            kill_while_migrating(&site, Duration::from_millis(10 + round * 13 % 97)).await;

            let nodes = start_five(&site).await;

            assert_eq!(applied(&site), known(&site));
            left_off += usize::from(nodes.iter().any(|node| has_migrated(node, &site)));
            Browser::new().sign_in(&nodes[4], &site.idp, "jane").await;
        }
        assert!(left_off > 0, "each was killed too late");
    }
}

on_both_databases! {
    rel_11_an_older_program_refuses_a_newer_schema,
    rel_11_an_old_node_serves_while_a_new_one_migrates,
}

async fn rel_11_an_older_program_refuses_a_newer_schema(site: Site) {
    site.run(&["migrate"]);
    stored::pretend_newer_schema(&site);
    let before = (stored::dump(&site), applied(&site));

    for command in [&SERVE[..], &["migrate"]] {
        let refused = program::run(site.directory.path(), &site.settings, command);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("newer"), "{said}");
    }
    for command in [
        &["check"][..],
        &["user", "list"],
        &["user", "create", "a@example.com"],
        &["cleanup"],
    ] {
        let refused = program::run(site.directory.path(), &site.settings, command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
    }

    assert_eq!((stored::dump(&site), applied(&site)), before);
}

async fn rel_11_an_old_node_serves_while_a_new_one_migrates(site: Site) {
    let (node, before) = (site.node().await, Browser::new());
    before.sign_in(&node, &site.idp, "jane").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let asking = keep_asking(before.clone(), node.url("/api/me"), Arc::clone(&is_over));
    let visitor = tokio::spawn(asking);

    let site = Arc::new(site);
    let migrated = Arc::clone(&site);
    let migrating = tokio::task::spawn_blocking(move || migrate_further(&migrated));
    migrating.await.unwrap();
    is_over.store(true, Ordering::Relaxed);
    assert!(visitor.await.unwrap() > 0, "no request was made meanwhile");

    let after = Browser::new();
    after.sign_in(&node, &site.idp, "john").await;
    assert!(after.me(&node).await.is_some() && before.me(&node).await.is_some());
    after.sign_out(&node).await;
    assert_eq!(after.me(&node).await, None);
    let refused = program::run(site.directory.path(), &site.settings, &SERVE);
    assert_eq!(refused.status.code(), Some(1));
}

/// As a later version may do beside an old one: it adds, and takes nothing away.
fn migrate_further(site: &Site) {
    for table in [
        "users",
        "accounts",
        "sessions",
        "attempts",
        "codes",
        "used_id_tokens",
        "events",
        "failures",
        "outbox",
        "rate_limits",
    ] {
        let column = format!("ALTER TABLE belgie_{table} ADD COLUMN of_the_future TEXT");
        stored::execute(site, &column);
        let index = format!("CREATE INDEX future_of_{table} ON belgie_{table} (of_the_future)");
        stored::execute(site, &index);
    }
    stored::execute(site, "CREATE TABLE belgie_future (id INTEGER NOT NULL)");
    stored::pretend_newer_schema(site);
}

async fn keep_asking(browser: Browser, url: String, is_over: Arc<AtomicBool>) -> usize {
    let mut asked = 0;
    while !is_over.load(Ordering::Relaxed) {
        assert_eq!(browser.get(&url).await.status(), 200);
        asked += 1;
    }
    asked
}

async fn start_five(site: &Site) -> Vec<Node> {
    let begun = Instant::now();
    let mut started = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let (directory, settings) = (site.directory.path().to_owned(), site.settings.clone());
        started.spawn(async move { Node::start(&directory, &settings).await });
    }
    let nodes = started.join_all().await;
    assert!(begun.elapsed() < READY, "{:?}", begun.elapsed());
    nodes
}

/// Each migration is recorded once, and one node says of each that it was the one.
fn assert_migrated_once(site: &Site, nodes: &[Node]) {
    let (applied, known) = (applied(site), known(site));
    assert_eq!(applied, known);
    let log: String = nodes.iter().map(Node::log).collect();
    for name in &known[known.len() - 1..] {
        let lines = log
            .lines()
            .filter(|line| line.contains("migrated") && line.contains(name));
        assert_eq!(lines.count(), 1, "{name}: {log}");
    }
}

/// The names of the migrations that were applied, in order.
fn applied(site: &Site) -> Vec<String> {
    let names = stored::query(site, "SELECT name FROM belgie_migrations ORDER BY version");
    names
        .lines()
        .map(|name| name.trim_matches('\'').to_owned())
        .collect()
}

/// The names of the migrations that there are, in order.
fn known(site: &Site) -> Vec<String> {
    let folders = std::fs::read_dir(folder(site)).unwrap();
    let name = |folder: std::io::Result<std::fs::DirEntry>| {
        folder.unwrap().file_name().into_string().unwrap()
    };
    let mut names: Vec<_> = folders.map(name).collect();
    names.sort();
    names
}

fn folder(site: &Site) -> &'static Path {
    Path::new(if is_sqlite(site) {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite")
    } else {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres")
    })
}

/// Leaves a database behind as an older version made it, one migration ago.
fn make_old_schema(site: &Site) {
    let time = if is_sqlite(site) {
        "TEXT"
    } else {
        "TIMESTAMPTZ"
    };
    let table = format!(
        "CREATE TABLE belgie_migrations (version TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
             applied_at {time} NOT NULL DEFAULT CURRENT_TIMESTAMP)"
    );
    stored::execute(site, &table);
    let known = known(site);
    for name in &known[..known.len() - 1] {
        let migration = std::fs::read_to_string(folder(site).join(name).join("up.sql")).unwrap();
        // SQLite's client takes a comment at the beginning for an option.
        stored::execute(site, &format!(" {migration}"));
        let version: String = name.chars().filter(char::is_ascii_digit).take(14).collect();
        let record =
            format!("INSERT INTO belgie_migrations (version, name) VALUES ('{version}', '{name}')");
        stored::execute(site, &record);
    }
}

/// Kills a process that migrates an empty database: on SQLite after a while, on PostgreSQL in the midst of it.
async fn kill_while_migrating(site: &Site, after: Duration) {
    let mut command = std::process::Command::new(binary());
    command.arg("migrate").current_dir(site.directory.path());
    let settings = site.settings.iter();
    command
        .env_clear()
        .envs(settings.map(|(name, value)| (format!("BELGIE_{name}"), value)));
    if !is_sqlite(site) {
        stored::execute(site, SLOWLY);
    }
    let mut migrating = command.stderr(Stdio::null()).spawn().unwrap();
    while !is_sqlite(site) && stored::count(site, UNDER_WAY) == 0 {
        assert!(migrating.try_wait().unwrap().is_none(), "it has ended");
    }
    tokio::time::sleep(after).await;
    migrating.kill().unwrap();
    migrating.wait().unwrap();
}

/// Whether the node says that it was the one to apply the newest migration.
fn has_migrated(node: &Node, site: &Site) -> bool {
    let newest = known(site).pop().unwrap();
    node.log()
        .lines()
        .any(|line| line.contains("migrated") && line.contains(&newest))
}

/// Lets each statement that makes something take a while, so that a node may be killed in between.
const SLOWLY: &str = "CREATE FUNCTION slowly() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); END $$;
    CREATE EVENT TRIGGER slowly ON ddl_command_start EXECUTE FUNCTION slowly()";

/// A statement of a migration that is running just now.
const UNDER_WAY: &str =
    "pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
