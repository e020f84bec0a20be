//! The routes, extractors and pages, driven as browsers and programs would.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod setup;

mod access_tokens;
mod account_token;
mod accounts;
mod actix;
mod answer;
mod axum;
mod bodies;
mod brand;
mod brittle_store;
mod browser;
mod confirmation;
mod crawl;
mod email_change;
mod embedding;
mod embedding_actix;
mod error_pages;
mod fragment;
mod front_ends;
mod header_audit;
mod headers;
mod hosts;
mod json;
mod log;
mod logs;
mod mail_pages;
mod mailbox;
mod mails;
mod making;
mod me;
mod origins;
mod pages;
mod panicking_provider;
mod password_account;
mod password_forms;
mod passwords;
mod pending;
mod pending_sign_ups;
mod problems;
mod profile_account;
mod promises;
mod reauthentication;
mod redirects;
mod request;
mod sessions;
mod sign_in;
mod sign_in_page;
mod sign_out;
mod site;
mod strict;
mod wire;
