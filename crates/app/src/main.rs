//! The `belgie` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    belgie::cli::main()
}
