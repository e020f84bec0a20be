use crate::code::Code;

/// A path and its methods.
#[derive(Debug)]
#[non_exhaustive]
pub struct Resource {
    /// The path below the base path; `{id}` matches one segment.
    pub path: &'static str,
    /// The part it belongs to.
    pub part: Part,
    /// Whether pages of trusted origins may call it with credentials (CORS).
    pub is_shared: bool,
    /// Whether it also answers requests for another host, since probes use arbitrary names.
    pub serves_any_host: bool,
    /// The routes, one per method.
    pub routes: &'static [Route],
}

/// One method of a path.
#[derive(Debug)]
#[non_exhaustive]
pub struct Route {
    /// The method.
    pub method: Method,
    /// What it does.
    pub use_case: UseCase,
    /// The body it accepts.
    pub body: BodyKind,
    /// Who may call it.
    pub access: Access,
    /// The possible statuses besides those of the errors: of success, and 422 for a form that is shown again.
    pub answers: &'static [u16],
    /// The errors specific to it, in addition to [`COMMON_ERRORS`](super::COMMON_ERRORS) and, if it requires a session,
    /// [`ACCESS_ERRORS`](super::ACCESS_ERRORS).
    pub errors: &'static [Code],
}

/// A group of routes that an application mounts separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The routes below `/auth`, `/api/me` and `/.well-known/jwks.json`.
    Auth,
    /// The pages for these routes.
    Pages,
    /// What only a stand-alone server needs: the start page, and the health and readiness checks.
    Server,
    /// What only a development server has: [`WebConfig::mailbox`](crate::WebConfig::mailbox).
    Development,
}

/// The method of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `GET` and `HEAD`.
    Get,
    /// `GET` only: it has a one-time effect that `HEAD` must not trigger.
    GetOnce,
    /// `GET` by a navigating browser, which gets a page; not listed in `Allow`.
    GetPage,
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

/// The body a route accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// None; a body is not read.
    None,
    /// JSON; a route that needs no body reads and discards it.
    Json,
    /// A form without fields; the body is read and discarded.
    Form,
    /// A form or JSON; it determines the format of the response.
    FormOrJson,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Anyone.
    Anyone,
    /// Signed-in users.
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
    /// Shows the page on which one registers.
    SignUpPage,
    /// Shows the page for a forgotten password.
    ForgotPage,
    /// Shows the page on which one chooses a new password by a mailed link.
    ResetPage,
    /// Shows the page that verifies or changes an address by a mailed link.
    VerifyPage,
    /// Shows the account page.
    Dashboard,
    /// Shows the mails of a development server.
    Mailbox,
    /// Reports that the process is running.
    Alive,
    /// Reports that the server can handle requests.
    Ready,
    /// Shows the current user.
    Me,
    /// Edits the current user's name and picture.
    EditMe,
    /// The same for a form.
    EditMeByForm,
    /// Returns what is stored about the current user.
    ExportMe,
    /// Deletes the current user.
    DeleteMe,
    /// The same for a form.
    DeleteMeByForm,
    /// Serves a style sheet or icon.
    Asset,
    /// Lists the providers.
    Providers,
    /// Starts a sign-in.
    BeginSignIn,
    /// Completes a sign-in, or adds an account.
    CompleteSignIn,
    /// Shows what waits for a choice in this browser, because the address is in use already.
    PendingSignIn,
    /// Chooses to start with a new user, to whom the address moves.
    StartFresh,
    /// Drops what waits for a choice.
    CancelPending,
    /// The same for a form.
    CancelPendingByForm,
    /// Signs in with a code or an ID token that the client obtained itself.
    SignInPosted,
    /// Exchanges a one-time code for a session.
    ExchangeCode,
    /// Registers with a password.
    Register,
    /// Signs in with a password.
    LogIn,
    /// Changes the caller's password.
    ChangePassword,
    /// Sets the caller's first password.
    SetPassword,
    /// Mails a link to choose a new password.
    ForgotPassword,
    /// Sets a new password by the token of such a link.
    ResetPassword,
    /// Mails a link to verify an address.
    ResendVerification,
    /// Verifies an address by the token of such a link.
    VerifyEmail,
    /// Mails a link to another address of the caller.
    ChangeEmail,
    /// Changes an address by the token of such a link.
    ConfirmEmail,
    /// Makes the current session fresh by the caller's password.
    ReauthenticateByPassword,
    /// Shows a page on which one authenticates again.
    ReauthenticationPage,
    /// Starts adding an account to the caller.
    BeginLink,
    /// Lists the caller's accounts.
    Accounts,
    /// Returns the provider's access token of one of the caller's accounts.
    AccountToken,
    /// Removes one of the caller's accounts.
    Unlink,
    /// The same for a form.
    UnlinkByForm,
    /// Shows the page of sign-in methods.
    AccountPage,
    /// Shows the current session.
    Session,
    /// Lists the caller's sessions.
    Sessions,
    /// Ends all of the caller's sessions except the current one.
    RevokeOthers,
    /// The same for a form.
    RevokeOthersByForm,
    /// Ends one of the caller's sessions.
    Revoke,
    /// The same for a form.
    RevokeByForm,
    /// Issues an access token for the current session.
    IssueAccessToken,
    /// Publishes the keys that verify access tokens.
    Jwks,
    /// Ends the current session.
    SignOut,
    /// Shows a page that asks whether to sign out.
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

    /// Creates one below `/auth` that pages of trusted origins may call.
    pub(super) const fn of_auth(path: &'static str, routes: &'static [Route]) -> Self {
        Self::new(path, Part::Auth, routes).shared()
    }

    pub(super) const fn shared(mut self) -> Self {
        self.is_shared = true;
        self
    }

    pub(super) const fn at_any_host(mut self) -> Self {
        self.serves_any_host = true;
        self
    }

    /// Returns the route for a method.
    pub fn route(&self, method: &str) -> Option<&'static Route> {
        let mut routes = self.routes.iter();
        routes.find(|route| route.method.names().contains(&method))
    }

    /// Returns the supported methods, as in `Allow`.
    pub fn allow(&self) -> String {
        let routes = self.routes.iter();
        let listed = routes.filter(|route| route.method != Method::GetPage);
        let methods = listed.flat_map(|route| route.method.names());
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

    /// Creates one that takes a form or JSON.
    pub(super) const fn posted(use_case: UseCase, answers: &'static [u16]) -> Self {
        Self::of(Method::Post, use_case)
            .takes(BodyKind::FormOrJson)
            .answers(answers)
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
    /// Returns the HTTP methods it covers.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::GetOnce | Self::GetPage => &["GET"],
            Self::Post => &["POST"],
            Self::Patch => &["PATCH"],
            Self::Delete => &["DELETE"],
        }
    }
}
