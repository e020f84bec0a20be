//! Greets people who have signed in with Google. See README.md.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_auth::{Auth, SystemClock};
use belgie_http_axum::{CurrentUser, RequireAdmin, Routes, Site, WebConfig};
use belgie_provider_google::{ClientCredentials, GOOGLE_ISSUER, GoogleConfig, HttpClient};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = setting("PORT").unwrap_or_else(|_| "8080".to_owned());
    let mut site = Site::new(&format!("http://localhost:{port}"))?;
    if let Ok(path) = setting("BASE_PATH") {
        site = site.at_path(&path)?;
    }
    let file = setting("DATABASE").unwrap_or_else(|_| "axum.db".to_owned());
    let store = SqliteStore::open(&SqliteOptions::file(&file).create())?;
    store.migrate().await?;

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
        .build(site.policy().after_sign_in("/"))?;

    let routes = Routes::new(auth, site, WebConfig::default())?;
    let app = Router::new()
        .route("/", get(hello))
        .route("/cheer", post(cheer))
        .route("/admin", get(admin))
        .route("/start", get(start))
        .merge(routes.auth())
        .with_state(routes)
        .into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("open http://localhost:{port}");
    Ok(axum::serve(listener, app).await?)
}

/// A browser that is not signed in is sent to do so, and comes back.
async fn hello(user: CurrentUser) -> String {
    format!("Hello {}.\n", user.name.as_deref().unwrap_or("you"))
}

/// The origin rule comes with `CurrentUser`: another site cannot make a visitor cheer.
async fn cheer(user: CurrentUser) -> String {
    format!("{} cheers.\n", user.name.as_deref().unwrap_or("Somebody"))
}

/// For admins only: `belgie user set-role you@example.com admin`.
async fn admin(_admin: RequireAdmin) -> &'static str {
    "for admins\n"
}

/// For everyone: shows signed-out visitors where to sign in.
async fn start(State(routes): State<Routes>, user: Option<CurrentUser>) -> String {
    match user {
        Some(user) => format!("signed in as {}\n", user.id),
        None => format!(
            "sign in at {}\n",
            routes.sign_in_path("google", "/").unwrap_or_default()
        ),
    }
}

fn setting(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}: see README.md"))
}
