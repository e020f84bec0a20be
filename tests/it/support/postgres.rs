use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{Client, NoTls};

/// The server that `scripts/with-postgres` started.
fn server() -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the tests learn of their server"
    )]
    let url = std::env::var("BELGIE_TEST_POSTGRES_URL");
    url.expect("no BELGIE_TEST_POSTGRES_URL: run the tests by `scripts/test` or `scripts/with-postgres cargo test`")
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Makes an empty database of its own for a test and returns its address.
pub(crate) async fn create_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("site_{}_{count}", std::process::id());
    connect(&server())
        .await
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    let mut url = url::Url::parse(&server()).unwrap();
    url.set_path(&name);
    url.into()
}
