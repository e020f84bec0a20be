use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::rt;
use actix_web::rt::time::sleep;
use actix_web::web::{self, Bytes};
use belgie_web::{BodyError, RequestBody};
use futures_util::StreamExt as _;

/// The body of a request, kept until its response has been started.
///
/// If a chunked body is dropped early, actix keeps reading it without limit, and the connection stays open for as long
/// as the client likes. If the body still exists when the response is sent, actix closes the connection.
pub(crate) struct HeldBody {
    payload: Payload,
    is_read: bool,
}

/// How long an unread body is kept: until its response has been started.
const PARTING: Duration = Duration::from_secs(1);

impl HeldBody {
    pub(crate) fn new(payload: web::Payload) -> Self {
        let payload = payload.into_inner();
        Self {
            is_read: matches!(payload, Payload::None),
            payload,
        }
    }

    /// Keeps the unread rest until the response has been started.
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
