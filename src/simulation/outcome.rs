//! What a run leaves behind: the source of scorecard, pictures, rasters and logs.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::geo::Point;
use crate::fire::front::Front;
use crate::fire::ground::Ground;
use crate::protocol::{AlarmSource, Journal};
use crate::scenario::schema::Cause;
use crate::world::World;

/// How a fire ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// No fire, no smoke, no steam.
    Out,
    /// The ring is closed, mop-up goes on.
    ContainedNotOut,
    /// Larger than the scenario's limit, or off the map.
    Escaped,
    /// Still spreading when the run ended.
    BurningAtHorizon,
}

/// Why a fire ended as it did; a message key `ending-reason-…`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EndingReason {
    /// Crews closed the ring.
    LineClosed,
    /// It stopped at breaks, roads or ground that does not burn.
    BurntOut,
    /// Nobody saw it.
    NotDetected,
    /// Nobody was sent.
    NobodySent,
    /// Those sent were not there in time.
    NobodyArrived,
    /// The flames were higher than the crews may face.
    TooHot,
    /// The crews there built line more slowly than the fire grew.
    TooFew,
    /// It burnt over the edge of the map, where nobody follows it.
    LeftTheMap,
    /// It was first seen more than half an hour after its start, and had outgrown those who came.
    SeenLate,
    /// No open road led there for those who could have been sent.
    NoRoute,
    /// Engines there had no water left to fetch.
    WaterOut,
    /// Crews had to leave for their own safety.
    Withdrew,
    /// It had been contained and broke out again.
    Reignited,
}

/// What happened to one fire. Times are seconds after the start; none is unknown or never.
#[derive(Debug, Clone, PartialEq)]
pub struct FireOutcome {
    /// Stable id.
    pub id: String,
    /// Cause.
    pub cause: Cause,
    /// Where it started.
    pub at: Point,
    /// Number of the ignition in the front.
    pub origin: usize,
    /// Incident of the desk, when it was seen.
    pub incident: Option<u32>,
    /// When it started.
    pub ignited_s: f64,
    /// First alarm.
    pub detected_s: Option<f64>,
    /// Who gave it.
    pub detected_by: Option<(AlarmSource, String)>,
    /// When the desk had verified it.
    pub verified_s: Option<f64>,
    /// First dispatch.
    pub dispatched_s: Option<f64>,
    /// First unit at work.
    pub first_attack_s: Option<f64>,
    /// Ring closed.
    pub contained_s: Option<f64>,
    /// Out.
    pub out_s: Option<f64>,
    /// Burnt area, ha.
    pub area_ha: f64,
    /// Burnt forest area, ha.
    pub forest_ha: f64,
    /// Line built at it, metres.
    pub line_m: f64,
    /// How it ended.
    pub ending: Ending,
    /// Why.
    pub ending_reason: EndingReason,
}

impl FireOutcome {
    /// Whether it was contained or out at the end.
    pub fn is_held(&self) -> bool {
        matches!(self.ending, Ending::Out | Ending::ContainedNotOut)
    }

    /// Burnt area to a square metre, as it is reported and summed, ha.
    pub fn reported_ha(&self) -> f64 {
        libm::round(self.area_ha * 10_000.0) / 10_000.0
    }
}

/// What a unit did.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitOutcome {
    /// Stable id.
    pub id: String,
    /// Where it is at the end.
    pub at: Point,
    /// Whether it left its station.
    pub was_sent: bool,
    /// Whether it is away from its station at the end.
    pub is_away: bool,
    /// Hours away from its station.
    pub away_h: f64,
    /// What that cost, yuan.
    pub cost_cny: f64,
    /// Hours at work.
    pub worked_h: f64,
    /// People at the start, hurt and killed.
    pub strength: u32,
    /// See `strength`.
    pub injured: u32,
    /// See `strength`.
    pub dead: u32,
    /// Times it withdrew on its own.
    pub withdrawals: u32,
    /// Its least margin, minutes, when one was worked out.
    pub least_margin_min: Option<f64>,
    /// Equipment it has with it.
    pub kit: std::collections::BTreeMap<String, u32>,
}

/// A pond's water, litres: `start + inflow - taken = left`.
#[derive(Debug, Clone, PartialEq)]
pub struct PondOutcome {
    /// Stable id.
    pub id: String,
    /// At the start.
    pub start_l: f64,
    /// Flown in.
    pub inflow_l: f64,
    /// Taken.
    pub taken_l: f64,
    /// Left.
    pub left_l: f64,
}

/// A finished run.
#[derive(Debug)]
pub struct Outcome {
    /// The world it ran in.
    pub world: Arc<World>,
    /// The seed.
    pub seed: u64,
    /// Name of the dispatch policy.
    pub policy: String,
    /// Everything that happened.
    pub journal: Journal,
    /// The fire: burnt cells, perimeters, barriers with the line built.
    pub front: Front<Ground>,
    /// The fires, in order of ignition.
    pub fires: Vec<FireOutcome>,
    /// The units, in the scenario's order.
    pub units: Vec<UnitOutcome>,
    /// The ponds, in the world's order.
    pub ponds: Vec<PondOutcome>,
    /// What is left in each station's store.
    pub stores: std::collections::BTreeMap<String, std::collections::BTreeMap<String, u32>>,
    /// Ids of the values burnt.
    pub values_lost: Vec<String>,
    /// Line built by crews, metres.
    pub line_built_m: f64,
    /// When the run ended, seconds.
    pub end_s: f64,
    /// blake3 over arrivals, entities, stocks and the journal's head.
    pub state_hash: String,
}
