//! The legend: what occurs on this map, and nothing else; with the scale bar and the north arrow.

use super::canvas::{Area, Canvas, GREY, INK, Pen, Rgba, WHITE};
use super::fire::{self, Bands};
use super::lines::{self, LineStyle};
use super::symbols::{self, Symbol};
use super::{AreaStyle, text};
use crate::base::language::{self, Language};
use crate::base::message::Message;
use tiny_skia::PathBuilder;

/// The sample beside a legend entry.
pub(super) enum Swatch {
    /// A land cover.
    Cover([f32; 3]),
    /// Ground burnt in a band of time.
    Band((u8, u8, u8)),
    /// The edge of the fire at the end of a band, over the colour of burnt ground.
    Isochrone((u8, u8, u8)),
    /// The last edge of the fire.
    Edge,
    /// A line.
    Line(LineStyle),
    /// The outline of an area.
    Outline(AreaStyle),
    /// A sign.
    Sign(Symbol),
}

enum Row {
    Heading(String),
    Entry {
        swatch: Swatch,
        lines: Vec<String>,
        height: f32,
    },
}

/// A legend laid out for a width.
pub(super) struct Legend {
    rows: Vec<Row>,
    unit: f32,
    width: f32,
}

const HEADING_SIZE: f32 = 15.5;
const ENTRY_SIZE: f32 = 13.5;
const LINE_HEIGHT: f32 = 18.0;
const SWATCH_WIDTH: f32 = 34.0;
const SWATCH_GAP: f32 = 11.0;
const HEADING_HEIGHT: f32 = 27.0;
const SECTION_GAP: f32 = 13.0;
const PADDING: f32 = 16.0;

impl Legend {
    /// An empty legend of a width in pixels; `unit` is the pixels of one unit of design.
    pub(super) fn new(width: f32, unit: f32) -> Self {
        Self {
            rows: Vec::new(),
            unit,
            width,
        }
    }

    /// Adds a section, unless it has no entries.
    pub(super) fn section(&mut self, heading: String, entries: Vec<(Swatch, String)>) {
        if entries.is_empty() {
            return;
        }
        self.rows.push(Row::Heading(heading));
        let u = self.unit;
        let room = self.width - (2.0 * PADDING + SWATCH_WIDTH + SWATCH_GAP) * u;
        for (swatch, label) in entries {
            let lines = text::wrap(&label, ENTRY_SIZE * u, room);
            let least = match swatch {
                Swatch::Sign(_) => 24.0,
                Swatch::Band(_) => 19.0,
                _ => 21.0,
            };
            let height = (lines.len() as f32 * LINE_HEIGHT).max(least) * u;
            self.rows.push(Row::Entry {
                swatch,
                lines,
                height,
            });
        }
    }

    /// Height in pixels.
    pub(super) fn height(&self) -> f32 {
        let mut sum = 2.0 * PADDING * self.unit;
        for (i, row) in self.rows.iter().enumerate() {
            sum += match row {
                Row::Heading(_) => {
                    (HEADING_HEIGHT + if i > 0 { SECTION_GAP } else { 0.0 }) * self.unit
                }
                Row::Entry { height, .. } => *height,
            };
        }
        sum
    }

    /// Draws the legend with its upper left corner at `(x, y)`.
    pub(super) fn draw(&self, canvas: &mut Canvas, x: f32, y: f32) {
        let u = self.unit;
        let left = x + PADDING * u;
        let mut y = y + PADDING * u;
        for (i, row) in self.rows.iter().enumerate() {
            match row {
                Row::Heading(words) => {
                    if i > 0 {
                        y += SECTION_GAP * u;
                    }
                    canvas.write_bold(words, HEADING_SIZE * u, (left, y + 14.0 * u), INK);
                    y += HEADING_HEIGHT * u;
                }
                Row::Entry {
                    swatch,
                    lines,
                    height,
                } => {
                    let area = Area {
                        x: left,
                        y,
                        w: SWATCH_WIDTH * u,
                        h: *height,
                    };
                    draw_swatch(canvas, swatch, area, u);
                    let block = lines.len() as f32 * LINE_HEIGHT * u;
                    let mut baseline = y
                        + (height - block) / 2.0
                        + f32::midpoint(LINE_HEIGHT, ENTRY_SIZE * text::CAP_HEIGHT) * u;
                    for line in lines {
                        let at = (left + (SWATCH_WIDTH + SWATCH_GAP) * u, baseline);
                        canvas.write(line, ENTRY_SIZE * u, at, INK);
                        baseline += LINE_HEIGHT * u;
                    }
                    y += height;
                }
            }
        }
    }
}

/// The entries of a fire's section.
pub(super) fn fire_entries(
    bands: &Bands,
    layer: &super::FireLayer,
    tongue: Language,
) -> Vec<(Swatch, String)> {
    let mut entries: Vec<(Swatch, String)> = (0..bands.count)
        .map(|k| (Swatch::Band(bands.colour(k)), bands.label(k, layer, tongue)))
        .collect();
    if bands.count > 1 {
        let colour = bands.colour(bands.count / 2);
        entries.push((Swatch::Isochrone(colour), bands.isochrone_legend(tongue)));
    }
    entries.push((Swatch::Edge, language::text(tongue, "map-perimeter")));
    entries
}

fn draw_swatch(canvas: &mut Canvas, swatch: &Swatch, area: Area, u: f32) {
    let middle = area.y + area.h / 2.0;
    let block = |inset: f32| Area {
        x: area.x,
        y: middle - (8.0 - inset) * u,
        w: area.w,
        h: (16.0 - 2.0 * inset) * u,
    };
    let line = lines::sample(area.x, middle, area.w);
    match swatch {
        Swatch::Cover(colour) => {
            let [r, g, b] = colour.map(|v| (v + 0.5) as u8);
            if let Some(path) = block(0.5).rounded(2.5 * u) {
                canvas.fill(&path, (r, g, b, 255));
                canvas.stroke(&path, Pen::solid((0, 0, 0, 70), 0.8 * u));
            }
        }
        // Bands touch, as on the map.
        Swatch::Band((r, g, b)) => {
            canvas.fill_area(
                Area {
                    y: middle - area.h / 2.0,
                    h: area.h,
                    ..area
                },
                (*r, *g, *b, 255),
            );
        }
        Swatch::Isochrone((r, g, b)) => {
            canvas.fill_area(block(2.0), (*r, *g, *b, 255));
            if let Some(path) = line {
                canvas.stroke(&path, Pen::solid(fire::ISOCHRONE, 1.5 * u));
            }
        }
        Swatch::Edge => {
            if let Some(path) = line {
                canvas.stroke(&path, Pen::solid(fire::EDGE, 2.4 * u));
            }
        }
        Swatch::Line(style) => {
            if let Some(path) = line {
                lines::draw_casing(canvas, &path, *style, u);
                lines::draw_body(canvas, &path, *style, u);
            }
        }
        Swatch::Outline(style) => {
            if let Some(path) = block(1.0).rounded(3.0 * u) {
                canvas.fill(&path, style.wash());
                lines::draw_area_outline(canvas, &path, style.ink(), u);
            }
        }
        Swatch::Sign(symbol) => {
            symbols::draw(
                canvas,
                *symbol,
                area.x + area.w / 2.0,
                middle,
                symbol.radius(1.0).min(9.5) * u,
            );
        }
    }
}

/// A length of 1, 2 or 5 times a power of ten metres, at most `longest`.
pub(super) fn round_length(longest: f64) -> f64 {
    let decade = libm::pow(10.0, libm::floor(libm::log10(longest)));
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|k| k * decade)
        .find(|&length| length <= longest)
        .unwrap_or(decade)
}

/// Draws the scale bar in the lower left corner of the map and returns the place it takes.
pub(super) fn scale_bar(
    canvas: &mut Canvas,
    map: Area,
    metres_per_px: f64,
    tongue: Language,
    u: f32,
) -> Area {
    let length = round_length(f64::from(map.w) * 0.24 * metres_per_px);
    let bar = (length / metres_per_px) as f32;
    let words = |metres: f64| {
        let (key, value) = if length >= 1_000.0 {
            ("map-scale-kilometres", metres / 1_000.0)
        } else {
            ("map-scale-metres", metres)
        };
        language::render(tongue, &Message::new(key).with("length", value))
    };
    let size = 13.0 * u;
    let end = words(length);
    let plate = Area {
        x: map.x + 14.0 * u,
        y: map.y + map.h - 58.0 * u,
        w: bar + 32.0 * u + text::width(&end, size) / 2.0,
        h: 44.0 * u,
    };
    plate_under(canvas, plate, u);
    let (x, y) = (plate.x + 14.0 * u, plate.y + 25.0 * u);
    let height = 7.0 * u;
    canvas.fill_area(
        Area {
            x: x - u,
            y: y - u,
            w: bar + 2.0 * u,
            h: height + 2.0 * u,
        },
        INK,
    );
    for quarter in 0..4 {
        let ink: Rgba = if quarter % 2 == 0 { INK } else { WHITE };
        canvas.fill_area(
            Area {
                x: x + bar * quarter as f32 / 4.0,
                y,
                w: bar / 4.0,
                h: height,
            },
            ink,
        );
    }
    for (share, label) in [
        (0.0, "0".to_owned()),
        (0.5, plain_half(&words(length / 2.0))),
        (1.0, end),
    ] {
        let w = text::width(&label, size);
        canvas.write(&label, size, (x + bar * share - w / 2.0, y - 6.0 * u), INK);
    }
    plate
}

/// The number of a labelled length: the unit stands once, at the end of the bar.
fn plain_half(label: &str) -> String {
    label
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect()
}

/// Draws the north arrow in the upper right corner of the map and returns the place it takes.
pub(super) fn north_arrow(canvas: &mut Canvas, map: Area, tongue: Language, u: f32) -> Area {
    let plate = Area {
        x: map.x + map.w - 54.0 * u,
        y: map.y + 14.0 * u,
        w: 40.0 * u,
        h: 64.0 * u,
    };
    plate_under(canvas, plate, u);
    let (x, top) = (plate.x + plate.w / 2.0, plate.y + 25.0 * u);
    let half = |side: f32| {
        let mut path = PathBuilder::new();
        path.move_to(x, top);
        path.line_to(x + side * 11.0 * u, top + 32.0 * u);
        path.line_to(x, top + 25.0 * u);
        path.close();
        path.finish()
    };
    if let (Some(west), Some(east)) = (half(-1.0), half(1.0)) {
        canvas.fill(&west, INK);
        canvas.fill(&east, WHITE);
        canvas.stroke(&east, Pen::solid(INK, 1.2 * u));
        canvas.stroke(&west, Pen::solid(INK, 1.2 * u));
    }
    let word = language::text(tongue, "map-north");
    let size = 15.0 * u;
    let w = text::width(&word, size);
    canvas.write_bold(&word, size, (x - w / 2.0, plate.y + 18.5 * u), INK);
    plate
}

fn plate_under(canvas: &mut Canvas, plate: Area, u: f32) {
    if let Some(path) = plate.rounded(5.0 * u) {
        canvas.fill(&path, (255, 255, 255, 205));
        canvas.stroke(&path, Pen::solid((GREY.0, GREY.1, GREY.2, 110), 0.8 * u));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_bar_is_one_two_or_five_of_something() {
        for (room, expected) in [
            (1_234.0, 1_000.0),
            (4_900.0, 2_000.0),
            (5_000.0, 5_000.0),
            (17.0, 10.0),
        ] {
            assert_eq!(round_length(room), expected);
        }
        assert_eq!(plain_half("2.5公里"), "2.5");
    }
}
