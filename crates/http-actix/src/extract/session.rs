use std::ops::Deref;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use belgie_auth::Authenticated;
use belgie_domain::{Session, User};
use futures_util::future::LocalBoxFuture;

use super::authentication::require;
use crate::error::ApiError;

/// The session that the request belongs to. Fails as [`CurrentUser`](crate::CurrentUser) does.
#[derive(Clone, Debug)]
pub struct CurrentSession(Rc<Authenticated>);

impl CurrentSession {
    /// Returns the session, to keep.
    pub fn into_inner(self) -> Session {
        Rc::unwrap_or_clone(self.0).session
    }

    /// Returns whose session it is.
    pub fn user(&self) -> &User {
        &self.0.user
    }
}

impl Deref for CurrentSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0.session
    }
}

impl FromRequest for CurrentSession {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let required = require(request.clone());
        Box::pin(async { required.await.map(Self) })
    }
}
