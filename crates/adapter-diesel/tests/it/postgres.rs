//! What is particular to the store on PostgreSQL.

use std::time::{Duration, Instant};

use belgie_adapter_diesel::{PgOpenError, PgOptions, PgStore};
use belgie_domain::{User, UserId};
use belgie_ports::{Contention, Store, StoreError, StoreExt as _, Users as _};
use chrono::DateTime;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};

use crate::database::TestDatabase;

fn jane() -> User {
    let now = DateTime::UNIX_EPOCH;
    User::new(UserId::new(now, [1; 10]), None, now)
}

async fn write(store: &dyn Store) -> Result<bool, StoreError> {
    store
        .transaction(Contention::none(), (), |(), tx| {
            Box::pin(async move {
                if tx.update_user(&jane()).await? {
                    return Ok(true);
                }
                tx.insert_user(&jane()).await.map(|()| false)
            })
        })
        .await
}

#[tokio::test]
async fn a_row_that_is_locked_for_too_long_makes_a_write_unavailable() {
    let database = TestDatabase::migrated().await;
    let mut options = PgOptions::new(database.url());
    options.timeout = Duration::from_secs(1);
    let store = PgStore::open(&options).unwrap();
    database.store().ping().await.unwrap();
    assert!(matches!(write(&database.store()).await, Ok(false)));
    let mut other = database.connect().await;
    let lock = "BEGIN; SELECT * FROM belgie_users FOR UPDATE";
    other.batch_execute(lock).await.unwrap();

    let began = Instant::now();
    let refused = write(&store).await;

    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(10));
    other.batch_execute("ROLLBACK").await.unwrap();
    assert!(matches!(write(&database.store()).await, Ok(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_on_the_applications_own_pool_migrates_writes_and_gives_connections_back() {
    let database = TestDatabase::empty().await;
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(database.url());
    let pool = Pool::builder(manager).max_size(3).build().unwrap();

    let store = PgStore::from_pool(pool.clone(), Duration::from_secs(5)).unwrap();
    store.migrate().await.unwrap();

    assert!(matches!(write(&store).await, Ok(false)));
    assert_eq!(store.find_user(jane().id).await.unwrap(), Some(jane()));
    let status = pool.status();
    assert_eq!(status.size, status.available, "{status:?}");
}

#[tokio::test]
async fn the_server_itself_ends_a_statement_that_waits_too_long() {
    let database = TestDatabase::migrated().await;
    let mut options = PgOptions::new(database.url());
    options.timeout = Duration::from_secs(1);
    let store = PgStore::open(&options).unwrap();
    assert!(matches!(write(&database.store()).await, Ok(false)));
    let mut other = database.connect().await;
    let lock = "BEGIN; SELECT * FROM belgie_users FOR UPDATE";
    other.batch_execute(lock).await.unwrap();
    let blocked = "SELECT count(*) AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let count = async || database.load::<Count>(blocked).await[0].count;
    let (mut most, began) = (0, Instant::now());

    let writing = write(&store);
    tokio::pin!(writing);
    while tokio::time::timeout(Duration::from_millis(50), &mut writing)
        .await
        .is_err()
    {
        most = count().await.max(most);
    }

    assert_eq!(most, 1, "it waits at the server");
    while count().await > 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "it waits on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[tokio::test]
async fn a_server_without_tls_is_used_plain_unless_encryption_is_required() {
    let database = TestDatabase::migrated().await;
    for (mode, works) in [
        ("disable", true),
        ("prefer", true),
        ("require", false),
        ("verify-full", false),
    ] {
        let url = format!("{}&sslmode={mode}", database.url());
        let store = PgStore::open(&PgOptions::new(url)).unwrap();

        let answer = store.ping().await;

        assert_eq!(answer.is_ok(), works, "{mode}: {answer:?}");
    }
}

#[tokio::test]
async fn root_certificates_that_are_not_there_are_an_error_at_once() {
    for url in [
        "postgres://db/belgie?sslmode=verify-full&sslrootcert=/nowhere.pem",
        "postgres://db/belgie?sslrootcert=%2Fnowhere.pem",
    ] {
        let refused = PgStore::open(&PgOptions::new(url)).unwrap_err();

        assert!(matches!(refused, PgOpenError::RootCertificates { .. }));
        assert!(refused.to_string().contains("/nowhere.pem"), "{refused}");
    }
}

#[tokio::test]
async fn cfg_03_options_do_not_print_the_password() {
    let options = PgOptions::new("postgres://jane:hunter2@db/belgie");

    assert!(!format!("{options:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_stored_value_that_makes_no_sense_is_named_and_not_repeated() {
    let database = TestDatabase::migrated().await;
    let store = database.store();
    write(&store).await.unwrap();
    let change = "UPDATE belgie_users SET role = 'owner of it all'";
    database
        .connect()
        .await
        .batch_execute(change)
        .await
        .unwrap();

    let error = store.find_user(jane().id).await.unwrap_err();

    assert_eq!(error.to_string(), "a stored value is invalid: users.role");
}

#[test]
fn a_store_may_be_dropped_inside_and_outside_of_a_runtime() {
    let options = PgOptions::new("postgres://belgie@127.0.0.1:1/belgie");
    drop(PgStore::open(&options).unwrap());

    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.build().unwrap().block_on(async {
        drop(PgStore::open(&options).unwrap());
    });
}
