//! Everything a person or a policy can ask for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::geo::Point;
use crate::scenario::schema::DangerLevel;

/// Who gave an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Orderer {
    /// A policy of the program.
    Policy,
    /// The rules of the scenario's doctrine.
    Doctrine,
    /// A person.
    Person,
    /// The emergency management bureau, in command since the hand-over.
    EmergencyBureau,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Send a unit to an incident.
    Dispatch {
        /// Stable id of the unit.
        unit: String,
        /// Number of the incident.
        incident: u32,
    },
    /// Call a unit back to its station.
    Recall {
        /// Stable id of the unit.
        unit: String,
    },
    /// Send a unit that is free to stand ready somewhere, as near by road as it gets.
    Move {
        /// Stable id of the unit.
        unit: String,
        /// The place, metres.
        to: Point,
    },
    /// Give a unit at a fire something else to do than to work at the edge.
    Task {
        /// Stable id of the unit.
        unit: String,
        /// What.
        task: Task,
    },
    /// Have those at a fire attack its edge in a certain way from now on.
    Attack {
        /// Number of the incident.
        incident: u32,
        /// How.
        tactic: Tactic,
    },
    /// Ask the emergency management bureau for units of a type: aircraft, machines, crews.
    Request {
        /// Number of the incident.
        incident: u32,
        /// Type of the catalogue.
        unit_type: String,
        /// How many.
        count: u32,
    },
    /// Ask those at a fire for a report now.
    Report {
        /// Number of the incident.
        incident: u32,
    },
    /// Hand an incident over to the emergency management bureau.
    HandOver {
        /// Number of the incident.
        incident: u32,
    },
    /// Light a backfire or burn-out along a line; takes somebody of the incident on scene.
    #[serde(alias = "burn_out")]
    Backfire {
        /// Number of the incident.
        incident: u32,
        /// The course, metres.
        path: Vec<Point>,
    },
    /// Close an incident that is no fire, or no longer one.
    Close {
        /// Number of the incident.
        incident: u32,
    },
    /// Keep vehicles off a road.
    CloseRoad {
        /// Id of the road.
        road: String,
    },
    /// Let them on it again.
    OpenRoad {
        /// Id of the road.
        road: String,
    },
    /// Declare a danger level.
    SetDanger {
        /// The level.
        level: DangerLevel,
    },
    /// Have a power line cut, so that water may be used near it.
    CutPower {
        /// Id of the line.
        line: String,
    },
    /// Warn the people of a village or other place to make ready to leave.
    Warn {
        /// Id of the value at risk.
        value: String,
    },
    /// Move people out of a village or other place.
    Evacuate {
        /// Id of the value at risk.
        value: String,
    },
}

/// How those at a fire attack its edge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tactic {
    /// Anchor and flank: two parties from the quietest of the edge, or what holds, to the head.
    #[default]
    Flank,
    /// From the head to the rear.
    Head,
    /// At a stand-off where the flames are too hot, at the edge elsewhere; then burnt out.
    Parallel,
    /// The hottest places that can be faced, one after the other, to win time.
    HotSpots,
    /// Those on foot fall back on a break or road that the fire will come to, and hold it.
    Hold,
    /// As the boss of the crews there thinks best.
    Boss,
}

/// What a unit does at a fire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// Work at the burning edge with the others: two parties go round and meet.
    Edge,
    /// Build line along a course, away from the edge.
    Line(Vec<Point>),
    /// Stand along a course, a firebreak or a road, and put out what crosses it.
    Hold(Vec<Point>),
}
