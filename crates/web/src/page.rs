//! The pages, rendered by the server; they need no script.

pub(crate) mod dashboard;
mod device;
pub(crate) mod error;
mod frame;
pub(crate) mod home;
pub(crate) mod onward;
mod person;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod time;
