use std::sync::Arc;

use belgie_http_actix::Routes;
use belgie_http_actix::actix_web::web::ServiceConfig;

use crate::Belgie;

impl Belgie {
    /// Returns the routes below `/auth`, and `/api/me`, for actix's `App::configure`; the pages too where
    /// [`BelgieBuilder::pages`](crate::BelgieBuilder::pages) says so. With them the extractors of
    /// [`belgie::actix`](crate::actix) work in the application's own handlers.
    ///
    /// Of two matching routes actix takes the first: configure these before a `web::scope("/api")` of the application's own,
    /// which would hide `/api/me`. Or wrap the application in `belgie.actix().guard()`, which finds them first, and with which
    /// `Option<CurrentUser>` is safe too ([`Routes::guard`]).
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

    /// Returns what [`belgie::actix`](crate::actix) calls the routes: for tests, and for a part of them alone.
    pub fn actix(&self) -> Routes {
        Routes::from(Arc::clone(&self.web))
    }
}
