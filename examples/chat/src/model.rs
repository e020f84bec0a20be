//! What the chat is about: the same structures are rows of the database and, in JSON, what clients see.

mod conversation;
mod message;
mod page;
mod person;
pub mod tables;

pub use conversation::{Conversation, UNTITLED};
pub use message::{Author, MAX_TEXT, Message, State};
pub use page::{Listed, Page};
pub use person::{Person, PersonChange};
