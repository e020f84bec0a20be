#![doc = include_str!("../README.md")]

mod claims;
mod es256;
mod jws;
mod key;
mod secret_cipher;

pub use es256::Es256;
pub use secret_cipher::SecretCipher;
