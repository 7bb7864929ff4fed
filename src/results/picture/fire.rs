//! The fire on the map: burnt ground coloured by when the fire came, and its edge hour by hour.

use rayon::prelude::*;
use tiny_skia::{FillRule, Mask, Path, PathBuilder, Transform};

use super::FireLayer;
use super::canvas::{Canvas, Frame, Pen, Rgba};
use super::relief::Ground;
use crate::base::geo::rings;
use crate::base::geo::{Extent, Point, Raster};
use crate::base::language::{self, Language};
use crate::base::message::Message;

/// Colours from early to late: matplotlib's "inferno" (Smith & van der Walt 2015, CC0), which rises
/// evenly in lightness and keeps its order for colour-blind readers and in grey print.
const RAMP: [(u8, u8, u8); 11] = [
    (0, 0, 4),
    (22, 11, 57),
    (66, 10, 104),
    (106, 23, 110),
    (147, 38, 103),
    (188, 55, 84),
    (221, 81, 58),
    (243, 120, 25),
    (252, 165, 10),
    (246, 215, 70),
    (252, 255, 164),
];
/// The part of the ramp in use: pure black and near white would be lost on the map.
const RAMP_FROM: f64 = 0.2;
const RAMP_TO: f64 = 0.93;
/// Opacity of burnt ground.
const OPACITY: f32 = 0.86;
/// Widths of a band of arrival time, seconds.
const STEPS_S: [f64; 10] = [
    600.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0, 604_800.0,
];
/// Most bands that a reader can tell apart.
const MOST_BANDS: f64 = 8.0;

pub(super) const EDGE: Rgba = (70, 8, 12, 255);
pub(super) const ISOCHRONE: Rgba = (255, 255, 255, 170);

/// Colour of ground that burnt early (0) to late (1).
pub fn ramp(share: f64) -> (u8, u8, u8) {
    let at = (RAMP_FROM + share.clamp(0.0, 1.0) * (RAMP_TO - RAMP_FROM)) * (RAMP.len() - 1) as f64;
    let i = (at as usize).min(RAMP.len() - 2);
    let (a, b) = (RAMP[i], RAMP[i + 1]);
    let mix =
        |a: u8, b: u8| (f64::from(a) + (at - i as f64) * (f64::from(b) - f64::from(a)) + 0.5) as u8;
    (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

/// The fire cut into bands of arrival time.
pub(super) struct Bands {
    /// Width of a band, seconds.
    pub(super) step_s: f64,
    /// How many, at least one.
    pub(super) count: usize,
    start_s: f64,
    /// The burnt part of the raster.
    part: Raster<f32>,
}

impl Bands {
    /// The bands of the fire in view; none where nothing burnt.
    pub(super) fn of(layer: &FireLayer, frame: &Frame) -> Option<Self> {
        let part = rings::finite_part(
            layer.arrival,
            frame.extent.widened(2.0 * layer.arrival.grid.cell),
        )?;
        let last = layer
            .arrival
            .data
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .fold(0.0_f32, f32::max);
        let span = (f64::from(last) - layer.start_s).max(1.0);
        // Hours from two hours on, as the duty desk thinks; finer for a young fire.
        let least = if span > 2.0 * 3_600.0 { 3_600.0 } else { 0.0 };
        let step_s = STEPS_S
            .into_iter()
            .find(|&step| step >= least && span / step <= MOST_BANDS)
            .unwrap_or_else(|| span / MOST_BANDS);
        // The last instant belongs to the band before it.
        let count = (libm::ceil(span / step_s) as usize).max(1);
        Some(Self {
            step_s,
            count,
            start_s: layer.start_s,
            part,
        })
    }

    /// Colour of band `k`.
    pub(super) fn colour(&self, k: usize) -> (u8, u8, u8) {
        let share = if self.count == 1 {
            0.6
        } else {
            k as f64 / (self.count - 1) as f64
        };
        ramp(share)
    }

    /// What the legend says of band `k`.
    pub(super) fn label(&self, k: usize, layer: &FireLayer, tongue: Language) -> String {
        let (unit, key) = self.unit("map-band-hours", "map-band-minutes");
        let (from, to) = (k as f64 * self.step_s, (k + 1) as f64 * self.step_s);
        let round = |seconds: f64| libm::round(seconds / unit * 10.0) / 10.0;
        let band = Message::new(key)
            .with("from", round(from))
            .with("to", round(to));
        let band = language::render(tongue, &band);
        match layer.clock {
            Some(clock) => language::render(
                tongue,
                &Message::new("map-band-until")
                    .with("band", band)
                    .with("clock", clock(self.start_s + to)),
            ),
            None => band,
        }
    }

    /// What the legend says of the lines between bands.
    pub(super) fn isochrone_legend(&self, tongue: Language) -> String {
        if self.step_s == 3_600.0 {
            return language::text(tongue, "map-isochrone");
        }
        let (unit, key) = self.unit("hours", "minutes");
        let each = libm::round(self.step_s / unit * 10.0) / 10.0;
        let message = if key == "hours" {
            "map-isochrone-step-hours"
        } else {
            "map-isochrone-step"
        };
        language::render(tongue, &Message::new(message).with(key, each))
    }

    /// What stands on the map at the end of band `k`: the time of day, or the age of the fire.
    fn isochrone_label(&self, k: usize, layer: &FireLayer, tongue: Language) -> String {
        let after = (k + 1) as f64 * self.step_s;
        if let Some(clock) = layer.clock {
            return clock(self.start_s + after);
        }
        let (unit, key) = self.unit("hours", "minutes");
        let message = if key == "hours" {
            "map-isochrone-hours"
        } else {
            "map-isochrone-minutes"
        };
        let age = libm::round(after / unit * 10.0) / 10.0;
        language::render(tongue, &Message::new(message).with(key, age))
    }

    fn unit(&self, hours: &'static str, minutes: &'static str) -> (f64, &'static str) {
        if self.step_s >= 3_600.0 {
            (3_600.0, hours)
        } else {
            (60.0, minutes)
        }
    }

    /// The rings around what had burnt `after_s` seconds after the start, rounded where a cell
    /// spans several pixels.
    fn rings(&self, after_s: f64, frame: &Frame) -> Vec<Vec<Point>> {
        let times = if self.part.grid.cell > 2.0 * frame.metres_per_px {
            2
        } else {
            0
        };
        rings::reached_by(&self.part, (self.start_s + after_s) as f32)
            .iter()
            .map(|ring| rings::rounded(ring, times))
            .collect()
    }

    fn outline(&self, frame: &Frame) -> Option<Path> {
        let mut path = PathBuilder::new();
        for ring in self.rings(f64::INFINITY, frame) {
            frame.trace_ring(&ring, &mut path);
        }
        path.finish()
    }

    /// Colours the burnt ground.
    pub(super) fn paint(&self, ground: &mut Ground, frame: &Frame) {
        let (Some(path), Some(mut mask)) =
            (self.outline(frame), Mask::new(frame.width, frame.height))
        else {
            return;
        };
        mask.fill_path(&path, FillRule::EvenOdd, true, Transform::identity());
        let colours: Vec<[f32; 3]> = (0..self.count)
            .map(|k| {
                let (r, g, b) = self.colour(k);
                [r, g, b].map(f32::from)
            })
            .collect();
        let w = frame.width as usize;
        let shade = &ground.shade;
        ground
            .rgb
            .par_chunks_mut(w)
            .enumerate()
            .for_each(|(row, line)| {
                let y = frame.extent.max.y - (row as f64 + 0.5) * frame.metres_per_px;
                for (col, pixel) in line.iter_mut().enumerate() {
                    let cover = mask.data()[row * w + col];
                    if cover == 0 {
                        continue;
                    }
                    let x = frame.extent.min.x + (col as f64 + 0.5) * frame.metres_per_px;
                    let Some(arrival) = self.arrival_near(Point::new(x, y)) else {
                        continue;
                    };
                    let band = ((arrival - self.start_s) / self.step_s).max(0.0) as usize;
                    let colour = colours[band.min(self.count - 1)];
                    let alpha = f32::from(cover) / 255.0 * OPACITY;
                    let light = 0.7 + 0.3 * shade[row * w + col];
                    for (value, fire) in pixel.iter_mut().zip(colour) {
                        let mixed =
                            f32::from(*value) * (1.0 - alpha) + (fire * light).min(255.0) * alpha;
                        *value = mixed as u8;
                    }
                }
            });
    }

    /// Arrival at a place: the mean of the burnt cells around it by nearness, or of the nearest ones
    /// where the rounded outline runs over unburnt cells.
    fn arrival_near(&self, p: Point) -> Option<f64> {
        let grid = &self.part.grid;
        let (c, r) = grid.fractional(p);
        let (c, r) = (c - 0.5, r - 0.5);
        let (c0, r0) = (libm::floor(c) as i64, libm::floor(r) as i64);
        for reach in 0..3 {
            let (mut sum, mut weight) = (0.0, 0.0);
            for row in r0 - reach..=r0 + 1 + reach {
                for col in c0 - reach..=c0 + 1 + reach {
                    if row < 0 || col < 0 || row >= grid.rows as i64 || col >= grid.cols as i64 {
                        continue;
                    }
                    let value = f64::from(self.part.get(col as usize, row as usize));
                    let (dx, dy) = ((c - col as f64).abs(), (r - row as f64).abs());
                    let span = 1.0 + reach as f64;
                    let near = (span - dx).max(0.0) * (span - dy).max(0.0);
                    if value.is_finite() && near > 0.0 {
                        sum += near * value;
                        weight += near;
                    }
                }
            }
            if weight > 0.0 {
                return Some(sum / weight);
            }
        }
        None
    }

    /// Draws the edge at the end of each band and the last edge, and returns where the bands' times
    /// can be written: for each band but the last and the smallest, its text and places in order of liking.
    pub(super) fn draw_edges(
        &self,
        canvas: &mut Canvas,
        frame: &Frame,
        layer: &FireLayer,
        tongue: Language,
        unit: f32,
    ) -> Vec<(String, Vec<(f32, f32)>)> {
        let origin = self.origin();
        let mut labels = Vec::new();
        for k in 0..self.count.saturating_sub(1) {
            let rings = self.rings((k + 1) as f64 * self.step_s, frame);
            let mut path = PathBuilder::new();
            for ring in &rings {
                frame.trace_ring(ring, &mut path);
            }
            if let Some(path) = path.finish() {
                canvas.stroke(&path, Pen::solid(ISOCHRONE, 1.3 * unit));
            }
            // A time written on a ring not much larger than the writing would hide it.
            let spread = Extent::around(rings.iter().flatten().copied()).map_or(0.0, |e| {
                (e.max.x - e.min.x).max(e.max.y - e.min.y) / frame.metres_per_px
            });
            if spread < f64::from(70.0 * unit) {
                continue;
            }
            // The head, where the edges lie furthest apart, is the point furthest from the start.
            let mut places: Vec<Point> = rings.into_iter().flatten().collect();
            places.sort_by(|a, b| b.distance(origin).total_cmp(&a.distance(origin)));
            let stride = (places.len() / 12).max(1);
            let places = places
                .into_iter()
                .step_by(stride)
                .take(6)
                .map(|p| frame.pixel(p))
                .collect();
            labels.push((self.isochrone_label(k, layer, tongue), places));
        }
        if let Some(path) = self.outline(frame) {
            canvas.stroke(&path, Pen::solid((255, 255, 255, 150), 4.2 * unit));
            canvas.stroke(&path, Pen::solid(EDGE, 2.2 * unit));
        }
        labels
    }

    /// Where the fire came first.
    fn origin(&self) -> Point {
        let mut first = (f32::INFINITY, 0);
        for (i, &value) in self.part.data.iter().enumerate() {
            if value < first.0 {
                first = (value, i);
            }
        }
        self.part
            .grid
            .centre(first.1 % self.part.grid.cols, first.1 / self.part.grid.cols)
    }
}
