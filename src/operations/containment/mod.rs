//! Containment by formula: two parties build line around an ellipse that grows, until they meet.
//!
//! Fried, J. S. & Fried, B. D. 1996, "Simulating wildfire containment with realistic tactics", *Forest
//! Science* 42(3):267-281. The fire would grow freely as an ellipse in uniform fuel, wind and slope; two
//! parties start together at its head or its rear, build line along its edge (or at a distance) in opposite
//! directions, and the fire keeps the shape that line leaves it. No grid, some microseconds: a forecast for
//! policies, and the answer that the whole simulation is tested against ([`converged`]).
//!
//! [`behave`] follows the stepping of ContainSim, to give the numbers that users of BehavePlus know.

pub mod behave;
pub mod converged;
mod table;

use serde::{Deserialize, Serialize};

pub use table::{Integrator, contain_csv};

/// Acres that make a hectare.
pub const ACRES_A_HECTARE: f64 = 2.471_053_814_671_653;
/// Largest fire that the model follows unless asked otherwise: 1,000 acres (ContainSim), ha.
pub const LARGEST_HA: f64 = 1000.0 / ACRES_A_HECTARE;
/// Longest time after the report that the model follows unless asked otherwise (ContainSim), minutes.
pub const LONGEST_MIN: f64 = 1080.0;

/// Where the parties start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tactic {
    /// At the head, towards the rear.
    Head,
    /// At the rear, towards the head.
    Rear,
}

/// What builds line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Resource {
    /// When it begins, minutes after the report.
    pub arrival_min: f64,
    /// How long it keeps on, minutes.
    pub duration_min: f64,
    /// Line it builds for both parties together, m/min.
    pub production_m_min: f64,
}

impl Resource {
    fn works_at(&self, t: f64) -> bool {
        self.arrival_min <= t && t < self.arrival_min + self.duration_min
    }
}

/// A fire and those who attack it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attack {
    /// Length to width of the free fire, 1 or more.
    pub length_to_width: f64,
    /// Rate of spread of its head, m/min, more than 0.
    pub spread_m_min: f64,
    /// Its size when it is reported, ha, more than 0.
    pub report_ha: f64,
    /// Where the parties start.
    pub tactic: Tactic,
    /// Distance of the line from the edge, m; 0 is direct attack.
    pub distance_m: f64,
    /// Those who build line; at least one.
    pub resources: Vec<Resource>,
    /// A fire larger than this is given up, ha.
    pub largest_ha: f64,
    /// A fire older than this since its report is given up, minutes.
    pub longest_min: f64,
}

/// How an attack ends. Numbers are those of ContainSim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The parties met.
    Contained = 3,
    /// The edge runs faster than the line is built, and nobody else comes.
    Overrun = 4,
    /// Those who build line had to stop before they met.
    Exhausted = 5,
    /// More steps than ContainSim allows.
    Overflow = 6,
    /// Larger than the limit.
    SizeLimit = 7,
    /// Longer than the limit.
    TimeLimit = 8,
}

/// What the model says of an attack.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Forecast {
    /// How it ends.
    pub status: Status,
    /// Line built by both parties, m.
    pub line_m: f64,
    /// Perimeter of the free fire when the first resource comes, m.
    pub perimeter_at_attack_m: f64,
    /// Perimeter of the contained fire, m; 0 when it is not contained.
    pub perimeter_m: f64,
    /// Area of the free fire when the first resource comes, ha.
    pub attack_ha: f64,
    /// Area when the model stops, ha.
    pub final_ha: f64,
    /// Area inside the line, ha; 0 when it is not contained.
    pub contained_ha: f64,
    /// When the model stops, minutes after the report.
    pub minutes: f64,
}

impl Attack {
    /// The first resource to come, minutes after the report; none without resources.
    fn first_arrival(&self) -> Option<f64> {
        self.resources
            .iter()
            .map(|r| r.arrival_min)
            .min_by(f64::total_cmp)
    }

    /// When the last of them stops, minutes after the report.
    fn exhausted(&self) -> f64 {
        self.resources
            .iter()
            .map(|r| r.arrival_min + r.duration_min)
            .fold(0.0, f64::max)
    }
}

/// An ellipse that grows from its rear focus, by the place of its head: lengths in any unit.
#[derive(Debug, Clone, Copy)]
struct Shape {
    /// Eccentricity.
    eps: f64,
    /// Semi-minor axis over the head's distance from the origin.
    a: f64,
}

impl Shape {
    fn new(length_to_width: f64) -> Self {
        let r = 1.0 / length_to_width.max(1.0);
        let eps = libm::sqrt((1.0 - r * r).max(0.0));
        Self {
            eps,
            a: libm::sqrt((1.0 - eps) / (1.0 + eps)),
        }
    }

    /// The head's distance from the origin for an area.
    fn head(self, area: f64) -> f64 {
        let circle = area / (std::f64::consts::PI * libm::sqrt(1.0 - self.eps * self.eps));
        (1.0 + self.eps) * libm::sqrt(circle)
    }

    fn half_length(self, head: f64) -> f64 {
        head / (1.0 + self.eps)
    }

    fn area(self, head: f64) -> f64 {
        std::f64::consts::PI * self.half_length(head) * self.a * head
    }

    /// Ramanujan's second approximation (1914), within 0.04 % for any ellipse.
    fn perimeter(self, head: f64) -> f64 {
        let (long, short) = (self.half_length(head), self.a * head);
        let h = ((long - short) / (long + short)) * ((long - short) / (long + short));
        let series = 1.0 + 3.0 * h / (10.0 + libm::sqrt(4.0 - 3.0 * h));
        std::f64::consts::PI * (long + short) * series
    }
}
