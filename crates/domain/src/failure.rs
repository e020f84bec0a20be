use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::word::words;
use crate::{EventKind, ProviderId};

words! {
    /// Why something that was tried failed, in the stable word that events keep and clients are given.
    pub enum FailureCode {
        /// The user refused at the provider.
        AccessDenied = "access_denied",
        /// The user is not active.
        AccountDisabled = "account_disabled",
        /// The e-mail address belongs to a user that this identity may not join.
        AccountExists = "account_exists",
        /// The provider refused the authorization code.
        CodeRejected = "code_rejected",
        /// The provider verified no e-mail address where one must be verified.
        EmailNotVerified = "email_not_verified",
        /// The provider named no usable e-mail address.
        EmailRequired = "email_required",
        /// The user's role does not suffice.
        Forbidden = "forbidden",
        /// The change needs a recent authentication.
        FreshSignInRequired = "fresh_sign_in_required",
        /// A fault of ours.
        Internal = "internal",
        /// The ID token or profile does not check out.
        InvalidIdToken = "invalid_id_token",
        /// Malformed input.
        InvalidRequest = "invalid_request",
        /// The response belongs to no open attempt of this browser.
        InvalidState = "invalid_state",
        /// The response's `iss` is another issuer, or missing though promised.
        IssuerMismatch = "issuer_mismatch",
        /// No valid session.
        NotAuthenticated = "not_authenticated",
        /// No such thing.
        NotFound = "not_found",
        /// The provider answered with an error of its own.
        ProviderError = "provider_error",
        /// No such provider.
        ProviderNotFound = "provider_not_found",
        /// The provider cannot be reached, is too slow, or its answer is unusable.
        ProviderUnavailable = "provider_unavailable",
        /// The redirect is no path of this site and on no trusted origin.
        RedirectNotAllowed = "redirect_not_allowed",
        /// New users are not accepted.
        RegistrationClosed = "registration_closed",
        /// The session has just expired.
        SessionExpired = "session_expired",
        /// The database does not answer, or there is too much to do.
        Unavailable = "unavailable",
    }
}

/// What is counted of a failure whose user is not known: strangers can cause any number of them, so they are not kept one by
/// one (ASVS 16.3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct FailureKey {
    /// The minute in which it happened.
    pub minute: DateTime<Utc>,
    /// What was tried.
    pub kind: EventKind,
    /// Through which provider.
    pub provider: Option<ProviderId>,
    /// Why it failed.
    pub code: FailureCode,
}

impl FailureKey {
    /// Returns the key of a failure at this moment.
    pub fn new(
        at: DateTime<Utc>,
        kind: EventKind,
        provider: Option<ProviderId>,
        code: FailureCode,
    ) -> Self {
        let minute = at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
        Self {
            minute,
            kind,
            provider,
            code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_one_minute_are_counted_together() {
        let at = |second| DateTime::from_timestamp(second, 123_456_000).unwrap();
        let key = |second| {
            FailureKey::new(
                at(second),
                EventKind::SignIn,
                None,
                FailureCode::InvalidState,
            )
        };

        assert_eq!(key(60), key(119));
        assert_ne!(key(119), key(120));
        assert_eq!(key(61).minute, DateTime::from_timestamp(60, 0).unwrap());
    }
}
