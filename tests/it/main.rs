//! The whole of Belgie from outside.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod architecture;
