use std::sync::Arc;

use belgie_auth::Auth;
use belgie_web::{Site, Web};

/// Sign-in for one application, ready to be put on its router. Begin with [`Belgie::at`].
///
/// Cheap to clone; clones are one and the same. Housekeeping (deleting what has expired, delivering events) goes on as long as
/// one of them is left, or a router with the routes.
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

    /// Returns the use cases: sessions, users, what an operator may do.
    pub fn auth(&self) -> &Auth {
        self.web.auth()
    }

    /// Returns where the site is, and whom it trusts.
    pub fn site(&self) -> &Site {
        self.web.site()
    }

    /// Returns the web layer that all frameworks share, for one that Belgie does not know.
    pub fn web(&self) -> &Arc<Web> {
        &self.web
    }

    /// Returns where a browser begins to sign in with a provider, such as `google`, to go on to `return_to` afterwards: a path
    /// of this site or an address on a trusted origin. `None` when there is no such provider.
    pub fn sign_in_path(&self, provider: &str, return_to: &str) -> Option<String> {
        self.web.sign_in_path(provider, return_to)
    }
}
