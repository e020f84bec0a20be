//! Greets people who have signed in with Google. See README.md.

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use belgie::Belgie;
use belgie::axum::{CurrentUser, RequireAdmin};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = setting("PORT", "8080");
    let belgie = Belgie::at(format!(
        "http://localhost:{port}{}",
        setting("BASE_PATH", "")
    ))
    .sqlite(setting("DATABASE", "axum.db"))
    .google_from_env()
    .build()
    .await?;

    let app = Router::new()
        .route("/", get(hello))
        .route("/cheer", post(cheer))
        .route("/admin", get(admin))
        .route("/start", get(start))
        .merge(belgie.router())
        .with_state(belgie)
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
    format!("{} cheers.\n", user.name.as_deref().unwrap_or("Someone"))
}

/// For admins only: `belgie user set-role you@example.com admin`.
async fn admin(_admin: RequireAdmin) -> &'static str {
    "for admins\n"
}

/// For everyone: shows signed-out visitors where to sign in.
async fn start(State(belgie): State<Belgie>, user: Option<CurrentUser>) -> String {
    match user {
        Some(user) => format!("signed in as {}\n", user.id),
        None => format!(
            "sign in at {}\n",
            belgie.sign_in_path("google", "/").unwrap_or_default()
        ),
    }
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}
