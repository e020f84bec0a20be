//! The program from outside, as an operator types it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod advice;
mod brand;
mod check;
mod database;
mod dev;
mod documentation;
mod exposure;
mod features;
mod help;
mod keys;
mod mails;
mod options;
mod program;
mod provider;
mod refusals;
mod serve;
mod settings;
mod typing_errors;
mod user;
