//! Mails to users: composed and sent after the commit of what they are about.

mod compose;
mod delivery;
mod render;
mod request;
mod text;

pub use delivery::Mails;
pub(crate) use request::{permits_mail, request_mail};
