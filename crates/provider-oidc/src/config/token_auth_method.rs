use std::fmt;

use super::{ClientCredentials, ConfigError};

/// How the client authenticates at the token endpoint (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenAuthMethod {
    /// Identifier and secret in the `Authorization` header (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// Identifier and secret in the body.
    ClientSecretPost,
    /// A public client: the identifier in the body, and no secret.
    None,
}

impl TokenAuthMethod {
    /// Returns the name used in client registrations and discovery documents (RFC 7591 §2).
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }

    /// Checks that there is a secret if and only if the method needs one.
    pub(super) fn check(self, client: &ClientCredentials) -> Result<(), ConfigError> {
        match (self, client.secret()) {
            (Self::None, Some(_)) => Err(ConfigError::UnusedClientSecret),
            (Self::ClientSecretBasic | Self::ClientSecretPost, None) => {
                Err(ConfigError::NoClientSecret(self.name()))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for TokenAuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_16_a_secret_is_needed_by_both_methods_that_send_it_and_by_no_other() {
        let confidential = ClientCredentials::new("client", "secret");
        let public = ClientCredentials::public("client");
        for method in [
            TokenAuthMethod::ClientSecretBasic,
            TokenAuthMethod::ClientSecretPost,
        ] {
            assert_eq!(method.check(&confidential), Ok(()));
            assert_eq!(
                method.check(&public),
                Err(ConfigError::NoClientSecret(method.name()))
            );
        }

        let none = TokenAuthMethod::None;
        assert_eq!(none.check(&public), Ok(()));
        assert_eq!(
            none.check(&confidential),
            Err(ConfigError::UnusedClientSecret)
        );
    }
}
