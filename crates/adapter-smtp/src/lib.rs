#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod mailer;
mod url;

pub use mailer::{SmtpMailer, SmtpMailerError};
pub use url::{InvalidSmtpUrl, SmtpUrl};
