//! Belgie inside an application, as `examples/embed` and `examples/axum` have it, and nothing else:
//! `embedded actix|axum BIND DATABASE`.

use std::error::Error;
use std::net::SocketAddr;

use actix_web::{App, HttpServer};
use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_auth::Auth;
use belgie_web::{Site, WebConfig};
use tokio::net::TcpListener;

/// Threads that answer.
const WORKERS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [framework, bind, database] = &arguments[..] else {
        return Err("embedded actix|axum BIND DATABASE".into());
    };
    let site = Site::new(&format!("http://{bind}"))?;
    let store = SqliteStore::open(&SqliteOptions::file(database))?;
    let auth = Auth::builder().store(store).build(site.policy())?;
    match framework.as_str() {
        "actix" => actix_web::rt::System::new().block_on(actix(auth, site, bind)),
        "axum" => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .enable_all()
            .build()?
            .block_on(axum(auth, site, bind)),
        _ => Err("actix or axum".into()),
    }
}

async fn actix(auth: Auth, site: Site, bind: &str) -> Result<(), Box<dyn Error>> {
    let routes = belgie_http_actix::Routes::new(auth, site, WebConfig::default())?;
    let server = HttpServer::new(move || App::new().configure(routes.auth()));
    Ok(server.workers(WORKERS).bind(bind)?.run().await?)
}

async fn axum(auth: Auth, site: Site, bind: &str) -> Result<(), Box<dyn Error>> {
    let routes = belgie_http_axum::Routes::new(auth, site, WebConfig::default())?;
    let app = routes.auth().with_state(routes);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(TcpListener::bind(bind).await?, app).await?)
}
