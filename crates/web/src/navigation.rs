//! The addresses to which browsers are sent.

use belgie_domain::ProviderId;
use url::form_urlencoded;

use crate::header_name::HeaderName;
use crate::notice::HeldNotice;
use crate::reply::Reply;
use crate::web::Web;

impl Web {
    /// Returns the path that starts a sign-in with a provider, such as `google`, and then leads to `return_to`: a path
    /// of this site, or a URL on a trusted origin. `None` when there is no such provider.
    pub fn sign_in_path(&self, provider: &str, return_to: &str) -> Option<String> {
        let provider = self.provider(provider)?;
        Some(self.sign_in_with(&provider.id, Some(return_to)))
    }

    /// Returns the path that starts a sign-in with this provider.
    pub(crate) fn sign_in_with(&self, provider: &ProviderId, return_to: Option<&str>) -> String {
        with_target(&self.paths.sign_in_with(provider), return_to)
    }

    /// Returns the path for authenticating again with this provider while signed in, to continue to `return_to`.
    pub(crate) fn reauthenticate_with(&self, provider: &ProviderId, return_to: &str) -> String {
        let path = with_parameter(&self.paths.sign_in_with(provider), "reauthenticate", "1");
        with_target(&path, Some(return_to))
    }

    /// Returns the path of the page on which one authenticates again while signed in, to continue to `return_to`.
    pub(crate) fn reauthentication_page(&self, return_to: &str) -> String {
        with_target(&self.paths.reauthentication(), Some(return_to))
    }

    /// Returns the path where a browser signs in and then continues to `return_to`, if there is one.
    pub(crate) fn sign_in_location(&self, return_to: Option<&str>) -> Option<String> {
        Some(self.then(&self.sign_in_page()?, return_to))
    }

    /// Adds `redirect_url` to a path, if the browser may be sent there.
    fn then(&self, path: &str, return_to: Option<&str>) -> String {
        let target = return_to.filter(|target| self.auth.redirects().check(target).is_ok());
        with_target(path, target)
    }

    fn sign_in_page(&self) -> Option<String> {
        if let Some(page) = &self.config.sign_in_page {
            return Some(page.clone());
        }
        if self.has_pages() {
            return Some(self.paths.sign_in_page());
        }
        match &*self.auth.providers() {
            [only] => Some(self.paths.sign_in_with(&only.id)),
            _ => None,
        }
    }

    /// Returns the path for signing in again while signed in, to continue to `return_to`, if there is one.
    pub(crate) fn sign_in_again_location(&self, return_to: Option<&str>) -> Option<String> {
        let page = self.sign_in_page()?;
        let is_ours = page == self.paths.sign_in_page();
        let page = if is_ours {
            format!("{page}?again=1")
        } else {
            page
        };
        Some(self.then(&page, return_to))
    }

    /// Returns the location of the visitor's own account page.
    pub(crate) fn account_page(&self) -> String {
        if self.has_pages() {
            return self.paths.account();
        }
        self.auth.after_sign_in().to_owned()
    }

    /// Adds a notice for the next page, if our pages are mounted.
    pub(crate) fn with_notice(&self, reply: Reply, notice: impl Into<HeldNotice>) -> Reply {
        if self.has_pages() {
            let cookie = self.cookies.set_notice(&notice.into());
            return reply.with_header(HeaderName::SetCookie, cookie);
        }
        reply
    }

    /// Returns the path of the home page: our start page if it is mounted, else the application's `/`.
    pub(crate) fn home(&self) -> String {
        if self.has_home() {
            return self.paths.home();
        }
        "/".to_owned()
    }
}

/// Adds `redirect_url` to a path.
pub(crate) fn with_target(path: &str, target: Option<&str>) -> String {
    match target {
        Some(target) => with_parameter(path, "redirect_url", target),
        None => path.to_owned(),
    }
}

/// Adds a parameter to the query of a path.
pub(crate) fn with_parameter(path: &str, name: &str, value: &str) -> String {
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{name}={value}")
}
