use belgie_domain::{Attempt, FailureCode, ProviderId, Purpose, ReturnTo};

use crate::{AuthError, IssuedAccessToken};

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
    /// Whether the identity now waits in this browser for the person's choice: see [`Pending`](crate::Pending). Then
    /// `location` is where the browser goes if the person makes none.
    pub is_pending: bool,
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
            is_pending: false,
        }
    }

    /// Creates a failure of an attempt that had ended before, or whose target is no longer allowed: nothing is reported
    /// there.
    pub(super) fn ended(attempt: &Attempt, error: AuthError) -> Self {
        Self {
            purpose: Some(attempt.purpose.clone()),
            ..Self::unknown(error)
        }
    }

    /// Creates a failure of an attempt, reported to the origin where the sign-in was started if that is another one.
    pub(super) fn of(attempt: &Attempt, return_to: &ReturnTo, error: AuthError) -> Self {
        let location = error_location(return_to, attempt.client_state.as_deref(), &error.code());
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
            is_pending: false,
        }
    }
}

/// Returns where an error is reported when the browser was to go to another origin.
pub(super) fn error_location(
    return_to: &ReturnTo,
    client_state: Option<&str>,
    code: &FailureCode,
) -> Option<String> {
    if return_to.is_same_origin() {
        return None;
    }
    let mut parameters = vec![("error", code.as_str())];
    parameters.extend(state_parameter(client_state));
    Some(return_to.with_query(&parameters))
}

/// Returns the location of a success, with the one-time code if there is one, and the front end's own `state`.
pub(super) fn location(
    return_to: &ReturnTo,
    client_state: Option<&str>,
    code: Option<&str>,
) -> String {
    let code = code.map(|code| ("code", code)).into_iter();
    let parameters: Vec<_> = code.chain(state_parameter(client_state)).collect();
    return_to.with_query(&parameters)
}

/// Returns the location of a success with an access token, whose parameters are those of RFC 6749 §4.2.2.
pub(super) fn location_with_access_token(
    return_to: &ReturnTo,
    client_state: Option<&str>,
    issued: &IssuedAccessToken,
) -> String {
    let expires_in = issued.expires_in.to_string();
    let mut parameters = vec![
        ("access_token", issued.token.secret()),
        ("token_type", "Bearer"),
        ("expires_in", &expires_in),
    ];
    parameters.extend(state_parameter(client_state));
    return_to.with_fragment(&parameters)
}

/// Returns the front end's own `state` as a parameter.
fn state_parameter(client_state: Option<&str>) -> Option<(&'static str, &str)> {
    Some(("state", client_state?))
}
