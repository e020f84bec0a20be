//! The HTTP server, on a thread and a runtime of its own.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use tokio::sync::oneshot;

use crate::provider::Provider;
use crate::request_log::Endpoint;
use crate::{authorization, discovery, github, jwks, microsoft, page, path, token, userinfo};

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    handle: ServerHandle,
    ended: oneshot::Receiver<()>,
}

impl Server {
    /// Serves on a thread with an actix system of its own, so that it may be called on any kind of runtime.
    pub(crate) async fn start(
        listener: TcpListener,
        provider: impl FnOnce() -> Provider + Send + 'static,
        workers: usize,
    ) -> io::Result<(Self, Arc<Provider>)> {
        let (started, starting) = oneshot::channel();
        let (ending, ended) = oneshot::channel();
        thread::Builder::new()
            .name("idp-emulator".to_owned())
            .spawn(move || {
                actix_web::rt::System::new().block_on(run(listener, provider, workers, started));
                let _ = ending.send(());
            })?;
        let (handle, provider) = starting
            .await
            .map_err(|_| io::Error::other("the server's thread ended before it served"))??;
        Ok((Self { handle, ended }, provider))
    }

    /// Ends the server and waits until its address is free again.
    pub(crate) async fn stop(&mut self) {
        self.handle.stop(false).await;
        let _ = (&mut self.ended).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent at once; only waiting for its end would need a runtime.
        drop(self.handle.stop(false));
    }
}

type Started = io::Result<(ServerHandle, Arc<Provider>)>;

async fn run(
    listener: TcpListener,
    provider: impl FnOnce() -> Provider,
    workers: usize,
    started: oneshot::Sender<Started>,
) {
    let provider = web::Data::new(provider());
    let shared = provider.clone().into_inner();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(provider.clone())
            .configure(routes)
            .default_service(web::to(page::not_found))
    })
    .workers(workers)
    .disable_signals()
    .listen(listener)
    .map(HttpServer::run);
    match server {
        Ok(server) => {
            // The caller may have stopped waiting while the first key was obtained; then nothing is served.
            if started.send(Ok((server.handle(), shared))).is_ok() {
                let _ = server.await;
            }
        }
        Err(error) => {
            let _ = started.send(Err(error));
        }
    }
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(page::home))
        .route(path::DISCOVERY, web::get().to(discovery::get))
        .route(path::TENANT_DISCOVERY, web::get().to(microsoft::get))
        .route(path::JWKS, web::get().to(jwks::get))
        .route(path::AUTHORIZATION, web::get().to(authorization::get))
        .route(path::AUTHORIZATION, web::post().to(authorization::post))
        .route(path::TOKEN, web::post().to(token::post))
        .route(path::REVOCATION, web::post().to(token::revoke))
        .route(path::USERINFO, web::get().to(userinfo::get))
        .route(path::USERINFO, web::post().to(userinfo::get))
        .route(
            path::GITHUB_AUTHORIZATION,
            web::get().to(authorization::get),
        )
        .route(
            path::GITHUB_AUTHORIZATION,
            web::post().to(authorization::post),
        )
        .route(
            path::GITHUB_ACCESS_TOKEN,
            web::post().to(github::access_token),
        )
        .route(path::GITHUB_ROOT, web::get().to(github::root))
        .route(path::GITHUB_USER, web::get().to(github::user))
        .route(path::GITHUB_EMAILS, web::get().to(github::emails))
        .route(
            path::GITHUB_APPLICATION_TOKEN,
            web::delete().to(github::revoke),
        )
        .route(path::STYLE, web::get().to(page::style))
        .route(path::ICON, web::get().to(page::icon))
        .route(path::PICTURE, web::get().to(page::picture))
        .route(path::TRAP, web::to(trap));
}

/// Counts a request to the trap URL.
async fn trap(provider: web::Data<Provider>) -> HttpResponse {
    provider.log.count(Endpoint::Trap);
    HttpResponse::Ok()
        .content_type("application/json")
        .body("{}")
}
