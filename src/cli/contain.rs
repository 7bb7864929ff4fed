//! `fireline contain`: containment by formula for every row of a table.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::behavior::answer;
use super::output::{Exit, Failure};
use crate::operations::containment::{Integrator, contain_csv};

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(long, value_name = "FILE")]
    csv: PathBuf,
    #[arg(long, value_name = "HOW", default_value = Integrator::NAMES[0], value_parser = integrator())]
    integrator: Integrator,
}

fn integrator() -> impl TypedValueParser<Value = Integrator> {
    PossibleValuesParser::new(Integrator::NAMES).try_map(|name| name.parse::<Integrator>())
}

pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    answer(&arguments.csv, |input, output| {
        contain_csv(arguments.integrator, input, output)
    })
}
