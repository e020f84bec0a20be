//! The e-mail addresses of users: verifying and changing them by mail.

mod browser;
mod change;
mod emails;
mod link;
mod verify;

pub use emails::Emails;
pub use link::MailedLink;
