//! Units: crews, engines, tenders, machines and aircraft, what they can do and what they are doing.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;
use petgraph::graph::NodeIndex;

use crate::base::geo::Point;
use crate::protocol::{Refusal, Task};
use crate::scenario::catalogue::{Catalogue, UnitKind, UnitType};
use crate::scenario::schema::{Agency, Unit};

/// Pace between a road and what lies beside it, m/s: 20 km/h \[J\].
const OFF_ROAD_M_S: f64 = 20.0 / 3.6;

/// A journey: places and the second at which each is passed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trip {
    /// Places on the way.
    pub places: Vec<Point>,
    /// Seconds from the departure at which each place is passed.
    pub seconds: Vec<f64>,
    /// The road nodes at the places; empty for a way off the roads.
    pub nodes: Vec<NodeIndex>,
    /// Length, metres.
    pub length_m: f64,
}

impl Trip {
    /// A straight way at a speed, m/s.
    pub fn straight(from: Point, to: Point, speed_m_s: f64) -> Self {
        let length_m = from.distance(to);
        Self {
            places: vec![from, to],
            seconds: vec![0.0, length_m / speed_m_s],
            nodes: Vec::new(),
            length_m,
        }
    }

    /// The same journey by road, begun beside it.
    #[must_use]
    pub fn from_beside(mut self, at: Point) -> Self {
        let Some(&first) = self.places.first() else {
            return self;
        };
        let off = at.distance(first);
        if off == 0.0 {
            return self;
        }
        let takes = off / OFF_ROAD_M_S;
        for s in &mut self.seconds {
            *s += takes;
        }
        self.places.insert(0, at);
        self.seconds.insert(0, 0.0);
        if let Some(&node) = self.nodes.first() {
            self.nodes.insert(0, node);
        }
        self.length_m += off;
        self
    }

    /// Seconds the journey takes.
    pub fn duration_s(&self) -> f64 {
        self.seconds.last().copied().unwrap_or(0.0)
    }

    /// Where it ends.
    pub fn end(&self) -> Option<Point> {
        self.places.last().copied()
    }

    /// Where one is `t` seconds after the departure.
    pub fn place_at(&self, t: f64) -> Option<Point> {
        let i = self.seconds.partition_point(|&s| s <= t);
        if i == 0 {
            return self.places.first().copied();
        }
        let (Some(&a), Some(&b)) = (self.places.get(i - 1), self.places.get(i)) else {
            return self.places.last().copied();
        };
        let (s0, s1) = (self.seconds[i - 1], self.seconds[i]);
        Some(a.towards(b, if s1 > s0 { (t - s0) / (s1 - s0) } else { 1.0 }))
    }

    /// Puts a pause into a journey by road, so many seconds after the departure.
    pub fn pause(&mut self, after_s: f64, seconds: f64) {
        let i = self.seconds.partition_point(|s| *s <= after_s);
        let (Some(place), true) = (self.place_at(after_s), i > 0 && i < self.places.len()) else {
            return;
        };
        for s in &mut self.seconds[i..] {
            *s += seconds;
        }
        for at_s in [after_s + seconds, after_s] {
            self.places.insert(i, place);
            self.seconds.insert(i, at_s);
            if let Some(&node) = self.nodes.get(i - 1) {
                self.nodes.insert(i, node);
            }
        }
    }

    /// The road nodes before and after the place that is reached so many seconds after the departure.
    pub fn between(&self, after_s: f64) -> Option<(NodeIndex, NodeIndex)> {
        let i = self.seconds.partition_point(|s| *s <= after_s);
        Some((*self.nodes.get(i.checked_sub(1)?)?, *self.nodes.get(i)?))
    }

    /// The journey up to so many seconds after the departure.
    #[must_use]
    pub fn until(&self, after_s: f64) -> Self {
        let i = self.seconds.partition_point(|s| *s <= after_s);
        let (Some(place), true) = (self.place_at(after_s), i > 0 && i < self.places.len()) else {
            return self.clone();
        };
        let mut part = Self {
            places: self.places[..i].to_vec(),
            seconds: self.seconds[..i].to_vec(),
            nodes: self.nodes[..i.min(self.nodes.len())].to_vec(),
            length_m: 0.0,
        };
        part.places.push(place);
        part.seconds.push(after_s);
        part.nodes.extend(part.nodes.last().copied());
        part.length_m = part.places.windows(2).map(|w| w[0].distance(w[1])).sum();
        part
    }

    /// The same way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let total = self.duration_s();
        Self {
            places: self.places.iter().rev().copied().collect(),
            seconds: self.seconds.iter().rev().map(|s| total - s).collect(),
            nodes: self.nodes.iter().rev().copied().collect(),
            length_m: self.length_m,
        }
    }
}

/// What a unit is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// At its station, ready.
    Standby,
    /// Making ready to leave at `until_s`.
    TurningOut {
        /// When it leaves, seconds.
        until_s: f64,
    },
    /// On the road, or in the air, since `since_s`.
    Driving {
        /// When it left, seconds.
        since_s: f64,
    },
    /// Walking in: to the fire's edge when it is in sight, or to where it is believed to be.
    Walking {
        /// The way.
        way: Trip,
        /// Since, seconds.
        since_s: f64,
        /// Whether it looks for a fire that it does not see yet.
        scouting: bool,
    },
    /// At the fire, at work or waiting.
    OnScene,
    /// Away from the fire for water until `until_s`.
    Refilling {
        /// When it is back, seconds.
        until_s: f64,
        /// Litres it brings.
        litres: f64,
    },
    /// A crew fills the tanks of its machines until `until_s`.
    Refuelling {
        /// When it works again, seconds.
        until_s: f64,
    },
    /// Leaves a place that has become dangerous.
    Withdrawing {
        /// The way.
        way: Trip,
        /// Since, seconds.
        since_s: f64,
    },
    /// In a safe place, until it is safe to go back.
    Safe {
        /// Since, seconds.
        since_s: f64,
    },
    /// At a place it was sent to, ready.
    Staged,
    /// Held up by a mishap, a blown tyre or the like, until `until_s`; then it goes on.
    Stopped {
        /// Since, seconds.
        since_s: f64,
        /// Until, seconds.
        until_s: f64,
        /// With what it goes on.
        then: Box<Doing>,
    },
    /// On its way home, walking out first.
    Returning {
        /// When it reaches its vehicles, seconds.
        drive_from_s: f64,
        /// When it is home, seconds.
        until_s: f64,
    },
}

impl Doing {
    /// Its name in the interface of dispatchers.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Standby => "standby",
            Self::TurningOut { .. } => "turning_out",
            Self::Driving { .. } => "driving",
            Self::Walking { scouting: true, .. } => "scouting",
            Self::Walking { .. } => "walking",
            Self::OnScene => "on_scene",
            Self::Refilling { .. } => "refilling",
            Self::Refuelling { .. } => "refuelling",
            Self::Withdrawing { .. } => "withdrawing",
            Self::Safe { .. } => "safe",
            Self::Staged => "staged",
            Self::Stopped { .. } => "stopped",
            Self::Returning { .. } => "returning",
        }
    }

    /// The same, begun or to end so many seconds later.
    #[must_use]
    pub fn delayed(self, by_s: f64) -> Self {
        match self {
            Self::TurningOut { until_s } => Self::TurningOut {
                until_s: until_s + by_s,
            },
            Self::Driving { since_s } => Self::Driving {
                since_s: since_s + by_s,
            },
            Self::Walking {
                way,
                since_s,
                scouting,
            } => Self::Walking {
                way,
                since_s: since_s + by_s,
                scouting,
            },
            Self::Refilling { until_s, litres } => Self::Refilling {
                until_s: until_s + by_s,
                litres,
            },
            Self::Refuelling { until_s } => Self::Refuelling {
                until_s: until_s + by_s,
            },
            Self::Returning {
                drive_from_s,
                until_s,
            } => Self::Returning {
                drive_from_s: drive_from_s + by_s,
                until_s: until_s + by_s,
            },
            same @ (Self::Standby
            | Self::OnScene
            | Self::Withdrawing { .. }
            | Self::Safe { .. }
            | Self::Staged
            | Self::Stopped { .. }) => same,
        }
    }

    /// What it goes on with when the stop it is in ends at `now`; the same when it is in none.
    #[must_use]
    pub fn resumed(self, now: f64) -> Self {
        match self {
            Self::Stopped { since_s, then, .. } => then.delayed(now - since_s),
            other => other,
        }
    }

    /// Whether the unit is on its way anywhere.
    pub fn is_travelling(&self) -> bool {
        matches!(
            self,
            Self::Driving { .. }
                | Self::Walking { .. }
                | Self::Refilling { .. }
                | Self::Withdrawing { .. }
                | Self::Returning { .. }
        )
    }
}

/// A crew, engine or other unit.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct UnitState {
    /// Stable id.
    pub id: String,
    /// Name of its type in the catalogue.
    pub type_name: String,
    /// Its type.
    pub kind: UnitType,
    /// Whose it is.
    pub agency: Agency,
    /// Index of the patrol that it is, among the world's.
    pub patrol: Option<usize>,
    /// Id of its station.
    pub station: String,
    /// People fit for work.
    pub people: u32,
    /// People at the start.
    pub strength: u32,
    /// Its station's place.
    pub home: Point,
    /// Where it is.
    pub at: Point,
    /// Where its vehicles stand when it is on foot.
    pub vehicles: Point,
    /// What it is doing.
    pub doing: Doing,
    /// Incident it is assigned to.
    pub incident: Option<u32>,
    /// What it is to do at the fire.
    pub task: Task,
    /// How far along its task's course it has got, metres.
    pub task_m: f64,
    /// Number of the order it is carrying out.
    pub order: Option<u32>,
    /// Number of the order that gave it its task, as long as that is not done.
    pub task_order: Option<u32>,
    /// Its journey by road or air.
    pub trip: Trip,
    /// Whether it only moves along the road until its hose reaches.
    pub moves_up: bool,
    /// Hose that other engines add to its own, metres.
    pub relay_m: f64,
    /// The engine whose line its own hose and pump serve.
    pub relays_to: Option<String>,
    /// For which state of the roads, and which end of them, its way is known to be open.
    pub roads_good: Option<(usize, Option<NodeIndex>)>,
    /// Water in its tank, litres.
    pub tank_l: f64,
    /// The pond that a helicopter fills its bucket from, by index; none when none has enough.
    pub pond: Option<usize>,
    /// Equipment issued to it: item to count.
    pub kit: BTreeMap<String, u32>,
    /// Why it is not working, when it waits.
    pub waiting: Option<Refusal>,
    /// When each reason for waiting was said last, seconds.
    pub waiting_said: BTreeMap<Refusal, f64>,
    /// Whether it has worked at the edge of its present incident.
    pub has_worked: bool,
    /// Seconds at work since it last rested.
    pub worked_s: f64,
    /// Seconds at work since its machines were filled.
    pub since_fuel_s: f64,
    /// Since when it is at the fire, ready for work, seconds.
    pub ready_s: f64,
    /// When it left its station, seconds.
    pub left_s: Option<f64>,
    /// Seconds away before that.
    pub away_s: f64,
    /// Whether it ever left.
    pub was_sent: bool,
    /// Out of action until, seconds.
    pub out_until_s: f64,
    /// Seconds at work before that.
    pub total_worked_s: f64,
    /// Nobody reaches it by radio until, seconds.
    pub radio_out_until_s: f64,
    /// Its margin when it was last looked at, minutes.
    pub margin_min: Option<f64>,
    /// The least of these.
    pub least_margin_min: Option<f64>,
    /// Times it withdrew on its own.
    pub withdrawals: u32,
    /// People hurt and killed.
    pub injured: u32,
    /// See `injured`.
    pub dead: u32,
}

impl UnitState {
    /// A unit of the scenario at its station, ready, of a type; with the index of the patrol that it walks.
    pub fn ready(unit: &Unit, kind: &UnitType, station: Point, patrol: Option<usize>) -> Self {
        Self {
            id: unit.id.clone(),
            type_name: unit.unit_type.clone(),
            kind: kind.clone(),
            agency: unit.agency,
            patrol,
            station: unit.station.clone(),
            people: unit.people.unwrap_or(kind.people),
            strength: unit.people.unwrap_or(kind.people),
            home: station,
            at: station,
            vehicles: station,
            doing: Doing::Standby,
            incident: None,
            task: Task::Edge,
            task_m: 0.0,
            order: None,
            task_order: None,
            trip: Trip::default(),
            tank_l: kind.tank_l.value,
            pond: None,
            kit: BTreeMap::new(),
            waiting: None,
            moves_up: false,
            relay_m: 0.0,
            relays_to: None,
            roads_good: None,
            waiting_said: BTreeMap::new(),
            has_worked: false,
            worked_s: 0.0,
            since_fuel_s: 0.0,
            ready_s: 0.0,
            left_s: None,
            away_s: 0.0,
            was_sent: false,
            out_until_s: 0.0,
            total_worked_s: 0.0,
            radio_out_until_s: 0.0,
            margin_min: None,
            least_margin_min: None,
            withdrawals: 0,
            injured: 0,
            dead: 0,
        }
    }

    /// Whether it can be sent now.
    pub fn is_free(&self, now: f64) -> bool {
        matches!(self.doing, Doing::Standby | Doing::Staged)
            && self.incident.is_none()
            && self.out_until_s <= now
            && self.people > 0
    }

    /// A mishap at `t` keeps it from going on for so many seconds. Who runs from a fire does not stop.
    pub fn stop(&mut self, t: f64, for_s: f64) {
        self.out_until_s = self.out_until_s.max(t + for_s);
        match &mut self.doing {
            Doing::Standby | Doing::Staged | Doing::Safe { .. } | Doing::Withdrawing { .. } => {}
            Doing::Stopped { until_s, .. } => *until_s = until_s.max(t + for_s),
            doing => {
                let then = Box::new(std::mem::replace(doing, Doing::Standby));
                *doing = Doing::Stopped {
                    since_s: t,
                    until_s: t + for_s,
                    then,
                };
            }
        }
    }

    /// Share of the present step in which it is there to work. Half a step more when it begins: line
    /// that is put down at the end of each step would otherwise lag half a step behind the fire (midpoint rule).
    pub fn share_there(&self, now: super::Now) -> f64 {
        let share = ((now.t_s - self.ready_s) / now.step_s).clamp(0.0, 1.0);
        if self.has_worked { share } else { share + 0.5 }
    }

    /// Whether it can be reached by radio.
    pub fn has_radio(&self, now: f64) -> bool {
        self.radio_out_until_s <= now
    }

    /// Seconds away from its station up to now.
    pub fn time_away_s(&self, now: f64) -> f64 {
        self.away_s + self.left_s.map_or(0.0, |left| now - left)
    }

    /// Whether it flies.
    pub fn flies(&self) -> bool {
        matches!(self.kind.kind, UnitKind::Helicopter | UnitKind::Drone)
    }

    /// Whether it stays with the road.
    pub fn keeps_to_road(&self) -> bool {
        matches!(self.kind.kind, UnitKind::Engine | UnitKind::Tender)
    }

    /// Share of its line production that people and equipment leave it.
    pub fn fitness(&self) -> f64 {
        let people = f64::from(self.people) / f64::from(self.strength.max(1));
        people * self.equipment()
    }

    /// Share that missing equipment leaves: all of it with its whole kit, the type's
    /// `bare_factor` with none.
    fn equipment(&self) -> f64 {
        let counts = |item: &str| self.kind.works_with.as_deref().is_none_or(|w| w == item);
        let kit = || self.kind.kit.iter().filter(|(item, _)| counts(item));
        let wanted: u32 = kit().map(|(_, n)| n).sum();
        if wanted == 0 {
            return 1.0;
        }
        let has: u32 = kit()
            .map(|(item, want)| self.kit.get(item).copied().unwrap_or(0).min(*want))
            .sum();
        let bare = self.kind.bare_factor.as_ref().map_or(0.0, |f| f.value);
        bare + (1.0 - bare) * f64::from(has) / f64::from(wanted)
    }

    /// Share that fatigue leaves after so much work.
    pub fn freshness(&self, catalogue: &Catalogue) -> f64 {
        catalogue.work.freshness_at(self.worked_s / 3600.0)
    }
}
