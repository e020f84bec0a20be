//! The routes of e-mail addresses, and of links that are mailed.

use super::resource::{BodyKind, Method, Part, Resource, Route, UseCase};
use crate::code::Code;

const BY_ANYONE: &[Code] = &[
    Code::CrossOrigin,
    Code::NotFound,
    Code::UnsupportedMediaType,
];

pub(super) const FORGOT: Resource = Resource::new(
    "/auth/password/forgot",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ForgotPassword)
        .takes(BodyKind::Json)
        .answers(&[202])
        .errors(BY_ANYONE)],
)
.shared();

pub(super) const RESET: Resource = Resource::new(
    "/auth/password/reset",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ResetPassword)
        .takes(BodyKind::Json)
        .answers(&[204])
        .errors(&[
            Code::CrossOrigin,
            Code::NotFound,
            Code::RateLimited,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const RESEND: Resource = Resource::new(
    "/auth/email/resend",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ResendVerification)
        .takes(BodyKind::Json)
        .answers(&[202])
        .errors(BY_ANYONE)],
)
.shared();

pub(super) const VERIFY: Resource = Resource::new(
    "/auth/email/verify",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::VerifyEmail)
        .takes(BodyKind::Json)
        .answers(&[204])
        .errors(BY_ANYONE)],
)
.shared();

pub(super) const CHANGE: Resource = Resource::new(
    "/auth/email/change",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ChangeEmail)
        .signed_in()
        .takes(BodyKind::Json)
        .answers(&[202])
        .errors(&[
            Code::AccountDisabled,
            Code::Forbidden,
            Code::FreshSignInRequired,
            Code::NotFound,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const CONFIRM: Resource = Resource::new(
    "/auth/email/confirm",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::ConfirmEmail)
        .takes(BodyKind::Json)
        .answers(&[204])
        .errors(&[
            Code::CrossOrigin,
            Code::EmailTaken,
            Code::NotFound,
            Code::UnsupportedMediaType,
        ])],
)
.shared();
