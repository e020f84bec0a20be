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
    /// The errors that are particular to it. [`COMMON_ERRORS`](super::COMMON_ERRORS) may come from everywhere, and where somebody must be signed
    /// in, [`ACCESS_ERRORS`](super::ACCESS_ERRORS) too.
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
#[non_exhaustive]
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
#[non_exhaustive]
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

impl Resource {
    pub(super) const fn new(path: &'static str, part: Part, routes: &'static [Route]) -> Self {
        Self {
            path,
            part,
            is_shared: false,
            serves_any_host: false,
            routes,
        }
    }

    pub(super) const fn shared(mut self) -> Self {
        self.is_shared = true;
        self
    }

    pub(super) const fn at_any_host(mut self) -> Self {
        self.serves_any_host = true;
        self
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
    pub(super) const fn of(method: Method, use_case: UseCase) -> Self {
        Self {
            method,
            use_case,
            body: BodyKind::None,
            access: Access::Anyone,
            answers: &[200],
            errors: &[],
        }
    }

    pub(super) const fn get(use_case: UseCase) -> Self {
        Self::of(Method::Get, use_case)
    }

    pub(super) const fn signed_in(mut self) -> Self {
        self.access = Access::SignedIn;
        self
    }

    pub(super) const fn takes(mut self, body: BodyKind) -> Self {
        self.body = body;
        self
    }

    pub(super) const fn answers(mut self, answers: &'static [u16]) -> Self {
        self.answers = answers;
        self
    }

    pub(super) const fn errors(mut self, errors: &'static [Code]) -> Self {
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
