//! Everything a person or a policy can ask for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::geo::Point;

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
    /// Hand an incident over to the emergency management bureau.
    HandOver {
        /// Number of the incident.
        incident: u32,
    },
    /// Light a backfire or burn-out along a line; takes somebody of the incident on scene.
    Backfire {
        /// Number of the incident.
        incident: u32,
        /// The course, metres.
        path: Vec<Point>,
    },
}
