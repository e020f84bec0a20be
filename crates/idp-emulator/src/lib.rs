#![doc = include_str!("../README.md")]

mod authorization;
mod bearer;
mod builder;
mod client;
mod clock;
mod discovery;
mod emulator;
mod fault;
mod github;
mod grant;
mod id_token;
mod jwks;
mod jwt;
mod key;
mod key_ring;
mod lock;
mod microsoft;
mod odd_key;
mod page;
mod path;
mod person;
mod protocol;
mod provider;
mod random;
mod reply;
mod request_log;
mod server;
mod signer;
mod token;
mod transport;
mod userinfo;

pub use authorization::AuthorizeError;
pub use builder::{EmulatorBuilder, StartError};
pub use emulator::Emulator;
pub use fault::{
    Answer, AuthorizationFault, DiscoveryFault, Fault, GithubFault, IdTokenFault, JwksFault,
    Signature, TokenReplyFault, UserinfoFault,
};
pub use odd_key::OddKey;
pub use person::Person;
pub use request_log::{BasicCredentials, Endpoint, Parameters, Requests, TokenRequest};
