use std::future::Future;
use std::time::Duration;

use belgie_ports::ProviderError;

/// Limits how long a provider's method takes to 9 seconds, since a person is waiting in front of a browser.
///
/// # Errors
/// [`ProviderError::TimedOut`], or the call's own error.
pub async fn in_time<T>(
    call: impl Future<Output = Result<T, ProviderError>>,
) -> Result<T, ProviderError> {
    let timed = tokio::time::timeout(LIMIT, call).await;
    timed.unwrap_or(Err(ProviderError::TimedOut))
}

/// The port's limit is 10 seconds.
const LIMIT: Duration = Duration::from_secs(9);
