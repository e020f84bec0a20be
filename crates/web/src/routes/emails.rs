//! The routes of e-mail addresses, and of links that are mailed.

use super::resource::{BodyKind, Method, Part, Resource, Route, UseCase};
use crate::code::Code;

const MAILING: &[Code] = &[
    Code::CrossOrigin,
    Code::NotFound,
    Code::RedirectNotAllowed,
    Code::UnsupportedMediaType,
];

const CHOOSING_A_PASSWORD: &[Code] = &[
    Code::CrossOrigin,
    Code::NotFound,
    Code::RateLimited,
    Code::RedirectNotAllowed,
    Code::UnsupportedMediaType,
];

pub(super) const FORGOT_PAGE: Resource = page("/forgot", &[of_page(UseCase::ForgotPage)]);
pub(super) const RESET_PAGE: Resource = page("/reset", &[of_page(UseCase::ResetPage)]);
pub(super) const VERIFY_PAGE: Resource = page("/verify", &[of_page(UseCase::VerifyPage)]);

pub(super) const FORGOT: Resource = Resource::of_auth(
    "/auth/password/forgot",
    &[Route::posted(UseCase::ForgotPassword, &[202, 422]).errors(MAILING)],
);

pub(super) const RESET: Resource = Resource::of_auth(
    "/auth/password/reset",
    &[Route::posted(UseCase::ResetPassword, &[204, 303, 422]).errors(CHOOSING_A_PASSWORD)],
);

pub(super) const RESEND: Resource = Resource::of_auth(
    "/auth/email/resend",
    &[Route::posted(UseCase::ResendVerification, &[202, 422]).errors(MAILING)],
);

pub(super) const VERIFY: Resource = Resource::of_auth(
    "/auth/email/verify",
    &[
        Route::posted(UseCase::VerifyEmail, &[204, 303, 422]).errors(&[
            Code::AccountDisabled,
            Code::AccountExists,
            Code::CrossOrigin,
            Code::NotAuthenticated,
            Code::NotFound,
            Code::RateLimited,
            Code::RedirectNotAllowed,
            Code::RegistrationClosed,
            Code::UnsupportedMediaType,
        ]),
    ],
);

pub(super) const CHANGE: Resource = Resource::of_auth(
    "/auth/email/change",
    &[Route::of(Method::Post, UseCase::ChangeEmail)
        .signed_in()
        .takes(BodyKind::FormOrJson)
        .answers(&[202, 303, 422])
        .errors(&[
            Code::AccountDisabled,
            Code::Forbidden,
            Code::FreshSignInRequired,
            Code::NotFound,
            Code::UnsupportedMediaType,
        ])],
);

pub(super) const CONFIRM: Resource = Resource::of_auth(
    "/auth/email/confirm",
    &[Route::posted(UseCase::ConfirmEmail, &[204, 303]).errors(&[
        Code::CrossOrigin,
        Code::EmailTaken,
        Code::NotFound,
        Code::RedirectNotAllowed,
        Code::UnsupportedMediaType,
    ])],
);

const fn page(path: &'static str, routes: &'static [Route]) -> Resource {
    Resource::new(path, Part::Pages, routes)
}

const fn of_page(use_case: UseCase) -> Route {
    Route::get(use_case).errors(&[Code::NotFound, Code::RedirectNotAllowed])
}
