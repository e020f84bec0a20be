//! Maps errors of other crates to problems. Causes are logged here and not passed on.

use std::error::Error;

use belgie_auth::{AuthError, SignUpRefusal};
use belgie_domain::{RedirectNotAllowed, Refusal};
use belgie_ports::{PasswordHasherError, ProviderError, StoreError};
use chrono::TimeDelta;

use super::problem::Problem;
use crate::code::Code;
use crate::text::detail;

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        let problem = Self::new(Code::from(&error));
        log(&error, problem.code());
        match error {
            AuthError::ConsentRequired(provider) => {
                problem.with_detail(detail::consent_required(&provider))
            }
            AuthError::Hashing(PasswordHasherError::Busy) => problem.with_retry_after(1),
            AuthError::InvalidRequest(detail) => problem.with_detail(detail),
            AuthError::InvalidToken => problem.with_detail(detail::INVALID_TOKEN),
            AuthError::MailsOff => problem.with_detail(detail::NO_MAILS),
            AuthError::NoTokenCipher => problem.with_detail(detail::NO_TOKENS),
            AuthError::OtherWaits => problem.with_detail(detail::OTHER_WAITS),
            AuthError::PasswordAlreadySet => problem.with_detail(detail::PASSWORD_SET),
            AuthError::PasswordsOff => problem.with_detail(detail::NO_PASSWORDS),
            AuthError::Provider(ProviderError::TimedOut) => problem.with_status(504),
            AuthError::RateLimited { retry_after } => {
                problem.with_retry_after(whole_seconds(retry_after))
            }
            AuthError::SignUpRefused(refusal) => with_refusal_text(problem, &refusal),
            AuthError::VerificationMailed(email) => {
                let problem = problem.with_detail(detail::VERIFICATION_MAILED);
                problem.having_mailed(&email)
            }
            AuthError::WeakPassword(weakness) => {
                problem.with_detail(detail::weak_password("password", weakness))
            }
            _ => problem,
        }
    }
}

/// Logs what is not the client's fault. That so much is hashed already may be an attack, not a failure of this machine.
fn log(error: &AuthError, code: Code) {
    match (error, code) {
        (AuthError::Hashing(PasswordHasherError::Busy), _) => {
            tracing::info!(%error, "a request was refused");
        }
        (_, Code::Internal | Code::Unavailable) => {
            tracing::error!(%error, source = error.source(), "a request failed");
        }
        _ => {}
    }
}

/// Rounds up, since a client that comes back too early is refused again.
fn whole_seconds(time: TimeDelta) -> u32 {
    let seconds = time.num_milliseconds().saturating_add(999) / 1000;
    u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
}

/// Applies the code and text of an application that refused a sign-up.
fn with_refusal_text(problem: Problem, refusal: &SignUpRefusal) -> Problem {
    let problem = problem.with_word(refusal.code().as_str());
    match refusal.detail() {
        Some(detail) => problem.with_detail(detail.to_owned()),
        None => problem,
    }
}

impl From<RedirectNotAllowed> for Problem {
    fn from(_: RedirectNotAllowed) -> Self {
        Self::new(Code::RedirectNotAllowed)
    }
}

impl From<&AuthError> for Code {
    fn from(error: &AuthError) -> Self {
        match error {
            AuthError::AccessDenied(_) => Self::AccessDenied,
            AuthError::BearerRequired => Self::BearerRequired,
            AuthError::ConsentRequired(_) => Self::ConsentRequired,
            AuthError::EmailTaken => Self::EmailTaken,
            AuthError::Forbidden => Self::Forbidden,
            AuthError::FreshSignInRequired => Self::FreshSignInRequired,
            AuthError::InvalidCredentials => Self::InvalidCredentials,
            AuthError::InvalidRequest(_)
            | AuthError::InvalidToken
            | AuthError::PasswordAlreadySet
            | AuthError::WeakPassword(_) => Self::InvalidRequest,
            AuthError::InvalidState => Self::InvalidState,
            AuthError::NotAuthenticated => Self::NotAuthenticated,
            AuthError::MailsOff
            | AuthError::NotFound(_)
            | AuthError::NoTokenCipher
            | AuthError::PasswordsOff => Self::NotFound,
            AuthError::OtherWaits => Self::AccountExists,
            AuthError::Provider(error) => of_provider(error),
            AuthError::ProviderReturnedError(_) => Self::ProviderError,
            AuthError::ProviderNotFound(_) => Self::ProviderNotFound,
            AuthError::RateLimited { .. } => Self::RateLimited,
            AuthError::RedirectNotAllowed => Self::RedirectNotAllowed,
            AuthError::Refused(refusal) => of_refusal(*refusal),
            AuthError::SessionExpired => Self::SessionExpired,
            AuthError::SignUpRefused(_) => Self::RegistrationClosed,
            AuthError::VerificationMailed(_) => Self::EmailNotVerified,
            AuthError::Store(StoreError::Conflict | StoreError::Unavailable(_))
            | AuthError::Hashing(PasswordHasherError::Busy)
            | AuthError::TooManyAttempts => Self::Unavailable,
            AuthError::Hashing(_)
            | AuthError::Mail(_)
            | AuthError::Store(_)
            | AuthError::Undecryptable(_) => Self::Internal,
        }
    }
}

fn of_refusal(refusal: Refusal) -> Code {
    match refusal {
        Refusal::AccountDisabled => Code::AccountDisabled,
        Refusal::AccountExists => Code::AccountExists,
        Refusal::AccountTaken => Code::AccountTaken,
        Refusal::EmailRequired => Code::EmailRequired,
        Refusal::EmailNotVerified => Code::EmailNotVerified,
        Refusal::LastAdmin => Code::LastAdmin,
        Refusal::LastSignInMethod => Code::LastSignInMethod,
        Refusal::RegistrationClosed => Code::RegistrationClosed,
    }
}

fn of_provider(error: &ProviderError) -> Code {
    match error {
        ProviderError::Busy => Code::Unavailable,
        ProviderError::CodeRejected(_) => Code::CodeRejected,
        ProviderError::InvalidIdentity(_) => Code::InvalidIdToken,
        ProviderError::IssuerMismatch => Code::IssuerMismatch,
        ProviderError::RefreshRejected(_) => Code::ConsentRequired,
        _ => Code::ProviderUnavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_never_told_to_come_back_too_early() {
        for (milliseconds, seconds) in [(-5, 1), (0, 1), (1, 1), (1000, 1), (1001, 2), (90_000, 90)]
        {
            let retry_after = TimeDelta::milliseconds(milliseconds);
            let problem = Problem::from(AuthError::RateLimited { retry_after });

            assert_eq!((problem.status(), problem.word()), (429, "rate_limited"));
            assert_eq!(problem.retry_after(), Some(seconds), "{milliseconds}");
        }
    }
}
