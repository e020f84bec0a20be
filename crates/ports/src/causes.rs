use std::error::Error;

/// Returns an error and its causes on one line: most errors state only what failed, and their causes state why.
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProviderError, StoreError};

    #[test]
    fn an_error_is_followed_by_its_causes() {
        let inner = StoreError::Unavailable("no route to host".into());
        let outer = ProviderError::Unavailable(inner.into());

        assert_eq!(
            with_causes(&outer),
            "the provider cannot be used: the store is unavailable: no route to host"
        );
        assert_eq!(
            with_causes(&ProviderError::IssuerMismatch),
            "the authorization response is not from the provider's issuer"
        );
    }
}
