use belgie_domain::SealedSecret;

/// Encrypts secrets that a store keeps and that must be readable later, such as a provider's tokens.
///
/// The encryption MUST be authenticated: a value that was changed, or that is opened in another context than it was
/// sealed in, is refused.
pub trait TokenCipher: Send + Sync + 'static {
    /// Encrypts with the current key.
    ///
    /// `context` names the place where the value will be stored (such as a table, a column and the id of the row), so
    /// that it cannot be moved to another. It is not secret and not stored with the value.
    fn seal(&self, plaintext: &[u8], context: &str) -> SealedSecret;

    /// Decrypts what [`Self::seal`] returned for the same context, with the current key or a previous one.
    ///
    /// # Errors
    /// [`CipherError::UnknownKey`] when neither is the key it was sealed with, [`CipherError::Damaged`] when the value
    /// was changed or belongs to another context.
    fn open(&self, sealed: &SealedSecret, context: &str) -> Result<Vec<u8>, CipherError>;

    /// Returns whether the value is sealed with the current key, and so need not be sealed again.
    fn is_current(&self, sealed: &SealedSecret) -> bool;
}

/// Why a secret could not be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CipherError {
    /// The value is sealed with a key that is not configured (any more).
    #[error("the secret is encrypted with a key that is not configured")]
    UnknownKey,
    /// The value was changed, or was sealed in another context.
    #[error("the encrypted secret is damaged or was moved")]
    Damaged,
}
