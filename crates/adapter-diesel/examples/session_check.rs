//! Measures what a session check asks of SQLite, with a thousand and with a million sessions:
//!
//! ```sh
//! cargo run --release -p belgie-adapter-diesel --example session_check
//! ```

use std::error::Error;

use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_domain::{
    ClientInfo, ProviderId, Session, SessionId, SessionPolicy, SessionToken, TokenHash, User,
    UserId,
};
use belgie_ports::{Contention, Sessions as _, Store, StoreError, StoreExt as _};
use chrono::{DateTime, TimeDelta};

/// How many look-ups are measured.
const LOOK_UPS: u32 = 400_000;
/// How many users, each with a session, one transaction inserts.
const BATCH: u32 = 10_000;

#[expect(clippy::print_stdout, reason = "printing is what it is for")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for sessions in [1_000, 1_000_000] {
        let directory = tempfile::tempdir()?;
        let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
        let store = SqliteStore::open(&options)?;
        store.migrate().await?;
        for first in (0..sessions).step_by(BATCH as usize) {
            insert(&store, first..(first + BATCH).min(sessions)).await?;
        }
        measure(&store, sessions, LOOK_UPS / 10).await?;
        let nanos = measure(&store, sessions, LOOK_UPS).await?;
        println!("{sessions:>9} sessions: {nanos} ns of CPU for each look-up");
    }
    Ok(())
}

/// Looks up sessions here and there, and returns how much of a processor's time one takes.
async fn measure(store: &SqliteStore, sessions: u32, times: u32) -> Result<u64, Box<dyn Error>> {
    // In an order that no cache likes: a prime that is no factor of the count visits all of them.
    let hashes: Vec<_> = (0..u64::from(times))
        .map(|time| u32::try_from(time * 7_919_999 % u64::from(sessions)).map(hash))
        .collect::<Result<_, _>>()?;
    let before = busy_nanos()?;
    for hash in hashes {
        let found = store.find_session_by_token(hash).await?;
        found.ok_or("a session is missing")?;
    }
    Ok((busy_nanos()? - before) / u64::from(times))
}

/// How long this thread was on a processor: other programs do not count.
fn busy_nanos() -> Result<u64, Box<dyn Error>> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = schedule.split(' ').next().ok_or("no figures")?;
    Ok(nanos.parse()?)
}

async fn insert(store: &dyn Store, numbers: std::ops::Range<u32>) -> Result<(), Box<dyn Error>> {
    let rows: Result<Vec<_>, _> = numbers.map(row).collect();
    let rows = rows?;
    let inserted: Result<(), StoreError> = store
        .transaction(Contention::none(), rows, |rows, tx| {
            Box::pin(async move {
                for (user, session) in rows {
                    tx.insert_user(user).await?;
                    tx.insert_session(session).await?;
                }
                Ok(())
            })
        })
        .await;
    Ok(inserted?)
}

fn row(number: u32) -> Result<(User, Session), Box<dyn Error>> {
    let at = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(number.into());
    let mut random = [0; 10];
    random[6..].copy_from_slice(&number.to_be_bytes());
    let address = format!("user-{number}@example.com").parse()?;
    let mut user = User::new(UserId::new(at, random), Some(address), at);
    user.name = Some(format!("User {number}"));
    let client =
        ClientInfo::default().with_user_agent("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0");
    let (id, policy) = (SessionId::new(at, random), SessionPolicy::default());
    let session = Session::begin(id, &token(number), user.id, &policy, at)
        .with_provider("google".parse::<ProviderId>()?)
        .with_client(&client);
    Ok((user, session))
}

fn token(number: u32) -> SessionToken {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    SessionToken::from_random(bytes)
}

fn hash(number: u32) -> TokenHash {
    token(number).hash()
}
