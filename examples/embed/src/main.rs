//! Notes, for people who have signed in with Google. See README.md.

mod notes;
#[cfg(test)]
mod tests;

use std::error::Error;

use actix_web::{App, HttpServer};
use belgie::diesel::{SqliteOptions, SqliteStore};
use belgie::{Belgie, BelgieBuilder};
use notes::Notes;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let belgie = site("embed.db")?.google_from_env().build().await?;
    let notes = Notes::open("embed.db")?;

    println!("open http://localhost:8080");
    HttpServer::new(move || {
        App::new()
            .configure(belgie.routes())
            .configure(notes.routes())
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await?;
    Ok(())
}

/// Belgie in the same file as the notes, with a first note for each new user.
fn site(database: &str) -> Result<BelgieBuilder, Box<dyn Error>> {
    let options = SqliteOptions::file(database).create();
    let store = SqliteStore::open(&options)?.on_event(notes::welcome);
    Ok(Belgie::at("http://localhost:8080").sqlite_store(store))
}
