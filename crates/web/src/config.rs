use std::fmt;
use std::sync::Arc;

use ipnet::IpNet;

use crate::cookie_config::{CookieConfig, CookieError};
use crate::error::Problem;
use crate::reply::Reply;
use crate::request::Request;
use crate::site::Site;

/// How the routes and pages behave. Begin with [`WebConfig::default`] and change what should differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebConfig {
    /// The name on the pages.
    pub app_name: String,
    /// What the session cookie is like.
    pub cookie: CookieConfig,
    /// The proxies whose `X-Forwarded-For` and `Forwarded` are believed. None unless they are named here.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the browser goes that has signed out: a path, or an address on a trusted origin.
    pub after_sign_out: String,
    /// Where a browser goes that must sign in first, as a path. `None`: our own page where it is mounted, else straight
    /// to the provider when there is exactly one, else nowhere (401).
    pub sign_in_page: Option<String>,
    /// Where a browser goes whose sign-in failed, as a path: it gets `error`, the code, and `redirect_url`, where the
    /// person wanted to go, when that is known. `None`: a page of ours says what happened.
    pub error_page: Option<String>,
    /// What becomes of requests for a host that is not the site's.
    pub unknown_hosts: UnknownHosts,
    /// The command that makes a user admin, with `{user}` where the address or id goes: shown to the only user of a new installation.
    pub admin_command: Option<String>,
    /// Shows errors in the application's own way.
    pub renderer: Option<ProblemRenderer>,
}

/// What becomes of requests for a host that is not ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownHosts {
    /// They are served: the host application judges.
    #[default]
    Serve,
    /// They get status 421 and the address that is right.
    Refuse,
    /// Browsers that navigate are sent to the address that is right, everything else is served.
    Redirect,
}

/// Shows errors in the application's own way, or leaves one to Belgie by `None`.
#[derive(Clone)]
pub struct ProblemRenderer(Arc<Render>);

type Render = dyn Fn(&Problem, &Request<'_>) -> Option<Reply> + Send + Sync;

/// Why routes cannot be made of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebConfigError {
    /// The session cookie cannot be had like this.
    #[error(transparent)]
    Cookie(#[from] CookieError),
    /// Sign-outs may not end there.
    #[error(
        "sign-outs may not end at \"{0}\": it is no path of this site and on no trusted origin"
    )]
    AfterSignOut(String),
    /// The application's own sign-in page or error page is no path of this site.
    #[error("\"{0}\" is no path of this site")]
    Page(String),
    /// The use cases were built for redirects of another site.
    #[error("the use cases trust other origins than the site: build their policy from the site")]
    OtherRedirects,
}

impl Default for WebConfig {
    /// The cookie `belgie_session`, `Lax` and hidden from scripts; no trusted proxies; sign-outs end at `/`.
    fn default() -> Self {
        Self {
            app_name: "Belgie".to_owned(),
            cookie: CookieConfig::default(),
            trusted_proxies: Vec::new(),
            after_sign_out: "/".to_owned(),
            sign_in_page: None,
            error_page: None,
            unknown_hosts: UnknownHosts::default(),
            admin_command: None,
            renderer: None,
        }
    }
}

impl WebConfig {
    /// Checks that all of it goes together on this site.
    ///
    /// # Errors
    /// The first [`WebConfigError`] that is found.
    pub fn check(&self, site: &Site) -> Result<(), WebConfigError> {
        self.cookie.check(site)?;
        if site.redirects().check(&self.after_sign_out).is_err() {
            return Err(WebConfigError::AfterSignOut(self.after_sign_out.clone()));
        }
        for page in [&self.sign_in_page, &self.error_page].into_iter().flatten() {
            let is_path = page.starts_with('/') && site.redirects().check(page).is_ok();
            if !is_path {
                return Err(WebConfigError::Page(page.clone()));
            }
        }
        Ok(())
    }
}

impl ProblemRenderer {
    /// Makes a renderer of a function from an error and the request to an answer; `None` leaves it to Belgie.
    pub fn new(
        render: impl Fn(&Problem, &Request<'_>) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(render))
    }

    pub(crate) fn render(&self, problem: &Problem, request: &Request<'_>) -> Option<Reply> {
        (self.0)(problem, request)
    }
}

impl fmt::Debug for ProblemRenderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProblemRenderer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_01_no_configured_target_leads_to_an_origin_that_is_not_trusted() {
        let site = Site::new("https://a.example").unwrap();
        let site = site.trusting(["https://spa.example"]).unwrap();
        let mut config = WebConfig::default();

        for (target, is_fine) in [
            ("/bye", true),
            ("https://spa.example/bye", true),
            ("https://evil.example", false),
            ("//evil.example", false),
        ] {
            target.clone_into(&mut config.after_sign_out);
            assert_eq!(config.check(&site).is_ok(), is_fine, "{target}");
        }
        config = WebConfig::default();
        for (page, is_fine) in [("/login", true), ("https://spa.example/login", false)] {
            config.error_page = Some(page.to_owned());
            assert_eq!(config.check(&site).is_ok(), is_fine, "{page}");
        }
    }
}
