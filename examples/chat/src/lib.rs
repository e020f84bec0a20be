//! A chat with an answering partner. See README.md.

pub mod app;
pub mod dev;
pub mod model;
pub mod partner;
pub mod repository;
pub mod router;
pub mod service;
pub mod settings;
