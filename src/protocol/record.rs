//! Everything that can happen in a run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::{Order, Orderer, Tactic};
use crate::fire::breaks::{ContactOutcome, LeakKind};
use crate::scenario::schema::{Cause, DangerLevel, FalseAlarmKind, InjectEvent, Name};

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
    /// A satellite's hot spot: geostationary or polar.
    Satellite,
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
    /// The ground is steeper than the unit works on.
    TooSteep,
    /// It is dark and the ground is steep.
    NightSlope,
    /// A live power line is near.
    LivePowerLine,
    /// The unit belongs to somebody else.
    NotOurs,
    /// The incident has been handed over: the forestry bureau assists.
    HandedOver,
    /// No such road, power line, station or value.
    UnknownPlace,
    /// The unit is not made for it.
    NotItsWork,
    /// It is dark.
    Dark,
    /// The unit's people are out of action.
    OutOfAction,
    /// The place is off the map.
    OffTheMap,
    /// It is done already.
    AlreadyDone,
    /// The doctrine does not allow it.
    NotAllowed,
    /// The unit cannot be reached by radio.
    NoRadio,
    /// There are more units at the fire than those there can lead.
    NoLeader,
    /// Its hose and pump serve another engine's line.
    InRelay,
    /// The place is too far from the fire, or from those who are to go there.
    TooFar,
}

/// Why a fire is attacked in some way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TacticReason {
    /// It was ordered.
    Ordered,
    /// Flames have held off both parties.
    TooHot,
    /// The head's flames can be faced, and the doctrine allows it.
    HeadInReach,
    /// The edge grows faster than those there build line.
    Outrun,
    /// Those there build line faster than the edge grows.
    Enough,
    /// The head's flames are higher than they may be for an attack.
    HeadTooHot,
    /// The edge is too hot, and line beside it would come too late.
    NoLineInTime,
    /// No break or road can be held in time.
    NoBreak,
    /// The edge has cooled, or is held.
    Cooled,
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

/// What became of an order that was not refused.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Carried out.
    Done,
    /// Overtaken by another order, by safety or by events.
    Superseded,
    /// Under way when the run ended.
    UnderWay,
}

/// Why a unit leaves a fire on its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WithdrawalReason {
    /// The fire could be on its way out too soon.
    Margin,
    /// The fire has come over it.
    Overrun,
    /// It has stepped back from flames that came over its place.
    SteppedBack,
    /// Its shift is over.
    Shift,
}

/// What hurts people.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CasualtyCause {
    /// Fire came over them.
    Overrun,
    /// Rocks rolled down a burning slope.
    RollingRocks,
    /// An inject of the scenario.
    Inject,
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
    /// What the seed has drawn of the scenario's ensemble: the day by its name (none for the scenario's own), its
    /// civil start, factors and shifts that hold throughout, the number of fires.
    MemberDrawn {
        day: Option<String>,
        start: String,
        wind_factor: f64,
        wind_turn_deg: f64,
        moisture_shift_pct: f64,
        fuel_factor: f64,
        fires: u32,
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
    /// A further report of a known incident, and where all reports together place it.
    FurtherAlarm {
        incident: u32,
        source: AlarmSource,
        by: String,
        x: f64,
        y: f64,
        error_m: f64,
    },
    /// Something that is no fire is taken for smoke (truth; the desk does not know).
    FalseAlarm {
        alarm: String,
        what: FalseAlarmKind,
        x: f64,
        y: f64,
    },
    /// An operator takes the alarm for a fire: where it is believed to be, and how large it looks.
    Verified {
        incident: u32,
        x: f64,
        y: f64,
        error_m: f64,
        area_ha: f64,
    },
    /// An operator takes the alarm for none.
    Dismissed { incident: u32 },
    /// Somebody who sees the fire reports its place and size.
    FieldReport {
        incident: u32,
        by: String,
        x: f64,
        y: f64,
        area_ha: f64,
    },
    /// Nobody is there to report, and the operator of a camera tells how large the smoke looks.
    SmokeReport {
        incident: u32,
        by: String,
        area_ha: f64,
    },
    /// A unit finds nothing that burns.
    NothingFound { incident: u32, unit: String },
    /// The danger level that holds from now on; `index` when an index gave it.
    Danger {
        level: DangerLevel,
        index: Option<f64>,
        burning_ban: bool,
    },
    /// An order was given; orders are numbered from 1.
    Ordered {
        number: u32,
        order: Order,
        by: Orderer,
    },
    /// An order was refused.
    Refused {
        number: u32,
        order: Order,
        reason: Refusal,
    },
    /// An order has been carried out, or a later one or the run's end came before it was.
    Answered { number: u32, answer: Answer },
    /// People of a place are warned to make ready to leave.
    Warned { value: String, people: u32 },
    /// People leave a place, and when the last will have left.
    Evacuating {
        value: String,
        people: u32,
        until_s: f64,
    },
    /// Fire has reached a place with people in it.
    PeopleReached { value: String, people: u32 },
    /// Somebody is told of a fire, by the doctrine.
    Notified { incident: u32, who: Name },
    /// Who commands at a fire: the leader of the unit that came first, or one who can lead more and takes over
    /// from another.
    Command {
        incident: u32,
        unit: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// A unit's leader takes a sector of a fire: more units are there than the commander can lead.
    Sector { incident: u32, unit: String },
    /// A unit begins to build line, or to stand at one, where it was told to.
    OnTask { unit: String, length_m: f64 },
    /// A unit leaves its station; for an incident, or to stand ready elsewhere.
    Departed {
        unit: String,
        incident: Option<u32>,
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
    Arrived {
        unit: String,
        incident: u32,
        people: u32,
    },
    /// A unit stands ready where it was sent.
    Staged { unit: String },
    /// A unit takes another way: a road has closed, or the fire is elsewhere.
    Rerouted {
        unit: String,
        road: Option<String>,
        expected_s: f64,
    },
    /// It burns at a road, or thick smoke lies over it: nobody drives there.
    RoadBurning { road: String },
    /// A tree lies across a road for so many minutes.
    TreeFall {
        road: String,
        x: f64,
        y: f64,
        minutes: f64,
    },
    /// A vehicle meets another where they cannot pass each other, and waits.
    Met {
        unit: String,
        other: String,
        road: String,
        seconds: f64,
    },
    /// A heavy vehicle backs out of a road where it cannot turn.
    BacksOut { unit: String, length_m: f64 },
    /// A road is open again.
    RoadOpen { road: String },
    /// A unit is given equipment from its station's store.
    StoreIssued {
        unit: String,
        station: String,
        items: BTreeMap<String, u32>,
    },
    /// A station's store lacks equipment that a unit was to have.
    StoreShort {
        unit: String,
        station: String,
        short: BTreeMap<String, u32>,
    },
    /// A unit gives its equipment back.
    StoreReturned {
        unit: String,
        station: String,
        items: BTreeMap<String, u32>,
    },
    /// A unit's way out is getting short of time.
    MarginWarning {
        unit: String,
        incident: u32,
        margin_min: f64,
    },
    /// A unit leaves on its own, whatever it was told.
    Withdraws {
        unit: String,
        incident: u32,
        reason: WithdrawalReason,
        margin_min: f64,
        way_min: f64,
        wind_m_s: f64,
    },
    /// People of a unit are hurt or die.
    Casualties {
        unit: String,
        incident: Option<u32>,
        cause: CasualtyCause,
        injured: u32,
        dead: u32,
        flame_m: f64,
    },
    /// A crew fills the tanks of its machines.
    Refuelling { unit: String, minutes: f64 },
    /// A power line will be dead at a time.
    PowerCut { line: String, dead_s: f64 },
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
        source: String,
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
    /// The ring is closed; the area is what lies within it, what will burn there yet included.
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
    /// An incident is closed by order.
    Closed { incident: u32 },
    /// A road is closed by order.
    RoadClosed { road: String },
    /// The fire is beyond what the scenario calls escaped.
    Escaped { incident: u32, area_ha: f64 },
    /// A value burnt.
    ValueLost { value: String, value_cny: f64 },
    /// A unit starts back.
    Returning { unit: String },
    /// A unit is back at its station.
    AtStation { unit: String, people: u32 },
    /// A unit is out of action, or fit again.
    UnitOut { unit: String, minutes: f64 },
    /// A unit cannot be reached by radio for so many minutes.
    RadioOut { unit: String, minutes: f64 },
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
        /// The chance had nobody stood there; left out where nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        probability_unheld: Option<f64>,
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
    /// Those at a fire attack it in another way.
    Attack {
        /// Number of the incident.
        incident: u32,
        /// How.
        tactic: Tactic,
        /// Why.
        reason: TacticReason,
        /// The highest flames of the edge then, metres; 0 when it was ordered.
        flame_m: f64,
    },
    /// A backfire is lit, on order or from a line that is closed.
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
