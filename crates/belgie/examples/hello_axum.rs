//! Greets people who have signed in with Google, on axum.

use std::net::SocketAddr;

use axum::{Router, routing::get};
use belgie::Belgie;
use belgie::axum::CurrentUser;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let belgie = Belgie::at("http://localhost:8080")
        .sqlite("app.db")
        .google_from_env()
        .build()
        .await?;
    let hello = async |me: CurrentUser| format!("Hello {}!", me.name.as_deref().unwrap_or("you"));
    let app = Router::new()
        .route("/", get(hello))
        .merge(belgie.router())
        .with_state(belgie);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await?;
    Ok(())
}
