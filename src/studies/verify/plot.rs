//! Pictures of cases as data.

use crate::base::geo::Point;
use crate::base::message::Message;

/// A line of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What it is.
    pub label: Message,
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// Whether it is the known answer.
    pub exact: bool,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// What it shows.
    pub title: Message,
    /// What runs to the right.
    pub x: Message,
    /// What runs upwards.
    pub y: Message,
    /// Whether both axes have one scale, as a map has.
    pub is_map: bool,
    /// The lines.
    pub curves: Vec<Curve>,
}

impl Plot {
    /// A map of outlines in metres.
    pub fn map(title: &Message) -> Self {
        Self {
            title: title.clone(),
            x: Message::new("verify-axis-east"),
            y: Message::new("verify-axis-north"),
            is_map: true,
            curves: Vec::new(),
        }
    }

    /// A chart.
    pub fn chart(title: &Message, x: &str, y: &str) -> Self {
        Self {
            title: title.clone(),
            x: Message::new(x),
            y: Message::new(y),
            is_map: false,
            curves: Vec::new(),
        }
    }

    /// The same with a line of the program's.
    #[must_use]
    pub fn with(mut self, label: &str, points: Vec<(f64, f64)>) -> Self {
        self.add(Message::new(label), points, false);
        self
    }

    /// The same with a line of the known answer.
    #[must_use]
    pub fn with_exact(mut self, label: &str, points: Vec<(f64, f64)>) -> Self {
        self.add(Message::new(label), points, true);
        self
    }

    /// Adds a line.
    pub fn add(&mut self, label: Message, points: Vec<(f64, f64)>, exact: bool) {
        self.curves.push(Curve {
            label,
            points,
            exact,
        });
    }
}

/// A closed outline's points, the first one again at the end.
pub fn closed(points: &[Point]) -> Vec<(f64, f64)> {
    points
        .iter()
        .chain(points.first())
        .map(|p| (p.x, p.y))
        .collect()
}
