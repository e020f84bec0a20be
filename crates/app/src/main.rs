//! The `belgie` program.

fn main() {}
