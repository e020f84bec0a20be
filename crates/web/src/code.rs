use std::fmt;

/// What a person can do after an error: the main link of the error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextStep {
    /// Go to the home page.
    Home,
    /// Go to the account page, where sign-in methods are added and removed.
    Account,
    /// Request the same URL again.
    TryAgain,
    /// Sign in.
    SignIn,
    /// Sign in again while signed in.
    SignInAgain,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:literal, $next:ident;)+) => {
        /// The stable error code that programs match on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// All codes, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Returns the usual HTTP status.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)+
                }
            }

            /// Returns what a person can do next.
            pub const fn next_step(self) -> NextStep {
                match self {
                    $(Self::$name => NextStep::$next,)+
                }
            }
        }
    };
}

codes! {
    /// The user declined at the provider.
    AccessDenied = "access_denied", 400, SignIn;
    /// The user is disabled.
    AccountDisabled = "account_disabled", 403, SignIn;
    /// The e-mail address belongs to a user that this identity may not join.
    AccountExists = "account_exists", 409, SignIn;
    /// The account belongs to another user.
    AccountTaken = "account_taken", 409, Account;
    /// The route needs the session token as a bearer token.
    BearerRequired = "bearer_required", 403, Home;
    /// The provider refused the authorization code.
    CodeRejected = "code_rejected", 401, SignIn;
    /// The provider issues no more tokens until the person signs in with it again.
    ConsentRequired = "consent_required", 409, SignIn;
    /// A change authenticated by cookie that does not come from this site.
    CrossOrigin = "cross_origin", 403, Home;
    /// The e-mail address must be verified and is not.
    EmailNotVerified = "email_not_verified", 403, SignIn;
    /// The provider supplied no usable e-mail address.
    EmailRequired = "email_required", 403, SignIn;
    /// The e-mail address of a new user belongs to a user already.
    EmailTaken = "email_taken", 409, SignIn;
    /// The user's role is not sufficient.
    Forbidden = "forbidden", 403, Home;
    /// The change requires a recent authentication.
    FreshSignInRequired = "fresh_sign_in_required", 403, SignInAgain;
    /// An internal error.
    Internal = "internal", 500, Home;
    /// The e-mail address and the password are not those of a user.
    InvalidCredentials = "invalid_credentials", 401, SignIn;
    /// The ID token or profile failed verification.
    InvalidIdToken = "invalid_id_token", 401, SignIn;
    /// Malformed input.
    InvalidRequest = "invalid_request", 400, Home;
    /// The response belongs to no open attempt of this browser.
    InvalidState = "invalid_state", 400, SignIn;
    /// The response's `iss` is another issuer, or is missing although the provider advertises it (RFC 9207 §2.4).
    IssuerMismatch = "issuer_mismatch", 400, SignIn;
    /// No other active user has the role `admin`.
    LastAdmin = "last_admin", 409, Home;
    /// Without this account, its user could not sign in any more.
    LastSignInMethod = "last_sign_in_method", 409, Account;
    /// The path does not support this method.
    MethodNotAllowed = "method_not_allowed", 405, Home;
    /// The request is not authenticated.
    NotAuthenticated = "not_authenticated", 401, SignIn;
    /// The resource does not exist.
    NotFound = "not_found", 404, Home;
    /// The provider returned an error of its own.
    ProviderError = "provider_error", 400, SignIn;
    /// The provider does not exist.
    ProviderNotFound = "provider_not_found", 404, SignIn;
    /// The provider cannot be reached, is too slow, or sends an invalid response.
    ProviderUnavailable = "provider_unavailable", 502, SignIn;
    /// It was requested too often.
    RateLimited = "rate_limited", 429, SignIn;
    /// The redirect target is neither a path of this site nor on a trusted origin.
    RedirectNotAllowed = "redirect_not_allowed", 400, Home;
    /// New users are not accepted.
    RegistrationClosed = "registration_closed", 403, SignIn;
    /// The session has expired.
    SessionExpired = "session_expired", 401, SignIn;
    /// The request is too large.
    TooLarge = "too_large", 413, Home;
    /// The database does not respond, or the server is overloaded.
    Unavailable = "unavailable", 503, TryAgain;
    /// The route does not accept this content type.
    UnsupportedMediaType = "unsupported_media_type", 415, Home;
}

impl Code {
    /// Returns whether it means that the request is not authenticated.
    pub const fn is_signed_out(self) -> bool {
        matches!(self, Self::NotAuthenticated | Self::SessionExpired)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_has_a_word_of_its_own_and_the_status_of_an_error() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();

        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{code}");
        }
    }
}
