//! Streamed bodies.

use std::io;
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::web::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _};

/// Sends one byte at a time.
pub(super) fn drip(body: Vec<u8>, every: Duration) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Bytes::from(body), move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(every).await;
        Some((Ok(rest.split_to(1)), rest))
    })
}

/// Breaks the connection before any of the body is sent.
pub(super) fn broken() -> impl Stream<Item = io::Result<Bytes>> {
    stream::once(async { Err(deliberate()) })
}

/// Sends one half, then breaks the connection.
pub(super) fn cut_off(body: Vec<u8>) -> impl Stream<Item = io::Result<Bytes>> {
    let middle = body.len() / 2;
    let half = Bytes::from(body).split_to(middle);
    let end = stream::once(async {
        // Give the first half time to be sent; otherwise the client might see no response at all.
        sleep(Duration::from_millis(20)).await;
        Err(deliberate())
    });
    stream::iter([Ok(half)]).chain(end)
}

fn deliberate() -> io::Error {
    io::Error::other("a deliberate fault")
}

/// Sends this many blanks, and then the body.
pub(super) fn after_blanks(blanks: u64, body: Vec<u8>) -> impl Stream<Item = io::Result<Bytes>> {
    static CHUNK: [u8; 65_536] = [b' '; 65_536];
    let blanks = stream::unfold(blanks, |left| async move {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK.len());
        let chunk = Bytes::from_static(&CHUNK[..length]);
        (length > 0).then(|| (Ok(chunk), left - length as u64))
    });
    blanks.chain(stream::iter([Ok(Bytes::from(body))]))
}
