use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::CurrentSession;
use crate::error::{ApiError, ErrorCode, Facing};
use crate::web::Web;

/// The session, when its person proved recently who they are: for changes that matter. Otherwise 403
/// `fresh_sign_in_required`; nobody as [`CurrentUser`](crate::CurrentUser).
#[derive(Clone, Debug)]
pub struct Fresh(CurrentSession);

impl Deref for Fresh {
    type Target = CurrentSession;

    fn deref(&self) -> &CurrentSession {
        &self.0
    }
}

impl FromRequest for Fresh {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, session) = (
            request.clone(),
            CurrentSession::from_request(request, payload),
        );
        Box::pin(async move {
            let (session, web) = (session.await?, Web::of(&request)?);
            if !session.is_fresh(web.auth.session_policy(), web.auth.now()) {
                let facing = Facing::of(&request, web);
                return Err(ApiError::new(ErrorCode::FreshSignInRequired).facing(&facing));
            }
            Ok(Self(session))
        })
    }
}
