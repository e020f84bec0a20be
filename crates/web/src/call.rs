use std::borrow::Cow;
use std::sync::Arc;

use belgie_auth::{Authenticated, ProviderSummary};
use belgie_domain::ClientInfo;
use percent_encoding::percent_decode_str;

use crate::code::Code;
use crate::error::{Problem, Refusal};
use crate::headers::Headers;
use crate::navigation::{with_parameter, with_target};
use crate::negotiate::wants_page;
use crate::params::Params;
use crate::request::Request;
use crate::routes::Resource;
use crate::web::Web;

/// A request to one of the routes, with what its endpoint needs to answer it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub web: &'a Web,
    pub request: &'a Request<'a>,
    pub resource: &'a Resource,
}

impl<'a> Call<'a> {
    pub(crate) fn headers(&self) -> &'a dyn Headers {
        self.request.headers()
    }

    pub(crate) fn params(&self) -> Params<'a> {
        Params::of(self.request.query())
    }

    pub(crate) fn client(&self) -> ClientInfo {
        self.web.client_info(self.request)
    }

    /// Returns the signed-in user and session: see [`Web::require`].
    pub(crate) async fn require(&self) -> Result<Arc<Authenticated>, Refusal> {
        self.web.require(self.request).await
    }

    /// Returns the refusal for a failed sign-in: a redirect to the application's own error page, or the problem itself.
    pub(crate) fn sign_in_failed(&self, problem: Problem) -> Refusal {
        let problem = problem.at_provider(self.provider());
        let page = self.web.config.error_page.as_deref();
        let Some(page) = page.filter(|_| wants_page(self.headers())) else {
            return problem.into();
        };
        let page = with_parameter(page, "error", problem.word());
        Refusal::Redirect(with_target(&page, problem.return_to()))
    }

    /// Returns the provider that the path names, if it is configured.
    pub(crate) fn provider(&self) -> Option<ProviderSummary> {
        self.web.provider(&self.segment().ok()?)
    }

    /// Returns the decoded path segment for the braces in the route's path.
    ///
    /// # Errors
    /// `not_found` when it is not valid text.
    pub(crate) fn segment(&self) -> Result<Cow<'a, str>, Problem> {
        let below_base = self.request.path().strip_prefix(self.web.site.base_path());
        let mut segments = self.resource.path.split('/');
        let index = segments.position(|segment| segment.starts_with('{'));
        let segment = index.and_then(|index| below_base?.split('/').nth(index));
        segment
            .and_then(|segment| percent_decode_str(segment).decode_utf8().ok())
            .ok_or_else(|| Problem::new(Code::NotFound))
    }
}
