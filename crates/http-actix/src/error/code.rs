use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// What went wrong, in the one stable word that programs match on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)+
        }

        impl ErrorCode {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Returns the word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// The user refused at the provider.
    AccessDenied = "access_denied",
    /// The user is not active.
    AccountDisabled = "account_disabled",
    /// The e-mail belongs to a user that this identity may not join.
    AccountExists = "account_exists",
    /// The provider refused the authorization code.
    CodeRejected = "code_rejected",
    /// A request by cookie that does not come from this site.
    CrossOrigin = "cross_origin",
    /// The provider verified no e-mail where one must be verified.
    EmailNotVerified = "email_not_verified",
    /// The provider named no usable e-mail.
    EmailRequired = "email_required",
    /// The user's role does not suffice.
    Forbidden = "forbidden",
    /// The change asks for a recent authentication.
    FreshSignInRequired = "fresh_sign_in_required",
    /// Our fault.
    Internal = "internal",
    /// The ID token or profile does not check out.
    InvalidIdToken = "invalid_id_token",
    /// Malformed input.
    InvalidRequest = "invalid_request",
    /// The response belongs to no open attempt of this browser.
    InvalidState = "invalid_state",
    /// The response's `iss` is another issuer, or missing though promised.
    IssuerMismatch = "issuer_mismatch",
    /// The path does not take this method.
    MethodNotAllowed = "method_not_allowed",
    /// Nobody is signed in.
    NotAuthenticated = "not_authenticated",
    /// No such thing.
    NotFound = "not_found",
    /// The provider answered an error of its own.
    ProviderError = "provider_error",
    /// No such provider.
    ProviderNotFound = "provider_not_found",
    /// The provider cannot be reached, is too slow, or answers garbage.
    ProviderUnavailable = "provider_unavailable",
    /// The redirect is no path of this site nor on a trusted origin.
    RedirectNotAllowed = "redirect_not_allowed",
    /// New users are not taken.
    RegistrationClosed = "registration_closed",
    /// The session has just ended by age.
    SessionExpired = "session_expired",
    /// The request is too large.
    TooLarge = "too_large",
    /// The database does not answer, or there is too much to do.
    Unavailable = "unavailable",
    /// The body has another content type than the route takes.
    UnsupportedMediaType = "unsupported_media_type",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
