//! The relying party against the emulator and its faults. The ids are those of `docs/security.md`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod algorithm;
mod audience;
mod authorization_request;
mod claim_type;
mod client_authentication;
mod code;
mod conformance;
mod contract;
mod discovery;
mod email;
mod header;
mod key;
mod limit;
mod mix_up;
mod network;
mod nonce;
mod party;
mod posted;
mod raw;
mod reauthentication;
mod refresh;
mod rotation;
mod signature;
mod time;
mod tls;
mod token_reply;
mod userinfo;
