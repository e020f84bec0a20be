use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::rt;
use actix_web::rt::time::sleep;
use actix_web::web::{self, Bytes};
use belgie_web::{BodyError, RequestBody};
use futures_util::StreamExt as _;

/// The body of a request, held until its answer is on its way.
///
/// A chunked body that is dropped before its end is read on by actix without limit, and the connection stays open for as
/// long as its client likes; one that is still there when the answer is sent closes the connection.
pub(crate) struct HeldBody {
    payload: Payload,
    is_read: bool,
}

/// How long what was not read stays in hand: until the answer is on its way.
const PARTING: Duration = Duration::from_secs(1);

impl HeldBody {
    pub(crate) fn new(payload: web::Payload) -> Self {
        let payload = payload.into_inner();
        Self {
            is_read: matches!(payload, Payload::None),
            payload,
        }
    }

    /// Keeps what was not read until the answer is on its way.
    pub(crate) fn part(self) {
        if !self.is_read {
            rt::spawn(async move {
                sleep(PARTING).await;
                drop(self);
            });
        }
    }
}

impl RequestBody for HeldBody {
    type Chunk = Bytes;

    async fn chunk(&mut self) -> Option<Result<Bytes, BodyError>> {
        let chunk = self.payload.next().await;
        self.is_read |= chunk.is_none();
        Some(chunk?.map_err(|_| BodyError))
    }
}
