//! Every route there is: what is true of all of them is tried on all of them.

use belgie_web::routes::{Access, Part, RESOURCES};

/// A route as requests name it, `{id}` standing for the id of a session, which is that of no account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) path: &'static str,
    /// The methods that it takes.
    pub(crate) takes: &'static [&'static str],
    /// A user must be signed in.
    pub(crate) guarded: bool,
}

/// Starts adding an account; only pages of this very site may do so.
pub(crate) const LINK: &str = "/auth/provider/google/link";

/// Issues an access token; it takes JSON alone.
pub(crate) const ACCESS_TOKEN: &str = "/auth/token";

/// Publishes keys, to pages of any origin.
pub(crate) const JWKS: &str = "/.well-known/jwks.json";

/// Gives a provider's token to the application's server; no page may read it.
pub(crate) const TOKEN: &str = "/auth/accounts/{id}/token";

const READ: &[&str] = &["GET", "HEAD"];

pub(crate) const ROUTES: &[Route] = &[
    open("/", READ),
    open("/signin", READ),
    open("/signup", READ),
    open("/forgot", READ),
    open("/reset", READ),
    open("/verify", READ),
    guarded("/dashboard", READ),
    open("/healthz", READ),
    open("/readyz", READ),
    guarded("/api/me", &["GET", "HEAD", "POST", "PATCH", "DELETE"]),
    guarded("/api/me/delete", &["POST"]),
    guarded("/api/me/export", READ),
    open("/auth/providers", READ),
    open("/auth/provider/google/signin", &["GET"]),
    open("/auth/provider/google/callback", &["GET", "POST"]),
    open("/auth/exchange", &["POST"]),
    open("/auth/register", &["POST"]),
    open("/auth/login", &["POST"]),
    guarded("/auth/password/change", &["POST"]),
    guarded("/auth/password/set", &["POST"]),
    open("/auth/password/forgot", &["POST"]),
    open("/auth/password/reset", &["POST"]),
    open("/auth/email/resend", &["POST"]),
    open("/auth/email/verify", &["POST"]),
    guarded("/auth/email/change", &["POST"]),
    open("/auth/email/confirm", &["POST"]),
    guarded("/auth/reauthenticate", &["POST"]),
    open("/auth/pending", &["GET", "HEAD", "DELETE"]),
    open("/auth/pending/cancel", &["POST"]),
    open("/auth/pending/fresh", &["POST"]),
    guarded(LINK, &["POST"]),
    guarded("/account", READ),
    guarded("/auth/accounts", READ),
    guarded("/auth/accounts/{id}", &["DELETE"]),
    guarded(TOKEN, &["POST"]),
    guarded("/auth/accounts/{id}/unlink", &["POST"]),
    guarded("/auth/session", READ),
    guarded("/auth/sessions", &["GET", "HEAD", "DELETE"]),
    guarded("/auth/sessions/revoke-others", &["POST"]),
    guarded("/auth/sessions/{id}", &["DELETE"]),
    guarded("/auth/sessions/{id}/revoke", &["POST"]),
    guarded(ACCESS_TOKEN, &["POST"]),
    open(JWKS, READ),
    open("/auth/signout", &["POST"]),
];

const fn open(path: &'static str, takes: &'static [&'static str]) -> Route {
    Route {
        path,
        takes,
        guarded: false,
    }
}

const fn guarded(path: &'static str, takes: &'static [&'static str]) -> Route {
    Route {
        path,
        takes,
        guarded: true,
    }
}

impl Route {
    /// The methods that it takes and that may change something.
    pub(crate) fn changes(self) -> impl Iterator<Item = &'static str> {
        let takes = self.takes.iter().copied();
        takes.filter(|method| !["GET", "HEAD"].contains(method))
    }

    /// Front ends of trusted origins may call it.
    pub(crate) fn is_called_by_others(self) -> bool {
        self.path.starts_with("/api/me")
            || (self.path.starts_with("/auth/") && ![LINK, TOKEN].contains(&self.path))
    }

    /// Its path with a session's id in its place.
    pub(crate) fn path_of(self, session: &str) -> String {
        self.path.replace("{id}", session)
    }
}

/// A guarded route with a method that it takes.
pub(crate) fn guarded_calls() -> impl Iterator<Item = (Route, &'static str)> {
    let guarded = ROUTES.iter().filter(|route| route.guarded);
    guarded.flat_map(|route| route.takes.iter().map(move |method| (*route, *method)))
}

/// A route with a method that it takes and that may change something.
pub(crate) fn changing_calls() -> impl Iterator<Item = (Route, &'static str)> {
    let routes = ROUTES.iter();
    routes.flat_map(|route| route.changes().map(move |method| (*route, method)))
}

#[test]
fn the_table_of_routes_is_complete() {
    // The style sheet and the icon: their names change with what is in them, and nothing depends on who asks.
    let resources = RESOURCES
        .iter()
        .filter(|resource| resource.path != "/auth/assets/{file}")
        .filter(|resource| resource.part != Part::Development);
    let known = |path: &str| ROUTES.iter().find(|route| route.path == path);
    let mut seen = 0;
    for resource in resources {
        let path = resource.path.replace("/provider/{id}", "/provider/google");
        let Some(route) = known(&path) else {
            panic!("{path} is not in the table")
        };
        assert_eq!(resource.allow(), route.takes.join(", "), "{path}");
        let needs_session = |route: &belgie_web::routes::Route| route.access == Access::SignedIn;
        assert_eq!(
            resource.routes.iter().all(needs_session),
            route.guarded,
            "{path}"
        );
        assert_eq!(resource.is_shared, route.is_called_by_others(), "{path}");
        seen += 1;
    }
    assert_eq!(seen, ROUTES.len());
}
