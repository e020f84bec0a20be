#![doc = include_str!("../README.md")]

mod api;
mod authorization;
mod config;
mod config_error;
mod document;
mod emails;
mod endpoints;
mod provider;
mod revocation;
mod token_endpoint;
mod user;

pub use belgie_domain::{EmailDomain, EmailTrust, InvalidEmailDomain};
pub use belgie_provider_http::{HttpClient, HttpClientError};
pub use config::GithubConfig;
pub use config_error::ConfigError;
pub use endpoints::GITHUB_URL;
pub use provider::GithubProvider;
