#![doc = include_str!("../README.md")]
#![expect(missing_docs, reason = "the names of the fields say it all")]

mod acme;

pub use acme::Acme;
