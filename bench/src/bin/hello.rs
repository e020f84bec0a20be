//! The least that a server does, what the figures are compared with: `hello actix|axum BIND`.

use actix_web::{App, HttpResponse, HttpServer, web};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::any;
use tokio::net::TcpListener;

/// Threads that answer.
const WORKERS: usize = 2;
const JSON: &str = "application/json";
const BODY: &str = r#"{"hello":"world"}"#;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [framework, bind] if framework == "actix" => {
            actix_web::rt::System::new().block_on(actix(bind))
        }
        [framework, bind] if framework == "axum" => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .enable_all()
            .build()?
            .block_on(axum(bind)),
        _ => Err(std::io::Error::other("hello actix|axum BIND")),
    }
}

async fn actix(bind: &str) -> std::io::Result<()> {
    let hello = || async { HttpResponse::Ok().content_type(JSON).body(BODY) };
    let server = HttpServer::new(move || App::new().route("/api/me", web::to(hello)));
    server.workers(WORKERS).bind(bind)?.run().await
}

async fn axum(bind: &str) -> std::io::Result<()> {
    let hello = || async { ([(CONTENT_TYPE, JSON)], BODY) };
    let app = Router::new().route("/api/me", any(hello));
    axum::serve(TcpListener::bind(bind).await?, app).await
}
