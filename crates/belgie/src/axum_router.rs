use std::sync::Arc;

use belgie_http_axum::Routes;
use belgie_http_axum::axum::Router;
use belgie_http_axum::axum::extract::FromRef;

use crate::Belgie;

impl Belgie {
    /// Returns the routes below `/auth`, and `/api/me`, to be merged into the application's router; the pages too where
    /// [`BelgieBuilder::pages`](crate::BelgieBuilder::pages) says so. The extractors of [`belgie::axum`](crate::axum) work
    /// where the router's state is this [`Belgie`], or has [`Belgie::axum`] in it: derive axum's `FromRef` (its feature
    /// `macros`) for a state of the application's own.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let routes = self.axum();
        if self.has_pages {
            return routes.auth().merge(routes.pages());
        }
        routes.auth()
    }

    /// Returns what [`belgie::axum`](crate::axum) calls the routes: the part of a state of the application's own by which the
    /// extractors work.
    pub fn axum(&self) -> Routes {
        Routes::from(Arc::clone(&self.web))
    }
}

impl FromRef<Belgie> for Routes {
    fn from_ref(belgie: &Belgie) -> Self {
        belgie.axum()
    }
}
