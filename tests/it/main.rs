//! The whole of Belgie from outside: the real program, a real database, a real provider, over real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod access_tokens;
mod audit;
mod axum;
mod failures;
mod flow;
mod front_ends;
mod github;
mod headers;
mod limits;
mod linking;
mod logs;
mod mail;
mod microsoft;
mod nodes;
mod origin;
mod outgoing;
mod own_data;
mod passwords;
mod pending_sign_ups;
mod randomness;
mod rates;
mod redirects;
mod reliability;
mod session;
mod support;
mod tokens;
mod workspace;
