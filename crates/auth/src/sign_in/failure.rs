use belgie_domain::{Attempt, ProviderId, Purpose, ReturnTo};

use crate::AuthError;

/// A failed sign-in: no session, user or account was created. [`SignIn::complete`](super::SignIn::complete) says when the
/// attempt is consumed.
#[derive(Debug, thiserror::Error)]
#[error("the sign-in failed")]
#[non_exhaustive]
pub struct CallbackFailure {
    /// Why.
    #[source]
    pub error: AuthError,
    /// Where to send the browser when the sign-in was started at another origin; the URL carries the error code.
    pub location: Option<String>,
    /// What the attempt was for, if it is known.
    pub purpose: Option<Purpose>,
    /// How to start the same sign-in again, if it was a sign-in and the attempt is known.
    pub retry: Option<Retry>,
}

/// The parameters for starting the same sign-in again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The provider.
    pub provider: ProviderId,
    /// Where the browser was to go afterwards.
    pub return_to: String,
}

impl CallbackFailure {
    /// Creates a failure that occurred before the attempt was known.
    pub(super) fn unknown(error: AuthError) -> Self {
        Self {
            error,
            location: None,
            purpose: None,
            retry: None,
        }
    }

    /// Creates a failure of an attempt, reported to the origin where the sign-in was started if that is another one.
    pub(super) fn of(attempt: &Attempt, return_to: &ReturnTo, error: AuthError) -> Self {
        let location = (!return_to.is_same_origin()).then(|| {
            let code = error.code();
            let mut parameters = vec![("error", code.as_str())];
            parameters.extend(client_state(attempt));
            return_to.with_query(&parameters)
        });
        let is_sign_in = matches!(attempt.purpose, Purpose::SignIn { .. });
        let retry = is_sign_in.then(|| Retry {
            provider: attempt.provider.clone(),
            return_to: return_to.as_str().to_owned(),
        });
        Self {
            error,
            location,
            purpose: Some(attempt.purpose.clone()),
            retry,
        }
    }
}

/// Returns the front end's own `state` as a query parameter.
pub(super) fn client_state(attempt: &Attempt) -> Option<(&'static str, &str)> {
    let state = attempt.client_state.as_deref()?;
    Some(("state", state))
}
