#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod address;
mod background;
mod body;
mod client;
mod concurrency;
mod error;
mod form;
mod get;
pub mod json;
mod message;
mod provider_url;
mod redacted;
mod resolver;
mod tls;

pub use address::{Network, is_loopback_host};
pub use belgie_domain::printable;
pub use client::HttpClient;
pub use concurrency::{Busy, ConcurrencyLimit, Permit};
pub use error::{HttpClientError, HttpError};
pub use form::post_form;
pub use get::Get;
pub use message::{Request, Response};
pub use provider_url::check_provider_url;
pub use redacted::redacted;

/// The TLS library whose types [`HttpClient`] takes.
pub use rustls;
