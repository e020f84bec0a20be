//! Extractors for handlers.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use belgie_web::{Extract, RequiredRole};
use futures_util::future::LocalBoxFuture;

use crate::error::ApiError;
use crate::mounted::web_of;
use crate::request::{RequestHeaders, context, seen};

belgie_web::define_extractors! {
    /// **Not `Option<CurrentUser>`**: actix turns *every* extractor error into `None`, so an unavailable database or a
    /// cross-origin change would look like a signed-out visitor, and the handler would run. Use [`OptionalUser`], or
    /// wrap the application in [`Routes::guard`](crate::Routes::guard), which rejects such requests before any handler.
    /// If a handler does this regardless, an error is logged.
}

macro_rules! from_request {
    ($($name:ident $(<$role:ident>)?,)+) => {$(
        impl $(<$role: RequiredRole>)? FromRequest for $name $(<$role>)? {
            type Error = ApiError;
            type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                Box::pin(extract(request.clone()))
            }
        }
    )+};
}

from_request! {
    CurrentUser,
    OptionalUser,
    CurrentSession,
    Client,
    Fresh,
    RequireRole<R>,
}

async fn extract<T: Extract>(request: HttpRequest) -> Result<T, ApiError> {
    let web = web_of(&request)?;
    let (context, headers) = (context(&request), RequestHeaders(request.headers()));
    let extracted = T::extract(web, &seen(&request, &context, &headers)).await;
    extracted.map_err(|refusal| ApiError::refused(refusal, web, &request))
}
