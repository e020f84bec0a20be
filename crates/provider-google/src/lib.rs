#![doc = include_str!("../README.md")]

mod config;
mod email_trust;

pub use belgie_provider_oidc::{ClientCredentials, ConfigError, HttpClient, OidcProvider};

pub use config::{AccessType, GOOGLE_ISSUER, GoogleConfig};
