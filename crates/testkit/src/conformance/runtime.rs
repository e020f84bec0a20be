use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// The maximum duration of one case.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs a case on a current-thread runtime, like those of actix workers.
///
/// # Panics
/// When the case panics, or takes longer than a minute.
pub fn on_one_thread(case: impl Future<Output = ()>) {
    run(Builder::new_current_thread().enable_all().build(), case);
}

/// Runs a case on a multi-thread runtime, as with `#[tokio::main]`.
///
/// # Panics
/// When the case panics, or takes longer than a minute.
pub fn on_many_threads(case: impl Future<Output = ()>) {
    let mut builder = Builder::new_multi_thread();
    run(builder.worker_threads(2).enable_all().build(), case);
}

fn run(runtime: std::io::Result<Runtime>, case: impl Future<Output = ()>) {
    let runtime = runtime.expect("the system gives a runtime");
    let ended = runtime.block_on(async { tokio::time::timeout(LIMIT, case).await });
    ended.expect("the case ends within a minute");
}
