//! The server: routes, housekeeping and shutdown.

mod listen;
mod shutdown;

use std::process::ExitCode;

use anyhow::Context as _;
use belgie_auth::Auth;
use belgie_http_actix::Routes;
use belgie_web::{Site, WebConfig, WebConfigError};

use crate::settings::Operation;
pub use listen::Address;
pub use shutdown::Signals;

/// A server that is ready to run.
#[derive(Debug)]
pub struct Server {
    auth: Auth,
    routes: Routes,
}

impl Server {
    /// Creates a server with these use cases.
    ///
    /// # Errors
    /// When the parts are inconsistent.
    pub fn new(auth: Auth, site: Site, web: WebConfig) -> Result<Self, WebConfigError> {
        let routes = Routes::new(auth.clone(), site, web)?;
        Ok(Self { auth, routes })
    }

    /// Listens and serves until a signal stops it; calls `listening` once it listens.
    ///
    /// # Errors
    /// Names the setting when it cannot listen on the address.
    pub async fn run(
        self,
        address: Address,
        operation: Operation,
        mut signals: Signals,
        listening: impl FnOnce(),
    ) -> anyhow::Result<ExitCode> {
        let routes = self.routes;
        let server = listen::listen(address, operation, &routes)?;
        let handle = server.handle();
        let mut running = actix_web::rt::spawn(server);
        let housekeeping = self.auth.spawn_housekeeping();
        listening();

        let ended = tokio::select! {
            result = &mut running => Err(result),
            () = signals.next() => Ok(()),
        };
        if let Err(result) = ended {
            result
                .context("the server's task ended")?
                .context("the server ended")?;
            return Ok(ExitCode::FAILURE);
        }
        let status = shutdown::run(operation, &routes, &handle, &mut signals).await;
        // After a second signal, it would still wait for requests in progress.
        running.abort();
        housekeeping.stop().await;
        Ok(status)
    }
}
