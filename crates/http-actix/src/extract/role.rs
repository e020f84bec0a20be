use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use belgie_domain::{Role, User};
use futures_util::future::LocalBoxFuture;

use super::CurrentUser;
use crate::error::{ApiError, ErrorCode, Facing};
use crate::web::Web;

/// A role as a type, for [`RequireRole`].
pub trait RequiredRole: 'static {
    /// The role.
    const ROLE: Role;
}

/// The role `admin`.
#[derive(Clone, Copy, Debug)]
pub enum Admin {}

impl RequiredRole for Admin {
    const ROLE: Role = Role::ADMIN;
}

/// The user who is signed in and has this role: 403 `forbidden` for others; nobody as [`CurrentUser`].
pub struct RequireRole<R> {
    user: CurrentUser,
    role: PhantomData<R>,
}

/// The admin who is signed in.
pub type RequireAdmin = RequireRole<Admin>;

impl<R> RequireRole<R> {
    /// Returns the user.
    pub fn into_inner(self) -> CurrentUser {
        self.user
    }
}

impl<R> Deref for RequireRole<R> {
    type Target = User;

    fn deref(&self) -> &User {
        &self.user
    }
}

impl<R> fmt::Debug for RequireRole<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequireRole").field(&self.user).finish()
    }
}

impl<R: RequiredRole> FromRequest for RequireRole<R> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, user) = (request.clone(), CurrentUser::from_request(request, payload));
        Box::pin(async move {
            let user = user.await?;
            if user.role != R::ROLE {
                let facing = Facing::of(&request, Web::of(&request)?);
                return Err(ApiError::new(ErrorCode::Forbidden).facing(&facing));
            }
            Ok(Self {
                user,
                role: PhantomData,
            })
        })
    }
}
