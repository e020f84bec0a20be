use super::TokenAuthMethod;

/// Why a configuration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The issuer is invalid.
    #[error("{issuer:?} is not a valid issuer: {reason}")]
    Issuer {
        /// The given text.
        issuer: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The client identifier is empty.
    #[error("the client id is empty")]
    ClientId,
    /// The method of authentication needs a client secret.
    #[error("{0} needs a client secret")]
    NoClientSecret(TokenAuthMethod),
    /// A public client has a client secret.
    #[error("a public client (none) has no client secret")]
    UnusedClientSecret,
    /// A scope value contains characters that RFC 6749 §3.3 does not allow.
    #[error(
        "{0:?} is not a valid scope: use printable ASCII without spaces, quotes and backslashes"
    )]
    Scope(String),
    /// A parameter of the authorization request cannot be configured.
    #[error("the authorization request does not accept the parameter {0:?}")]
    Parameter(String),
}
