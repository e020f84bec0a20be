use belgie_domain::Purpose;
use belgie_ports::IdentityProvider;
use chrono::TimeDelta;

use super::{AuthorizationRedirect, BeginSignIn, SignIn};
use crate::{AuthError, Authenticated};

impl SignIn<'_> {
    /// Starts authenticating the signed-in person again, so that the session becomes fresh: draws the secrets, stores the
    /// attempt, and returns where to redirect the browser. [`Self::complete`] completes it with a new session in place
    /// of this one, provided that this one still exists and that the same person has authenticated: the identity must be
    /// that of an account of the same user.
    ///
    /// The provider is asked to authenticate the person anew, if it
    /// [can](belgie_ports::IdentityProvider::can_reauthenticate). At another one this is a sign-in like any other, which
    /// makes a session fresh as well.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_reauthentication(
        &self,
        current: &Authenticated,
        request: BeginSignIn<'_>,
    ) -> Result<AuthorizationRedirect, AuthError> {
        let session = current.session.id;
        let purpose = Purpose::Reauthenticate { session };
        self.start(request, purpose).await
    }
}

/// Returns the `max_age` of the authorization request and of the code exchange of an attempt for this purpose.
pub(super) fn max_age(provider: &dyn IdentityProvider, purpose: &Purpose) -> Option<TimeDelta> {
    let asks = matches!(purpose, Purpose::Reauthenticate { .. }) && provider.can_reauthenticate();
    asks.then(TimeDelta::zero)
}
