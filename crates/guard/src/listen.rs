use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::body::{BoxBody, MessageBody};
use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol, Request, Response};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::ServiceFactoryExt as _;
use actix_service::{IntoServiceFactory, Service, ServiceFactory, fn_service, map_config};
use tokio::net::TcpStream;

use crate::{Guard, GuardedStream};

/// How long a client may take to close a connection that the server has closed.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);

impl Guard {
    /// Serves an actix application on a listener, as `HttpServer::listen` does, with this many workers.
    ///
    /// `config` is the application's configuration, an `actix_web::dev::AppConfig`.
    ///
    /// # Errors
    /// When the listener has no address, or cannot be polled.
    pub fn listen<F, I, S, B>(
        self,
        builder: ServerBuilder,
        listener: TcpListener,
        workers: usize,
        application: F,
        config: S::Config,
    ) -> io::Result<ServerBuilder>
    where
        F: Fn() -> I + Send + Clone + 'static,
        I: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request> + 'static,
        S::Config: Clone + Send,
        S::Error: Into<Response<BoxBody>> + 'static,
        S::InitError: Debug,
        S::Response: Into<Response<B>> + 'static,
        S::Service: 'static,
        <S::Service as Service<Request>>::Future: 'static,
        B: MessageBody + 'static,
    {
        let address = listener.local_addr()?;
        let signal = builder.graceful_shutdown_signal();
        let per_worker = self.limit.connections().div_ceil(workers.max(1));
        let builder = builder
            .workers(workers)
            .max_concurrent_connections(per_worker);
        builder.listen("guarded", listener, move || {
            let config = config.clone();
            let application = map_config(application().into_factory(), move |()| config.clone());
            let draining = signal.clone();
            let http = HttpService::build()
                .graceful_shutdown_signal(move || notified(draining.clone()))
                // The guard handles both.
                .keep_alive(KeepAlive::Os)
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .local_addr(address)
                .finish(application);
            tokio::spawn(stop_with(self.clone(), signal.clone()));
            let guard = self.clone();
            fn_service(move |io: TcpStream| admitted(guard.clone(), io)).and_then(http)
        })
    }
}

async fn notified(signal: GracefulShutdownSignal) {
    signal.notified().await;
}

async fn stop_with(guard: Guard, signal: GracefulShutdownSignal) {
    signal.notified().await;
    guard.stop();
}

type Accepted = (
    GuardedStream<TcpStream>,
    Protocol,
    Option<std::net::SocketAddr>,
);

async fn admitted(guard: Guard, io: TcpStream) -> Result<Accepted, DispatchError> {
    let peer = io.peer_addr().ok();
    let stream = guard.admit(io).await;
    let stream = stream.ok_or(DispatchError::DisconnectTimeout)?;
    Ok((stream, Protocol::Http1, peer))
}
