use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_domain::{Session, SessionId, SessionPolicy, SessionToken, User, UserId};
use belgie_ports::{Contention, Store, StoreError, StoreExt as _};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::SinkExt as _;
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, NoTls};

/// Rows that one transaction writes.
const BATCH: u64 = 10_000;
/// How long prepared data is good: after a day each session's expiry slides at its first use, and that is measured too.
const GOOD_FOR: Duration = Duration::from_secs(12 * 60 * 60);

/// The token of the session with this number: the same in every run, so that requests need no list of secrets.
pub(crate) fn token(number: u64) -> SessionToken {
    SessionToken::from_random(digest("token", number))
}

/// Prepares a SQLite database with so many users and sessions, unless it is there from an earlier run that is not long
/// ago; returns its address. An `older` program makes the schema for itself.
pub(crate) async fn sqlite(
    directory: &Path,
    sessions: u64,
    older: Option<&Path>,
) -> anyhow::Result<String> {
    let kind = if older.is_some() { "older-" } else { "" };
    let path = directory.join(format!("{kind}sessions-{sessions}.db"));
    let (address, finished) = (
        format!("sqlite://{}", path.display()),
        path.with_extension("finished"),
    );
    if is_good(&finished) {
        return Ok(address);
    }
    let _ = std::fs::remove_file(&finished);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    let store = SqliteStore::open(&SqliteOptions::file(&path).create())?;
    match older {
        Some(program) => migrate_with(program, &address).await?,
        None => drop(store.migrate().await?),
    }
    for first in (0..sessions).step_by(usize::try_from(BATCH)?) {
        eprintln!("preparing {sessions} sessions in SQLite: {first}");
        fill(&store, first..(first + BATCH).min(sessions)).await?;
    }
    std::fs::write(finished, "")?;
    Ok(address)
}

/// Lets a program make its schema: users and sessions are kept the same way by an older one, the rest need not be.
async fn migrate_with(program: &Path, address: &str) -> anyhow::Result<()> {
    let mut command = tokio::process::Command::new(program);
    command.arg("migrate").env_clear();
    let output = command.env("BELGIE_DATABASE_URL", address).output().await?;
    anyhow::ensure!(
        output.status.success(),
        "{} migrate: {}",
        program.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Whether the file that says that a database is finished is there, and recent.
fn is_good(finished: &Path) -> bool {
    let written = std::fs::metadata(finished).and_then(|file| file.modified());
    written.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < GOOD_FOR))
}

/// Adds users, each with one session, in one transaction.
pub(crate) async fn fill(
    store: &dyn Store,
    numbers: std::ops::Range<u64>,
) -> Result<(), StoreError> {
    let now = now();
    store
        .transaction(Contention::none(), numbers, move |numbers, tx| {
            Box::pin(async move {
                for number in numbers.clone() {
                    let (user, session) = row(number, now);
                    tx.insert_user(&user).await?;
                    tx.insert_session(&session).await?;
                }
                Ok(())
            })
        })
        .await
}

/// One user with one session.
fn row(number: u64, now: DateTime<Utc>) -> (User, Session) {
    let (user_id, session_id) = (
        UserId::new(now, ten("user", number)),
        SessionId::new(now, ten("session", number)),
    );
    let email = format!("person{number}@example.com").parse().ok();
    let mut user = User::new(user_id, email, now);
    user.name = Some(format!("Person {number}"));
    let (token, policy) = (token(number), SessionPolicy::default());
    let session = Session::begin(session_id, &token, user_id, &policy, now);
    (user, session)
}

fn digest(label: &str, number: u64) -> [u8; 32] {
    Sha256::new()
        .chain_update(label)
        .chain_update(number.to_le_bytes())
        .finalize()
        .into()
}

fn ten(label: &str, number: u64) -> [u8; 10] {
    let digest = digest(label, number);
    std::array::from_fn(|at| digest[at])
}

#[expect(
    clippy::disallowed_methods,
    reason = "prepared sessions must be alive when they are measured"
)]
fn now() -> DateTime<Utc> {
    chrono::SubsecRound::trunc_subsecs(Utc::now(), 6)
}

/// Prepares a database of its own on this PostgreSQL server, in place of that of an earlier run; returns its address.
pub(crate) async fn postgres(server: &str, sessions: u64) -> anyhow::Result<String> {
    let name = format!("belgie_bench_{sessions}");
    let mut address = url::Url::parse(server)?;
    address.set_path(&name);
    let client = connect(server).await?;
    for statement in ["DROP DATABASE IF EXISTS", "CREATE DATABASE"] {
        // One by one: neither may run in a transaction.
        client.batch_execute(&format!("{statement} {name}")).await?;
    }
    migrate_with(&crate::server::program("belgie")?, address.as_str()).await?;

    eprintln!("preparing {sessions} sessions in PostgreSQL");
    let client = connect(address.as_str()).await?;
    let now = now();
    copy(
        &client,
        USERS,
        (0..sessions).map(|number| user_line(&row(number, now).0)),
    )
    .await?;
    copy(
        &client,
        SESSIONS,
        (0..sessions).map(|number| session_line(&row(number, now).1)),
    )
    .await?;
    client
        .batch_execute("VACUUM ANALYZE belgie_users, belgie_sessions")
        .await?;
    Ok(address.into())
}

const USERS: &str = "COPY belgie_users (id, email, email_verified, email_proved, name, name_edited, image_edited, role, \
                     is_active, created_at, updated_at) FROM STDIN";
const SESSIONS: &str = "COPY belgie_sessions (token_hash, id, user_id, created_at, authenticated_at, last_used_at, \
                        expires_at) FROM STDIN";

fn user_line(user: &User) -> String {
    let (email, name) = (
        user.email.as_ref().map_or("", |email| email.as_str()),
        user.name.as_deref().unwrap_or(""),
    );
    let at = user.created_at.to_rfc3339();
    format!(
        "{}\t{email}\tf\tf\t{name}\tf\tf\t{}\tt\t{at}\t{at}\n",
        user.id, user.role
    )
}

fn session_line(session: &Session) -> String {
    let hash = hex(session.token_hash.as_bytes());
    let (begun, ends) = (
        session.created_at.to_rfc3339(),
        session.expires_at.to_rfc3339(),
    );
    format!(
        "\\\\x{hash}\t{}\t{}\t{begun}\t{begun}\t{begun}\t{ends}\n",
        session.id, session.user_id
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

async fn copy(
    client: &Client,
    statement: &str,
    lines: impl Iterator<Item = String>,
) -> anyhow::Result<()> {
    let sink = client.copy_in::<_, Bytes>(statement).await?;
    futures_util::pin_mut!(sink);
    let mut buffer = String::new();
    for line in lines {
        buffer.push_str(&line);
        if buffer.len() > 1 << 20 {
            sink.send(std::mem::take(&mut buffer).into()).await?;
        }
    }
    sink.send(buffer.into()).await?;
    sink.finish().await?;
    Ok(())
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
