#![doc = include_str!("../README.md")]

pub mod cli;
pub mod dev;
mod invocation;
pub mod server;
pub mod settings;
pub mod telemetry;
pub mod wiring;
