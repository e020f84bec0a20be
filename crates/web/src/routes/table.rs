use super::resource::{BodyKind, Method, Part, Resource, Route, UseCase};
use super::{emails, me, passwords};
use crate::code::Code;

/// The errors any route may return.
pub const COMMON_ERRORS: &[Code] = &[
    Code::Internal,
    Code::InvalidRequest,
    Code::TooLarge,
    Code::Unavailable,
];

/// The errors of routes that require a session. A navigating browser is redirected to sign in (303) instead.
pub const ACCESS_ERRORS: &[Code] = &[
    Code::NotAuthenticated,
    Code::SessionExpired,
    Code::CrossOrigin,
];

/// The prefix of all routes but the pages, `/api/me`, the public keys and the probes. Unknown paths below it are answered here.
pub const SUBTREE: &str = "/auth";

/// An unknown path.
pub static NOT_FOUND: Resource = Resource::new("", Part::Server, &[]);

/// An unknown path below [`SUBTREE`].
pub static NOT_FOUND_IN_SUBTREE: Resource = Resource::new("", Part::Auth, &[]).shared();

/// All routes.
pub static RESOURCES: &[Resource] = &[
    Resource::new("/", Part::Server, &[Route::get(UseCase::Home)]),
    Resource::new("/healthz", Part::Server, &[Route::get(UseCase::Alive)]).at_any_host(),
    Resource::new("/readyz", Part::Server, &[Route::get(UseCase::Ready)]).at_any_host(),
    Resource::new(
        "/signin",
        Part::Pages,
        &[Route::get(UseCase::SignInPage)
            .answers(&[200, 303])
            .errors(&[Code::RedirectNotAllowed])],
    ),
    passwords::SIGN_UP,
    emails::FORGOT_PAGE,
    emails::RESET_PAGE,
    emails::VERIFY_PAGE,
    Resource::new(
        "/dev/mail",
        Part::Development,
        &[Route::get(UseCase::Mailbox)],
    ),
    Resource::new(
        "/dashboard",
        Part::Pages,
        &[Route::get(UseCase::Dashboard).signed_in()],
    ),
    Resource::new(
        "/account",
        Part::Pages,
        &[Route::get(UseCase::AccountPage).signed_in()],
    ),
    me::ME,
    me::DELETE,
    me::EXPORT,
    Resource::new(
        "/auth/assets/{file}",
        Part::Auth,
        &[Route::get(UseCase::Asset).errors(&[Code::NotFound])],
    )
    .shared(),
    Resource::new(
        "/auth/providers",
        Part::Auth,
        &[Route::get(UseCase::Providers)],
    )
    .shared(),
    Resource::new(
        "/auth/provider/{id}/signin",
        Part::Auth,
        &[Route::of(Method::GetOnce, UseCase::BeginSignIn)
            .answers(&[303])
            .errors(&[
                Code::NotAuthenticated,
                Code::ProviderNotFound,
                Code::ProviderUnavailable,
                Code::RateLimited,
                Code::RedirectNotAllowed,
                Code::SessionExpired,
            ])],
    )
    .shared(),
    Resource::new(
        "/auth/provider/{id}/callback",
        Part::Auth,
        &[
            Route::of(Method::GetOnce, UseCase::CompleteSignIn)
                .answers(&[303, 200])
                .errors(&[
                    Code::AccessDenied,
                    Code::AccountDisabled,
                    Code::AccountExists,
                    Code::AccountTaken,
                    Code::CodeRejected,
                    Code::EmailNotVerified,
                    Code::EmailRequired,
                    Code::InvalidIdToken,
                    Code::InvalidState,
                    Code::IssuerMismatch,
                    Code::ProviderError,
                    Code::ProviderNotFound,
                    Code::ProviderUnavailable,
                    Code::RateLimited,
                    Code::RegistrationClosed,
                ]),
            Route::of(Method::Post, UseCase::SignInPosted)
                .takes(BodyKind::Json)
                .errors(&[
                    Code::AccountDisabled,
                    Code::AccountExists,
                    Code::CodeRejected,
                    Code::CrossOrigin,
                    Code::EmailNotVerified,
                    Code::EmailRequired,
                    Code::InvalidIdToken,
                    Code::ProviderNotFound,
                    Code::ProviderUnavailable,
                    Code::RateLimited,
                    Code::RedirectNotAllowed,
                    Code::RegistrationClosed,
                    Code::UnsupportedMediaType,
                ]),
        ],
    )
    .shared(),
    Resource::new(
        "/auth/exchange",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::ExchangeCode)
            .takes(BodyKind::Json)
            .errors(&[
                Code::AccountDisabled,
                Code::CrossOrigin,
                Code::EmailNotVerified,
                Code::EmailRequired,
                Code::RateLimited,
                Code::UnsupportedMediaType,
            ])],
    )
    .shared(),
    passwords::REGISTER,
    passwords::LOG_IN,
    passwords::CHANGE,
    passwords::SET,
    passwords::REAUTHENTICATE,
    emails::FORGOT,
    emails::RESET,
    emails::RESEND,
    emails::VERIFY,
    emails::CHANGE,
    emails::CONFIRM,
    Resource::new(
        "/auth/pending",
        Part::Auth,
        &[
            Route::get(UseCase::PendingSignIn).errors(&[Code::NotFound]),
            Route::of(Method::Delete, UseCase::CancelPending)
                .answers(&[204])
                .errors(&[Code::CrossOrigin, Code::UnsupportedMediaType]),
        ],
    )
    .shared(),
    Resource::new(
        "/auth/pending/cancel",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::CancelPendingByForm)
            .takes(BodyKind::Form)
            .answers(&[303])
            .errors(&[Code::CrossOrigin, Code::UnsupportedMediaType])],
    )
    .shared(),
    Resource::new(
        "/auth/pending/fresh",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::StartFresh)
            .takes(BodyKind::FormOrJson)
            .answers(&[200, 303])
            .errors(&[
                Code::AccountDisabled,
                Code::AccountExists,
                Code::CrossOrigin,
                Code::NotFound,
                Code::RegistrationClosed,
                Code::UnsupportedMediaType,
            ])],
    )
    .shared(),
    Resource::new(
        "/auth/provider/{id}/link",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::BeginLink)
            .signed_in()
            .takes(BodyKind::FormOrJson)
            .answers(&[200, 303])
            .errors(&[
                Code::FreshSignInRequired,
                Code::ProviderNotFound,
                Code::ProviderUnavailable,
                Code::RateLimited,
                Code::RedirectNotAllowed,
                Code::UnsupportedMediaType,
            ])],
    ),
    Resource::new(
        "/auth/accounts",
        Part::Auth,
        &[Route::get(UseCase::Accounts).signed_in()],
    )
    .shared(),
    Resource::new(
        "/auth/accounts/{id}",
        Part::Auth,
        &[Route::of(Method::Delete, UseCase::Unlink)
            .signed_in()
            .answers(&[204])
            .errors(&[
                Code::FreshSignInRequired,
                Code::LastSignInMethod,
                Code::NotFound,
                Code::UnsupportedMediaType,
            ])],
    )
    .shared(),
    Resource::new(
        "/auth/accounts/{id}/token",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::AccountToken)
            .signed_in()
            .takes(BodyKind::Json)
            .errors(&[
                Code::BearerRequired,
                Code::ConsentRequired,
                Code::NotFound,
                Code::ProviderNotFound,
                Code::ProviderUnavailable,
                Code::UnsupportedMediaType,
            ])],
    ),
    Resource::new(
        "/auth/accounts/{id}/unlink",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::UnlinkByForm)
            .signed_in()
            .takes(BodyKind::Form)
            .answers(&[303])
            .errors(&[
                Code::FreshSignInRequired,
                Code::LastSignInMethod,
                Code::NotFound,
                Code::UnsupportedMediaType,
            ])],
    )
    .shared(),
    Resource::new(
        "/auth/session",
        Part::Auth,
        &[Route::get(UseCase::Session).signed_in()],
    )
    .shared(),
    Resource::new(
        "/auth/sessions",
        Part::Auth,
        &[
            Route::get(UseCase::Sessions).signed_in(),
            Route::of(Method::Delete, UseCase::RevokeOthers)
                .signed_in()
                .errors(&[Code::UnsupportedMediaType]),
        ],
    )
    .shared(),
    Resource::new(
        "/auth/sessions/revoke-others",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::RevokeOthersByForm)
            .signed_in()
            .takes(BodyKind::Form)
            .answers(&[303])
            .errors(&[Code::UnsupportedMediaType])],
    )
    .shared(),
    Resource::new(
        "/auth/sessions/{id}",
        Part::Auth,
        &[Route::of(Method::Delete, UseCase::Revoke)
            .signed_in()
            .answers(&[204])
            .errors(&[Code::NotFound, Code::UnsupportedMediaType])],
    )
    .shared(),
    Resource::new(
        "/auth/sessions/{id}/revoke",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::RevokeByForm)
            .signed_in()
            .takes(BodyKind::Form)
            .answers(&[303])
            .errors(&[Code::NotFound, Code::UnsupportedMediaType])],
    )
    .shared(),
    Resource::new(
        "/auth/token",
        Part::Auth,
        &[Route::of(Method::Post, UseCase::IssueAccessToken)
            .signed_in()
            .takes(BodyKind::Json)
            .errors(&[Code::Forbidden, Code::NotFound, Code::UnsupportedMediaType])],
    )
    .shared(),
    Resource::new(
        "/.well-known/jwks.json",
        Part::Auth,
        &[Route::get(UseCase::Jwks).errors(&[Code::NotFound])],
    ),
    Resource::new(
        "/auth/signout",
        Part::Auth,
        &[
            Route::of(Method::Post, UseCase::SignOut)
                .takes(BodyKind::FormOrJson)
                .answers(&[204, 303])
                .errors(&[Code::CrossOrigin, Code::UnsupportedMediaType]),
            Route::of(Method::GetPage, UseCase::SignOutPage).errors(&[Code::MethodNotAllowed]),
        ],
    )
    .shared(),
];

/// Returns the resources of a part.
pub fn of_part(part: Part) -> impl Iterator<Item = &'static Resource> {
    RESOURCES
        .iter()
        .filter(move |resource| resource.part == part)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_path_and_every_use_case_stands_there_once() {
        let paths: BTreeSet<_> = RESOURCES.iter().map(|resource| resource.path).collect();
        let routes = RESOURCES.iter().flat_map(|resource| resource.routes);
        let use_cases: Vec<_> = routes
            .map(|route| format!("{:?}", route.use_case))
            .collect();

        assert_eq!(paths.len(), RESOURCES.len());
        let distinct: BTreeSet<_> = use_cases.iter().collect();
        assert_eq!(distinct.len(), use_cases.len());
    }

    #[test]
    fn what_changes_something_is_never_a_get_that_looks() {
        for route in RESOURCES.iter().flat_map(|resource| resource.routes) {
            let takes_a_body = route.body != BodyKind::None;
            let sends_one = matches!(route.method, Method::Post | Method::Patch);
            assert_eq!(takes_a_body, sends_one, "{route:?}");
        }
    }

    #[test]
    fn hdr_08_the_allowed_methods_are_those_of_the_routes() {
        let sessions = RESOURCES
            .iter()
            .find(|resource| resource.path == "/auth/sessions")
            .unwrap();

        assert_eq!(sessions.allow(), "GET, HEAD, DELETE");
        assert!(sessions.route("HEAD").is_some());
        assert!(sessions.route("POST").is_none());
        assert!(sessions.route("get").is_none());
    }
}
