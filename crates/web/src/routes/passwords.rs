//! The routes of passwords.

use super::resource::{Method, Part, Resource, Route, UseCase};
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

pub(super) const REGISTER: Resource = Resource::of_auth(
    "/auth/register",
    &[
        Route::posted(UseCase::Register, &[201, 202, 303, 422]).errors(&[
            Code::CrossOrigin,
            Code::EmailTaken,
            Code::NotFound,
            Code::RateLimited,
            Code::RedirectNotAllowed,
            Code::RegistrationClosed,
            Code::UnsupportedMediaType,
        ]),
    ],
);

pub(super) const LOG_IN: Resource = Resource::of_auth(
    "/auth/login",
    &[Route::posted(UseCase::LogIn, &[200, 303, 422]).errors(&[
        Code::AccountDisabled,
        Code::CrossOrigin,
        Code::InvalidCredentials,
        Code::NotFound,
        Code::RateLimited,
        Code::RedirectNotAllowed,
        Code::UnsupportedMediaType,
    ])],
);

pub(super) const CHANGE: Resource = Resource::of_auth(
    "/auth/password/change",
    &[Route::posted(UseCase::ChangePassword, &[204, 303, 422])
        .signed_in()
        .errors(&[
            Code::AccountDisabled,
            Code::Forbidden,
            Code::InvalidCredentials,
            Code::NotFound,
            Code::RateLimited,
            Code::UnsupportedMediaType,
        ])],
);

pub(super) const SET: Resource = Resource::of_auth(
    "/auth/password/set",
    &[Route::posted(UseCase::SetPassword, &[204, 303, 422])
        .signed_in()
        .errors(&[
            Code::AccountDisabled,
            Code::EmailRequired,
            Code::Forbidden,
            Code::FreshSignInRequired,
            Code::NotFound,
            Code::RateLimited,
            Code::UnsupportedMediaType,
        ])],
);

pub(super) const REAUTHENTICATE: Resource = Resource::of_auth(
    "/auth/reauthenticate",
    &[
        Route::posted(UseCase::ReauthenticateByPassword, &[204, 303, 422])
            .signed_in()
            .errors(&[
                Code::AccountDisabled,
                Code::Forbidden,
                Code::InvalidCredentials,
                Code::NotFound,
                Code::RateLimited,
                Code::RedirectNotAllowed,
                Code::UnsupportedMediaType,
            ]),
        Route::of(Method::GetPage, UseCase::ReauthenticationPage)
            .signed_in()
            .answers(&[200, 303])
            .errors(&[Code::MethodNotAllowed, Code::RedirectNotAllowed]),
    ],
);
