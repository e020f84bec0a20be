//! Signs people in with Google and keeps them in the store of this example. See README.md.

use std::env;
use std::error::Error;
use std::sync::Arc;

use actix_web::{App, HttpServer};
use belgie_auth::{Auth, SystemClock};
use belgie_http_actix::{Routes, Site, WebConfig};
use belgie_provider_google::{ClientCredentials, GOOGLE_ISSUER, GoogleConfig, HttpClient};
use custom_store::RedbStore;

#[expect(clippy::print_stdout, reason = "it says where to go")]
#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").map_or(Ok(8080), |port| port.parse())?;
    let site = Site::new(&format!("http://localhost:{port}"))?;
    let store = RedbStore::open("custom-store.redb")?;

    let client = ClientCredentials::new(
        setting("GOOGLE_CLIENT_ID")?,
        setting("GOOGLE_CLIENT_SECRET")?,
    );
    let google = GoogleConfig::new(client)
        .issuer(setting("GOOGLE_ISSUER_URL").unwrap_or_else(|_| GOOGLE_ISSUER.to_owned()))
        .provider(HttpClient::new([])?, Arc::new(SystemClock))?;
    let auth = Auth::builder()
        .store(store)
        .provider(google)
        .build(site.policy())?;

    let routes = Routes::new(auth, site, WebConfig::default())?;
    println!("open http://localhost:{port}");
    HttpServer::new(move || App::new().configure(routes.all()))
        .bind(("127.0.0.1", port))?
        .run()
        .await?;
    Ok(())
}

fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("set {name}: see README.md"))
}
