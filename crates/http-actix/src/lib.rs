#![doc = include_str!("../README.md")]

mod body;
mod cors;
mod error;
mod extract;
mod guard;
mod mounted;
mod request;
mod response;
mod routes;
pub mod test;

pub use belgie_web::{
    AdminRole, Code, CookieConfig, CookieError, NextStep, Problem, ProblemRenderer, RequiredRole,
    SameSite, SessionView, Site, SiteError, UnknownHosts, UserView, WebConfig, WebConfigError,
};

/// The framework whose types appear here.
pub use actix_web;

pub use error::ApiError;
pub use extract::{
    Client, CurrentSession, CurrentUser, Fresh, OptionalUser, RequireAdmin, RequireRole,
};
pub use routes::Routes;
