#![doc = include_str!("../README.md")]

#[cfg(feature = "passwords")]
mod argon2id;
mod claims;
mod es256;
#[cfg(feature = "passwords")]
mod guessability;
#[cfg(feature = "passwords")]
mod hash_threads;
mod jws;
mod key;
mod secret_cipher;

#[cfg(feature = "passwords")]
pub use argon2id::{Argon2id, HashCost};
pub use es256::Es256;
#[cfg(feature = "passwords")]
pub use guessability::Guessability;
#[cfg(feature = "passwords")]
pub use hash_threads::HashThreads;
pub use secret_cipher::SecretCipher;
