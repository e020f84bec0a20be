use belgie_domain::{
    EmailAddress, FailureCode, InvalidAccessTokenPolicy, InvalidPasswordPolicy,
    InvalidSessionPolicy, PasswordWeakness, ProviderId, Refusal,
};
use belgie_ports::{CipherError, PasswordHasherError, ProviderError, ReportedError, StoreError};
use chrono::TimeDelta;

use crate::SignUpRefusal;

/// Why a use case failed.
///
/// Deliberately exhaustive, so that a web layer cannot overlook a new error.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The user declined at the provider.
    #[error("the user declined the sign-in at the provider: {0}")]
    AccessDenied(ReportedError),
    /// The call needs the session token; a cookie or an access token is not enough.
    #[error("the session was not proved by its token")]
    BearerRequired,
    /// The provider issues no more tokens until the person signs in with it again.
    #[error("the provider {0} requires a new consent")]
    ConsentRequired(ProviderId),
    /// The address of a new user belongs to another user.
    #[error("the e-mail address belongs to a user already")]
    EmailTaken,
    /// The user's role is not sufficient.
    #[error("the user's role does not allow this")]
    Forbidden,
    /// The change needs a recent authentication.
    #[error("the session's authentication is not recent enough")]
    FreshSignInRequired,
    /// No password was hashed: too many are being hashed already, or hashing failed.
    #[error(transparent)]
    Hashing(#[from] PasswordHasherError),
    /// The address and the password are not those of a user. The error does not reveal which of them is wrong, or
    /// whether there is a password at all.
    #[error("the address and the password are not those of a user")]
    InvalidCredentials,
    /// The input is malformed; the message says how.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The response belongs to no open attempt of this browser.
    #[error("the response belongs to no open sign-in attempt of this browser")]
    InvalidState,
    /// Providers' tokens are not stored, since no cipher was given.
    #[error("no cipher was given, so providers' tokens are not stored")]
    NoTokenCipher,
    /// The link of a mail is unknown, was used, has expired, or is for something else.
    #[error("the link is unknown, was used before, or has expired")]
    InvalidToken,
    /// A mail could not be composed.
    #[error("a mail could not be composed")]
    Mail(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// This installation sends no mails.
    #[error("no mails are sent here")]
    MailsOff,
    /// No session has this token, or its user is disabled.
    #[error("not signed in")]
    NotAuthenticated,
    /// The named thing does not exist.
    #[error("no {0}")]
    NotFound(String),
    /// The person chose about a sign-in that no longer waits: another one has taken its place.
    #[error("another sign-in waits for a choice by now")]
    OtherWaits,
    /// The user has a password already.
    #[error("the user has a password already")]
    PasswordAlreadySet,
    /// This installation has no passwords.
    #[error("passwords are turned off here")]
    PasswordsOff,
    /// The provider did not authenticate the person.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The provider answered with an error of its own.
    #[error("the provider answered with the error {0}")]
    ProviderReturnedError(ReportedError),
    /// There is no such provider.
    #[error("no provider named \"{0}\"")]
    ProviderNotFound(String),
    /// It happened too often, for one network or for one account.
    #[error("too many requests")]
    RateLimited {
        /// How long until it is possible again.
        retry_after: TimeDelta,
    },
    /// The redirect target is not allowed.
    #[error("the redirect is neither a path of this site nor on a trusted origin")]
    RedirectNotAllowed,
    /// The identity may not sign in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The session has expired.
    #[error("the session has expired")]
    SessionExpired,
    /// The application refused to create a user.
    #[error(transparent)]
    SignUpRefused(#[from] SignUpRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address must be verified and is not; a link was mailed to it, by which the person becomes a user.
    #[error("the e-mail address is not verified: a link was mailed to it")]
    VerificationMailed(EmailAddress),
    /// A stored token cannot be decrypted.
    #[error("a stored token cannot be decrypted")]
    Undecryptable(#[source] CipherError),
    /// Too many sign-ins are open, from this network or in total.
    #[error("too many sign-ins are open")]
    TooManyAttempts,
    /// The password that the person chose is too short, or too easy to guess.
    #[error(transparent)]
    WeakPassword(#[from] PasswordWeakness),
}

impl AuthError {
    /// Returns the stable code for events and for redirects to front ends.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::AccessDenied(_) => FailureCode::AccessDenied,
            Self::BearerRequired => FailureCode::BearerRequired,
            Self::ConsentRequired(_) => FailureCode::ConsentRequired,
            Self::EmailTaken => FailureCode::EmailTaken,
            Self::Forbidden => FailureCode::Forbidden,
            Self::FreshSignInRequired => FailureCode::FreshSignInRequired,
            Self::InvalidCredentials => FailureCode::InvalidCredentials,
            Self::InvalidRequest(_)
            | Self::InvalidToken
            | Self::PasswordAlreadySet
            | Self::WeakPassword(_) => FailureCode::InvalidRequest,
            Self::InvalidState => FailureCode::InvalidState,
            Self::NotAuthenticated => FailureCode::NotAuthenticated,
            Self::MailsOff | Self::NotFound(_) | Self::NoTokenCipher | Self::PasswordsOff => {
                FailureCode::NotFound
            }
            Self::OtherWaits => FailureCode::AccountExists,
            Self::Provider(error) => provider_code(error),
            Self::ProviderReturnedError(_) => FailureCode::ProviderError,
            Self::ProviderNotFound(_) => FailureCode::ProviderNotFound,
            Self::RateLimited { .. } => FailureCode::RateLimited,
            Self::RedirectNotAllowed => FailureCode::RedirectNotAllowed,
            Self::Refused(refusal) => refusal.code(),
            Self::SessionExpired => FailureCode::SessionExpired,
            Self::SignUpRefused(refusal) => refusal.code().clone(),
            Self::VerificationMailed(_) => FailureCode::EmailNotVerified,
            Self::Store(StoreError::Conflict | StoreError::Unavailable(_))
            | Self::Hashing(PasswordHasherError::Busy)
            | Self::TooManyAttempts => FailureCode::Unavailable,
            Self::Hashing(_) | Self::Mail(_) | Self::Store(_) | Self::Undecryptable(_) => {
                FailureCode::Internal
            }
        }
    }
}

fn provider_code(error: &ProviderError) -> FailureCode {
    match error {
        ProviderError::Busy => FailureCode::Unavailable,
        ProviderError::CodeRejected(_) => FailureCode::CodeRejected,
        ProviderError::InvalidIdentity(_) => FailureCode::InvalidIdToken,
        ProviderError::IssuerMismatch => FailureCode::IssuerMismatch,
        ProviderError::RefreshRejected(_) => FailureCode::ConsentRequired,
        _ => FailureCode::ProviderUnavailable,
    }
}

/// Why an [`Auth`](crate::Auth) cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The policy of access tokens is inconsistent.
    #[error("the access token policy is invalid")]
    AccessTokens(#[from] InvalidAccessTokenPolicy),
    /// The redirect rule does not allow the target after signing in.
    #[error(
        "sign-ins may not end at \"{0}\": it is neither a path of this site nor on a trusted origin"
    )]
    AfterSignIn(String),
    /// Two providers have the same id.
    #[error("two providers are named \"{0}\"")]
    DuplicateProvider(ProviderId),
    /// No clock was given, and the feature `system` is disabled.
    #[error("no clock was given")]
    NoClock,
    /// No source of entropy was given, and the feature `system` is disabled.
    #[error("no source of entropy was given")]
    NoEntropy,
    /// No store was given.
    #[error("no store was given")]
    NoStore,
    /// The rule for passwords is out of bounds.
    #[error("the password policy is invalid")]
    Passwords(#[from] InvalidPasswordPolicy),
    /// A provider's id means something else to Belgie.
    #[error("no provider may be named \"{0}\"")]
    ReservedProvider(ProviderId),
    /// The session policy is inconsistent.
    #[error("the session policy is invalid")]
    Sessions(#[from] InvalidSessionPolicy),
}
