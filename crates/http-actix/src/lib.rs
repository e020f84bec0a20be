#![doc = include_str!("../README.md")]

mod access_log;
mod body;
mod client_address;
mod config;
mod cookie;
mod cors;
mod endpoint;
mod error;
mod extract;
mod header;
mod host;
mod negotiate;
mod notice;
mod origin;
mod page;
mod params;
mod routes;
mod shield;
mod view;
mod visit;
mod web;

/// Which requests of other sites carry a cookie.
pub use actix_web::cookie::SameSite;

pub use config::{CookieConfig, UnknownHosts, WebConfig};
pub use error::{ApiError, ErrorCode};
pub use extract::{
    Admin, CurrentSession, CurrentUser, Fresh, OptionalUser, RequireAdmin, RequireRole,
    RequiredRole,
};
pub use routes::Routes;
pub use view::{SessionView, UserView};
