/// Why a configuration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The client identifier is empty.
    #[error("the client id is empty")]
    ClientId,
    /// A scope value contains characters that RFC 6749 §3.3 does not allow.
    #[error(
        "{0:?} is not a valid scope: use printable ASCII without spaces, quotes and backslashes"
    )]
    Scope(String),
    /// The URL of GitHub, or of its API, is invalid.
    #[error("{url:?} is not a valid URL of GitHub: {reason}")]
    Url {
        /// The given text.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}
