use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::App;
use actix_web::dev::{AppConfig, Server};
use anyhow::Context as _;
use belgie_guard::{ConnectionLimit, Deadlines, Guard};
use belgie_http_actix::Routes;
use tokio::net::TcpSocket;

use crate::settings::Operation;

/// How long a client may take to send a request head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection stays open: longer than the minute for which proxies usually keep theirs.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may accept no byte of a response.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// A bound address, to which clients cannot connect yet.
#[derive(Debug)]
pub struct Address {
    socket: TcpSocket,
    bind: SocketAddr,
}

impl Address {
    /// Binds the address.
    ///
    /// # Errors
    /// Names the setting and the reason.
    pub fn take(bind: SocketAddr) -> anyhow::Result<Self> {
        let taken = || -> io::Result<TcpSocket> {
            let socket = match bind {
                SocketAddr::V4(_) => TcpSocket::new_v4(),
                SocketAddr::V6(_) => TcpSocket::new_v6(),
            }?;
            socket.set_reuseaddr(true)?;
            socket.bind(bind)?;
            Ok(socket)
        };
        let socket = taken().map_err(|error| refusal(bind, &error))?;
        Ok(Self { socket, bind })
    }

    fn listen(self) -> anyhow::Result<TcpListener> {
        let listener = self
            .socket
            .listen(BACKLOG)
            .and_then(tokio::net::TcpListener::into_std);
        listener.map_err(|error| refusal(self.bind, &error))
    }
}

fn refusal(bind: SocketAddr, error: &io::Error) -> anyhow::Error {
    let reason = match error.kind() {
        io::ErrorKind::AddrInUse => "another program is listening there already".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        io::ErrorKind::PermissionDenied => "ports below 1024 need privileges".to_owned(),
        _ => error.to_string(),
    };
    anyhow::anyhow!("BELGIE_BIND: cannot listen on {bind}: {reason}")
}

/// Listens and returns the server, which serves once it is polled. Signals are handled by the caller.
pub(super) fn listen(
    address: Address,
    operation: Operation,
    routes: &Routes,
) -> anyhow::Result<Server> {
    let routes = routes.clone();
    let listener = address.listen()?;
    let local = listener
        .local_addr()
        .context("the listener has no address")?;
    let deadlines = Deadlines::default()
        .with_head(HEAD_TIMEOUT)
        .with_keep_alive(KEEP_ALIVE)
        .with_write(WRITE_TIMEOUT);
    let builder = Server::build()
        .shutdown_timeout(operation.shutdown_timeout.as_secs())
        .disable_signals();
    let app = move || App::new().configure(routes.all());
    let server = Guard::new(deadlines, ConnectionLimit::from_descriptors())
        .listen(builder, listener, operation.workers, app, config(local))
        .context("the server cannot listen")?;
    tracing::info!(target: "belgie::server", address = %local, "listening");
    Ok(server.run())
}

/// The configuration that `HttpServer` would create the application with; actix-web offers no other way to create it.
fn config(local: SocketAddr) -> AppConfig {
    AppConfig::__priv_test_new(false, local.to_string(), local)
}
