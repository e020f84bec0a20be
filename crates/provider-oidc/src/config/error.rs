/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The issuer is not one.
    #[error("{issuer:?} cannot be an issuer: {reason}")]
    Issuer {
        /// What was given.
        issuer: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The client identifier is empty.
    #[error("the client id is empty")]
    ClientId,
    /// A scope value has characters that RFC 6749 §3.3 does not allow.
    #[error("{0:?} cannot be a scope: use printable ASCII without spaces, quotes and backslashes")]
    Scope(String),
    /// A parameter of the authorization request is not for the configuration.
    #[error("the authorization request cannot be given the parameter {0:?}")]
    Parameter(String),
}
