//! Everything that can happen in a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::{Order, Orderer};
use crate::fire::breaks::{ContactOutcome, LeakKind};
use crate::scenario::schema::{Cause, InjectEvent};

/// Who saw the fire.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AlarmSource {
    /// A tower camera.
    Camera,
    /// A patrol.
    Patrol,
    /// A citizen who calls 12119.
    Caller,
}

/// Why an order was not carried out, or a unit does not work.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// No such unit.
    UnknownUnit,
    /// No such incident.
    UnknownIncident,
    /// The unit is not at its station or not free.
    NotFree,
    /// No road leads there.
    NoRoute,
    /// The flames are higher than the unit may face.
    TooHot,
    /// The fire is out of reach of its hose.
    OutOfHoseReach,
    /// Its tank is empty and no pond has water.
    NoWater,
    /// Nobody of the incident is on scene.
    NobodyThere,
    /// Nothing along the line burns, or it lies off the map.
    NothingBurns,
}

/// A model that was used outside the data it was fitted to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Extrapolation {
    /// Contacts with breaks wider or narrower than the model's, or under hotter fires.
    Breaks,
    /// Weather outside what fuel moisture was fitted to.
    Weather,
    /// Slopes steeper than the spread model was fitted to.
    Slope,
}

/// One thing that happened. Places are metres in the scenario's system, times seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "args", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "the fields say what the variants' own docs explain"
)]
pub enum Record {
    /// The run begins.
    RunStarted {
        scenario: String,
        scenario_hash: String,
        catalogue_hash: String,
        seed: u64,
        policy: String,
        program: String,
    },
    /// A fire starts (truth; the desk does not know).
    Ignition {
        fire: String,
        cause: Cause,
        x: f64,
        y: f64,
    },
    /// The weather changes.
    Weather {
        wind_from_deg: f64,
        wind_m_s: f64,
        temperature_c: f64,
        humidity_pct: f64,
    },
    /// An inject of the scenario takes effect.
    Inject { inject: String, event: InjectEvent },
    /// Somebody reports smoke; the first report of a place opens an incident.
    Alarm {
        incident: u32,
        source: AlarmSource,
        by: String,
        x: f64,
        y: f64,
        error_m: f64,
    },
    /// A further report of a known incident.
    FurtherAlarm {
        incident: u32,
        source: AlarmSource,
        by: String,
    },
    /// The desk has verified the alarm.
    Verified {
        incident: u32,
        fire: String,
        x: f64,
        y: f64,
        area_ha: f64,
    },
    /// An order was given.
    Ordered { order: Order, by: Orderer },
    /// An order was refused.
    Refused { order: Order, reason: Refusal },
    /// A unit leaves its station.
    Departed {
        unit: String,
        incident: u32,
        road_km: f64,
        expected_s: f64,
    },
    /// A unit leaves its vehicles and walks in.
    WalkingIn {
        unit: String,
        incident: u32,
        distance_m: f64,
    },
    /// A unit is at the fire.
    Arrived { unit: String, incident: u32 },
    /// A unit begins to work on the edge.
    Working { unit: String, incident: u32 },
    /// A unit on scene cannot work.
    Waiting {
        unit: String,
        incident: u32,
        reason: Refusal,
        flame_m: f64,
    },
    /// An engine goes to fill its tank.
    Refilling {
        unit: String,
        pond: String,
        litres: f64,
        minutes: f64,
    },
    /// The fire is reported: every so many minutes, and at each change.
    SituationReport {
        incident: u32,
        area_ha: f64,
        line_m: f64,
        units: u32,
        people: u32,
    },
    /// The ring is closed.
    Contained {
        incident: u32,
        area_ha: f64,
        line_m: f64,
    },
    /// The fire crossed the ring again.
    ContainmentLost { incident: u32, area_ha: f64 },
    /// The fire is out: no fire, no smoke, no steam.
    Out { incident: u32, area_ha: f64 },
    /// Command passed to the emergency management bureau.
    HandedOver { incident: u32, after_min: f64 },
    /// The fire is beyond what the scenario calls escaped.
    Escaped { incident: u32, area_ha: f64 },
    /// A value burnt.
    ValueLost { value: String, value_cny: f64 },
    /// A unit starts back.
    Returning { unit: String },
    /// A unit is back at its station.
    AtStation { unit: String },
    /// A unit is out of action, or fit again.
    UnitOut { unit: String, minutes: f64 },
    /// A contact of the fire with a piece of a firebreak, road or built line is over: the piece held, or
    /// fire crosses it now. `draw` below `probability` is a breach.
    BreakContact {
        barrier: LeakKind,
        id: String,
        piece: u32,
        contact: u32,
        began_s: f64,
        touched_s: f64,
        length_m: f64,
        intensity_kw_m: f64,
        flame_m: f64,
        width_m: f64,
        probability: f64,
        draw: f64,
        outcome: ContactOutcome,
        extrapolated: bool,
        x: f64,
        y: f64,
    },
    /// A firebrand lights a fire; `fire` is the one that threw it (none for a fire lit on order).
    SpotFire {
        fire: Option<String>,
        x: f64,
        y: f64,
        distance_m: f64,
    },
    /// More firebrands than the front can follow: from now on some are left out.
    SpotsLeftOut { starts: u32 },
    /// The edge of a contained fire, not cold yet, lights up again outside the line.
    Reignition { incident: u32, x: f64, y: f64 },
    /// A backfire is lit on order.
    Backfire {
        incident: u32,
        length_m: f64,
        x: f64,
        y: f64,
    },
    /// A model was used outside the data it was fitted to, so many times in the run.
    Extrapolated { model: Extrapolation, count: u64 },
    /// The run ends.
    RunEnded { burnt_ha: f64, state_hash: String },
}
