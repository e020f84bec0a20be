//! The one table of routes: routing, `405` with `Allow`, the tests that crawl them and descriptions of the API come from it.

use crate::code::Code;

/// A path and what can be done there.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resource {
    /// The path below the base path; `{id}` stands for one segment.
    pub path: &'static str,
    /// What it belongs to.
    pub part: Part,
    /// Pages of trusted origins may call it with credentials (CORS).
    pub is_shared: bool,
    /// A request for another host is answered all the same, since probes call the server by any name.
    pub serves_any_host: bool,
    /// What each method does.
    pub routes: &'static [Route],
}

/// What one method does at a path.
#[derive(Debug)]
#[non_exhaustive]
pub struct Route {
    /// The method.
    pub method: Method,
    /// What is done.
    pub use_case: UseCase,
    /// What it takes as body.
    pub body: BodyKind,
    /// Who may do it.
    pub access: Access,
    /// The statuses of success.
    pub answers: &'static [u16],
    /// The errors that are particular to it. [`COMMON_ERRORS`] may come from everywhere, and where somebody must be signed
    /// in, [`ACCESS_ERRORS`] too.
    pub errors: &'static [Code],
}

/// What an application can mount apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The routes below `/auth`, and `/api/me`.
    Auth,
    /// The pages that go with them.
    Pages,
    /// What only a server of its own needs: the start page, and whether it is alive and ready.
    Server,
}

/// The method of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`, and `HEAD` with it.
    Get,
    /// `GET` alone: it does something once, and must not be used up by looking.
    GetOnce,
    /// `GET` by a browser that navigates, which gets a page; not named by `Allow`.
    GetPage,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

/// What a route takes as body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// None; one that comes is not read.
    None,
    /// None that matters: of a form without fields, read to its end.
    Form,
    /// None that matters: of a form without fields, or in JSON; it decides the form of the answer.
    FormOrJson,
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
}

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UseCase {
    /// Shows the start page.
    Home,
    /// Shows the sign-in page.
    SignInPage,
    /// Shows one's own sessions.
    Dashboard,
    /// Says that the process lives.
    Alive,
    /// Says that it can serve.
    Ready,
    /// Shows the current user.
    Me,
    /// Gives a style sheet or icon.
    Asset,
    /// Lists the providers.
    Providers,
    /// Begins a sign-in.
    BeginSignIn,
    /// Completes a sign-in.
    CompleteSignIn,
    /// Shows the current session.
    Session,
    /// Lists one's own sessions.
    Sessions,
    /// Ends all of one's own sessions but the current one.
    RevokeOthers,
    /// The same by a form.
    RevokeOthersByForm,
    /// Ends one of one's own sessions.
    Revoke,
    /// The same by a form.
    RevokeByForm,
    /// Ends the current session.
    SignOut,
    /// Asks a person whether to sign out.
    SignOutPage,
}

/// The errors that any route may answer.
pub const COMMON_ERRORS: &[Code] = &[
    Code::Internal,
    Code::InvalidRequest,
    Code::TooLarge,
    Code::Unavailable,
];

/// The errors of routes that need somebody to be signed in. A browser that navigates is sent to sign in (303) instead.
pub const ACCESS_ERRORS: &[Code] = &[
    Code::NotAuthenticated,
    Code::SessionExpired,
    Code::CrossOrigin,
];

/// Where all that is no page of ours lies, `/api/me` and probes apart: what no route is for is answered there too.
pub const SUBTREE: &str = "/auth";

/// What no route is for.
pub static NOT_FOUND: Resource = Resource::new("", Part::Server, &[]);

/// What no route is for below [`SUBTREE`].
pub static NOT_FOUND_IN_SUBTREE: Resource = Resource::new("", Part::Auth, &[]).shared();

/// Every route there is.
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
    Resource::new(
        "/dashboard",
        Part::Pages,
        &[Route::get(UseCase::Dashboard).signed_in()],
    ),
    Resource::new(
        "/api/me",
        Part::Auth,
        &[Route::get(UseCase::Me).signed_in()],
    )
    .shared(),
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
                Code::ProviderNotFound,
                Code::ProviderUnavailable,
                Code::RedirectNotAllowed,
            ])],
    )
    .shared(),
    Resource::new(
        "/auth/provider/{id}/callback",
        Part::Auth,
        &[Route::of(Method::GetOnce, UseCase::CompleteSignIn)
            .answers(&[303, 200])
            .errors(&[
                Code::AccessDenied,
                Code::AccountDisabled,
                Code::AccountExists,
                Code::CodeRejected,
                Code::EmailNotVerified,
                Code::EmailRequired,
                Code::InvalidIdToken,
                Code::InvalidState,
                Code::IssuerMismatch,
                Code::ProviderError,
                Code::ProviderNotFound,
                Code::ProviderUnavailable,
                Code::RegistrationClosed,
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

impl Resource {
    const fn new(path: &'static str, part: Part, routes: &'static [Route]) -> Self {
        Self {
            path,
            part,
            is_shared: false,
            serves_any_host: false,
            routes,
        }
    }

    const fn shared(mut self) -> Self {
        self.is_shared = true;
        self
    }

    const fn at_any_host(mut self) -> Self {
        self.serves_any_host = true;
        self
    }

    /// Returns the resources of a part.
    pub fn of(part: Part) -> impl Iterator<Item = &'static Self> {
        RESOURCES
            .iter()
            .filter(move |resource| resource.part == part)
    }

    /// Returns what a method does here.
    pub fn route(&self, method: &str) -> Option<&'static Route> {
        let mut routes = self.routes.iter();
        routes.find(|route| route.method.names().contains(&method))
    }

    /// Returns the methods that it takes, as `Allow` names them.
    pub fn allow(&self) -> String {
        let routes = self.routes.iter();
        let for_programs = routes.filter(|route| route.method != Method::GetPage);
        let methods = for_programs.flat_map(|route| route.method.names());
        methods.copied().collect::<Vec<_>>().join(", ")
    }
}

impl Route {
    const fn of(method: Method, use_case: UseCase) -> Self {
        Self {
            method,
            use_case,
            body: BodyKind::None,
            access: Access::Anyone,
            answers: &[200],
            errors: &[],
        }
    }

    const fn get(use_case: UseCase) -> Self {
        Self::of(Method::Get, use_case)
    }

    const fn signed_in(mut self) -> Self {
        self.access = Access::SignedIn;
        self
    }

    const fn takes(mut self, body: BodyKind) -> Self {
        self.body = body;
        self
    }

    const fn answers(mut self, answers: &'static [u16]) -> Self {
        self.answers = answers;
        self
    }

    const fn errors(mut self, errors: &'static [Code]) -> Self {
        self.errors = errors;
        self
    }
}

impl Method {
    /// Returns the methods of HTTP that it stands for.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::GetOnce | Self::GetPage => &["GET"],
            Self::Post => &["POST"],
            Self::Delete => &["DELETE"],
        }
    }
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
            assert_eq!(takes_a_body, route.method == Method::Post, "{route:?}");
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
