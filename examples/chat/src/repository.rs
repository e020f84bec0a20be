//! Where conversations are kept: in the same database as Belgie's users, SQLite or PostgreSQL.

mod conversations;
mod messages;
mod people;
mod welcome;

use anyhow::{Context as _, bail};
use belgie::diesel::{Database, DatabaseError, PgOptions, PgStore, SqliteOptions, SqliteStore};
use belgie::{Belgie, BelgieBuilder};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use messages::Sent;

#[derive(Clone)]
pub struct Repository(Database);

type Result<T> = std::result::Result<T, DatabaseError>;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

impl Repository {
    /// Opens one database for Belgie and the chat: `sqlite://PATH` or `postgres://…`.
    pub async fn open(url: &str, belgie: BelgieBuilder) -> anyhow::Result<(Belgie, Self)> {
        let (belgie, database) = match url.split_once("://") {
            Some(("sqlite", path)) => {
                let store = SqliteStore::open(&SqliteOptions::file(path).create())?;
                let store = store.on_event(welcome::on_sqlite);
                let database = store.database().context("the database is not a file")?;
                (belgie.sqlite_store(store), database)
            }
            Some(("postgres", _)) => {
                let store = PgStore::open(&PgOptions::new(url))?;
                let store = store.on_event(|db, event| Box::pin(welcome::on_postgres(db, event)));
                (belgie.postgres_store(store.clone()), store.database())
            }
            _ => bail!("CHAT_DATABASE_URL is neither sqlite://PATH nor postgres://…"),
        };
        let belgie = belgie.build().await?;
        database.migrate(SQLITE, POSTGRES).await?;
        Ok((belgie, Self(database)))
    }
}
