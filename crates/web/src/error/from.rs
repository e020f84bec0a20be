//! What errors of other crates mean to the client. Causes are logged here and go no further.

use std::error::Error;

use belgie_auth::AuthError;
use belgie_domain::{ErrorCode, RedirectNotAllowed};
use belgie_ports::ProviderError;

use super::problem::Problem;
use crate::code::Code;

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        let problem = Self::new(Code::from(&error));
        if matches!(problem.code(), Code::Internal | Code::Unavailable) {
            tracing::error!(%error, source = error.source(), "a request failed");
        }
        match error {
            AuthError::InvalidRequest(detail) => problem.with_detail(detail),
            AuthError::Provider(ProviderError::TimedOut) => problem.with_status(504),
            _ => problem,
        }
    }
}

impl From<RedirectNotAllowed> for Problem {
    fn from(_: RedirectNotAllowed) -> Self {
        Self::new(Code::RedirectNotAllowed)
    }
}

impl From<&AuthError> for Code {
    fn from(error: &AuthError) -> Self {
        of_word(error.code()).unwrap_or(Self::Internal)
    }
}

fn of_word(code: ErrorCode) -> Option<Code> {
    let found = Code::ALL.iter().find(|ours| ours.as_str() == code.as_str());
    found.copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_use_case_is_a_code_for_clients() {
        for code in ErrorCode::ALL {
            assert!(of_word(*code).is_some(), "{code}");
        }
    }
}
