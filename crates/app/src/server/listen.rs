use std::io;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpServer};
use belgie_http_actix::Routes;

use crate::settings::{Operation, Site};

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection stays open: longer than the minute that proxies usually keep theirs.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to close a connection that we have closed.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Takes the address and returns the server, which answers once it is polled. Signals are ours to handle.
pub(super) fn listen(site: &Site, operation: Operation, routes: &Routes) -> anyhow::Result<Server> {
    let routes = routes.clone();
    let server = HttpServer::new(move || App::new().configure(routes.all()))
        .workers(operation.workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(operation.shutdown_timeout.as_secs())
        .disable_signals();
    let bound = server.bind(site.bind).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there already".to_owned(),
            io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
            io::ErrorKind::PermissionDenied => "ports below 1024 need privileges".to_owned(),
            _ => error.to_string(),
        };
        anyhow::anyhow!("BELGIE_BIND: cannot listen on {}: {reason}", site.bind)
    })?;
    for address in bound.addrs() {
        tracing::info!(target: "belgie::server", %address, "listening");
    }
    Ok(bound.run())
}
