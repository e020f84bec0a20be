//! The use cases on the store in memory, with a provider without a network and a clock that the tests set.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod access_token;
mod accounts;
mod admin;
mod build;
mod codes;
mod ended;
mod export;
mod hooks;
mod joining;
mod limits;
mod mail;
mod me;
mod password;
mod password_site;
mod pending;
mod posted;
mod reauthentication;
mod redaction;
mod removed_provider;
mod retention;
mod secrets;
mod session;
mod settling;
mod sign_in;
mod site;
mod tokens;
