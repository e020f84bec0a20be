//! Extractors for handlers.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use belgie_web::{Extract, RequiredRole};

use crate::error::ApiError;
use crate::request::{RequestHeaders, context, seen};
use crate::routes::Routes;

belgie_web::define_extractors! {
    /// `Option<CurrentUser>` is `None` only for signed-out visitors, just like [`OptionalUser`].
}

macro_rules! from_request_parts {
    ($($name:ident $(<$role:ident>)?,)+) => {$(
        impl<S, $($role: RequiredRole)?> FromRequestParts<S> for $name $(<$role>)?
        where
            Routes: FromRef<S>,
            S: Send + Sync,
        {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                extract(parts, &Routes::from_ref(state)).await
            }
        }
    )+};
}

from_request_parts! {
    CurrentUser,
    OptionalUser,
    CurrentSession,
    Client,
    Fresh,
    RequireRole<R>,
}

impl<S> OptionalFromRequestParts<S> for CurrentUser
where
    Routes: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        let found: OptionalUser = extract(parts, &Routes::from_ref(state)).await?;
        Ok(found.0)
    }
}

async fn extract<T: Extract>(parts: &mut Parts, routes: &Routes) -> Result<T, ApiError> {
    let (context, parts) = (context(parts), &*parts);
    let headers = RequestHeaders(&parts.headers);
    let extracted = T::extract(routes.web(), &seen(parts, &context, &headers)).await;
    extracted.map_err(|refusal| ApiError::new(refusal, routes.web(), parts, &context))
}
