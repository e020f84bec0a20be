#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod address;
mod background;
mod body;
mod client;
mod concurrency;
mod error;
mod fault;
mod form;
mod get;
pub mod json;
mod message;
mod provider_url;
mod redacted;
mod resolver;
mod time_limit;
mod tls;
mod token_endpoint;

pub use address::{Network, is_loopback_host};
pub use belgie_domain::printable;
pub use client::HttpClient;
pub use concurrency::{Busy, ConcurrencyLimit, Permit};
pub use error::{HttpClientError, HttpError};
pub use fault::{Document, Fault};
pub use form::post_form;
pub use get::Get;
pub use message::{Request, Response};
pub use provider_url::check_provider_url;
pub use redacted::redacted;
pub use time_limit::in_time;

/// The TLS library whose types [`HttpClient`] takes.
pub use rustls;
