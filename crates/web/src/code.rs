use std::fmt;

/// What helps after an error: the way on that its page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextStep {
    /// To go to the home page.
    Home,
    /// To ask for the same address again.
    TryAgain,
    /// To sign in.
    SignIn,
    /// To sign in although somebody is signed in.
    SignInAgain,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $status:literal, $next:ident;)+) => {
        /// What went wrong, in the one stable word that programs match on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Returns the status that answers it unless an error says otherwise.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$name => $status,)+
                }
            }

            /// Returns what helps.
            pub const fn next_step(self) -> NextStep {
                match self {
                    $(Self::$name => NextStep::$next,)+
                }
            }
        }
    };
}

codes! {
    /// The user refused at the provider.
    AccessDenied = "access_denied", 400, SignIn;
    /// The user is not active.
    AccountDisabled = "account_disabled", 403, SignIn;
    /// The e-mail belongs to a user that this identity may not join.
    AccountExists = "account_exists", 409, SignIn;
    /// The provider refused the authorization code.
    CodeRejected = "code_rejected", 401, SignIn;
    /// A request by cookie that does not come from this site.
    CrossOrigin = "cross_origin", 403, Home;
    /// The provider verified no e-mail where one must be verified.
    EmailNotVerified = "email_not_verified", 403, SignIn;
    /// The provider named no usable e-mail.
    EmailRequired = "email_required", 403, SignIn;
    /// The user's role does not suffice.
    Forbidden = "forbidden", 403, Home;
    /// The change asks for a recent authentication.
    FreshSignInRequired = "fresh_sign_in_required", 403, SignInAgain;
    /// Our fault.
    Internal = "internal", 500, Home;
    /// The ID token or profile does not check out.
    InvalidIdToken = "invalid_id_token", 401, SignIn;
    /// Malformed input.
    InvalidRequest = "invalid_request", 400, Home;
    /// The response belongs to no open attempt of this browser.
    InvalidState = "invalid_state", 400, SignIn;
    /// The response's `iss` is another issuer, or missing though promised.
    IssuerMismatch = "issuer_mismatch", 400, SignIn;
    /// The path does not take this method.
    MethodNotAllowed = "method_not_allowed", 405, Home;
    /// Nobody is signed in.
    NotAuthenticated = "not_authenticated", 401, SignIn;
    /// No such thing.
    NotFound = "not_found", 404, Home;
    /// The provider answered an error of its own.
    ProviderError = "provider_error", 400, SignIn;
    /// No such provider.
    ProviderNotFound = "provider_not_found", 404, SignIn;
    /// The provider cannot be reached, is too slow, or answers garbage.
    ProviderUnavailable = "provider_unavailable", 502, SignIn;
    /// The redirect is no path of this site nor on a trusted origin.
    RedirectNotAllowed = "redirect_not_allowed", 400, Home;
    /// New users are not taken.
    RegistrationClosed = "registration_closed", 403, SignIn;
    /// The session has just ended by age.
    SessionExpired = "session_expired", 401, SignIn;
    /// The request is too large.
    TooLarge = "too_large", 413, Home;
    /// The database does not answer, or there is too much to do.
    Unavailable = "unavailable", 503, TryAgain;
    /// The body has another content type than the route takes.
    UnsupportedMediaType = "unsupported_media_type", 415, Home;
}

impl Code {
    /// Returns whether it means that nobody is signed in: what an optional visitor may be.
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
