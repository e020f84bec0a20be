//! Notes, for people who have signed in with Google. See README.md.

mod notes;

use std::error::Error;
use std::sync::Arc;

use actix_web::{App, HttpServer};
use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_auth::{Auth, SystemClock};
use belgie_http_actix::{Routes, Site, WebConfig};
use belgie_provider_google::{ClientCredentials, GOOGLE_ISSUER, GoogleConfig, HttpClient};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let site = Site::new("http://localhost:8080")?;
    let store = SqliteStore::open(&SqliteOptions::file("embed.db").create())?;
    store.migrate().await?;
    let notes = notes::Notes::open("embed.db")?;

    let client = ClientCredentials::new(
        setting("GOOGLE_CLIENT_ID")?,
        setting("GOOGLE_CLIENT_SECRET")?,
    );
    let google = GoogleConfig::new(client)
        .issuer(setting("GOOGLE_ISSUER_URL").unwrap_or_else(|_| GOOGLE_ISSUER.to_owned()))
        .provider(HttpClient::new([])?, Arc::new(SystemClock))?;
    let policy = site.policy().after_sign_in("/");
    let auth = Auth::builder()
        .store(store)
        .provider(google)
        .build(policy)?;

    let routes = Routes::new(auth, site, WebConfig::default())?;
    println!("open http://localhost:8080");
    HttpServer::new(move || {
        App::new()
            .configure(routes.auth())
            .configure(notes.routes())
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await?;
    Ok(())
}

fn setting(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}: see README.md"))
}
