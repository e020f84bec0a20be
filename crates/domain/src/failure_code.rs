use crate::word::words;

words! {
    /// Why something failed, as the stable code that events record and clients receive.
    pub enum FailureCode {
        /// The user declined at the provider.
        AccessDenied = "access_denied",
        /// The user is not active.
        AccountDisabled = "account_disabled",
        /// The e-mail address belongs to a user that this identity may not join.
        AccountExists = "account_exists",
        /// The account belongs to another user.
        AccountTaken = "account_taken",
        /// The call needs the session token.
        BearerRequired = "bearer_required",
        /// The provider refused the authorization code.
        CodeRejected = "code_rejected",
        /// The provider requires a new consent of the person.
        ConsentRequired = "consent_required",
        /// A verified e-mail address is required, and the address is not verified.
        EmailNotVerified = "email_not_verified",
        /// The provider supplied no usable e-mail address.
        EmailRequired = "email_required",
        /// The e-mail address of a new user belongs to another user.
        EmailTaken = "email_taken",
        /// The user's role is not sufficient.
        Forbidden = "forbidden",
        /// The change needs a recent authentication.
        FreshSignInRequired = "fresh_sign_in_required",
        /// An internal error.
        Internal = "internal",
        /// The address and the password are not those of a user.
        InvalidCredentials = "invalid_credentials",
        /// The ID token or profile failed verification.
        InvalidIdToken = "invalid_id_token",
        /// Malformed input.
        InvalidRequest = "invalid_request",
        /// The response belongs to no open attempt of this browser.
        InvalidState = "invalid_state",
        /// The response's `iss` is another issuer, or is missing although the provider promises it.
        IssuerMismatch = "issuer_mismatch",
        /// No other active user has the role `admin`.
        LastAdmin = "last_admin",
        /// Without this account, its user could not sign in any more.
        LastSignInMethod = "last_sign_in_method",
        /// No valid session.
        NotAuthenticated = "not_authenticated",
        /// The named thing does not exist.
        NotFound = "not_found",
        /// The provider answered with an error of its own.
        ProviderError = "provider_error",
        /// No such provider.
        ProviderNotFound = "provider_not_found",
        /// The provider cannot be reached, is too slow, or sends an unusable answer.
        ProviderUnavailable = "provider_unavailable",
        /// It happened too often.
        RateLimited = "rate_limited",
        /// The redirect is neither a path of this site nor on a trusted origin.
        RedirectNotAllowed = "redirect_not_allowed",
        /// New users are not accepted.
        RegistrationClosed = "registration_closed",
        /// The session has expired.
        SessionExpired = "session_expired",
        /// The database does not respond, or the server is overloaded.
        Unavailable = "unavailable",
    }
}
