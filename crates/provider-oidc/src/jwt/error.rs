/// Why a JWT is refused, as a sentence without its subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JwtError {
    #[error("is longer than {0} bytes")]
    TooLong(usize),
    #[error("is encrypted")]
    Encrypted,
    #[error("does not have three parts")]
    Parts,
    #[error("has a {0} that is not canonical base64url")]
    Encoding(&'static str),
    #[error("has a header that cannot be read: {0}")]
    Header(String),
    #[error("has critical header fields")]
    Critical,
    #[error("is of the type {0:?}")]
    Type(String),
    #[error("is signed by {0:?}")]
    Algorithm(String),
    #[error("is signed by an unknown key")]
    UnknownKey,
    #[error("has a wrong signature")]
    WrongSignature,
}

impl JwtError {
    /// Returns whether newer keys might verify the JWT. They might under a known `kid` too: some providers keep it for a
    /// new key, although OpenID Connect Core §10.1.1 demands another.
    pub(crate) fn newer_keys_may_help(&self) -> bool {
        matches!(self, Self::UnknownKey | Self::WrongSignature)
    }
}
