//! Request bodies: limited in size and time, so that no client can hold a connection by sending one slowly.

use std::time::Duration;

use tokio::time::timeout;

use crate::code::Code;
use crate::error::Problem;
use crate::text::detail;

/// Largest body, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;
/// How long a body may take to arrive.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The body of a request, as the framework provides it.
pub trait RequestBody {
    /// A chunk of bytes.
    type Chunk: AsRef<[u8]>;

    /// Returns the next chunk; `None` at the end, an error when the connection breaks.
    fn chunk(&mut self) -> impl Future<Output = Option<Result<Self::Chunk, BodyError>>>;
}

/// The connection broke before the body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off")]
pub struct BodyError;

/// Reads and discards a body. To be called after all other checks.
///
/// # Errors
/// As [`read`].
pub(crate) async fn drain(body: &mut impl RequestBody) -> Result<(), Problem> {
    read(body).await.map(drop)
}

/// Reads a body of at most [`MAX_BODY`] bytes. To be called after all checks that need no body.
///
/// # Errors
/// `invalid_request` (408) when it does not arrive in time, `too_large`, or `invalid_request` when it breaks off.
pub(crate) async fn read(body: &mut impl RequestBody) -> Result<Vec<u8>, Problem> {
    let read = timeout(MAX_WAIT, read_limited(body)).await;
    read.unwrap_or_else(|_| Err(Problem::invalid(detail::BODY_TOO_SLOW).with_status(408)))
}

async fn read_limited(body: &mut impl RequestBody) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await {
        let chunk = chunk.map_err(|_| Problem::invalid(detail::BODY_BROKE_OFF))?;
        bytes.extend_from_slice(chunk.as_ref());
        if bytes.len() > MAX_BODY {
            return Err(Problem::new(Code::TooLarge));
        }
    }
    Ok(bytes)
}
