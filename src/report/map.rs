//! The map of a report: a base picture, layers over it, and the steps of the slider. Coordinates are metres from the
//! upper left corner of the base, y downward.

use std::fmt::Write as _;

use serde::Serialize;

use super::svg::{Markup, Svg, escaped};
use crate::base::geo::{Extent, Point};

/// Width that signs are drawn for where no program runs in the page, pixels.
const PAGE_PX: f64 = 940.0;

/// A layer that can be shown and hidden.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its name in the page.
    pub id: &'static str,
    /// Its name for people.
    pub name: String,
    /// Whether it is shown at first.
    pub shown: bool,
    /// Its sign in the legend.
    pub key: Markup,
    /// What it draws.
    pub body: Markup,
}

/// A place of the slider.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Minutes after the start of the run.
    pub min: f64,
    /// What is said there.
    pub words: String,
}

/// A unit at the fire, from one minute to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    /// Its name.
    pub name: String,
    /// From, minutes after the start of the run.
    pub from_min: f64,
    /// Until.
    pub to_min: f64,
}

/// A map.
#[derive(Debug, Clone)]
pub struct Map {
    /// What is shown at first: x, y, width, height.
    pub view: [f64; 4],
    /// All there is.
    pub full: [f64; 4],
    /// The base picture as a `data:` address.
    pub base: Option<String>,
    /// The layers, from the lowest.
    pub layers: Vec<Layer>,
    /// Places of the slider.
    pub steps: Vec<Step>,
    /// Units at the fire.
    pub presence: Vec<Presence>,
    /// What the colours are of.
    pub colours_title: String,
    /// Colours with what they stand for.
    pub colours: Vec<(String, String)>,
    /// What the map shows.
    pub caption: String,
}

fn joined(numbers: [f64; 4]) -> String {
    let [x, y, w, h] = numbers;
    format!("{x:.1} {y:.1} {w:.1} {h:.1}")
}

impl Map {
    /// What is shown at first, as a view box.
    pub fn view_text(&self) -> String {
        joined(self.view)
    }

    /// All there is, as a view box.
    pub fn full_text(&self) -> String {
        joined(self.full)
    }

    /// Width over height.
    pub fn shape(&self) -> String {
        format!("{:.4}", self.full[2] / self.full[3].max(1.0))
    }

    /// Metres a pixel at first, about.
    pub fn sign_scale(&self) -> String {
        format!("{:.4}", self.view[2] / PAGE_PX)
    }

    /// The steps as JSON.
    pub fn steps_text(&self) -> String {
        // Numbers and words always serialise.
        serde_json::to_string(&self.steps).unwrap_or_default()
    }
}

/// From places to the map's coordinates.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    /// What the base shows.
    pub extent: Extent,
}

impl Sheet {
    /// A place on the map.
    pub fn at(&self, p: Point) -> (f64, f64) {
        (p.x - self.extent.min.x, self.extent.max.y - p.y)
    }

    /// An extent as a view box.
    pub fn view(&self, extent: Extent) -> [f64; 4] {
        let (x, y) = self.at(Point::new(extent.min.x, extent.max.y));
        let (w, h) = (extent.max.x - extent.min.x, extent.max.y - extent.min.y);
        [x, y, w, h]
    }

    /// Rings as the commands of a path, to the metre.
    pub fn rings(&self, rings: &[Vec<Point>]) -> String {
        let mut path = String::new();
        for ring in rings {
            self.trace(ring, &mut path);
            path.push('Z');
        }
        path
    }

    /// A course as the commands of a path; the parts far outside the base are left out.
    pub fn course(&self, points: &[Point]) -> String {
        let near = self.extent.widened(500.0);
        let mut path = String::new();
        let mut piece: Vec<Point> = Vec::new();
        for pair in points.windows(2) {
            let seen = Extent::around(pair.iter().copied()).is_some_and(|b| {
                b.min.x <= near.max.x
                    && b.max.x >= near.min.x
                    && b.min.y <= near.max.y
                    && b.max.y >= near.min.y
            });
            if seen {
                if piece.is_empty() {
                    piece.push(pair[0]);
                }
                piece.push(pair[1]);
            } else if !piece.is_empty() {
                self.trace(&piece, &mut path);
                piece.clear();
            }
        }
        if !piece.is_empty() {
            self.trace(&piece, &mut path);
        }
        path
    }

    fn trace(&self, points: &[Point], path: &mut String) {
        let mut last: Option<(f64, f64)> = None;
        for p in points {
            let (x, y) = self.at(*p);
            let here = (libm::round(x * 2.0) / 2.0, libm::round(y * 2.0) / 2.0);
            if last == Some(here) {
                continue;
            }
            // Writing to a string cannot fail.
            let command = if last.is_none() { 'M' } else { 'L' };
            let _ = write!(path, "{command}{} {}", here.0, here.1);
            last = Some(here);
        }
    }
}

/// Adds a sign that keeps its size on the page, with its name beside it where there is one. `from_min` is when it
/// appears as the slider moves.
pub fn place(
    svg: &mut Svg,
    (x, y): (f64, f64),
    shape: &str,
    (title, label): (&str, &str),
    from_min: Option<f64>,
) {
    svg.raw(format_args!("<g transform=\"translate({x:.1} {y:.1})\""));
    if let Some(from) = from_min {
        svg.raw(format_args!(" data-from=\"{from:.2}\""));
    }
    svg.raw(format_args!(
        "><g class=\"ms\"><title>{}</title>{shape}",
        escaped(title)
    ));
    if !label.is_empty() {
        svg.raw(format_args!(
            "<text x=\"11\" y=\"4\">{}</text>",
            escaped(label)
        ));
    }
    svg.raw(format_args!("</g></g>"));
}

/// A sign of the legend.
pub fn key(shape: &str) -> Markup {
    let mut svg = Svg::new(26.0, 16.0);
    svg.raw(format_args!(
        "<g transform=\"translate(13 8)\"><g class=\"ms\" style=\"--k:.9\">{shape}</g></g>"
    ));
    framed(svg)
}

/// A line of the legend, in the classes given, one over the other.
pub fn line_key(classes: &[&str]) -> Markup {
    let mut svg = Svg::new(26.0, 16.0);
    for class in classes {
        svg.raw(format_args!("<path class=\"{class}\" d=\"M1 8L25 8\"/>"));
    }
    framed(svg)
}

/// A colour of the legend.
pub fn colour_key(colour: &str) -> Markup {
    let mut svg = Svg::new(26.0, 16.0);
    svg.raw(format_args!(
        "<rect x=\"2\" y=\"2\" width=\"22\" height=\"12\" fill=\"{colour}\"/>"
    ));
    framed(svg)
}

fn framed(svg: Svg) -> Markup {
    let inner = svg.into_body();
    let mut outer = Svg::new(26.0, 16.0);
    outer.raw(format_args!(
        "<svg viewBox=\"0 0 26 16\" width=\"26\" height=\"16\" aria-hidden=\"true\">{inner}</svg>"
    ));
    outer.into_body()
}
