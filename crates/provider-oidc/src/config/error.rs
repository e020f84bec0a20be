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
    /// This method of authentication needs a client secret.
    #[error("{0} needs a client secret")]
    NoClientSecret(&'static str),
    /// A public client has a client secret.
    #[error("a public client (none) has no client secret")]
    UnusedClientSecret,
    /// A scope value contains characters that RFC 6749 §3.3 does not allow.
    #[error(
        "{0:?} is not a valid scope: use printable ASCII without spaces, quotes and backslashes"
    )]
    Scope(String),
    /// The parameters of the authorization request are not given as a query string.
    #[error("the parameters are not a query string, such as prompt=login&ui_locales=de")]
    NoQueryString,
    /// The protocol sets this parameter itself.
    #[error("the parameter {0:?} is one of the protocol, which cannot be configured")]
    ReservedParameter(String),
    /// The authorization request has no such parameter.
    #[error("the parameter {0:?} is unknown")]
    UnknownParameter(String),
    /// The parameter is given twice.
    #[error("the parameter {0:?} is repeated")]
    RepeatedParameter(String),
    /// The parameter cannot have this value.
    #[error("the parameter {name:?} {problem}")]
    ParameterValue {
        /// The parameter.
        name: String,
        /// What is wrong with the value.
        problem: &'static str,
    },
}
