//! Databases on a PostgreSQL server, one for each test.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use belgie_adapter_diesel::{PgOptions, PgStore};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{
    AsyncConnection as _, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _,
};

/// A database of a test's own; it goes with this value.
pub(crate) struct TestDatabase {
    name: String,
}

impl TestDatabase {
    /// Makes a database without any table.
    pub(crate) async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    /// Makes a database with our schema: a copy of one that was migrated before.
    pub(crate) async fn migrated() -> Self {
        let template = template_name();
        ensure_template(&template).await;
        Self::copy_of(&template).await
    }

    /// Returns the address.
    pub(crate) fn url(&self) -> String {
        url_of(&self.name)
    }

    /// Returns the address, with another server or a way to it.
    pub(crate) fn url_at(&self, server: SocketAddr) -> String {
        let url = self.url();
        let (before, rest) = url.split_once('@').expect("the URL names a user");
        let (_, after) = rest.split_once('/').expect("the URL names a database");
        format!("{before}@{server}/{after}")
    }

    /// Returns where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        let url = self.url();
        let rest = url.split_once('@').map(|(_, rest)| rest);
        let address = rest.and_then(|rest| rest.split('/').next());
        let address = address.and_then(|address| address.parse().ok());
        address.expect("the URL names an IP address and a port")
    }

    /// Runs a query of any shape.
    pub(crate) async fn load<T>(&self, query: &str) -> Vec<T>
    where
        T: QueryableByName<Pg> + Send + 'static,
    {
        let rows = diesel::sql_query(query)
            .load(&mut self.connect().await)
            .await;
        rows.expect("the query is answered")
    }

    /// Connects to it past the store.
    pub(crate) async fn connect(&self) -> AsyncPgConnection {
        connect(&self.name).await
    }

    /// Opens a store on it.
    pub(crate) fn store(&self) -> PgStore {
        let mut options = PgOptions::new(self.url());
        // Also where many tests run at once on a slow machine.
        options.timeout = std::time::Duration::from_secs(10);
        PgStore::open(&options).expect("the store is set up")
    }

    async fn copy_of(template: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("belgie_test_{}_{number}", std::process::id());
        let mut server = connect("postgres").await;
        let create = format!("DROP DATABASE IF EXISTS {name}");
        server.batch_execute(&create).await.expect("no leftovers");
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        server.batch_execute(&create).await.expect("a database");
        Self { name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A thread of its own, since this may run where blocking is not allowed.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().expect("a runtime");
            runtime.block_on(async move { connect("postgres").await.batch_execute(&drop).await })
        });
        // Where the test has failed already, this must not hide why.
        if !std::thread::panicking() {
            let answer = dropped.join().expect("the database is dropped");
            answer.expect("the database is dropped");
        }
    }
}

/// Connects to a database of the server without TLS, as the tests of a throwaway server do.
async fn connect(database: &str) -> AsyncPgConnection {
    let connected = AsyncPgConnection::establish(&url_of(database)).await;
    connected.expect("the PostgreSQL server of the tests answers")
}

fn url_of(database: &str) -> String {
    let server = server_url();
    let (base, query) = server.split_once('?').unwrap_or((&server, ""));
    let (authority, _) = base.rsplit_once('/').expect("the URL names a database");
    format!("{authority}/{database}?{query}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the server is differs from run to run"
)]
fn server_url() -> String {
    std::env::var("BELGIE_TEST_POSTGRES_URL").expect(
        "BELGIE_TEST_POSTGRES_URL is not set: run the tests as `scripts/with-postgres cargo test`",
    )
}

/// Named after what the migrations hold, so that one of other migrations is never taken.
fn template_name() -> String {
    let folders = std::fs::read_dir("migrations/postgres").expect("there are migrations");
    let mut files: Vec<_> = folders
        .map(|folder| folder.expect("a folder").path().join("up.sql"))
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).expect("a migration").hash(&mut hasher);
    }
    format!("belgie_template_{:016x}", hasher.finish())
}

/// Makes the template unless it is there; other tests wait, also those of other processes.
async fn ensure_template(name: &str) {
    let mut server = connect("postgres").await;
    let lock = "SELECT pg_advisory_lock(20261120)";
    server.batch_execute(lock).await.expect("the lock");
    if !exists(&mut server, name).await {
        let unfinished = format!("{name}_unfinished");
        for statement in [
            format!("DROP DATABASE IF EXISTS {unfinished}"),
            format!("CREATE DATABASE {unfinished} TEMPLATE template0"),
        ] {
            server.batch_execute(&statement).await.expect("a database");
        }
        migrate(&unfinished).await;
        let rename = format!("ALTER DATABASE {unfinished} RENAME TO {name}");
        server.batch_execute(&rename).await.expect("the template");
    }
}

async fn migrate(database: &str) {
    let store = PgStore::open(&PgOptions::new(url_of(database))).expect("the store is set up");
    store.migrate().await.expect("the database is migrated");
    drop(store);
    let mut server = connect("postgres").await;
    let disconnect = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    );
    server
        .batch_execute(&disconnect)
        .await
        .expect("all others are disconnected");
}

async fn exists(server: &mut AsyncPgConnection, name: &str) -> bool {
    let named = pg_database::table.filter(pg_database::datname.eq(name));
    let count: i64 = named.count().get_result(server).await.expect("a count");
    count > 0
}

diesel::table! {
    pg_database (datname) {
        datname -> Text,
    }
}
