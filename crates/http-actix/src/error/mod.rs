//! Errors as the outside sees them: problem+json for programs, a page for people.

mod code;
mod from;
mod words;

use std::borrow::Cow;
use std::fmt;

use actix_web::http::header::{ALLOW, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use belgie_auth::ProviderSummary;
use serde::Serialize;
use uuid::Uuid;

use crate::negotiate::wants_page;
use crate::page;
use crate::visit::Visit;
use crate::web::Web;

pub use code::ErrorCode;
pub(crate) use words::Way;
use words::{Names, for_programs, words};

/// An error as the client gets it. Its cause stays in the log.
#[derive(Clone, Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: ErrorCode,
    status: StatusCode,
    detail: Option<Cow<'static, str>>,
    allow: Option<&'static str>,
    location: Option<String>,
    provider: Option<ProviderSummary>,
    /// Where the browser wanted to land after signing in.
    return_to: Option<String>,
    /// A word of the application's own, in place of the code's.
    word: Option<String>,
    facing: Option<Facing>,
}

/// Whom an error is told.
#[derive(Clone)]
pub(crate) struct Facing {
    page: bool,
    /// Asking again for the same address is safe and may help.
    repeatable: bool,
    /// The answer must not leak the address that was asked for.
    secret_address: bool,
    request_id: Uuid,
    web: Data<Web>,
}

/// The body of `application/problem+json` (RFC 9457 §3.1).
#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
}

/// Seconds after which trying again may help.
const RETRY_SECONDS: &str = "5";

impl ApiError {
    /// Makes the error of this code.
    pub fn new(code: ErrorCode) -> Self {
        Self(Box::new(Parts {
            code,
            status: words(code).status,
            detail: None,
            allow: None,
            location: None,
            provider: None,
            return_to: None,
            word: None,
            facing: None,
        }))
    }

    /// Returns the stable word.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    pub(crate) fn internal() -> Self {
        Self::new(ErrorCode::Internal)
    }

    pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest).with_detail(detail)
    }

    /// An answer that sends the browser elsewhere instead of telling it an error.
    pub(crate) fn see_other(location: String) -> Self {
        let mut error = Self::new(ErrorCode::NotAuthenticated).with_status(StatusCode::SEE_OTHER);
        error.0.location = Some(location);
        error
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Says where the browser wanted to land after signing in.
    pub(crate) fn returning_to(mut self, location: String) -> Self {
        self.0.return_to = Some(location);
        self
    }

    /// Replaces the stable word by one of the application's own.
    pub(crate) fn with_word(mut self, word: &str) -> Self {
        self.0.word = Some(word.to_owned());
        self
    }

    pub(crate) fn with_allow(mut self, methods: &'static str) -> Self {
        self.0.allow = Some(methods);
        self
    }

    /// Says at which provider it went wrong, where it is one of ours.
    pub(crate) fn at_provider(mut self, id: &str, web: &Web) -> Self {
        let mut providers = web.auth.providers().into_iter();
        self.0.provider = providers.find(|provider| provider.id.as_str() == id);
        self
    }

    /// Says whom the error is told, unless that is known already.
    pub(crate) fn facing(mut self, facing: &Facing) -> Self {
        self.0.facing.get_or_insert_with(|| facing.clone());
        self
    }

    fn asks_to_sign_in(&self) -> bool {
        [ErrorCode::NotAuthenticated, ErrorCode::SessionExpired].contains(&self.0.code)
    }

    fn detail(&self) -> Cow<'_, str> {
        if let Some(detail) = &self.0.detail {
            return Cow::Borrowed(detail);
        }
        let code = self.0.code;
        let text = for_programs(code).unwrap_or_else(|| words(code).text);
        match &self.0.facing {
            Some(facing) if code == ErrorCode::Internal => Cow::Owned(format!(
                "{text} Reference for support: {}.",
                facing.request_id
            )),
            _ => self.names().fill(text),
        }
    }

    fn names(&self) -> Names<'_> {
        let provider = self.0.provider.as_ref();
        let facing = self.0.facing.as_ref();
        Names {
            provider: provider.map(|provider| provider.name.as_str()),
            site: facing.map(|facing| facing.web.config.app_name.as_str()),
        }
    }

    /// What a person reads: details are for programs, except for where the site really is.
    fn text(&self) -> Cow<'_, str> {
        match &self.0.detail {
            Some(detail) if self.0.status == StatusCode::MISDIRECTED_REQUEST => {
                Cow::Borrowed(detail)
            }
            _ => self.names().fill(words(self.0.code).text),
        }
    }

    fn problem(&self, response: &mut HttpResponseBuilder) -> HttpResponse {
        let status = self.0.status;
        let problem = Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: self.0.word.as_deref().unwrap_or(self.0.code.as_str()),
            detail: &self.detail(),
        };
        response
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .json(problem)
    }

    fn page(&self, response: &mut HttpResponseBuilder, facing: &Facing) -> HttpResponse {
        let words = words(self.0.code);
        let shown = page::ErrorPage {
            heading: &self.names().fill(words.heading),
            text: &self.text(),
            way: match words.way {
                Way::TryAgain if !facing.repeatable => Way::Home,
                way => way,
            },
            provider: self.0.provider.as_ref(),
            return_to: self.0.return_to.as_deref(),
            request_id: facing.request_id,
        };
        match shown.render(&facing.web) {
            Ok(html) => response.content_type(page::HTML).body(html),
            Err(_) => self.problem(response),
        }
    }
}

impl Facing {
    pub(crate) fn of(request: &HttpRequest, web: &Data<Web>) -> Self {
        let secret_address = request.path().ends_with("/callback");
        Self {
            page: wants_page(request.headers()),
            repeatable: request.method() == Method::GET && !secret_address,
            secret_address,
            request_id: Visit::of(request, web).id,
            web: Data::clone(web),
        }
    }

    /// Adds the headers that this answer needs. While the server drains, an answer is the last on its connection, so
    /// that whoever keeps connections open goes elsewhere in time.
    pub(crate) fn complete(&self, response: &mut HttpResponse<impl Sized>) {
        if self.web.is_draining() {
            response
                .head_mut()
                .set_connection_type(ConnectionType::Close);
        }
        let headers = response.headers_mut();
        if self.secret_address {
            use actix_web::http::header::{HeaderValue, REFERRER_POLICY};
            headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        self.web.headers.complete(headers, self.request_id);
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.status);
        response.insert_header(("cache-control", "no-store"));
        if let Some(methods) = self.0.allow {
            response.insert_header((ALLOW, methods));
        }
        match self.0.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                response.insert_header((RETRY_AFTER, RETRY_SECONDS));
            }
            StatusCode::UNAUTHORIZED if self.asks_to_sign_in() => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer"));
            }
            _ => {}
        }
        let mut response = match (&self.0.location, &self.0.facing) {
            (Some(location), _) => response
                .insert_header((LOCATION, location.as_str()))
                .finish(),
            (None, Some(facing)) if facing.page => self.page(&mut response, facing),
            (None, _) => self.problem(&mut response),
        };
        if let Some(facing) = &self.0.facing {
            facing.complete(&mut response);
        }
        response
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.code.fmt(f)
    }
}

impl std::error::Error for ApiError {}

impl fmt::Debug for Facing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facing")
            .field("page", &self.page)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}
