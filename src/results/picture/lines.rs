//! How each kind of line looks, on the map and in its legend.

use tiny_skia::{LineCap, Path, PathBuilder};

use super::canvas::{Canvas, Pen, Rgba};
use super::fire::EDGE;

/// What a line on the map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineStyle {
    /// The county's or another boundary.
    Boundary,
    /// A power line.
    PowerLine,
    /// A forest track.
    Track,
    /// A village road.
    VillageRoad,
    /// A town road.
    TownRoad,
    /// A county road.
    CountyRoad,
    /// A fire road.
    FireRoad,
    /// A patrol's route.
    PatrolRoute,
    /// A planted firebreak.
    PlantedBelt,
    /// A cleared isolation belt.
    IsolationBelt,
    /// The edge of a fire.
    Perimeter,
    /// Line that crews have built.
    BuiltLine,
    /// A road whose loss costs most time.
    CriticalRoad,
    /// A road that is proposed.
    ProposedRoad,
    /// A firebreak proposed for the first year.
    ProposedFirst,
    /// One proposed for the second year.
    ProposedSecond,
    /// One proposed for a later year.
    ProposedLater,
}

impl LineStyle {
    /// Every style, in the order in which they are drawn.
    pub const ALL: [Self; 17] = [
        Self::Boundary,
        Self::PowerLine,
        Self::Track,
        Self::VillageRoad,
        Self::TownRoad,
        Self::CountyRoad,
        Self::FireRoad,
        Self::PatrolRoute,
        Self::PlantedBelt,
        Self::IsolationBelt,
        Self::Perimeter,
        Self::BuiltLine,
        Self::CriticalRoad,
        Self::ProposedRoad,
        Self::ProposedLater,
        Self::ProposedSecond,
        Self::ProposedFirst,
    ];

    /// Message key of its name in the legend.
    pub fn key(self) -> &'static str {
        match self {
            Self::Boundary => "map-line-boundary",
            Self::PowerLine => "map-line-power-line",
            Self::Track => "map-line-track",
            Self::VillageRoad => "map-line-village-road",
            Self::TownRoad => "map-line-town-road",
            Self::CountyRoad => "map-line-county-road",
            Self::FireRoad => "map-line-fire-road",
            Self::PatrolRoute => "map-line-patrol-route",
            Self::PlantedBelt => "map-line-planted-belt",
            Self::IsolationBelt => "map-line-isolation-belt",
            Self::Perimeter => "map-line-perimeter",
            Self::BuiltLine => "map-line-built-line",
            Self::CriticalRoad => "map-line-critical-road",
            Self::ProposedRoad => "map-line-proposed-road",
            Self::ProposedFirst => "map-line-proposed-first",
            Self::ProposedSecond => "map-line-proposed-second",
            Self::ProposedLater => "map-line-proposed-later",
        }
    }
}

const BUILT: Rgba = (12, 60, 190, 255);

/// Draws the rim of a road or belt, below all fills, so that roads join at crossings.
pub(super) fn draw_casing(canvas: &mut Canvas, path: &Path, style: LineStyle, unit: f32) {
    let (colour, width) = match style {
        LineStyle::CountyRoad => ((122, 72, 22, 255), 4.4),
        LineStyle::TownRoad => ((132, 104, 62, 255), 3.5),
        LineStyle::VillageRoad => ((140, 132, 122, 255), 2.4),
        LineStyle::FireRoad => ((255, 255, 255, 200), 3.8),
        LineStyle::PlantedBelt | LineStyle::IsolationBelt => ((255, 255, 255, 215), 5.6),

        LineStyle::BuiltLine
        | LineStyle::CriticalRoad
        | LineStyle::ProposedRoad
        | LineStyle::ProposedFirst
        | LineStyle::ProposedSecond
        | LineStyle::ProposedLater => ((255, 255, 255, 235), 6.6),
        LineStyle::Boundary => ((255, 255, 255, 190), 5.0),
        LineStyle::Track | LineStyle::PowerLine | LineStyle::PatrolRoute | LineStyle::Perimeter => {
            return;
        }
    };
    canvas.stroke(
        path,
        Pen {
            colour,
            width: width * unit,
            dash: &[],
            cap: LineCap::Butt,
        },
    );
}

/// Draws a line's body over the rims.
pub(super) fn draw_body(canvas: &mut Canvas, path: &Path, style: LineStyle, unit: f32) {
    let solid = |colour, width: f32| Pen {
        colour,
        width: width * unit,
        dash: &[],
        cap: LineCap::Round,
    };
    match style {
        LineStyle::CountyRoad => canvas.stroke(path, solid((250, 196, 84, 255), 2.8)),
        LineStyle::TownRoad => canvas.stroke(path, solid((255, 238, 170, 255), 2.1)),
        LineStyle::VillageRoad => canvas.stroke(path, solid((255, 255, 255, 255), 1.3)),
        LineStyle::FireRoad => canvas.stroke(path, solid((158, 28, 34, 255), 2.0)),
        LineStyle::CriticalRoad => canvas.stroke(path, solid((190, 20, 130, 255), 4.2)),
        LineStyle::ProposedRoad => {
            dashed(canvas, path, (20, 90, 200, 255), 4.2, &[8.0, 3.0], unit);
        }
        LineStyle::ProposedFirst => canvas.stroke(path, solid((200, 30, 20, 255), 4.2)),
        LineStyle::ProposedSecond => canvas.stroke(path, solid((20, 90, 200, 255), 4.2)),
        LineStyle::ProposedLater => canvas.stroke(path, solid((70, 60, 80, 255), 4.2)),
        LineStyle::PlantedBelt => canvas.stroke(path, solid((0, 98, 52, 255), 3.4)),
        LineStyle::Perimeter => canvas.stroke(path, solid(EDGE, 2.2)),
        LineStyle::IsolationBelt => {
            dashed(canvas, path, (198, 24, 122, 255), 3.4, &[9.0, 2.5], unit);
        }
        LineStyle::Track => dashed(canvas, path, (110, 74, 40, 255), 1.3, &[4.5, 3.0], unit),
        LineStyle::PatrolRoute => dashed(canvas, path, (126, 40, 140, 255), 1.7, &[1.5, 3.5], unit),
        LineStyle::Boundary => {
            dashed(
                canvas,
                path,
                (96, 48, 110, 255),
                2.0,
                &[11.0, 4.0, 2.0, 4.0],
                unit,
            );
        }
        LineStyle::PowerLine => {
            canvas.stroke(path, solid((70, 66, 76, 220), 0.9));
            if let Some(marks) = ticks(path, 30.0 * unit, 3.2 * unit) {
                canvas.stroke(&marks, solid((70, 66, 76, 255), 1.1));
            }
        }
        LineStyle::BuiltLine => {
            canvas.stroke(path, solid(BUILT, 3.4));
            if let Some(marks) = ticks(path, 11.0 * unit, 4.2 * unit) {
                canvas.stroke(&marks, solid(BUILT, 1.6));
            }
        }
    }
}

/// Outline of an area: a dashed line over a pale one.
pub(super) fn draw_area_outline(canvas: &mut Canvas, path: &Path, colour: Rgba, unit: f32) {
    canvas.stroke(path, Pen::solid((255, 255, 255, 150), 3.6 * unit));
    dashed(canvas, path, colour, 2.2, &[7.0, 3.0], unit);
}

fn dashed(canvas: &mut Canvas, path: &Path, colour: Rgba, width: f32, dash: &[f32], unit: f32) {
    let dash: Vec<f32> = dash.iter().map(|length| length * unit).collect();
    canvas.stroke(
        path,
        Pen {
            colour,
            width: width * unit,
            dash: &dash,
            cap: LineCap::Butt,
        },
    );
}

/// The line of a legend sample.
pub(super) fn sample(x: f32, y: f32, width: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(x, y);
    path.line_to(x + width, y);
    path.finish()
}

/// Short strokes across a path, every `spacing` pixels, reaching `half` pixels to either side.
fn ticks(path: &Path, spacing: f32, half: f32) -> Option<Path> {
    let mut marks = PathBuilder::new();
    let mut last: Option<tiny_skia::Point> = None;
    let mut until = spacing / 2.0;
    for segment in path.segments() {
        match segment {
            tiny_skia::PathSegment::MoveTo(p) => {
                last = Some(p);
                until = spacing / 2.0;
            }
            tiny_skia::PathSegment::LineTo(p) => {
                if let Some(from) = last {
                    let (dx, dy) = (p.x - from.x, p.y - from.y);
                    let length = libm::hypotf(dx, dy);
                    while until <= length && length > 0.0 {
                        let (x, y) = (from.x + dx * until / length, from.y + dy * until / length);
                        let (nx, ny) = (-dy / length * half, dx / length * half);
                        marks.move_to(x - nx, y - ny);
                        marks.line_to(x + nx, y + ny);
                        until += spacing;
                    }
                    until -= length;
                }
                last = Some(p);
            }
            // Lines of the map and of the legend have no curves and are not closed.
            _ => {}
        }
    }
    marks.finish()
}
