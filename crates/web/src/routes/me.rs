//! The routes of the data about oneself.

use super::resource::{BodyKind, Method, Part, Resource, Route, UseCase};
use crate::code::Code;

pub(super) const ME: Resource = Resource::new(
    "/api/me",
    Part::Auth,
    &[
        Route::get(UseCase::Me).signed_in(),
        Route::of(Method::Post, UseCase::EditMeByForm)
            .signed_in()
            .takes(BodyKind::Form)
            .answers(&[303, 422])
            .errors(&[Code::RateLimited, Code::UnsupportedMediaType]),
        Route::of(Method::Patch, UseCase::EditMe)
            .signed_in()
            .takes(BodyKind::Json)
            .errors(&[Code::RateLimited, Code::UnsupportedMediaType]),
        Route::of(Method::Delete, UseCase::DeleteMe)
            .signed_in()
            .answers(&[204])
            .errors(&[
                Code::Forbidden,
                Code::FreshSignInRequired,
                Code::LastAdmin,
                Code::UnsupportedMediaType,
            ]),
    ],
)
.shared();

pub(super) const DELETE: Resource = Resource::new(
    "/api/me/delete",
    Part::Auth,
    &[Route::of(Method::Post, UseCase::DeleteMeByForm)
        .signed_in()
        .takes(BodyKind::Form)
        .answers(&[303, 422])
        .errors(&[
            Code::Forbidden,
            Code::FreshSignInRequired,
            Code::LastAdmin,
            Code::UnsupportedMediaType,
        ])],
)
.shared();

pub(super) const EXPORT: Resource = Resource::new(
    "/api/me/export",
    Part::Auth,
    &[Route::get(UseCase::ExportMe)
        .signed_in()
        .errors(&[Code::RateLimited])],
)
.shared();
