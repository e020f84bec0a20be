#![doc = include_str!("../README.md")]

mod algorithm;
mod audience;
mod authorization;
mod cached;
mod config;
mod discovery;
mod document;
mod fault;
mod id_token;
mod issuer_rule;
mod jwt;
mod key_cache;
mod keys;
mod profile;
mod provider;
mod revocation;
mod tenant;
mod token_endpoint;
mod unusable;
mod userinfo;

pub use algorithm::SigningAlgorithm;
pub use belgie_domain::{EmailClaim, EmailDomain, EmailTrust, InvalidEmailDomain};
pub use belgie_provider_http::{HttpClient, HttpClientError};
pub use config::{
    AuthorizationParameters, ClientCredentials, ConfigError, OidcConfig, TokenAuthMethod,
};
pub use provider::OidcProvider;
pub use tenant::{InvalidTenantId, TenantId, Tenants};
pub use unusable::UnusableProvider;
