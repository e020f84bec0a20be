use belgie_domain::ReturnTo;
use url::{Position, Url};

use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::mode;
use crate::navigation::{with_parameter, with_target};
use crate::params::Params;
use crate::reply::Reply;
use crate::security_headers::PagePolicy;
use crate::web::Web;

/// Where a person who signs in or signs up is to go afterwards, and how the sign-in is to end.
pub(crate) struct Visit {
    target: ReturnTo,
    is_wanted: bool,
    /// What is passed on to the provider's sign-in.
    carried: Vec<(&'static str, String)>,
}

impl Visit {
    /// Reads it from the query of a page, or from the fields of its form.
    ///
    /// # Errors
    /// `redirect_not_allowed`; `invalid_request` when a parameter is repeated.
    pub(crate) fn of(web: &Web, params: &Params<'_>) -> Result<Self, Problem> {
        let wanted = params.one("redirect_url")?;
        let target = wanted.unwrap_or(web.auth.after_sign_in());
        let mut carried = Vec::new();
        for name in mode::PARAMETERS {
            let value = params.one(name)?;
            carried.extend(value.map(|value| (name, value.to_owned())));
        }
        Ok(Self {
            target: web.auth.redirects().check(target).map_err(Problem::from)?,
            is_wanted: wanted.is_some(),
            carried,
        })
    }

    /// Returns where the person is to go, if the request says so.
    pub(super) fn wanted(&self) -> Option<&str> {
        self.is_wanted.then(|| self.target.as_str())
    }

    /// Returns whether a session cookie is all that is expected: a password gives nothing else to a front end.
    pub(super) fn ends_with_a_cookie(&self) -> bool {
        let mut carried = self.carried.iter();
        carried.all(|(name, value)| *name == "mode" && value == "cookie")
    }

    /// Returns the host of a target on another origin.
    pub(super) fn host(&self) -> Option<String> {
        if self.target.is_same_origin() {
            return None;
        }
        let url = Url::parse(self.target.as_str()).ok()?;
        Some(url[Position::BeforeHost..Position::AfterPort].to_owned())
    }

    /// Returns the location of a person who is signed in, who is not sent from the sign-in page to itself.
    pub(crate) fn location(&self, web: &Web) -> String {
        let path = self.target.as_str().split(['?', '#']).next();
        if path == Some(&web.paths.sign_in_page()) {
            return web.paths.dashboard();
        }
        self.target.as_str().to_owned()
    }

    /// Adds it to a path, so that a sign-in there ends as it would here.
    pub(super) fn carry_to(&self, path: &str) -> String {
        let path = with_target(path, self.wanted());
        { self.carried.iter() }.fold(path, |path, (name, value)| {
            with_parameter(&path, name, value)
        })
    }

    /// Lets the forms of a page lead where the person is to go.
    pub(super) fn complete(&self, web: &Web, page: Reply) -> Reply {
        let policy = web.security.policy(PagePolicy {
            forms_leave: !self.target.is_same_origin(),
            ..PagePolicy::USUAL
        });
        page.with_header(HeaderName::ContentSecurityPolicy, policy)
    }
}
