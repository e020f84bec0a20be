use belgie_ports::{AccessTokenSigner, TokenCipher};

use crate::AuthError;

/// The signer, and the cipher of its private keys.
pub(super) struct Signing<'a> {
    pub(super) signer: &'a dyn AccessTokenSigner,
    pub(super) cipher: &'a dyn TokenCipher,
}

/// The error of an [`Auth`](crate::Auth) that was built without a signer or without a cipher.
pub(super) fn not_set_up() -> AuthError {
    AuthError::NotFound("signer or cipher for access tokens".to_owned())
}
