//! Sessions: who a token belongs to, beginning, listing and ending them.

mod authenticated;
mod manager;
mod open;

pub use authenticated::{Authenticated, FreshSession, Proof};
pub use manager::SessionManager;

pub(crate) use open::SessionDraft;
