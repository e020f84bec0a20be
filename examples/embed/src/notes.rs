//! A table of the application's own, beside Belgie's, with diesel migrations of its own. Its rows belong to our users.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{Data, Form, Redirect, ServiceConfig, block};
use actix_web::{get, post};
use belgie::actix::{CurrentUser, RequireAdmin};
use belgie::{Event, EventKind};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

diesel::table! {
    notes (id) {
        id -> Integer,
        author -> Binary,
        text -> Text,
    }
}

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// All notes. One connection is enough for an example.
#[derive(Clone)]
pub struct Notes(Arc<Mutex<SqliteConnection>>);

impl Notes {
    /// Opens the database that Belgie has prepared, and brings our own table to the newest schema.
    pub fn open(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut connection = SqliteConnection::establish(path)?;
        connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON")?;
        connection
            .run_pending_migrations(MIGRATIONS)
            .map_err(|error| error.to_string())?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// The pages of this application.
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let notes = Data::new(self.clone());
        move |config| {
            config
                .app_data(notes)
                .service(own)
                .service(add)
                .service(count);
        }
    }

    /// Runs a query on a thread where it may block.
    async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> actix_web::Result<T> {
        let connection = Arc::clone(&self.0);
        let answer =
            block(move || query(&mut connection.lock().unwrap_or_else(PoisonError::into_inner)));
        answer.await?.map_err(|error| {
            eprintln!("the database failed: {error}");
            ErrorInternalServerError("Something went wrong here.")
        })
    }
}

#[derive(serde::Deserialize)]
struct NewNote {
    text: String,
}

/// Adds a note for each new user: on Belgie's connection, in the transaction that creates the user.
pub fn welcome(
    connection: &mut SqliteConnection,
    event: &Event,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    if let (EventKind::UserCreated, Some(user)) = (&event.kind, event.user_id) {
        let note = (
            notes::author.eq(user.to_bytes()),
            notes::text.eq("Welcome!"),
        );
        note.insert_into(notes::table).execute(connection)?;
    }
    Ok(())
}

/// One's own notes. A browser that is not signed in is sent to do so, and comes back.
#[get("/")]
async fn own(user: CurrentUser, notes: Data<Notes>) -> actix_web::Result<String> {
    let author = user.id.to_bytes();
    let own = notes::table
        .filter(notes::author.eq(author))
        .order(notes::id)
        .select(notes::text);
    let texts: Vec<String> = notes.run(move |connection| own.load(connection)).await?;
    let name = user.name.as_deref().unwrap_or("you");
    Ok(format!(
        "Hello {name}. Your notes: {}\n{}\n",
        texts.len(),
        texts.join("\n")
    ))
}

/// Adds a note. The origin rule comes with `CurrentUser`: another site cannot make a visitor write.
#[post("/notes")]
async fn add(
    user: CurrentUser,
    new: Form<NewNote>,
    notes: Data<Notes>,
) -> actix_web::Result<Redirect> {
    let row = (
        notes::author.eq(user.id.to_bytes()),
        notes::text.eq(new.into_inner().text),
    );
    notes
        .run(|connection| row.insert_into(notes::table).execute(connection))
        .await?;
    Ok(Redirect::to("/").see_other())
}

/// For admins alone: `belgie user set-role you@example.com admin`.
#[get("/admin/count")]
async fn count(_admin: RequireAdmin, notes: Data<Notes>) -> actix_web::Result<String> {
    let count: i64 = notes
        .run(|connection| notes::table.count().get_result(connection))
        .await?;
    Ok(format!("notes: {count}\n"))
}
