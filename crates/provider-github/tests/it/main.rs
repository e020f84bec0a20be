//! The provider against the emulator's GitHub and its faults. The ids are those of `docs/security.md`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod contract;
mod identity;
mod party;
mod probe;
mod refresh;
mod request;
mod token_reply;
mod wrong_answer;
