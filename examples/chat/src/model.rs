//! What the chat is about: the same structures are rows of the database and, in JSON, what clients see.

mod conversation;
mod list;
mod message;
mod person;
pub mod tables;

pub use conversation::Conversation;
pub use list::{Listed, Page};
pub use message::{MAX_TEXT, Message};
pub use person::Person;
