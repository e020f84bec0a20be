//! How answers travel, and how they fail to.

mod gzip_bomb;
mod stream;

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::fault::Answer;
use crate::provider::Provider;
use crate::random;
use crate::reply::Reply;
use crate::request_log::Endpoint;

/// Sends the right answer, unless a fault of this endpoint says otherwise. Delays add up; of the
/// other faults the latest counts. The right answer is only made when it, or a part, is sent.
pub(crate) async fn deliver(
    provider: &Provider,
    endpoint: Endpoint,
    right: impl FnOnce() -> Reply,
) -> HttpResponse {
    let mut instead = None;
    for answer in provider.faults.answers(endpoint) {
        match answer {
            Answer::Slow { delay } => actix_web::rt::time::sleep(delay).await,
            other => instead = Some(other),
        }
    }
    match instead {
        Some(Answer::Silent) => std::future::pending().await,
        Some(answer) => wrong(answer, right),
        None => right().into(),
    }
}

fn wrong(answer: Answer, right: impl FnOnce() -> Reply) -> HttpResponse {
    match answer {
        Answer::Redirect { to } => text(StatusCode::FOUND, "").header("location", to).into(),
        Answer::Drip { every } => drip(right(), every),
        Answer::CutOff => cut_off(right()),
        Answer::Truncated => truncated(right()).into(),
        Answer::HugeBody { bytes } => json_head().streaming(stream::blanks(bytes)),
        Answer::GzipBomb { bytes } => json_head()
            .insert_header(("content-encoding", "gzip"))
            .body(gzip_bomb::of_blanks(bytes)),
        Answer::Status(status) => text(status_of(status), "a deliberate fault\n").into(),
        Answer::Garbage => json_head().body(garbage()),
        Answer::Reply {
            status,
            content_type,
            body,
        } => Reply::new(status_of(status), &content_type, body).into(),
        Answer::Slow { .. } | Answer::Silent => right().into(),
    }
}

fn drip(reply: Reply, every: Duration) -> HttpResponse {
    let (mut head, body) = reply.split();
    head.streaming(stream::drip(body, every))
}

fn cut_off(reply: Reply) -> HttpResponse {
    let (mut head, body) = reply.split();
    head.no_chunking(body.len() as u64)
        .streaming(stream::cut_off(body))
}

fn truncated(mut reply: Reply) -> Reply {
    reply.body.truncate(reply.body.len() / 2);
    reply
}

fn text(status: StatusCode, body: &str) -> Reply {
    Reply::new(status, "text/plain; charset=utf-8", body)
}

fn json_head() -> actix_web::HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type("application/json");
    head
}

/// Returns bytes of which the first is no text in UTF-8.
fn garbage() -> Vec<u8> {
    let mut bytes = random::bytes::<512>().to_vec();
    bytes[0] = 0xff;
    bytes
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
