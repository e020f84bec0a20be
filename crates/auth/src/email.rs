//! The e-mail addresses of users: verifying and changing them by mail.

mod change;
mod emails;
mod verify;

pub use emails::Emails;
