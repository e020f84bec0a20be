use std::sync::Arc;

use actix_web::dev::{
    Handler, Service, ServiceFactory as _, ServiceRequest, ServiceResponse, Transform as _,
    fn_factory,
};
use actix_web::middleware::Compat;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Resource, Responder, Scope};
use belgie_auth::Auth;

use crate::config::WebConfig;
use crate::cors::cors;
use crate::endpoint::{
    asset, callback, fallback, health, me, providers, revoke, revoke_others, session, sessions,
    sign_in, sign_out,
};
use crate::page::STYLES_PATH;
use crate::page::{dashboard, home, sign_in as sign_in_page};
use crate::shield::Shield;
use crate::web::{DASHBOARD, SIGN_IN_PAGE, Web};

/// The routes, to be handed to actix's `App::configure`. Make one before the server and clone it into the factory.
///
/// The host application's own routes, error handlers and middleware stay as they are, and the order in which it wraps
/// and configures does not matter.
#[derive(Clone, Debug)]
pub struct Routes {
    web: Data<Web>,
}

impl Routes {
    /// Makes the routes around the use cases.
    pub fn new(auth: Auth, config: WebConfig) -> Self {
        Self {
            web: Data::from(Arc::new(Web::new(auth, config))),
        }
    }

    /// The routes below `/auth`, and `/api/me`: for an application that embeds Belgie. With them the extractors work in
    /// its own handlers too.
    pub fn auth(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let web = Data::clone(&self.web);
        move |config| {
            config.app_data(Data::clone(&web));
            config.service(
                auth_scope(&web)
                    .wrap(cors(&web))
                    .wrap(Shield::around_cors(&web)),
            );
            let me = reading("/api/me", me::show);
            config.service(me.wrap(cors(&web)).wrap(Shield::around_cors(&web)));
        }
    }

    /// The pages `/signin` and `/dashboard`: for an application that embeds Belgie and has none of its own. Goes
    /// together with [`Routes::auth`].
    pub fn pages(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let web = Data::clone(&self.web);
        web.mount_pages();
        move |config| {
            for page in pages() {
                config.service(page.wrap(Shield::new(&web)));
            }
        }
    }

    /// Everything that a server of its own needs: also `/`, `/healthz`, `/readyz`, and an answer to whatever else is
    /// asked for.
    pub fn all(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let (auth, web) = (self.auth(), Data::clone(&self.web));
        web.mount_pages();
        move |config| {
            auth(config);
            let rest = [
                reading("/", home::show),
                reading("/healthz", health::alive),
                reading("/readyz", health::ready),
            ];
            for resource in rest.into_iter().chain(pages()) {
                config.service(resource.wrap(Shield::new(&web)));
            }
            config.default_service(fn_factory(move || shielded_not_found(Shield::new(&web))));
        }
    }

    /// Lets `/readyz` answer 503 from now on, so that no more requests are sent here while the server shuts down.
    pub fn begin_draining(&self) {
        self.web.begin_draining();
    }
}

fn auth_scope(state: &Web) -> Scope {
    web::scope("/auth")
        .service(reading(&STYLES_PATH["/auth".len()..], asset::styles))
        .service(reading(&state.icon.path["/auth".len()..], asset::icon))
        .service(reading("/providers", providers::list))
        .service(once("/provider/{id}/signin", sign_in::begin))
        .service(once("/provider/{id}/callback", callback::complete))
        .service(reading("/session", session::show))
        .service(
            web::resource("/sessions")
                .get(sessions::list)
                .head(sessions::list)
                .delete(revoke_others::delete)
                .default_service(fallback::method_not_allowed("GET, HEAD, DELETE")),
        )
        .service(posting("/sessions/revoke-others", revoke_others::post))
        .service(
            web::resource("/sessions/{id}")
                .delete(revoke::delete)
                .default_service(fallback::method_not_allowed("DELETE")),
        )
        .service(posting("/sessions/{id}/revoke", revoke::post))
        .service(
            web::resource("/signout")
                .get(sign_out::ask)
                .post(sign_out::sign_out)
                .default_service(fallback::method_not_allowed("POST")),
        )
        .default_service(web::to(fallback::not_found))
}

/// What no route is for, behind the same shield. Even `*`, the target of a request to the server as a whole (RFC 9110 §7.1),
/// which no scope matches.
async fn shielded_not_found(
    shield: Shield,
) -> Result<impl Service<ServiceRequest, Response = ServiceResponse, Error = actix_web::Error>, ()>
{
    let route = web::to(fallback::not_found).new_service(()).await?;
    Compat::new(shield).new_transform(route).await
}

fn pages() -> [Resource; 2] {
    [
        reading(SIGN_IN_PAGE, sign_in_page::show),
        reading(DASHBOARD, dashboard::show),
    ]
}

/// A route that changes nothing.
fn reading<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .get(handler.clone())
        .head(handler)
        .default_service(fallback::method_not_allowed("GET, HEAD"))
}

/// A GET that does something once: whoever only looks, by HEAD, must not use it up.
fn once<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .get(handler)
        .default_service(fallback::method_not_allowed("GET"))
}

fn posting<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .post(handler)
        .default_service(fallback::method_not_allowed("POST"))
}
