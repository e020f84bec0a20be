//! Authentication of requests: the store is read at most once per request.

use std::sync::Arc;

use belgie_auth::{Authenticated, Proof, ProviderSummary};
use belgie_domain::{ProviderId, Role};

use crate::code::Code;
use crate::cookie::CookieValue;
use crate::credential::Credential;
use crate::error::{Problem, Refusal};
use crate::negotiate::wants_page;
use crate::origin::{self, Source, UnknownSource};
use crate::request::Request;
use crate::text::detail;
use crate::ways_to_confirm::WaysToConfirm;
use crate::web::Web;

impl Web {
    /// Returns the signed-in user and session.
    ///
    /// # Errors
    /// `not_authenticated` or `session_expired`, or, for a navigating browser, a redirect to sign in and return;
    /// `cross_origin` for a change authenticated by cookie that does not come from this site; `unavailable` when the
    /// store is unavailable.
    pub async fn require(&self, request: &Request<'_>) -> Result<Arc<Authenticated>, Refusal> {
        let authenticated = self.authenticate(request).await;
        authenticated.map_err(|problem| self.or_redirect_to_sign_in(problem, request))
    }

    /// Returns the signed-in user and session, if there is one.
    ///
    /// # Errors
    /// As [`Web::require`], except that an unauthenticated request is `None`. An unavailable store and a cross-origin
    /// change are still errors.
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

    /// Returns the signed-in user and session if the user has this role.
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

    /// Returns the signed-in user and session if the person authenticated recently.
    ///
    /// # Errors
    /// As [`Web::require`], and `fresh_sign_in_required`.
    pub async fn require_fresh(
        &self,
        request: &Request<'_>,
    ) -> Result<Arc<Authenticated>, Refusal> {
        let authenticated = self.require(request).await?;
        self.check_fresh(&authenticated, request).await?;
        Ok(authenticated)
    }

    /// As [`Web::require_fresh`], for changes that only this site's own pages may start. Pages of trusted origins are
    /// refused too, unless they present the session token as a bearer token.
    ///
    /// # Errors
    /// As [`Web::require_fresh`], and `cross_origin`.
    pub(crate) async fn require_fresh_here(
        &self,
        request: &Request<'_>,
    ) -> Result<Arc<Authenticated>, Refusal> {
        let authenticated = self.require(request).await?;
        let is_own = || origin::is_own_site(request.headers(), self.auth.redirects());
        if authenticated.by == Proof::Cookie && !is_own() {
            return Err(Problem::new(Code::CrossOrigin).into());
        }
        self.check_fresh(&authenticated, request).await?;
        Ok(authenticated)
    }

    /// Checks that the person authenticated recently. Otherwise, a page offers to do so again.
    async fn check_fresh(
        &self,
        current: &Authenticated,
        request: &Request<'_>,
    ) -> Result<(), Refusal> {
        let Err(error) = self.auth.sessions().fresh(current) else {
            return Ok(());
        };
        if current.by == Proof::AccessToken {
            let problem = Problem::new(Code::Forbidden).with_detail(detail::NO_ACCESS_TOKEN_HERE);
            return Err(problem.into());
        }
        let problem = Problem::from(error);
        if !wants_page(request.headers()) {
            return Err(problem.into());
        }
        let ways = self.ways_to_confirm(current).await?;
        let provider = ways.providers.first().cloned();
        Err(problem.at_provider(provider).confirmed_by(ways).into())
    }

    /// Returns how the person can authenticate again.
    pub(crate) async fn ways_to_confirm(
        &self,
        current: &Authenticated,
    ) -> Result<WaysToConfirm, Problem> {
        let (auth, user) = (&self.auth, &current.user);
        let accounts = auth.accounts().list(user.id).await?;
        let ids = current.session.provider.iter();
        let ids = ids.chain(accounts.iter().map(|account| &account.provider));
        let has_account = |id: &&ProviderId| accounts.iter().any(|at| at.provider == **id);
        let mut providers: Vec<ProviderSummary> = Vec::new();
        for provider in { ids.filter(has_account) }.filter_map(|id| self.provider(id.as_str())) {
            if providers.iter().all(|known| known.id != provider.id) {
                providers.push(provider);
            }
        }
        Ok(WaysToConfirm {
            has_password: auth.passwords().is_set(user.id).await?,
            email: user.email.as_ref().map(ToString::to_string),
            providers,
        })
    }

    /// Returns the signed-in user and session; unlike [`Web::require`] it does not redirect to the sign-in page.
    ///
    /// # Errors
    /// `not_authenticated`, `session_expired`, `cross_origin`, `unavailable`.
    pub(crate) async fn authenticate(
        &self,
        request: &Request<'_>,
    ) -> Result<Arc<Authenticated>, Problem> {
        let known = &request.context().authenticated;
        let checked = known.get_or_init(|| self.check(request)).await;
        checked.clone()
    }

    async fn check(&self, request: &Request<'_>) -> Result<Arc<Authenticated>, Problem> {
        let sessions = self.auth.sessions();
        let (token, proof) = match Credential::of(request.headers(), &self.cookies) {
            Credential::None | Credential::Unusable => {
                return Err(Problem::new(Code::NotAuthenticated));
            }
            Credential::AccessToken(token) => {
                let authenticated = Box::pin(sessions.authenticate_access_token(&token)).await;
                return Ok(Arc::new(authenticated?));
            }
            Credential::Bearer(token) => (token, Proof::SessionToken),
            Credential::Cookie(token) => {
                self.check_origin(request, UnknownSource::Refuse)?;
                (token, Proof::Cookie)
            }
        };
        Ok(Arc::new(sessions.authenticate(&token, proof).await?))
    }

    /// Checks that a request that changes something comes from this site or a trusted origin.
    ///
    /// # Errors
    /// `cross_origin`.
    pub(crate) fn check_origin(
        &self,
        request: &Request<'_>,
        unknown: UnknownSource,
    ) -> Result<(), Problem> {
        if !request.is_unsafe() {
            return Ok(());
        }
        let source = origin::source(request.headers(), self.auth.redirects());
        match (source, unknown) {
            (Source::Trusted, _) | (Source::Unknown, UnknownSource::Allow) => Ok(()),
            (Source::CrossOrigin, _) | (Source::Unknown, UnknownSource::Refuse) => {
                Err(Problem::new(Code::CrossOrigin))
            }
        }
    }

    /// Checks the source of a request that signs a user in: as for any other change, except that a client without a
    /// session cookie that does not state its source, such as a server, passes.
    ///
    /// # Errors
    /// `cross_origin`.
    pub(crate) fn check_sign_in_origin(&self, request: &Request<'_>) -> Result<(), Problem> {
        let unknown = match self.cookies.find_session(request.headers()) {
            CookieValue::None => UnknownSource::Allow,
            CookieValue::One(_) | CookieValue::Several => UnknownSource::Refuse,
        };
        self.check_origin(request, unknown)
    }

    fn or_redirect_to_sign_in(&self, problem: Problem, request: &Request<'_>) -> Refusal {
        if !problem.code().is_signed_out() || !wants_page(request.headers()) {
            return problem.into();
        }
        // A posted form cannot be returned to, and we do not know which page contained it.
        let here = Some(request.target()).filter(|_| !request.is_unsafe());
        match self.sign_in_location(here) {
            Some(location) => Refusal::Redirect(location),
            None => problem.into(),
        }
    }
}
