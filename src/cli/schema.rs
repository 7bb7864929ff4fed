//! `fireline schema`: JSON Schema of what goes in and comes out.

use clap::Args;
use schemars::schema_for;
use serde_json::json;

use super::output::{Exit, Failure, print_json};
use crate::operations::policy::external::DeskMessage;
use crate::protocol::{Line, Order, TimedOrder};
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
    TimedOrders,
    Desk,
    Records,
    Scorecard,
    Scenario,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let of = |what| match what {
        What::Orders => schema_for!(Order),
        What::TimedOrders => schema_for!(Vec<TimedOrder>),
        What::Desk => schema_for!(DeskMessage<'static>),
        What::Records => schema_for!(Line),
        What::Scorecard => schema_for!(Scorecard),
        What::Scenario => scenario::schema(),
    };
    match arguments.what {
        Some(what) => print_json(&of(what))?,
        None => print_json(&json!({
            "orders": of(What::Orders),
            "timed_orders": of(What::TimedOrders),
            "desk": of(What::Desk),
            "records": of(What::Records),
            "scorecard": of(What::Scorecard),
            "scenario": of(What::Scenario),
        }))?,
    }
    Ok(Exit::Done)
}
