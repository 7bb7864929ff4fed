//! Units: crews and engines, what they can do and what they are doing.

use bevy_ecs::prelude::*;

use crate::base::geo::Point;
use crate::protocol::Refusal;
use crate::scenario::catalogue::UnitType;

/// A journey by road: places and the second at which each is passed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trip {
    /// Places along the road.
    pub places: Vec<Point>,
    /// Seconds from the departure at which each place is passed.
    pub seconds: Vec<f64>,
    /// Length, metres.
    pub length_m: f64,
}

impl Trip {
    /// Seconds the journey takes.
    pub fn duration_s(&self) -> f64 {
        self.seconds.last().copied().unwrap_or(0.0)
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

    /// The same way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let total = self.duration_s();
        Self {
            places: self.places.iter().rev().copied().collect(),
            seconds: self.seconds.iter().rev().map(|s| total - s).collect(),
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
    /// On the road since `since_s`.
    Driving {
        /// When it left, seconds.
        since_s: f64,
    },
    /// Walking in.
    Walking {
        /// From.
        from: Point,
        /// To.
        to: Point,
        /// Since, seconds.
        since_s: f64,
        /// Until, seconds.
        until_s: f64,
    },
    /// At the fire, at work or waiting.
    OnScene,
    /// Filling its tank until `until_s`.
    Refilling {
        /// When it is back, seconds.
        until_s: f64,
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
            Self::Walking { .. } => "walking",
            Self::OnScene => "on_scene",
            Self::Refilling { .. } => "refilling",
            Self::Returning { .. } => "returning",
        }
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
    /// People.
    pub people: u32,
    /// Its station's place.
    pub home: Point,
    /// Where it is.
    pub at: Point,
    /// What it is doing.
    pub doing: Doing,
    /// Incident it is assigned to.
    pub incident: Option<u32>,
    /// Its journey out.
    pub trip: Trip,
    /// Water in its tank, litres.
    pub tank_l: f64,
    /// Why it is not working, when it waits.
    pub waiting: Option<Refusal>,
    /// Whether it has worked at the edge of its present incident.
    pub has_worked: bool,
    /// When it left its station, seconds.
    pub left_s: Option<f64>,
    /// Seconds away before that.
    pub away_s: f64,
    /// Whether it ever left.
    pub was_sent: bool,
    /// Out of action until, seconds.
    pub out_until_s: f64,
}

impl UnitState {
    /// Whether it can be sent now.
    pub fn is_free(&self, now: f64) -> bool {
        self.doing == Doing::Standby && self.out_until_s <= now
    }

    /// Seconds away from its station up to now.
    pub fn time_away_s(&self, now: f64) -> f64 {
        self.away_s + self.left_s.map_or(0.0, |left| now - left)
    }
}
