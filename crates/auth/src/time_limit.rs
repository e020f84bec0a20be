use std::time::Duration;

use belgie_ports::ProviderError;
use tokio::time::timeout;

/// How long one request may wait for the provider in all: a browser gets an answer within 10 seconds, and the rest is
/// for our own part.
const PROVIDER_LIMIT: Duration = Duration::from_millis(9_500);

/// Limits how long a call to a provider takes.
///
/// # Errors
/// [`ProviderError::TimedOut`], or the call's own error.
pub(crate) async fn in_time<T, E: From<ProviderError>>(
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let timed = timeout(PROVIDER_LIMIT, call).await;
    timed.unwrap_or_else(|_| Err(ProviderError::TimedOut.into()))
}
