//! The server-rendered pages. They need no script.

pub(crate) mod account;
pub(crate) mod dashboard;
mod device;
pub(crate) mod error;
mod frame;
pub(crate) mod home;
pub(crate) mod interstitial;
pub(crate) mod pending;
mod person;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod time;
