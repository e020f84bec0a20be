//! The rules of the chat.

mod answers;
mod conversations;
mod error;
mod live;
mod people;

pub use answers::Answers;
pub use conversations::{Conversations, Delivery};
pub use error::{ChatError, Result};
pub use live::{Live, LiveEvent};
pub use people::People;
