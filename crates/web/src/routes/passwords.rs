//! The routes of passwords.

use super::resource::{BodyKind, Method, Part, Resource, Route, UseCase};
use crate::code::Code;

pub(super) const SIGN_UP: Resource = Resource::new(
    "/signup",
    Part::Pages,
    &[Route::get(UseCase::SignUpPage)
        .answers(&[200, 303])
        .errors(&[
            Code::NotFound,
            Code::RedirectNotAllowed,
            Code::RegistrationClosed,
        ])],
);

pub(super) const REGISTER: Resource = Resource::new(
    "/auth/register",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::Register)
        .takes(BodyKind::FormOrJson)
        .answers(&[201, 202, 303, 422])
        .errors(&[
            Code::CrossOrigin,
            Code::EmailTaken,
            Code::NotFound,
            Code::RateLimited,
            Code::RedirectNotAllowed,
            Code::RegistrationClosed,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const LOG_IN: Resource = Resource::new(
    "/auth/login",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::LogIn)
        .takes(BodyKind::FormOrJson)
        .answers(&[200, 303, 422])
        .errors(&[
            Code::AccountDisabled,
            Code::CrossOrigin,
            Code::InvalidCredentials,
            Code::NotFound,
            Code::RateLimited,
            Code::RedirectNotAllowed,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const CHANGE: Resource = Resource::new(
    "/auth/password/change",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ChangePassword)
        .signed_in()
        .takes(BodyKind::FormOrJson)
        .answers(&[204, 303, 422])
        .errors(&[
            Code::AccountDisabled,
            Code::Forbidden,
            Code::InvalidCredentials,
            Code::NotFound,
            Code::RateLimited,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const SET: Resource = Resource::new(
    "/auth/password/set",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::SetPassword)
        .signed_in()
        .takes(BodyKind::FormOrJson)
        .answers(&[204, 303, 422])
        .errors(&[
            Code::AccountDisabled,
            Code::EmailRequired,
            Code::Forbidden,
            Code::FreshSignInRequired,
            Code::NotFound,
            Code::RateLimited,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const REAUTHENTICATE: Resource = Resource::new(
    "/auth/reauthenticate",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ReauthenticateByPassword)
        .signed_in()
        .takes(BodyKind::Json)
        .answers(&[204])
        .errors(&[
            Code::AccountDisabled,
            Code::Forbidden,
            Code::InvalidCredentials,
            Code::NotFound,
            Code::RateLimited,
            Code::UnsupportedMediaType,
        ])],
)
.shared();
