//! Signing in with Microsoft, as the emulator plays it. The ids are those of `docs/security.md`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod contract;
mod discovery;
mod email;
mod key;
mod party;
mod request;
mod response;
mod tenant;
mod token;
