use std::error::Error;

use belgie_domain::{Password, PasswordHash, PasswordWeakness};

use crate::BoxFuture;

/// Hashes passwords, and checks them against hashes.
///
/// Hashing is slow and takes memory by design. An implementation MUST bound how much of it happens at once, MUST NOT
/// block the thread that awaits it, and refuses what is too much at once with [`PasswordHasherError::Busy`].
///
/// Dropping a future withdraws the request, unless its work has begun.
pub trait PasswordHasher: Send + Sync + 'static {
    /// Hashes a password with the current algorithm and parameters, and a random salt.
    ///
    /// # Errors
    /// [`PasswordHasherError`].
    fn hash<'a>(
        &'a self,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<PasswordHash, PasswordHasherError>>;

    /// Checks a password against a hash; in constant time as far as the result is concerned.
    ///
    /// Without a hash nothing matches, after as much work as with a hash of the current parameters: an
    /// unknown address takes as long as a wrong password.
    ///
    /// # Errors
    /// [`PasswordHasherError`]; [`PasswordHasherError::UnusableHash`] when the hash cannot be read.
    fn verify<'a>(
        &'a self,
        password: &'a Password,
        hash: Option<&'a PasswordHash>,
    ) -> BoxFuture<'a, Result<PasswordMatch, PasswordHasherError>>;
}

/// Finds out whether a password is easy to guess. Its length is checked elsewhere.
///
/// The same holds about work as for [`PasswordHasher`].
pub trait PasswordStrength: Send + Sync + 'static {
    /// Returns why the password is too easy to guess; `None` when it is not.
    ///
    /// `context` holds the words that an attacker who knows the person or the application would try first: the address, the
    /// name, the name of the application.
    ///
    /// # Errors
    /// [`PasswordHasherError`].
    fn weakness<'a>(
        &'a self,
        password: &'a Password,
        context: &'a [String],
    ) -> BoxFuture<'a, Result<Option<PasswordWeakness>, PasswordHasherError>>;
}

/// Whether a password is the one of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordMatch {
    /// It is another one.
    No,
    /// It is.
    Yes,
    /// It is, and the hash is weaker than a new one would be: the password should be hashed again.
    Outdated,
}

/// Why nothing was hashed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordHasherError {
    /// Too much is being hashed already. A retry helps within a second or two.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The hash is damaged, or of an algorithm or parameters that are not supported.
    #[error("a stored password hash cannot be read")]
    UnusableHash,
    /// Hashing failed.
    #[error("hashing a password failed")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}
