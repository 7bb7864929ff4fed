//! `fireline report DIR`: one page of HTML out of a run, a batch or a comparison of layouts.

use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Failure, Output, print};
use crate::base::message::Message;
use crate::files::FileError;
use crate::report::{self, ReportError, Request};
use crate::studies::batch::BatchError;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Arguments {
    results: PathBuf,
    #[arg(long = "out", value_name = "FILE")]
    page: Option<PathBuf>,
    #[arg(long = "force")]
    replace: bool,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let request = Request {
        folder: arguments.results.clone(),
        language: output.language,
        page: arguments.page.clone(),
        replace: arguments.replace,
    };
    let files = report::write(&request).map_err(|error| refused(&error, output))?;
    let path = files.first().map(|p| p.display().to_string());
    let message = Message::new("report-written").with("path", path.unwrap_or_default());
    print(&format!("{}\n", output.say(&message)))?;
    Ok(Exit::Done)
}

fn refused(error: &ReportError, output: Output) -> Failure {
    let exit = match error {
        ReportError::Write { .. }
        | ReportError::Batch(BatchError::Write { .. })
        | ReportError::File(FileError::Write { .. }) => Exit::Failed,
        ReportError::Journal { .. }
        | ReportError::Unended { .. }
        | ReportError::Unlike { .. }
        | ReportError::Scenario(_)
        | ReportError::Read { .. }
        | ReportError::Batch(BatchError::Read { .. })
        | ReportError::File(_) => Exit::Invalid,
        ReportError::NoFolder(_)
        | ReportError::Foreign(_)
        | ReportError::Exists(_)
        | ReportError::IsFolder(_)
        | ReportError::Version { .. }
        | ReportError::Missing { .. }
        | ReportError::Batch(_) => Exit::Usage,
    };
    if let ReportError::Scenario(found) = error {
        output.findings(found);
        return Failure::Said(exit);
    }
    Failure::Message(exit, error.message())
}
