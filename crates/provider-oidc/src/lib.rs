#![doc = include_str!("../README.md")]

mod algorithm;
mod authorization;
mod cached;
mod config;
mod discovery;
mod email_trust;
mod gate;
mod http;
mod id_token;
mod json;
mod keys;
mod printable;
mod profile;
mod provider;
mod token_request;
mod unquoted;
mod unusable;
mod userinfo;

pub use algorithm::SigningAlgorithm;
pub use config::{ClientCredentials, ConfigError, OidcConfig};
pub use email_trust::{EmailClaim, EmailTrust, trust_no_email, trust_verified_email};
pub use http::{HttpClient, HttpClientError};
pub use provider::OidcProvider;
