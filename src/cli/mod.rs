//! The command line: one file a command.
//!
//! In come arguments; out come texts, files and an exit code: 0 done, 1 failed, 2 usage, 3 invalid
//! input, 4 incomplete. Nothing is simulated, scored or drawn here.

mod batch;
mod behavior;
mod check;
mod compare;
mod contain;
mod convert;
mod drill;
mod help;
mod inspect;
mod inspect_ensemble;
mod inspect_file;
mod new;
mod output;
mod plan;
mod report;
mod run;
mod schema;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::base::language::Language;
use output::{Exit, Failure, Output};

/// The arguments.
#[derive(Debug, Parser)]
#[command(
    name = "fireline",
    version,
    disable_help_subcommand = true,
    max_term_width = 100
)]
struct Arguments {
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<Language>,
    #[arg(short, long, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Check(check::Arguments),
    Inspect(inspect::Arguments),
    Convert(convert::Arguments),
    Compare(compare::Arguments),
    Schema(schema::Arguments),
    Behavior(behavior::Arguments),
    Contain(contain::Arguments),
    Verify(verify::Arguments),
    Plan(plan::Arguments),
    Batch(batch::Arguments),
    Merge(batch::MergeArguments),
    Report(report::Arguments),
    New(new::Arguments),
    Drill(drill::Arguments),
}

/// Runs the command line and gives the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Help has to know its language before the arguments are understood.
    let language = help::language_of(&arguments);
    let command = help::in_language(Arguments::command(), language);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Done.into()
            };
        }
    };
    let output = Output {
        language: parsed.lang.unwrap_or(language),
        quiet: parsed.quiet,
    };
    match dispatch(&parsed.command, output) {
        Ok(exit) | Err(Failure::Said(exit)) => exit.into(),
        Err(Failure::BrokenPipe) => Exit::Done.into(),
        Err(Failure::Message(exit, message)) => {
            output.error(&message);
            exit.into()
        }
    }
}

fn dispatch(command: &Command, output: Output) -> Result<Exit, Failure> {
    match command {
        Command::Run(arguments) => run::run(arguments, output),
        Command::Check(arguments) => check::run(arguments, output),
        Command::Inspect(arguments) => inspect::run(arguments, output),
        Command::Convert(arguments) => convert::run(arguments, output),
        Command::Compare(arguments) => compare::run(arguments, output),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Behavior(arguments) => behavior::run(arguments),
        Command::Contain(arguments) => contain::run(arguments),
        Command::Verify(arguments) => verify::run(arguments, output),
        Command::Plan(arguments) => plan::run(arguments, output),
        Command::Batch(arguments) => batch::run(arguments, output),
        Command::Merge(arguments) => batch::merge(arguments, output),
        Command::Report(arguments) => report::run(arguments, output),
        Command::New(arguments) => new::run(arguments, output),
        Command::Drill(arguments) => drill::run(arguments, output),
    }
}
