use std::sync::Arc;

use belgie_http_actix::Routes;
use belgie_http_actix::actix_web::web::ServiceConfig;

use crate::Belgie;

impl Belgie {
    /// Returns the routes below `/auth`, `/api/me` and `/.well-known/jwks.json`, for actix's `App::configure`, and the pages if
    /// [`BelgieBuilder::pages`](crate::BelgieBuilder::pages) was called. Configuring them makes the extractors of
    /// [`belgie::actix`](crate::actix) work in the application's own handlers.
    ///
    /// Of two matching routes, actix takes the first: configure these before a `web::scope("/api")` of the
    /// application's own, which would hide `/api/me`. Alternatively, wrap the application in `belgie.actix().guard()`,
    /// which matches Belgie's routes first and also makes `Option<CurrentUser>` safe ([`Routes::guard`]).
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + use<> {
        let routes = self.actix();
        let pages = self.has_pages.then(|| routes.pages());
        let auth = routes.auth();
        move |config| {
            auth(config);
            if let Some(pages) = pages {
                pages(config);
            }
        }
    }

    /// Returns the [`Routes`] of [`belgie::actix`](crate::actix): for tests, and for using only some of the routes.
    pub fn actix(&self) -> Routes {
        Routes::from(Arc::clone(&self.web))
    }
}
