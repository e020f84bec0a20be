//! The emulator, seen from outside by HTTP.

mod client;
mod flow;
