use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use anyhow::Context as _;
use belgie_http_actix::Routes;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::settings::Operation;

/// The signals that stop a server: SIGTERM and SIGINT. SIGHUP is ignored, since settings are only read at the start.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Replaces the default handling of the signals, which would end the process at once.
    ///
    /// # Errors
    /// When the operating system refuses, or there is no runtime.
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

    /// Waits for the next signal that stops a server.
    pub async fn next(&mut self) {
        let signal = self.received().await;
        log_stop(signal);
    }

    /// Returns the name of the next signal that stops a server.
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

fn log_stop(signal: &str) {
    tracing::info!(target: "belgie::server", signal, "stopping");
}

/// How soon after the first a signal counts as the same one: `timeout` and terminals send two.
const SAME_SIGNAL: Duration = Duration::from_secs(1);

/// Stops the server: first `/readyz` fails, then no more connections are accepted, then requests in progress are
/// completed. A second signal ends the wait; the caller then has to drop the server, since its handle only returns once
/// everything has ended.
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

/// Waits for the next signal that is not a repetition of the first.
async fn second(signals: &mut Signals) {
    let first = Instant::now();
    loop {
        let signal = signals.received().await;
        if first.elapsed() >= SAME_SIGNAL {
            return log_stop(signal);
        }
    }
}
