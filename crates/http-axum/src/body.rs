use axum::body::{Body, BodyDataStream, Bytes};
use belgie_web::{BodyError, RequestBody};
use futures_util::StreamExt as _;

/// The body of a request.
pub(crate) struct IncomingBody(BodyDataStream);

impl IncomingBody {
    pub(crate) fn new(body: Body) -> Self {
        Self(body.into_data_stream())
    }
}

impl RequestBody for IncomingBody {
    type Chunk = Bytes;

    async fn chunk(&mut self) -> Option<Result<Bytes, BodyError>> {
        let chunk = self.0.next().await?;
        Some(chunk.map_err(|_| BodyError))
    }
}
