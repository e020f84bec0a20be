use crate::word::words;

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
