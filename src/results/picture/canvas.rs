//! A sheet of pixels to fill, stroke and write on, anti-aliased; and the frame that says which
//! pixel a place on the map falls on.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke,
    StrokeDash, Transform,
};

use super::text;
use crate::base::geo::{Extent, Point};

/// Red, green, blue, opacity; each 0 to 255.
pub(super) type Rgba = (u8, u8, u8, u8);

pub(super) const INK: Rgba = (38, 36, 33, 255);
pub(super) const GREY: Rgba = (104, 100, 94, 255);
pub(super) const WHITE: Rgba = (255, 255, 255, 255);
pub(super) const PAPER: Rgba = (252, 251, 248, 255);

/// A rectangle in pixels, y downward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) w: f32,
    pub(super) h: f32,
}

impl Area {
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    pub(super) fn within(&self, outer: &Self) -> bool {
        self.x >= outer.x
            && self.y >= outer.y
            && self.x + self.w <= outer.x + outer.w
            && self.y + self.h <= outer.y + outer.h
    }

    pub(super) fn path(&self) -> Option<Path> {
        tiny_skia::Rect::from_xywh(self.x, self.y, self.w, self.h).map(PathBuilder::from_rect)
    }

    /// The rectangle with corners rounded by `radius` pixels.
    pub(super) fn rounded(&self, radius: f32) -> Option<Path> {
        let Self { x, y, w, h } = *self;
        let r = radius.min(w / 2.0).min(h / 2.0);
        let mut path = PathBuilder::new();
        path.move_to(x + r, y);
        path.line_to(x + w - r, y);
        path.quad_to(x + w, y, x + w, y + r);
        path.line_to(x + w, y + h - r);
        path.quad_to(x + w, y + h, x + w - r, y + h);
        path.line_to(x + r, y + h);
        path.quad_to(x, y + h, x, y + h - r);
        path.line_to(x, y + r);
        path.quad_to(x, y, x + r, y);
        path.close();
        path.finish()
    }
}

/// How a line is stroked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen<'a> {
    pub(super) colour: Rgba,
    pub(super) width: f32,
    /// Lengths of strokes and gaps in pixels; empty for a solid line.
    pub(super) dash: &'a [f32],
    pub(super) cap: LineCap,
}

impl Pen<'_> {
    pub(super) fn solid(colour: Rgba, width: f32) -> Self {
        Self {
            colour,
            width,
            dash: &[],
            cap: LineCap::Round,
        }
    }
}

/// The sheet.
pub(super) struct Canvas {
    pub(super) pixmap: Pixmap,
}

impl Canvas {
    /// A sheet of one colour; sides of at least one pixel. None when it is too large to hold.
    pub(super) fn new(width: u32, height: u32, ground: Rgba) -> Option<Self> {
        let mut pixmap = Pixmap::new(width.max(1), height.max(1))?;
        pixmap.fill(colour(ground));
        Some(Self { pixmap })
    }

    pub(super) fn fill(&mut self, path: &Path, ink: Rgba) {
        self.pixmap.fill_path(
            path,
            &paint(ink),
            FillRule::Winding,
            Transform::identity(),
            None,
        );
    }

    /// Fills by the even-odd rule: rings inside rings are holes.
    pub(super) fn fill_even_odd(&mut self, path: &Path, ink: Rgba) {
        self.pixmap.fill_path(
            path,
            &paint(ink),
            FillRule::EvenOdd,
            Transform::identity(),
            None,
        );
    }

    pub(super) fn fill_area(&mut self, area: Area, ink: Rgba) {
        if let Some(path) = area.path() {
            self.fill(&path, ink);
        }
    }

    pub(super) fn circle(&mut self, x: f32, y: f32, radius: f32, ink: Rgba) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.fill(&path, ink);
        }
    }

    pub(super) fn stroke(&mut self, path: &Path, pen: Pen) {
        let stroke = Stroke {
            width: pen.width,
            line_cap: pen.cap,
            line_join: LineJoin::Round,
            dash: if pen.dash.is_empty() {
                None
            } else {
                StrokeDash::new(pen.dash.to_vec(), 0.0)
            },
            ..Stroke::default()
        };
        self.pixmap.stroke_path(
            path,
            &paint(pen.colour),
            &stroke,
            Transform::identity(),
            None,
        );
    }

    /// Writes a line of text whose baseline starts at `(x, y)`.
    pub(super) fn write(&mut self, words: &str, size: f32, (x, y): (f32, f32), ink: Rgba) {
        if let Some(path) = text::outline(words, size, x, y) {
            self.fill(&path, ink);
        }
    }

    /// Writes text made heavier by an outline in its own colour.
    pub(super) fn write_bold(&mut self, words: &str, size: f32, (x, y): (f32, f32), ink: Rgba) {
        if let Some(path) = text::outline(words, size, x, y) {
            self.fill(&path, ink);
            self.stroke(&path, Pen::solid(ink, size * 0.035));
        }
    }

    /// Writes text with a white rim, to be read over a map.
    pub(super) fn write_haloed(&mut self, words: &str, size: f32, (x, y): (f32, f32), ink: Rgba) {
        if let Some(path) = text::outline(words, size, x, y) {
            self.stroke(&path, Pen::solid((255, 255, 255, 225), size * 0.26));
            self.fill(&path, ink);
        }
    }

    /// Lays another sheet on this one with its upper left corner at `(x, y)`.
    pub(super) fn lay(&mut self, other: &Self, x: i32, y: i32) {
        self.pixmap.draw_pixmap(
            x,
            y,
            other.pixmap.as_ref(),
            &PixmapPaint::default(),
            Transform::identity(),
            None,
        );
    }
}

fn colour((r, g, b, a): Rgba) -> Color {
    Color::from_rgba8(r, g, b, a)
}

fn paint(ink: Rgba) -> Paint<'static> {
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    paint.set_color(colour(ink));
    paint
}

/// Which pixel a place falls on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// What is shown.
    pub(super) extent: Extent,
    /// Width and height, pixels.
    pub(super) width: u32,
    pub(super) height: u32,
    /// Metres that a pixel spans, both ways.
    pub(super) metres_per_px: f64,
}

impl Frame {
    /// Pixel coordinates of a place, y downward.
    pub(super) fn pixel(&self, p: Point) -> (f32, f32) {
        (
            ((p.x - self.extent.min.x) / self.metres_per_px) as f32,
            ((self.extent.max.y - p.y) / self.metres_per_px) as f32,
        )
    }

    /// The whole frame.
    pub(super) fn area(&self) -> Area {
        Area {
            x: 0.0,
            y: 0.0,
            w: self.width as f32,
            h: self.height as f32,
        }
    }

    /// Adds a polyline to a path, leaving out what lies well outside the frame and points that
    /// would fall on the pixel before.
    pub(super) fn trace(&self, points: &[Point], path: &mut PathBuilder) {
        let margin = 60.0;
        let view = Area {
            x: -margin,
            y: -margin,
            w: self.width as f32 + 2.0 * margin,
            h: self.height as f32 + 2.0 * margin,
        };
        let mut down: Option<(f32, f32)> = None;
        let last = points.len().saturating_sub(1);
        for (i, pair) in points.windows(2).enumerate() {
            let (a, b) = (self.pixel(pair[0]), self.pixel(pair[1]));
            let span = Area {
                x: a.0.min(b.0),
                y: a.1.min(b.1),
                w: (a.0 - b.0).abs(),
                h: (a.1 - b.1).abs(),
            };
            if !span.overlaps(&view) {
                down = None;
                continue;
            }
            let from = if let Some(from) = down {
                from
            } else {
                path.move_to(a.0, a.1);
                a
            };
            if (from.0 - b.0).abs() + (from.1 - b.1).abs() >= 0.7 || i + 1 == last {
                path.line_to(b.0, b.1);
                down = Some(b);
            } else {
                down = Some(from);
            }
        }
    }

    /// Adds a closed ring to a path.
    pub(super) fn trace_ring(&self, ring: &[Point], path: &mut PathBuilder) {
        for (i, p) in ring.iter().enumerate() {
            let (x, y) = self.pixel(*p);
            if i == 0 {
                path.move_to(x, y);
            } else {
                path.line_to(x, y);
            }
        }
        if !ring.is_empty() {
            path.close();
        }
    }
}
