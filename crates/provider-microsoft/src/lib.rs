#![doc = include_str!("../README.md")]

mod config;
mod tenant;

pub use belgie_provider_oidc::{
    ClientCredentials, ConfigError, HttpClient, InvalidTenantId, OidcProvider, TenantId,
};

pub use config::{MICROSOFT_ISSUER_URL, MicrosoftConfig};
pub use tenant::{InvalidTenant, Tenant};
