//! The chat from outside, on SQLite and on PostgreSQL.

mod admin;
mod conversations;
mod live;
mod partner;
mod restart;
mod sign_in;
mod support;
