//! Signing in with an e-mail address and a password.

mod change;
mod claim;
mod entry;
mod passwords;
mod reauthenticate;
mod register;
mod request;
mod reset;
mod sign_in;
mod tools;
mod verified;

pub use passwords::Passwords;
pub use register::{Registered, Registering};
pub use request::PasswordSignIn;
pub(crate) use tools::PasswordTools;
