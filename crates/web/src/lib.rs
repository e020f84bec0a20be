#![doc = include_str!("../README.md")]
#![warn(clippy::future_not_send)]

mod access_log;
mod assets;
mod authenticate;
mod body;
mod body_stream;
mod brand;
mod call;
mod client_address;
mod code;
mod config;
mod cookie;
mod cookie_config;
mod cors;
mod credential;
mod endpoint;
mod error;
mod export_view;
mod extract;
mod fields;
mod handle;
mod header_name;
mod headers;
mod host;
mod json_body;
mod mailbox;
mod mode;
mod navigation;
mod negotiate;
mod notice;
mod origin;
mod page;
mod params;
mod paths;
mod render;
mod reply;
mod request;
mod request_format;
pub mod routes;
mod security_headers;
mod set_cookie;
mod site;
mod text;
mod theme;
mod view;
mod ways_to_confirm;
mod web;

pub use body::{BodyError, RequestBody};
pub use body_stream::{BodyStream, BrokenOff, Parts};
pub use brand::{Brand, Image, ImageError, LogoSource};
pub use code::{Code, NextStep};
pub use config::{ProblemRenderer, UnknownHosts, WebConfig, WebConfigError};
pub use cookie_config::{CookieConfig, CookieError, SameSite};
pub use error::{Problem, Refusal};
pub use extract::{AdminRole, Extract, RequiredRole};
pub use header_name::HeaderName;
pub use headers::Headers;
pub use mailbox::Mailbox;
pub use reply::{Body, Reply};
pub use request::{Request, RequestContext};
pub use site::{Site, SiteError};
pub use theme::{Color, ColorError, Contrasts, Theme};
pub use view::{AccountView, SessionView, UserView};
pub use web::Web;

/// What [`define_extractors`] refers to by path.
#[doc(hidden)]
pub mod private {
    pub use std::sync::Arc;

    pub use belgie_auth::Authenticated;
    pub use belgie_domain::{ClientInfo, Session, User};
}
