//! `fireline schema`: JSON Schema of what goes in and comes out.

use clap::Args;
use schemars::schema_for;
use serde_json::json;

use super::output::{Exit, Failure, print_json};
use crate::protocol::{Line, Order};
use crate::results::Scorecard;
use crate::scenario;

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(value_enum)]
    what: Option<What>,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Orders,
    Records,
    Scorecard,
    Scenario,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let of = |what| match what {
        What::Orders => schema_for!(Order),
        What::Records => schema_for!(Line),
        What::Scorecard => schema_for!(Scorecard),
        What::Scenario => scenario::schema(),
    };
    match arguments.what {
        Some(what) => print_json(&of(what))?,
        None => print_json(&json!({
            "orders": of(What::Orders),
            "records": of(What::Records),
            "scorecard": of(What::Scorecard),
            "scenario": of(What::Scenario),
        }))?,
    }
    Ok(Exit::Done)
}
