//! Sign in with Google, GitHub, Microsoft or any OpenID Connect provider, in your own application: users, accounts,
//! sessions and roles, kept in your own database.
//!
//! A whole application on actix-web:
//!
//! ```no_run
#![doc = include_str!("../examples/hello_actix.rs")]
//! ```
//!
//! The same on axum:
//!
//! ```no_run
#![doc = include_str!("../examples/hello_axum.rs")]
//! ```
//!
#![doc = include_str!("../README.md")]

#[cfg(feature = "actix")]
mod actix_routes;
#[cfg(feature = "axum")]
mod axum_router;
mod build;
mod builder;
mod error;
mod handle;
#[cfg(feature = "smtp")]
mod mail;
mod secret;
mod store;

pub use builder::BelgieBuilder;
pub use error::BuildError;
pub use handle::Belgie;

pub use belgie_auth::{Auth, HousekeepingTask, Policy};
pub use belgie_domain::{Event, EventKind, Role, User, UserId};
pub use belgie_web::{Site, WebConfig};

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use belgie_adapter_diesel as diesel;
#[cfg(feature = "memory")]
pub use belgie_adapter_memory as memory;
#[cfg(feature = "smtp")]
pub use belgie_adapter_smtp as smtp;
pub use belgie_auth as auth;
pub use belgie_domain as domain;
#[cfg(feature = "actix")]
pub use belgie_http_actix as actix;
#[cfg(feature = "axum")]
pub use belgie_http_axum as axum;
pub use belgie_ports as ports;
#[cfg(feature = "github")]
pub use belgie_provider_github as github;
#[cfg(feature = "google")]
pub use belgie_provider_google as google;
pub use belgie_provider_http as http;
#[cfg(feature = "microsoft")]
pub use belgie_provider_microsoft as microsoft;
#[cfg(feature = "oidc")]
pub use belgie_provider_oidc as oidc;
pub use belgie_web as web;
