//! The `belgie` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    belgie_server::cli::main()
}
