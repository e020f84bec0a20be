//! Session checks on PostgreSQL share connections.

use std::time::Duration;

use belgie_adapter_diesel::{PgOptions, PgStore};
use belgie_domain::TokenHash;
use belgie_ports::Sessions as _;
use diesel_async::SimpleAsyncConnection as _;
use tokio::task::JoinHandle;

use crate::database::TestDatabase;

/// Users and sessions; the bytes of a session's token hash are its user's number.
const PEOPLE: u8 = 50;

/// Look-ups at once.
const CROWD: u8 = 250;

async fn database() -> TestDatabase {
    let database = TestDatabase::migrated().await;
    let people = format!(
        "INSERT INTO belgie_users (id, name, email_verified, email_proved, name_edited, image_edited, role, is_active,
            created_at, updated_at)
        SELECT md5(n::text)::uuid, 'Person ' || n, false, false, false, false, 'user', true, now(), now()
        FROM generate_series(0, {last}) n;
        INSERT INTO belgie_sessions (token_hash, id, user_id, created_at, authenticated_at, last_used_at, expires_at)
        SELECT decode(repeat(lpad(to_hex(n), 2, '0'), 32), 'hex'), md5(n::text)::uuid, md5(n::text)::uuid,
            now(), now(), now(), now() + interval '1 day'
        FROM generate_series(0, {last}) n",
        last = PEOPLE - 1
    );
    let inserted = database.connect().await.batch_execute(&people).await;
    inserted.expect("people");
    database
}

/// A store with one connection for look-ups, which bears this name at the server.
fn store(database: &TestDatabase) -> PgStore {
    let mut options = PgOptions::new(format!("{}&application_name=look_ups", database.url()));
    options.connections = 8;
    options.timeout = Duration::from_secs(10);
    PgStore::open(&options).expect("the store is set up")
}

fn start(store: &PgStore, number: u8) -> JoinHandle<Option<String>> {
    let store = store.clone();
    tokio::spawn(async move {
        let hash = TokenHash::from_bytes([number; 32]);
        let found = store.find_session_by_token(hash).await;
        found.expect("an answer").and_then(|(_, user)| user.name)
    })
}

fn name(number: u8) -> Option<String> {
    (number < PEOPLE).then(|| format!("Person {number}"))
}

async fn count(database: &TestDatabase, change: &str) -> i64 {
    let sessions = format!(
        "SELECT count({change}) AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'look_ups'"
    );
    database.load::<Count>(&sessions).await[0].count
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn many_look_ups_share_one_connection_and_each_gets_its_own_answer() {
    let database = database().await;
    let store = store(&database);

    let all: Vec<_> = (0..CROWD).map(|number| start(&store, number)).collect();

    for (number, answer) in (0..).zip(all) {
        assert_eq!(answer.await.expect("no panic"), name(number), "{number}");
    }
    assert_eq!(count(&database, "*").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_are_answered_after_their_connection_was_ended() {
    let database = database().await;
    let store = store(&database);
    for _ in 0..3 {
        let all: Vec<_> = (0..CROWD).map(|number| start(&store, number)).collect();
        for (number, answer) in (0..).zip(all) {
            assert_eq!(answer.await.expect("no panic"), name(number), "{number}");
        }

        assert_eq!(count(&database, "pg_terminate_backend(pid)").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn abandoned_look_ups_leave_the_others_alone() {
    let database = database().await;
    let store = store(&database);
    let all: Vec<_> = (0..CROWD).map(|number| start(&store, number)).collect();

    let (abandoned, kept): (Vec<_>, Vec<_>) =
        (0..).zip(all).partition(|(number, _)| number % 2 == 1);
    for (_, abandoned) in &abandoned {
        abandoned.abort();
    }

    assert_eq!(kept.len(), usize::from(CROWD / 2));
    for (number, answer) in kept {
        let number: u8 = number;
        assert_eq!(answer.await.expect("no panic"), name(number), "{number}");
    }
}
