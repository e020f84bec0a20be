use std::io::Write as _;
use std::panic::PanicHookInfo;

use super::encoded;

/// Logs panics as one line each, without a backtrace. Clients get a 500.
pub fn log_panics() {
    std::panic::set_hook(Box::new(log));
}

fn log(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let message = text
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let location = info.location().map(ToString::to_string).unwrap_or_default();
    if tracing::dispatcher::has_been_set() {
        tracing::error!(target: "belgie::panic", reason = message, location, "the program panicked");
        return;
    }
    let line = format!("belgie: panicked at {location}: {}", encoded(message));
    // Standard error may be closed.
    let _ = writeln!(std::io::stderr(), "{line}");
}
