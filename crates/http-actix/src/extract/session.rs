use std::ops::Deref;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use belgie_auth::Authenticated;
use belgie_domain::{Session, User};
use futures_util::future::LocalBoxFuture;

use super::authentication::{authenticate, or_sign_in};
use crate::error::ApiError;

/// The session that the request belongs to. Fails as [`CurrentUser`](crate::CurrentUser) does.
#[derive(Clone, Debug)]
pub struct CurrentSession(Rc<Authenticated>);

impl CurrentSession {
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
        let request = request.clone();
        Box::pin(async move {
            let authenticated = authenticate(&request).await;
            authenticated
                .map(Self)
                .map_err(|error| or_sign_in(error, &request))
        })
    }
}
