#![doc = include_str!("../README.md")]

pub mod settings;
pub mod telemetry;
