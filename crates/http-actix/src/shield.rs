//! What surrounds every route of ours: names the request, keeps limits, turns errors and panics into answers, adds
//! headers, logs.

use std::future::{Ready, ready};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, ORIGIN};
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError as _};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use tracing::{Instrument as _, Span};

use crate::access_log::AccessEntry;
use crate::body::{HeldBody, MAX_BODY};
use crate::cors;
use crate::error::{ApiError, ErrorCode, Facing};
use crate::visit::Visit;
use crate::web::Web;

/// Largest request line and header section, in bytes.
const MAX_HEADERS: usize = 16 * 1024;

/// The middleware. It works around scopes and single resources alike, and stands in no order to others.
#[derive(Clone, Debug)]
pub(crate) struct Shield {
    web: Data<Web>,
    around_cors: bool,
}

/// The middleware around one service.
#[derive(Debug)]
pub(crate) struct Shielded<S> {
    service: Rc<S>,
    web: Data<Web>,
    around_cors: bool,
}

impl Shield {
    pub(crate) fn new(web: &Data<Web>) -> Self {
        Self {
            web: Data::clone(web),
            around_cors: false,
        }
    }

    /// For routes that front ends of trusted origins call: they may read refusals too, which do not come as far as CORS.
    pub(crate) fn around_cors(web: &Data<Web>) -> Self {
        Self {
            around_cors: true,
            ..Self::new(web)
        }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Shield
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type InitError = ();
    type Transform = Shielded<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Shielded {
            service: Rc::new(service),
            web: Data::clone(&self.web),
            around_cors: self.around_cors,
        }))
    }
}

impl<S, B> Service<ServiceRequest> for Shielded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let visit = Visit::of(request.request(), &self.web);
        let facing = Facing::of(request.request(), &self.web);
        let span = span(&request, visit);
        let entry = AccessEntry::begin(&request);
        let body = HeldBody::of(&mut request);
        let (service, web) = (Rc::clone(&self.service), Data::clone(&self.web));
        let around_cors = self.around_cors;
        let withholds_cors = around_cors && !request.headers().contains_key(ORIGIN);
        let answered = async move {
            if let Err(error) = admit(&request, &web) {
                let mut response = error.facing(&facing).error_response();
                if around_cors {
                    cors::allow_reading(&mut response, request.headers(), &web);
                }
                return Ok(request.into_response(response).map_into_right_body());
            }
            let answered = AssertUnwindSafe(async { service.call(request).await })
                .catch_unwind()
                .await;
            let mut settled = settle(answered, &facing);
            if let (true, Ok(response)) = (withholds_cors, &mut settled) {
                cors::withhold(response.headers_mut());
            }
            settled
        };
        Box::pin(
            async move {
                let answered = answered.await;
                if let Some(body) = body {
                    body.part();
                }
                if let Some(entry) = entry {
                    entry.end(&answered);
                }
                answered
            }
            .instrument(span),
        )
    }
}

/// Says which request the log lines within belong to: never with its query, which may hold codes and states.
fn span(request: &ServiceRequest, visit: Visit) -> Span {
    tracing::info_span!(
        "request",
        id = %visit.id,
        method = %request.method(),
        path = request.path(),
        client = visit.address.map(tracing::field::display),
    )
}

/// Checks what holds for all requests.
fn admit(request: &ServiceRequest, web: &Web) -> Result<(), ApiError> {
    web.hosts.check(request.request())?;
    let line = request.uri().path_and_query();
    let line = line.map_or(0, |target| target.as_str().len());
    if line + size_of(request.headers()) > MAX_HEADERS {
        return Err(ApiError::new(ErrorCode::TooLarge)
            .with_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
    }
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(ApiError::new(ErrorCode::TooLarge));
    }
    Ok(())
}

/// The size of a header section as HTTP/1.1 writes it.
fn size_of(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum()
}

type Answered<B> = Result<ServiceResponse<B>, Error>;

/// Makes every failure an answer in our own words, with our headers.
fn settle<B: MessageBody + 'static>(
    answered: std::thread::Result<Answered<B>>,
    facing: &Facing,
) -> Answered<EitherBody<B>> {
    match answered {
        Ok(Ok(response)) => Ok(in_our_words(response, facing)),
        Ok(Err(error)) => Err(translate(&error).facing(facing).into()),
        Err(_) => {
            tracing::error!("a handler panicked");
            Err(ApiError::internal().facing(facing).into())
        }
    }
}

fn in_our_words<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    facing: &Facing,
) -> ServiceResponse<EitherBody<B>> {
    let Some(error) = foreign_or_unfaced(response.response()) else {
        let mut response = response.map_into_left_body();
        facing.complete(response.response_mut());
        return response;
    };
    let mut told = error.facing(facing).error_response();
    let (request, said) = response.into_parts();
    for (name, value) in said.headers() {
        // What others added around the error stays, above all the CORS headers.
        let ours =
            told.headers().contains_key(name) || [CONTENT_TYPE, CONTENT_LENGTH].contains(name);
        if !ours {
            told.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, told).map_into_right_body()
}

/// The error to tell, when the answer is one that is not yet in the form that this client should get.
fn foreign_or_unfaced<B>(response: &HttpResponse<B>) -> Option<ApiError> {
    if let Some(error) = response.error() {
        return Some(translate(error));
    }
    let status = response.status();
    let content_type = response.headers().get(CONTENT_TYPE);
    let bare = content_type.is_none_or(|value| value.as_bytes().starts_with(b"text/plain"));
    let failed = status.is_client_error() || status.is_server_error();
    (failed && bare).then(|| ApiError::of_status(status))
}

fn translate(error: &Error) -> ApiError {
    let ours = error.as_error::<ApiError>().cloned();
    ours.unwrap_or_else(|| ApiError::of_status(error.as_response_error().status_code()))
}
