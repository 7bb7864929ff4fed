//! What networks of breaks cost, and what is asked of them: numbers of the catalogue for planners.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::Sourced;

/// What one kind of break costs, and how wide it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakPrice {
    /// Building a kilometre, for each metre of its width, yuan; 0 or more.
    pub build_cny_km_m: Sourced,
    /// Keeping it up a year, likewise, yuan; 0 or more.
    pub upkeep_cny_km_m_y: Sourced,
    /// Narrower ones count as below the standard, metres.
    pub standard_width_m: Sourced,
}

/// Costs and standards of the parts of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkRules {
    /// Planted belts.
    pub planted: BreakPrice,
    /// Cleared isolation belts.
    pub isolation: BreakPrice,
    /// Fire roads.
    pub road: BreakPrice,
    /// Ends that are nearer to each other than this, and do not meet, are a gap, metres.
    pub gap_m: Sourced,
    /// Length of breaks for each hectare of forest that a network should have, metres.
    pub density_m_ha: Sourced,
}
