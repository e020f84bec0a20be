use belgie_domain::{Attempt, ProviderId, ReturnTo};

use crate::AuthError;

/// A sign-in that failed: no session, no user, no account, and the attempt cannot be used again.
#[derive(Debug, thiserror::Error)]
#[error("the sign-in failed")]
#[non_exhaustive]
pub struct CallbackFailure {
    /// Why.
    #[source]
    pub error: AuthError,
    /// Where to send the browser, when the sign-in began at another origin: the address carries the code.
    pub location: Option<String>,
    /// How to begin the same sign-in again, where the attempt is known.
    pub retry: Option<Retry>,
}

/// What it takes to begin the same sign-in again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The provider.
    pub provider: ProviderId,
    /// Where the browser wanted to land.
    pub return_to: String,
}

impl CallbackFailure {
    /// A failure before the attempt is known.
    pub(super) fn unknown(error: AuthError) -> Self {
        Self {
            error,
            location: None,
            retry: None,
        }
    }

    /// A failure of an attempt, reported where the sign-in began when that is another origin.
    pub(super) fn of(attempt: &Attempt, return_to: &ReturnTo, error: AuthError) -> Self {
        let location = (!return_to.is_same_origin()).then(|| {
            let code = error.code();
            let mut parameters = vec![("error", code.as_str())];
            parameters.extend(client_state(attempt));
            return_to.with_query(&parameters)
        });
        let retry = Retry {
            provider: attempt.provider.clone(),
            return_to: return_to.as_str().to_owned(),
        };
        Self {
            error,
            location,
            retry: Some(retry),
        }
    }
}

/// The front end's own `state`, as a parameter of its address.
pub(super) fn client_state(attempt: &Attempt) -> Option<(&'static str, &str)> {
    let state = attempt.client_state.as_deref()?;
    Some(("state", state))
}
