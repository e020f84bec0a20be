use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use belgie_auth::Auth;
use belgie_web::routes::{NOT_FOUND, NOT_FOUND_IN_SUBTREE, Part, Resource, SUBTREE, of_part};
use belgie_web::{RequestContext, Site, Web, WebConfig, WebConfigError};

use crate::body::IncomingBody;
use crate::request::{RequestHeaders, seen};
use crate::response::response;

/// The routes, to be merged into the application's router; also the state that the extractors need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Routes {
    web: Arc<Web>,
}

impl Routes {
    /// Creates the routes of a site.
    ///
    /// # Errors
    /// A [`WebConfigError`] when the parts are inconsistent: such a site would lose cookies or redirect to the wrong
    /// place.
    pub fn new(auth: Auth, site: Site, config: WebConfig) -> Result<Self, WebConfigError> {
        Ok(Arc::new(Web::new(auth, site, config)?).into())
    }

    /// The routes below `/auth`, and `/api/me`: for an application that embeds Belgie.
    pub fn auth<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let subtree = self.web.site().path(SUBTREE);
        let not_found = [
            format!("{subtree}/{{*rest}}"),
            format!("{subtree}/"),
            subtree,
        ];
        not_found
            .iter()
            .fold(self.mount(Part::Auth), |router, path| {
                router.route(path, self.route(&NOT_FOUND_IN_SUBTREE))
            })
    }

    /// The pages `/signin`, `/signup`, `/forgot`, `/reset`, `/verify`, `/dashboard` and `/account`, for an application that
    /// embeds Belgie and has no such pages. Requires [`Routes::auth`].
    pub fn pages<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.web.mount_pages();
        self.mount(Part::Pages)
    }

    /// Everything a stand-alone server needs: also `/`, `/healthz`, `/readyz`, and a response to unknown paths.
    pub fn all<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.web.mount_home();
        let mut routes = self.auth().merge(self.pages());
        routes = routes.merge(self.mount(Part::Server));
        if self.web.is_for_development() {
            routes = routes.merge(self.mount(Part::Development));
        }
        routes.fallback_service(self.route(&NOT_FOUND).with_state(()))
    }

    /// Makes `/readyz` return 503 and connections close after their next response, so that load balancers stop sending
    /// requests before the shutdown.
    pub fn begin_draining(&self) {
        self.web.begin_draining();
    }

    /// Returns the path that starts a sign-in with a provider and then leads to `return_to`: a path of this site or a
    /// URL on a trusted origin. `None` when there is no such provider.
    pub fn sign_in_path(&self, provider: &str, return_to: &str) -> Option<String> {
        self.web.sign_in_path(provider, return_to)
    }

    pub(crate) fn web(&self) -> &Web {
        &self.web
    }

    fn mount<S: Clone + Send + Sync + 'static>(&self, part: Part) -> Router<S> {
        let mut router = Router::new();
        for resource in of_part(part) {
            for path in self.web.site().paths_of(resource) {
                router = router.route(&path, self.route(resource));
            }
        }
        router
    }

    /// Handles all methods of a resource; the route table knows which are supported.
    fn route<S: Clone + Send + Sync + 'static>(
        &self,
        resource: &'static Resource,
    ) -> MethodRouter<S> {
        let web = Arc::clone(&self.web);
        any(move |request: Request| answer(Arc::clone(&web), resource, request))
    }
}

impl From<Arc<Web>> for Routes {
    /// Creates the routes of a shared web layer.
    fn from(web: Arc<Web>) -> Self {
        Self { web }
    }
}

async fn answer(web: Arc<Web>, resource: &'static Resource, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (context, headers) = (RequestContext::new(), RequestHeaders(&parts.headers));
    let seen = seen(&parts, &context, &headers);
    let mut body = IncomingBody::new(body);
    let reply = web.handle(resource, seen, &mut body).await;
    response(reply, parts.version)
}
