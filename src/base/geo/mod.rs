//! Places on the map: points, polylines, grids, rasters, projections and lines of sight.
//!
//! All coordinates are metres in the scenario's projected system, x to the east and y to the north,
//! unless a name says `lon_lat`.

mod course;
mod grid;
mod line;
mod offset;
mod projection;
pub mod rings;
mod sight;
mod system;

pub use course::{first_part, length, simplified, smoothed};
pub use grid::{Grid, GridError, Raster, slope_aspect, supercover};
pub use line::{
    Piece, Polyline, nearest_on_segment, polygon_area, polygon_contains, segment_crossing,
    segments_touch,
};
pub use offset::Offset;
pub use projection::{Crs, CrsError};
pub use sight::{SightLine, least_visible_height, visible};
pub use system::{System, SystemError, Transform};

use serde::{Deserialize, Serialize};

/// A point in metres, written `(x, y)`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
#[schemars(with = "(f64, f64)")]
pub struct Point {
    /// East, metres.
    pub x: f64,
    /// North, metres.
    pub y: f64,
}

impl Point {
    /// A point.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Distance to another point, metres.
    pub fn distance(self, other: Self) -> f64 {
        libm::hypot(self.x - other.x, self.y - other.y)
    }

    /// The point a share `s` of the way to `other`.
    #[must_use]
    pub fn towards(self, other: Self, s: f64) -> Self {
        Self::new(
            self.x + s * (other.x - self.x),
            self.y + s * (other.y - self.y),
        )
    }

    /// Bearing to `other`, degrees clockwise from grid north, 0 to 360.
    pub fn bearing_deg(self, other: Self) -> f64 {
        let angle = libm::atan2(other.x - self.x, other.y - self.y).to_degrees();
        if angle < 0.0 { angle + 360.0 } else { angle }
    }
}

impl From<(f64, f64)> for Point {
    fn from((x, y): (f64, f64)) -> Self {
        Self { x, y }
    }
}

impl From<Point> for (f64, f64) {
    fn from(p: Point) -> Self {
        (p.x, p.y)
    }
}

/// An axis-aligned box, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// South-west corner.
    pub min: Point,
    /// North-east corner.
    pub max: Point,
}

impl Extent {
    /// The smallest box around `points`; none when there are no points.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        Some(points.fold(
            Self {
                min: first,
                max: first,
            },
            |b, p| Self {
                min: Point::new(b.min.x.min(p.x), b.min.y.min(p.y)),
                max: Point::new(b.max.x.max(p.x), b.max.y.max(p.y)),
            },
        ))
    }

    /// The box widened by `margin` metres on every side.
    #[must_use]
    pub fn widened(self, margin: f64) -> Self {
        Self {
            min: Point::new(self.min.x - margin, self.min.y - margin),
            max: Point::new(self.max.x + margin, self.max.y + margin),
        }
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(&self, p: Point) -> bool {
        p.x >= self.min.x && p.x <= self.max.x && p.y >= self.min.y && p.y <= self.max.y
    }
}
