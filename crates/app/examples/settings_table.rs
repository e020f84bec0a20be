//! Prints the table of settings of `docs/settings.md`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    write!(std::io::stdout(), "{}", belgie_server::settings::markdown())
}
