#![doc = include_str!("../README.md")]

mod key;
mod secret_cipher;

pub use secret_cipher::SecretCipher;
