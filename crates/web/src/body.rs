//! The bodies of requests: bounded in size and in time, so that nobody holds a connection by sending one slowly.

use std::time::Duration;

use tokio::time::timeout;

use crate::code::Code;
use crate::error::Problem;

/// Largest body, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;
/// How long a body may take to come.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The body of a request, wherever a framework keeps it.
pub trait RequestBody {
    /// A piece of it.
    type Chunk: AsRef<[u8]>;

    /// Returns the next piece; `None` at the end, an error when it breaks off.
    fn chunk(&mut self) -> impl Future<Output = Option<Result<Self::Chunk, BodyError>>>;
}

/// The body broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off")]
pub struct BodyError;

/// Reads a body to its end and forgets it. To be called when all else has been judged.
///
/// # Errors
/// `invalid_request` (408) when it does not come in time, `too_large`, or `invalid_request` when it breaks off.
pub(crate) async fn drain(body: &mut impl RequestBody) -> Result<(), Problem> {
    let read = timeout(MAX_WAIT, drain_limited(body)).await;
    read.unwrap_or_else(|_| {
        Err(Problem::invalid("The body did not come within ten seconds.").with_status(408))
    })
}

async fn drain_limited(body: &mut impl RequestBody) -> Result<(), Problem> {
    let mut size = 0;
    while let Some(chunk) = body.chunk().await {
        let chunk = chunk.map_err(|_| Problem::invalid("The body broke off."))?;
        size += chunk.as_ref().len();
        if size > MAX_BODY {
            return Err(Problem::new(Code::TooLarge));
        }
    }
    Ok(())
}
