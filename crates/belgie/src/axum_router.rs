use std::sync::Arc;

use belgie_http_axum::Routes;
use belgie_http_axum::axum::Router;
use belgie_http_axum::axum::extract::FromRef;

use crate::Belgie;

impl Belgie {
    /// Returns the routes below `/auth`, `/api/me` and `/.well-known/jwks.json`, to be merged into the application's router, and the pages if
    /// [`BelgieBuilder::pages`](crate::BelgieBuilder::pages) was called. The extractors of
    /// [`belgie::axum`](crate::axum) work when the router's state is this [`Belgie`], or contains [`Belgie::axum`]: for
    /// a state of the application's own, derive axum's `FromRef` (feature `macros`).
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let routes = self.axum();
        if self.has_pages {
            return routes.auth().merge(routes.pages());
        }
        routes.auth()
    }

    /// Returns the [`Routes`] of [`belgie::axum`](crate::axum): the part that the extractors need in a state of the
    /// application's own.
    pub fn axum(&self) -> Routes {
        Routes::from(Arc::clone(&self.web))
    }
}

impl FromRef<Belgie> for Routes {
    fn from_ref(belgie: &Belgie) -> Self {
        belgie.axum()
    }
}
