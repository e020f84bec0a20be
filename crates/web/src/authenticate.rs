//! Who is signed in: asked of the store at most once per request.

use std::sync::Arc;

use belgie_auth::{Authenticated, Proof};
use belgie_domain::Role;

use crate::code::Code;
use crate::credential::Credential;
use crate::error::{Problem, Refusal};
use crate::negotiate::wants_page;
use crate::origin::{self, Source};
use crate::request::Request;
use crate::web::Web;

impl Web {
    /// Returns who is signed in.
    ///
    /// # Errors
    /// `not_authenticated` or `session_expired`, or for a browser that navigates a redirect to sign in and come back;
    /// `cross_origin` for a change by cookie that does not come from this site; `unavailable` when the store does not answer.
    pub async fn require(&self, request: &Request<'_>) -> Result<Arc<Authenticated>, Refusal> {
        let authenticated = self.authenticate(request).await;
        authenticated.map_err(|problem| self.or_sign_in(problem, request))
    }

    /// Returns who is signed in, if anybody is.
    ///
    /// # Errors
    /// As [`Web::require`], but for those that say that nobody is signed in: a store that does not answer and a change
    /// that comes from another site are never taken for nobody.
    pub async fn optional(
        &self,
        request: &Request<'_>,
    ) -> Result<Option<Arc<Authenticated>>, Refusal> {
        match self.authenticate(request).await {
            Ok(authenticated) => Ok(Some(authenticated)),
            Err(problem) if problem.code().is_signed_out() => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Returns who is signed in, when the user has this role.
    ///
    /// # Errors
    /// As [`Web::require`], and `forbidden` for users of another role.
    pub async fn require_role(
        &self,
        request: &Request<'_>,
        role: &Role,
    ) -> Result<Arc<Authenticated>, Refusal> {
        let authenticated = self.require(request).await?;
        if authenticated.user.role != *role {
            return Err(Problem::new(Code::Forbidden).into());
        }
        Ok(authenticated)
    }

    /// Returns who is signed in, when the person proved recently who they are.
    ///
    /// # Errors
    /// As [`Web::require`], and `fresh_sign_in_required`.
    pub async fn require_fresh(
        &self,
        request: &Request<'_>,
    ) -> Result<Arc<Authenticated>, Refusal> {
        let authenticated = self.require(request).await?;
        self.auth.sessions().fresh(&authenticated)?;
        Ok(authenticated)
    }

    async fn authenticate(&self, request: &Request<'_>) -> Result<Arc<Authenticated>, Problem> {
        let known = &request.context().authenticated;
        let checked = known.get_or_init(|| self.check(request)).await;
        checked.clone()
    }

    async fn check(&self, request: &Request<'_>) -> Result<Arc<Authenticated>, Problem> {
        let (token, proof) = match Credential::of(request.headers(), &self.cookies) {
            Credential::None | Credential::Unusable => {
                return Err(Problem::new(Code::NotAuthenticated));
            }
            Credential::Bearer(token) => (token, Proof::SessionToken),
            Credential::Cookie(token) => {
                self.refuse_foreign(request, Source::Unsaid)?;
                (token, Proof::Cookie)
            }
        };
        let authenticated = self.auth.sessions().authenticate(&token, proof).await;
        Ok(Arc::new(authenticated?))
    }

    /// Refuses a request that would change something and does not come from this site, or that is `also_refused`.
    pub(crate) fn refuse_foreign(
        &self,
        request: &Request<'_>,
        also_refused: Source,
    ) -> Result<(), Problem> {
        if !request.is_unsafe() {
            return Ok(());
        }
        let source = origin::source(request.headers(), self.auth.redirects());
        if source == Source::Foreign || source == also_refused {
            return Err(Problem::new(Code::CrossOrigin));
        }
        Ok(())
    }

    fn or_sign_in(&self, problem: Problem, request: &Request<'_>) -> Refusal {
        if !problem.code().is_signed_out() || !wants_page(request.headers()) {
            return problem.into();
        }
        // A form that was posted cannot be come back to; the page that it stood on is not ours to guess.
        let here = Some(request.target()).filter(|_| !request.is_unsafe());
        match self.sign_in_location(here) {
            Some(location) => Refusal::Redirect(location),
            None => problem.into(),
        }
    }
}
