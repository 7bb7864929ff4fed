//! What a window may draw of a run: plain values, no simulation internals.
//!
//! A dispatcher's view: a fire's edge is what was last reported of it.

use bevy_ecs::prelude::World;

use super::run::sorted;
use crate::base::geo::Point;
use crate::fire::barriers::BarrierKind;
use crate::operations::command::Incident;
use crate::operations::units::{Doing, UnitState};
use crate::operations::{Fire, Now};
use crate::protocol::{Refusal, Tactic};

/// An incident as the duty desk knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentView {
    /// Number, from 1.
    pub number: u32,
    /// Where it is believed to be.
    pub at: Point,
    /// Believed area, hectares.
    pub area_ha: f64,
    /// Line built, metres.
    pub line_m: f64,
    /// Seconds of its first alarm, of verification, first dispatch, containment and of being out.
    pub opened_s: f64,
    /// When it was verified.
    pub verified_s: Option<f64>,
    /// When somebody was first sent.
    pub dispatched_s: Option<f64>,
    /// When the ring was closed.
    pub contained_s: Option<f64>,
    /// When it was out.
    pub out_s: Option<f64>,
    /// When it was handed over.
    pub handed_over_s: Option<f64>,
    /// How its edge is attacked.
    pub tactic: Tactic,
    /// Whether that was ordered; else the boss of the crews there chooses.
    pub is_ordered: bool,
}

/// What a unit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitDoing {
    /// Ready at its station.
    Ready,
    /// Turning out.
    TurningOut,
    /// On the road.
    Driving,
    /// Walking in.
    Walking,
    /// At the fire.
    OnScene,
    /// Filling its tank.
    Refilling,
    /// A crew fills the tanks of its machines.
    Refuelling,
    /// Leaves a place that has become dangerous.
    Withdrawing,
    /// In a safe place until it can go back.
    Safe,
    /// On its way home.
    Returning,
    /// Out of action.
    OutOfAction,
}

/// A unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPlace {
    /// Stable id.
    pub id: String,
    /// Where it is.
    pub at: Point,
    /// What it does.
    pub doing: UnitDoing,
    /// Incident it is assigned to.
    pub incident: Option<u32>,
    /// People.
    pub people: u32,
    /// Hours at work since it was last at its station.
    pub worked_h: f64,
    /// Water in its tank, litres.
    pub tank_l: f64,
    /// Why it does not work, at a fire.
    pub waiting: Option<Refusal>,
    /// Road travel time to each verified, open incident, seconds, with the turn-out; only of those
    /// that are ready.
    pub eta_s: Vec<(u32, f64)>,
}

/// A moment of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Seconds after the start.
    pub t_s: f64,
    /// Incidents by number.
    pub incidents: Vec<IncidentView>,
    /// Units in the scenario's order.
    pub units: Vec<UnitPlace>,
    /// Edges of the fires as somebody who stood there last reported them, rings.
    pub edges: Vec<Vec<Point>>,
    /// Line built by crews.
    pub lines: Vec<[Point; 2]>,
}

impl View {
    pub(super) fn of(
        world: &mut World,
        eta: impl Fn(&Incident, &UnitState) -> Option<f64>,
    ) -> Self {
        let now = world.resource::<Now>().t_s;
        let incidents = sorted::<Incident>(world);
        let units = sorted::<UnitState>(world);
        let fire = world.resource::<Fire>();
        let edges = incidents
            .iter()
            .flat_map(|(_, i)| i.belief.edge.iter().cloned())
            .collect();
        let lines = fire
            .0
            .barriers()
            .built()
            .iter()
            .filter(|s| s.kind == BarrierKind::BuiltLine)
            .map(|s| [s.a, s.b])
            .collect();
        let open: Vec<&Incident> = incidents
            .iter()
            .map(|(_, i)| i)
            .filter(|i| i.verified_s.is_some() && i.out_s.is_none())
            .collect();
        Self {
            t_s: now,
            units: units
                .iter()
                .map(|(_, u)| UnitPlace {
                    id: u.id.clone(),
                    at: u.at,
                    doing: doing(u, now),
                    incident: u.incident,
                    people: u.people,
                    worked_h: u.worked_s / 3600.0,
                    tank_l: u.tank_l,
                    waiting: u.waiting,
                    eta_s: if u.is_free(now) {
                        open.iter()
                            .filter_map(|i| Some((i.number, eta(i, u)?)))
                            .collect()
                    } else {
                        Vec::new()
                    },
                })
                .collect(),
            incidents: incidents
                .into_iter()
                .map(|(_, i)| IncidentView {
                    number: i.number,
                    at: i.belief.at,
                    area_ha: i.belief.area_ha,
                    line_m: i.line_m,
                    tactic: i.attack.tactic,
                    is_ordered: i.attack.is_ordered,
                    opened_s: i.opened_s,
                    verified_s: i.verified_s,
                    dispatched_s: i.dispatched_s,
                    contained_s: i.contained_s,
                    out_s: i.out_s,
                    handed_over_s: i.handed_over_s,
                })
                .collect(),
            edges,
            lines,
        }
    }
}

fn doing(unit: &UnitState, now: f64) -> UnitDoing {
    match unit.doing {
        _ if unit.out_until_s > now => UnitDoing::OutOfAction,
        Doing::Stopped { .. } => UnitDoing::OutOfAction,
        Doing::Standby | Doing::Staged => UnitDoing::Ready,
        Doing::TurningOut { .. } => UnitDoing::TurningOut,
        Doing::Driving { .. } => UnitDoing::Driving,
        Doing::Walking { .. } => UnitDoing::Walking,
        Doing::OnScene => UnitDoing::OnScene,
        Doing::Refilling { .. } => UnitDoing::Refilling,
        Doing::Refuelling { .. } => UnitDoing::Refuelling,
        Doing::Withdrawing { .. } => UnitDoing::Withdrawing,
        Doing::Safe { .. } => UnitDoing::Safe,
        Doing::Returning { .. } => UnitDoing::Returning,
    }
}
