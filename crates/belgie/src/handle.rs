use std::sync::Arc;

use belgie_auth::Auth;
use belgie_web::{Site, Web};

/// Sign-in for one application, ready to be put on its router. Begin with [`Belgie::at`].
///
/// Cheap to clone; clones share everything. Housekeeping (deleting expired rows, delivering events) continues as long
/// as a clone exists, or a router with the routes.
#[derive(Clone, Debug)]
pub struct Belgie {
    pub(crate) web: Arc<Web>,
    pub(crate) has_pages: bool,
}

impl Belgie {
    pub(crate) fn new(web: Web, has_pages: bool) -> Self {
        Self {
            web: Arc::new(web.with_housekeeping()),
            has_pages,
        }
    }

    /// Returns the use cases: signing in, sessions, and the administration of users.
    pub fn auth(&self) -> &Auth {
        self.web.auth()
    }

    /// Returns the address of the site, and the origins it trusts.
    pub fn site(&self) -> &Site {
        self.web.site()
    }

    /// Returns the web layer that all frameworks share, for use with a framework that Belgie does not support.
    pub fn web(&self) -> &Arc<Web> {
        &self.web
    }

    /// Returns whether Belgie's pages are to be served: see [`pages`](crate::BelgieBuilder::pages).
    pub fn has_pages(&self) -> bool {
        self.has_pages
    }

    /// Returns the path at which a browser starts to sign in with a provider, such as `google`. Afterwards it goes to
    /// `return_to`, a path of this site or an address on a trusted origin. `None` when there is no such provider.
    pub fn sign_in_path(&self, provider: &str, return_to: &str) -> Option<String> {
        self.web.sign_in_path(provider, return_to)
    }
}
