//! Sends responses, correctly or with the faults that are active.

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

/// Sends the correct response, unless a fault is active for this endpoint. Delays add up; of the other faults, the
/// latest applies. The correct response is created only if it, or a part of it, is sent.
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
        Answer::Redirect { to } => redirect(StatusCode::FOUND, to),
        Answer::RedirectBy { status, to } => redirect(status_of(status), to),
        Answer::HangUp => hang_up(),
        Answer::Drip { every } => drip(right(), every),
        Answer::CutOff => cut_off(right()),
        Answer::Truncated => truncated(right()).into(),
        Answer::HugeBody { bytes } => huge(right(), bytes),
        Answer::GzipBomb { bytes } => bomb(right(), bytes),
        Answer::Status(status) => text(status_of(status), "a deliberate fault\n").into(),
        Answer::Garbage => Reply::new(StatusCode::OK, "application/json", garbage()).into(),
        Answer::Reply {
            status,
            content_type,
            body,
        } => Reply::new(status_of(status), &content_type, body).into(),
        Answer::Slow { .. } | Answer::Silent => right().into(),
    }
}

fn redirect(status: StatusCode, to: String) -> HttpResponse {
    text(status, "").header("location", to).into()
}

fn huge(reply: Reply, blanks: u64) -> HttpResponse {
    let (mut head, body) = reply.split();
    head.streaming(stream::after_blanks(blanks, body))
}

fn bomb(mut reply: Reply, blanks: u32) -> HttpResponse {
    reply.body = gzip_bomb::after_blanks(blanks, &reply.body);
    reply.header("content-encoding", "gzip").into()
}

fn hang_up() -> HttpResponse {
    HttpResponse::Ok().streaming(stream::broken())
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

/// Returns random bytes that are not valid UTF-8.
fn garbage() -> Vec<u8> {
    let mut bytes = random::bytes::<512>().to_vec();
    bytes[0] = 0xff;
    bytes
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
