use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use anyhow::Context as _;
use belgie_http_actix::Routes;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::settings::Operation;

/// The signals that end a server: SIGTERM and SIGINT. SIGHUP is ignored: settings are read once.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Takes the signals over from the operating system's default, which would end the process at once.
    ///
    /// # Errors
    /// The operating system refuses, or there is no runtime.
    pub fn take_over() -> anyhow::Result<Self> {
        let take = || -> io::Result<Self> {
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        };
        take().context("cannot listen to signals")
    }

    /// Returns at the next signal that ends a server.
    pub async fn next(&mut self) {
        let signal = self.received().await;
        tell(signal);
    }

    /// Returns the name of the next signal that ends a server.
    async fn received(&mut self) -> &'static str {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return "SIGTERM",
                _ = self.interrupt.recv() => return "SIGINT",
                _ = self.hang_up.recv() => {
                    tracing::info!(target: "belgie::server", "SIGHUP is ignored: settings are read at start");
                }
            }
        }
    }
}

fn tell(signal: &str) {
    tracing::info!(target: "belgie::server", signal, "stopping");
}

/// How soon after the first a signal counts as the same one: `timeout` and terminals send two.
const SAME_SIGNAL: Duration = Duration::from_secs(1);

/// Ends the server: not ready at once, then no more accepted, then what is under way ends. A second signal ends the
/// waiting: the handle would answer only when all has ended, so that the caller has to drop the server.
pub(super) async fn run(
    operation: Operation,
    routes: &Routes,
    handle: &ServerHandle,
    signals: &mut Signals,
) -> ExitCode {
    routes.begin_draining();
    let graceful = async {
        tokio::time::sleep(operation.shutdown_delay).await;
        handle.stop(true).await;
    };
    tokio::select! {
        () = graceful => {
            tracing::info!(target: "belgie::server", "stopped");
            ExitCode::SUCCESS
        }
        () = second(signals) => {
            tracing::warn!(target: "belgie::server", "stopped at once by a second signal");
            ExitCode::FAILURE
        }
    }
}

/// Returns at the next signal that is not the first one once more.
async fn second(signals: &mut Signals) {
    let first = Instant::now();
    loop {
        let signal = signals.received().await;
        if first.elapsed() >= SAME_SIGNAL {
            return tell(signal);
        }
    }
}
