//! The command line of fireline: a thin wrapper over the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    fireline::cli::main(std::env::args_os())
}
