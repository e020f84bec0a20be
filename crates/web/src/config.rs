use std::fmt;
use std::sync::Arc;

use ipnet::IpNet;

use crate::brand::Brand;
use crate::cookie_config::{CookieConfig, CookieError};
use crate::error::Problem;
use crate::mailbox::Mailbox;
use crate::reply::Reply;
use crate::request::Request;
use crate::site::Site;

/// The configuration of routes and pages. Start from [`WebConfig::default`] and set what should differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebConfig {
    /// The site's name on the pages.
    pub app_name: String,
    /// How the pages look and what they link to.
    pub brand: Brand,
    /// The attributes of the session cookie.
    pub cookie: CookieConfig,
    /// The proxies whose `X-Forwarded-For` and `Forwarded` headers are trusted. Empty by default.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the browser goes after signing out: a path, or a URL on a trusted origin.
    pub after_sign_out: String,
    /// The path of the application's sign-in page. It receives `redirect_url`, where the person wanted to go. `None`:
    /// our own page if it is mounted, else the provider if there is exactly one, else none (401).
    pub sign_in_page: Option<String>,
    /// The path of the application's page for failed sign-ins. It receives `error`, the code, and `redirect_url`, where
    /// the person wanted to go, if that is known. `None`: our own error page.
    pub error_page: Option<String>,
    /// What happens to requests for another host.
    pub unknown_hosts: UnknownHosts,
    /// The command that makes a user an admin, with `{user}` as placeholder for the address or id. It is shown to the
    /// only user of a new installation.
    pub admin_command: Option<String>,
    /// What the sign-in page says to the people who run the site while there is no provider. `None`: that a provider is
    /// missing.
    pub provider_hint: Option<String>,
    /// Mails to show on the page `/dev/mail`, to anyone who can reach the server: for development only. `None`: there is no
    /// such page.
    pub mailbox: Option<Mailbox>,
    /// Renders errors in the application's own way.
    pub renderer: Option<ProblemRenderer>,
}

/// What happens to requests for a host that is not the site's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownHosts {
    /// They are served; the embedding application decides.
    #[default]
    Serve,
    /// They get status 421 and the right address.
    Refuse,
    /// Navigating browsers are redirected to the right address; everything else is served.
    Redirect,
}

/// Renders errors in the application's own way; `None` leaves an error to Belgie.
#[derive(Clone)]
pub struct ProblemRenderer(Arc<Render>);

type Render = dyn Fn(&Problem, &Request<'_>) -> Option<Reply> + Send + Sync;

/// Why a configuration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebConfigError {
    /// Browsers would not accept the session cookie.
    #[error(transparent)]
    Cookie(#[from] CookieError),
    /// The target after signing out is not allowed.
    #[error(
        "sign-outs may not end at \"{0}\": it is neither a path of this site nor on a trusted origin"
    )]
    AfterSignOut(String),
    /// The application's sign-in page or error page is not a path of this site.
    #[error("\"{0}\" is not a path of this site")]
    Page(String),
    /// The `Auth` was built with the redirect rule of another site.
    #[error(
        "the policy of `Auth` trusts origins other than the site's: create it with `Site::policy`"
    )]
    OtherRedirects,
}

impl Default for WebConfig {
    /// The cookie `belgie_session`, `Lax` and `HttpOnly`; no trusted proxies; signing out leads to `/`.
    fn default() -> Self {
        Self {
            app_name: "Belgie".to_owned(),
            brand: Brand::default(),
            cookie: CookieConfig::default(),
            trusted_proxies: Vec::new(),
            after_sign_out: "/".to_owned(),
            sign_in_page: None,
            error_page: None,
            unknown_hosts: UnknownHosts::default(),
            admin_command: None,
            provider_hint: None,
            mailbox: None,
            renderer: None,
        }
    }
}

impl WebConfig {
    /// Sets the name on the pages.
    #[must_use]
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = name.into();
        self
    }

    /// Sets how the pages look and what they link to.
    #[must_use]
    pub fn brand(mut self, brand: Brand) -> Self {
        self.brand = brand;
        self
    }

    /// Sets the attributes of the session cookie.
    #[must_use]
    pub fn cookie(mut self, cookie: CookieConfig) -> Self {
        self.cookie = cookie;
        self
    }

    /// Trusts the `X-Forwarded-For` and `Forwarded` headers of these proxies.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: impl IntoIterator<Item = IpNet>) -> Self {
        self.trusted_proxies = proxies.into_iter().collect();
        self
    }

    /// Sets where the browser goes after signing out: a path, or a URL on a trusted origin.
    #[must_use]
    pub fn after_sign_out(mut self, location: impl Into<String>) -> Self {
        self.after_sign_out = location.into();
        self
    }

    /// Sends browsers that must sign in first to the application's own sign-in page, given as a path. It receives
    /// `redirect_url`, where the person wanted to go.
    #[must_use]
    pub fn sign_in_page(mut self, path: impl Into<String>) -> Self {
        self.sign_in_page = Some(path.into());
        self
    }

    /// Sends browsers whose sign-in failed to the application's own page, given as a path. It receives `error`, the
    /// code, and `redirect_url`.
    #[must_use]
    pub fn error_page(mut self, path: impl Into<String>) -> Self {
        self.error_page = Some(path.into());
        self
    }

    /// Sets what happens to requests for a host that is not the site's.
    #[must_use]
    pub fn unknown_hosts(mut self, unknown_hosts: UnknownHosts) -> Self {
        self.unknown_hosts = unknown_hosts;
        self
    }

    /// Sets the command that makes a user an admin, with `{user}` as placeholder for the address or id.
    #[must_use]
    pub fn admin_command(mut self, command: impl Into<String>) -> Self {
        self.admin_command = Some(command.into());
        self
    }

    /// Sets what the sign-in page says to the people who run the site while there is no provider: how to add one.
    #[must_use]
    pub fn provider_hint(mut self, hint: impl Into<String>) -> Self {
        self.provider_hint = Some(hint.into());
        self
    }

    /// Shows these mails on the page `/dev/mail`, to anyone who can reach the server: for development only.
    #[must_use]
    pub fn mailbox(mut self, mailbox: Mailbox) -> Self {
        self.mailbox = Some(mailbox);
        self
    }

    /// Renders errors in the application's own way.
    #[must_use]
    pub fn renderer(mut self, renderer: ProblemRenderer) -> Self {
        self.renderer = Some(renderer);
        self
    }

    /// Checks that the configuration is consistent and suits this site.
    ///
    /// # Errors
    /// The first [`WebConfigError`] found.
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
    /// Creates a renderer from a function; `None` leaves the error to Belgie.
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
