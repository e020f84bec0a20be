use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Route};
use belgie_auth::Auth;
use belgie_web::routes::{NOT_FOUND, NOT_FOUND_IN_SUBTREE, Part, Resource, SUBTREE, of_part};
use belgie_web::{Problem, RequestContext, Site, Web, WebConfig, WebConfigError};

use crate::body::HeldBody;
use crate::error::ApiError;
use crate::request::{RequestHeaders, seen};
use crate::response::response;

/// The routes, for actix's `App::configure`. Create them before the server and clone them into the factory.
///
/// The application's own routes, error handlers and middleware are not affected, and the order in which it wraps and
/// configures does not matter, except for one rule of actix: of two matching routes, the first wins. So a
/// `web::scope("/api")` of the application must come after [`Routes::auth`], or Belgie needs a base path of its own
/// ([`Site::at_path`]), or the application is wrapped in [`Routes::guard`].
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

    /// The routes below `/auth`, and `/api/me`, for an application that embeds Belgie. They also enable the extractors
    /// in all of its own handlers.
    pub fn auth(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let web = Arc::clone(&self.web);
        move |config| {
            config.app_data(Data::from(Arc::clone(&web)));
            mount(Part::Auth, &web, config);
            let subtree = web.site().path(SUBTREE);
            for path in [format!("{subtree}/{{rest:.*}}"), subtree] {
                config.route(&path, route(&web, &NOT_FOUND_IN_SUBTREE));
            }
        }
    }

    /// The pages `/signin`, `/signup`, `/forgot`, `/reset`, `/verify`, `/dashboard` and `/account`, for an application that
    /// embeds Belgie and has no such pages. Requires [`Routes::auth`].
    pub fn pages(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let web = Arc::clone(&self.web);
        web.mount_pages();
        move |config| mount(Part::Pages, &web, config)
    }

    /// Everything a stand-alone server needs: also `/`, `/healthz`, `/readyz`, and a response to unknown paths.
    pub fn all(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let (auth, pages, web) = (self.auth(), self.pages(), Arc::clone(&self.web));
        web.mount_home();
        move |config| {
            auth(config);
            pages(config);
            mount(Part::Server, &web, config);
            if web.is_for_development() {
                mount(Part::Development, &web, config);
            }
            config.default_service(route(&web, &NOT_FOUND));
        }
    }

    /// Makes `/readyz` return 503 and connections close after their next response, so that load balancers stop sending
    /// requests before the shutdown.
    pub fn begin_draining(&self) {
        self.web.begin_draining();
    }

    pub(crate) fn web(&self) -> &Web {
        &self.web
    }

    pub(crate) fn shared_web(&self) -> Arc<Web> {
        Arc::clone(&self.web)
    }

    /// Returns the error with which a handler of the application refuses a request, such as
    /// `Problem::new(Code::Forbidden)`, rendered as problem details or as a page like Belgie's own.
    pub fn refuse(&self, problem: Problem, request: &HttpRequest) -> ApiError {
        ApiError::refused(problem.into(), &self.web, request)
    }

    /// Returns the path that starts a sign-in with a provider and then leads to `return_to`: a path of this site or a
    /// URL on a trusted origin. `None` when there is no such provider.
    pub fn sign_in_path(&self, provider: &str, return_to: &str) -> Option<String> {
        self.web.sign_in_path(provider, return_to)
    }
}

impl From<Arc<Web>> for Routes {
    /// Creates the routes of a shared web layer.
    fn from(web: Arc<Web>) -> Self {
        Self { web }
    }
}

fn mount(part: Part, web: &Arc<Web>, config: &mut ServiceConfig) {
    for resource in of_part(part) {
        for path in web.site().paths_of(resource) {
            config.route(&path, route(web, resource));
        }
    }
}

/// Handles all methods of a resource; the route table knows which are supported.
fn route(web: &Arc<Web>, resource: &'static Resource) -> Route {
    let web = Arc::clone(web);
    web::to(move |request: HttpRequest, payload: web::Payload| {
        answer(Arc::clone(&web), resource, request, payload)
    })
}

pub(crate) async fn answer(
    web: Arc<Web>,
    resource: &'static Resource,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let (context, headers) = (RequestContext::new(), RequestHeaders(request.headers()));
    let mut body = HeldBody::new(payload);
    let seen = seen(&request, &context, &headers);
    let reply = web.handle(resource, seen, &mut body).await;
    body.part();
    response(reply)
}
