//! What can only be tested from inside: the configuration of connections, and query plans.

use std::collections::BTreeSet;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use belgie_domain::{
    Account, AccountId, Attempt, CodeVerifier, Event, EventId, EventKind, FailureCode, FailureKey,
    KeyId, LimitKey, NewAttempt, Nonce, OutboxId, OutboxItem, ProviderIdentity, RateLimit,
    SealedSecret, SealedTokens, Session, SessionId, SessionPolicy, SessionToken, Slide, TokenHash,
    User, UserId,
};
use belgie_ports::{EventQuery, StoreError, UserQuery};
use chrono::{DateTime, TimeDelta};
use diesel::connection::{
    AnsiTransactionManager, InstrumentationEvent, SimpleConnection as _, TransactionManager as _,
};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use tempfile::TempDir;
use tokio::time::timeout;

use super::connection::{is_built_with, open_reader, open_writer};
use super::{
    SqliteOptions, SqliteStore, account_tokens, accounts, attempts, events, failures, migrations,
    outbox, rate_limits, sessions, users,
};

fn database() -> (TempDir, SqliteConnection, SqliteConnection) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("belgie.db");
    let options = SqliteOptions::file(&path).create();
    let mut writer = open_writer(&options).unwrap();
    migrations::migrate(&mut writer).unwrap();
    let reader = open_reader(&path, options.mapped_bytes).unwrap();
    (directory, writer, reader)
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Integer)]
    value: i32,
}

pub(super) fn setting(connection: &mut SqliteConnection, name: &str) -> i32 {
    let query = format!("SELECT {name} AS value FROM pragma_{name}");
    let row: Setting = diesel::sql_query(query).get_result(connection).unwrap();
    row.value
}

#[test]
fn rel_09_the_log_is_synced_at_each_commit() {
    let (_directory, mut writer, _reader) = database();

    assert_eq!(setting(&mut writer, "synchronous"), 2, "FULL");
    let mode = diesel::sql_query("PRAGMA journal_mode").get_result::<Mode>(&mut writer);
    assert_eq!(mode.unwrap().journal_mode, "wal");
}

#[tokio::test]
async fn rel_09_every_write_but_that_of_an_attempt_waits_for_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
    let store = SqliteStore::open(&options).unwrap();
    for _ in 0..2 {
        let unsynced = store.write_unsynced(|db| Ok(setting(db, "synchronous")));
        assert_eq!(unsynced.await.unwrap(), 1, "NORMAL");
        let synced = store.write(|db| Ok(setting(db, "synchronous")));
        assert_eq!(synced.await.unwrap(), 2, "FULL");
    }
}

#[tokio::test]
async fn rel_09_a_write_waits_for_the_disk_after_one_that_panicked_or_lost_its_caller() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
    let store = SqliteStore::open(&options).unwrap();
    let synchronous = |db: &mut SqliteConnection| Ok(setting(db, "synchronous"));

    let panics = store.write_unsynced(|db| -> Result<(), StoreError> {
        AnsiTransactionManager::begin_transaction(db).unwrap();
        panic!("on purpose");
    });
    panics.await.unwrap_err();
    assert_eq!(store.write(synchronous).await.unwrap(), 2, "FULL");

    let (started, has_started) = channel();
    let (goes_on, may_go_on) = channel::<()>();
    let running = tokio::spawn({
        let store = store.clone();
        async move {
            let held = store.write_unsynced(move |_| {
                started.send(()).unwrap();
                may_go_on
                    .recv()
                    .map_err(|error| StoreError::Other(error.into()))
            });
            held.await
        }
    });
    tokio::task::yield_now().await;
    has_started.recv().unwrap();
    running.abort();
    let waiting = store.write_unsynced(|_| Ok(()));
    let lost_too = timeout(Duration::ZERO, waiting).await;
    goes_on.send(()).unwrap();
    assert!(running.await.unwrap_err().is_cancelled() && lost_too.is_err());
    assert_eq!(store.write(synchronous).await.unwrap(), 2, "FULL");
}

#[derive(QueryableByName)]
struct Mode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[test]
fn connections_keep_foreign_keys_and_wait_for_other_processes() {
    let (_directory, mut writer, mut reader) = database();

    assert_eq!(setting(&mut writer, "foreign_keys"), 1);
    for connection in [&mut writer, &mut reader] {
        let wait = diesel::sql_query("PRAGMA busy_timeout").get_result::<Wait>(connection);
        assert!(wait.unwrap().timeout >= 2000);
    }
}

#[derive(QueryableByName)]
struct Wait {
    #[diesel(sql_type = Integer)]
    timeout: i32,
}

#[test]
fn readers_cannot_write() {
    let (_directory, _writer, mut reader) = database();

    let answer = users::insert(&mut reader, &user());

    assert!(answer.is_err(), "{answer:?}");
}

#[test]
fn page_caches_are_bounded() {
    let (_directory, mut writer, mut reader) = database();

    assert_eq!(setting(&mut writer, "cache_size"), -8192);
    assert_eq!(setting(&mut reader, "cache_size"), -2048);
}

#[test]
fn sqlite_is_built_to_keep_its_plans() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();

    assert!(
        is_built_with(&mut connection, "ENABLE_QPSG").unwrap(),
        "SQLITE_ENABLE_QPSG is missing: see LIBSQLITE3_FLAGS in .cargo/config.toml"
    );
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Runs every statement of the store and checks its query plan.
#[test]
fn every_statement_searches_by_an_index_and_none_scans_or_sorts() {
    let (_directory, mut writer, _reader) = database();
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = Arc::clone(&seen);
    writer.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text.split(" -- binds").next().unwrap_or_default();
            noted.lock().unwrap().insert(statement.to_owned());
        }
    });

    run_every_statement(&mut writer);

    let statements = seen.lock().unwrap().clone();
    assert!(statements.len() >= 39, "{}", statements.len());
    for statement in statements {
        let explain = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"));
        for step in explain.load::<Step>(&mut writer).unwrap() {
            let scans = step.detail.starts_with("SCAN") && step.detail != "SCAN CONSTANT ROW";
            let sorts = step.detail.contains("TEMP B-TREE");
            // Counting needs a scan; a covering index is at least smaller than the table.
            let counts = step.detail.contains("COVERING INDEX")
                || step.detail == "USE TEMP B-TREE FOR GROUP BY";
            let allowed = counts && statement.contains("COUNT(*)");
            assert!(allowed || !(scans || sorts), "{}: {statement}", step.detail);
        }
    }
}

fn run_every_statement(db: &mut SqliteConnection) {
    use_users_and_accounts(db);
    use_sessions(db);
    use_attempts(db);
    use_events_and_failures(db);
    use_outbox(db);
    use_rate_limits(db);
    users::delete(db, user().id).unwrap();
}

fn use_users_and_accounts(db: &mut SqliteConnection) {
    let (jane, account) = (user(), account());
    users::insert(db, &jane).unwrap();
    users::update(db, &jane).unwrap();
    users::find(db, jane.id).unwrap();
    users::find_by_email(db, jane.email.as_ref().unwrap()).unwrap();
    users::list(db, UserQuery::first(10).after(jane.id)).unwrap();
    accounts::insert(db, &account).unwrap();
    accounts::update(db, &account).unwrap();
    accounts::find(db, &account.issuer, &account.subject).unwrap();
    accounts::of_user(db, jane.id).unwrap();
    use_tokens(db, account.id);
    accounts::delete(db, account.id).unwrap();
    accounts::delete_of_user(db, jane.id).unwrap();
}

fn use_tokens(db: &mut SqliteConnection, account: AccountId) {
    let secret = SealedSecret::new(KeyId::from_bytes([1; 8]), vec![2]);
    let mut tokens = SealedTokens::new(account, secret.clone(), DateTime::UNIX_EPOCH);
    account_tokens::save(db, &(&tokens).into()).unwrap();
    tokens.refresh_token = Some(secret);
    account_tokens::save(db, &(&tokens).into()).unwrap();
    account_tokens::find(db, account).unwrap();
    account_tokens::page(db, None, 10).unwrap();
    account_tokens::replace(db, &(&tokens).into()).unwrap();
    account_tokens::delete(db, account, 0).unwrap();
}

fn use_sessions(db: &mut SqliteConnection) {
    let (now, jane, session) = (DateTime::UNIX_EPOCH, user().id, session());
    let slide = Slide::of(&session, now, now);
    sessions::insert(db, &session).unwrap();
    sessions::find_by_id(db, session.id).unwrap();
    sessions::find_by_token(db, session.token_hash).unwrap();
    sessions::of_user(db, jane).unwrap();
    sessions::slide(db, &slide).unwrap();
    sessions::count_of_user(db, jane).unwrap();
    sessions::trim_of_user(db, jane, 5).unwrap();
    sessions::delete_expired(db, now, now, 5).unwrap();
    sessions::delete_of_user(db, jane, Some(session.id)).unwrap();
    sessions::delete_of_user(db, jane, None).unwrap();
    sessions::delete(db, session.id).unwrap();
    sessions::consume(db, session.token_hash).unwrap();
}

fn use_attempts(db: &mut SqliteConnection) {
    let (now, attempt) = (DateTime::UNIX_EPOCH, attempt());
    attempts::insert(db, &(&attempt).into()).unwrap();
    attempts::trim_of_browser(db, attempt.binding_hash.into(), 0).unwrap();
    attempts::counts(db, 1).unwrap();
    attempts::delete_expired(db, now, 5).unwrap();
    attempts::consume(db, attempt.state_hash, attempt.binding_hash).unwrap();
}

fn use_events_and_failures(db: &mut SqliteConnection) {
    let (now, event) = (DateTime::UNIX_EPOCH, event());
    events::insert(db, &event).unwrap();
    events::find(db, event.id).unwrap();
    events::list(db, EventQuery::newest(5)).unwrap();
    events::list(
        db,
        EventQuery::newest(5).of_user(user().id).before(event.id),
    )
    .unwrap();
    let key = FailureKey::new(now, EventKind::SignIn, None, FailureCode::InvalidState);
    failures::add_one(db, &(&key).into()).unwrap();
    failures::list(db, now).unwrap();
    failures::delete_before(db, now, 5).unwrap();
}

fn use_outbox(db: &mut SqliteConnection) {
    let now = DateTime::UNIX_EPOCH;
    let item = OutboxItem::new(OutboxId::new(now, [9; 10]), "mail", String::new(), now);
    outbox::insert(db, &item).unwrap();
    outbox::claim(db, "mail", now, now).unwrap();
    outbox::delete(db, item.id).unwrap();
}

fn use_rate_limits(db: &mut SqliteConnection) {
    let (now, key) = (DateTime::UNIX_EPOCH, LimitKey::new("test", &[]));
    let limit = RateLimit::new(1, TimeDelta::seconds(1));
    assert!(rate_limits::take(db, key, limit, now).unwrap());
    assert!(!rate_limits::take(db, key, limit, now).unwrap());
    rate_limits::full_at(db, key).unwrap();
    rate_limits::put_back(db, key, limit.refill_time(1)).unwrap();
    rate_limits::delete_full(db, now, 5).unwrap();
}

#[test]
fn a_stored_value_that_makes_no_sense_is_named_and_not_repeated() {
    let (_directory, mut db, _reader) = database();
    users::insert(&mut db, &user()).unwrap();

    for (change, column) in [
        ("role = 'Owner of it all'", "users.role"),
        ("role = 'user', email = 'owner of it all'", "users.email"),
        (
            "email = NULL, created_at = 9223372036854775807",
            "users.created_at",
        ),
    ] {
        let update = format!("UPDATE belgie_users SET {change}");
        db.batch_execute(&update).unwrap();
        let error = users::find(&mut db, user().id).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("a stored value is invalid: {column}")
        );
    }
}

fn user() -> User {
    let at = DateTime::UNIX_EPOCH;
    let address = "jane@example.com".parse().unwrap();
    User::new(UserId::new(at, [1; 10]), Some(address), at)
}

fn account() -> Account {
    let at = DateTime::UNIX_EPOCH;
    let identity = ProviderIdentity::new(
        "https://accounts.google.com".parse().unwrap(),
        "1".parse().unwrap(),
    );
    let id = AccountId::new(at, [2; 10]);
    Account::new(id, user().id, "google".parse().unwrap(), &identity, at)
}

fn session() -> Session {
    let at = DateTime::UNIX_EPOCH;
    let (id, token) = (
        SessionId::new(at, [3; 10]),
        SessionToken::from_random([3; 32]),
    );
    Session::begin(id, &token, user().id, &SessionPolicy::default(), at)
}

fn attempt() -> Attempt {
    let at = DateTime::UNIX_EPOCH;
    Attempt::new(NewAttempt {
        state_hash: TokenHash::from_bytes([4; 32]),
        binding_hash: TokenHash::from_bytes([5; 32]),
        provider: "google".parse().unwrap(),
        nonce: Nonce::from_random([6; 32]),
        code_verifier: CodeVerifier::from_random([7; 32]),
        return_to: "/".to_owned(),
        created_at: at,
    })
}

fn event() -> Event {
    let at = DateTime::UNIX_EPOCH;
    let mut event = Event::new(EventId::new(at, [8; 10]), at, EventKind::SignIn);
    event.user_id = Some(user().id);
    event
}
