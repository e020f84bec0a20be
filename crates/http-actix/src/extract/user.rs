use std::ops::Deref;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use belgie_auth::Authenticated;
use belgie_domain::User;
use futures_util::future::LocalBoxFuture;

use super::authentication::{authenticate, require};
use crate::error::{ApiError, ErrorCode};

/// The user who is signed in.
///
/// Nobody: 401, or for a browser that navigates a redirect to sign in and come back. A request that changes something
/// and carries the cookie must come from this site (403 `cross_origin`). A store that does not answer: 503.
#[derive(Clone, Debug)]
pub struct CurrentUser(Rc<Authenticated>);

/// The user who is signed in, if anybody is. A store that does not answer is still 503: it never looks like nobody.
#[derive(Clone, Debug)]
pub struct OptionalUser(Option<CurrentUser>);

impl CurrentUser {
    /// Returns the user, to keep.
    pub fn into_inner(self) -> User {
        Rc::unwrap_or_clone(self.0).user
    }
}

impl Deref for CurrentUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.0.user
    }
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let required = require(request.clone());
        Box::pin(async { required.await.map(Self) })
    }
}

impl OptionalUser {
    /// Returns the user.
    pub fn into_inner(self) -> Option<CurrentUser> {
        self.0
    }
}

impl Deref for OptionalUser {
    type Target = Option<CurrentUser>;

    fn deref(&self) -> &Option<CurrentUser> {
        &self.0
    }
}

impl FromRequest for OptionalUser {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match authenticate(&request).await {
                Ok(authenticated) => Ok(Self(Some(CurrentUser(authenticated)))),
                Err(error) => match error.code() {
                    ErrorCode::NotAuthenticated | ErrorCode::SessionExpired => Ok(Self(None)),
                    _ => Err(error),
                },
            }
        })
    }
}
