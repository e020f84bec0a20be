//! Sessions: authenticating, starting, listing and ending them.

mod authenticated;
mod manager;
mod open;
mod signed_in;

pub use authenticated::{Authenticated, FreshSession, Proof};
pub use manager::SessionManager;
pub use signed_in::SignedIn;

pub(crate) use open::SessionDraft;
