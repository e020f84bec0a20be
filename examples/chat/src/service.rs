//! The rules of the chat.

mod answers;
mod conversations;
mod error;

pub use conversations::Conversations;
pub use error::{ChatError, Result};
