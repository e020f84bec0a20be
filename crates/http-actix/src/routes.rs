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

/// The routes, to be handed to actix's `App::configure`. Make one before the server and clone it into the factory.
///
/// The host application's own routes, error handlers and middleware stay as they are, and the order in which it wraps
/// and configures does not matter, but for one rule of actix's: of two routes that match, the first is taken. So
/// a `web::scope("/api")` of the application's own comes after [`Routes::auth`], or Belgie has a base path of its own
/// ([`Site::at_path`]).
#[derive(Clone, Debug)]
pub struct Routes {
    web: Arc<Web>,
}

impl Routes {
    /// Makes the routes of a site around the use cases.
    ///
    /// # Errors
    /// A [`WebConfigError`] when the parts do not go together: such a site would lose cookies or lead people astray.
    pub fn new(auth: Auth, site: Site, config: WebConfig) -> Result<Self, WebConfigError> {
        let web = Web::new(auth, site, config)?;
        Ok(Self { web: Arc::new(web) })
    }

    /// The routes below `/auth`, and `/api/me`: for an application that embeds Belgie. With them the extractors work in
    /// its own handlers too, wherever those are.
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

    /// The pages `/signin` and `/dashboard`: for an application that embeds Belgie and has none of its own. Goes
    /// together with [`Routes::auth`].
    pub fn pages(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let web = Arc::clone(&self.web);
        web.mount_pages();
        move |config| mount(Part::Pages, &web, config)
    }

    /// Everything that a server of its own needs: also `/`, `/healthz`, `/readyz`, and an answer to whatever else is
    /// asked for.
    pub fn all(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let (auth, pages, web) = (self.auth(), self.pages(), Arc::clone(&self.web));
        web.mount_home();
        move |config| {
            auth(config);
            pages(config);
            mount(Part::Server, &web, config);
            config.default_service(route(&web, &NOT_FOUND));
        }
    }

    /// Lets `/readyz` answer 503 from now on, so that no more requests are sent here while the server shuts down.
    pub fn begin_draining(&self) {
        self.web.begin_draining();
    }

    pub(crate) fn web(&self) -> &Web {
        &self.web
    }

    /// Returns the error that answers a request which a handler of the application refuses, such as
    /// `Problem::new(Code::Forbidden)`: as problem details or as a page, like Belgie's own.
    pub fn refuse(&self, problem: Problem, request: &HttpRequest) -> ApiError {
        ApiError::refused(problem.into(), &self.web, request)
    }

    /// Returns where a browser begins to sign in with a provider, to go on to `return_to` afterwards: a path of this site
    /// or an address on a trusted origin. `None` when there is no such provider.
    pub fn sign_in_path(&self, provider: &str, return_to: &str) -> Option<String> {
        let providers = self.web.auth().providers();
        let found = providers.iter().find(|known| known.id.as_str() == provider);
        found.map(|provider| self.web.sign_in_path(&provider.id, Some(return_to)))
    }
}

fn mount(part: Part, web: &Arc<Web>, config: &mut ServiceConfig) {
    for resource in of_part(part) {
        for path in web.site().paths_of(resource) {
            config.route(&path, route(web, resource));
        }
    }
}

/// Answers all methods of a resource: the table of routes knows which it takes.
fn route(web: &Arc<Web>, resource: &'static Resource) -> Route {
    let web = Arc::clone(web);
    web::to(move |request: HttpRequest, payload: web::Payload| {
        answer(Arc::clone(&web), resource, request, payload)
    })
}

async fn answer(
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
