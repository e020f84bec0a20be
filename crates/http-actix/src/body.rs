//! The bodies of requests. No route of ours needs one, and nobody may hold a connection by sending one slowly.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::rt;
use actix_web::rt::time::{sleep, timeout};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _};

use crate::error::{ApiError, ErrorCode};

/// Largest body, in bytes.
pub(crate) const MAX_BODY: usize = 64 * 1024;
/// How long a body may take to come.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// How long what was not read stays in hand: until the answer is on its way.
const PARTING: Duration = Duration::from_secs(1);

/// Reads a body to its end and forgets it. To be called when all else has been judged.
///
/// # Errors
/// `invalid_request` (408) when it does not come in time, `too_large`, or `invalid_request` when it breaks off.
pub(crate) async fn drain(body: actix_web::web::Payload) -> Result<(), ApiError> {
    let read = timeout(MAX_WAIT, drain_limited(body)).await;
    read.unwrap_or_else(|_| {
        Err(
            ApiError::invalid("The body did not come within ten seconds.")
                .with_status(StatusCode::REQUEST_TIMEOUT),
        )
    })
}

async fn drain_limited(mut body: actix_web::web::Payload) -> Result<(), ApiError> {
    let mut size = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| ApiError::invalid("The body broke off."))?;
        size += chunk.len();
        if size > MAX_BODY {
            return Err(ApiError::new(ErrorCode::TooLarge));
        }
    }
    Ok(())
}

/// Our hold on a body while a handler has it.
///
/// A chunked body that is dropped before its end is read on by actix without limit, and the connection stays open for as
/// long as its client likes; one that is still there when the answer is sent closes the connection.
pub(crate) struct HeldBody(Rc<RefCell<Source>>);

struct Source {
    payload: Payload,
    ended: bool,
}

/// What the handler has of it.
struct Lent(Rc<RefCell<Source>>);

impl HeldBody {
    /// Takes hold of a request's body, if it has one.
    pub(crate) fn of(request: &mut ServiceRequest) -> Option<Self> {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return None;
        }
        let source = Rc::new(RefCell::new(Source {
            payload,
            ended: false,
        }));
        let lent = Box::pin(Lent(Rc::clone(&source)));
        request.set_payload(Payload::Stream { payload: lent });
        Some(Self(source))
    }

    /// Keeps what was not read until the answer is on its way.
    pub(crate) fn part(self) {
        if !self.0.borrow().ended {
            rt::spawn(async move {
                sleep(PARTING).await;
                drop(self);
            });
        }
    }
}

impl Stream for Lent {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut source = self.0.borrow_mut();
        let polled = Pin::new(&mut source.payload).poll_next(context);
        source.ended |= matches!(polled, Poll::Ready(None));
        polled
    }
}
