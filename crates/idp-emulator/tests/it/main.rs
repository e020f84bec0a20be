//! The emulator, seen from outside by HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod authorization;
mod chooser;
mod client;
mod discovery_faults;
mod flow;
mod github;
mod id_token_faults;
mod jwks_faults;
mod lifecycle;
mod microsoft;
mod refresh;
mod reply_faults;
mod token;
mod transport_faults;
mod verify;
