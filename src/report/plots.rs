//! Plots: lines over an axis, and means with their intervals. Axes carry their units; series differ in colour, in
//! dashes and in sign, so that they can be told apart by everybody and in black and white.

use super::figures;
use super::svg::{Anchor, Markup, SERIES, Svg, width_of};

/// Width of every plot, pixels of its own system.
pub const WIDTH: f64 = 900.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 22.0;
/// Size of type.
const TYPE: f64 = 13.0;

/// A place on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What stands there.
    pub label: String,
}

/// About so many round numbers from `from` to `to`, both included where they are round.
pub fn round_ticks(from: f64, to: f64, count: usize) -> Vec<Tick> {
    let span = (to - from).max(1e-9);
    let rough = span / count.max(1) as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let decimals = (0..7)
        .find(|d| {
            let scaled = step * libm::pow(10.0, f64::from(*d));
            libm::fabs(scaled - libm::round(scaled)) < 1e-6 * scaled
        })
        .unwrap_or(6) as usize;
    let first = libm::ceil(from / step - 1e-9) as i64;
    let last = libm::floor(to / step + 1e-9) as i64;
    (first..=last)
        .map(|i| Tick {
            at: i as f64 * step,
            label: figures::number(i as f64 * step, decimals),
        })
        .collect()
}

/// Minutes between the ticks of a time axis: as clocks are read.
pub fn minutes_step(span_min: f64, count: f64) -> f64 {
    const STEPS: [f64; 14] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 180.0, 360.0, 720.0, 1440.0, 2880.0,
    ];
    STEPS
        .into_iter()
        .find(|step| span_min / step <= count)
        .unwrap_or_else(|| libm::ceil(span_min / count / 1440.0) * 1440.0)
}

/// A line of a plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its places, in order of x.
    pub points: Vec<(f64, f64)>,
    /// Whether the value holds until the next place.
    pub stepped: bool,
    /// Whether each place has a sign.
    pub signs: bool,
    /// Which colour, dash and sign.
    pub style: usize,
}

/// One panel of a plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What is upward, with its unit.
    pub label: String,
    /// The lines.
    pub series: Vec<Series>,
    /// The largest value shown; the largest of the lines when left out.
    pub top: Option<f64>,
}

/// Panels above each other over one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct LinePlot {
    /// What the plot shows, in words.
    pub title: String,
    /// What is to the right, with its unit.
    pub x_label: String,
    /// The axis' ends.
    pub x_range: (f64, f64),
    /// Ticks of the axis.
    pub x_ticks: Vec<Tick>,
    /// The panels.
    pub panels: Vec<Panel>,
    /// Moments with their names, in order.
    pub moments: Vec<Tick>,
}

/// From values to pixels.
#[derive(Debug, Clone, Copy)]
struct Scale {
    from: f64,
    per: f64,
    origin: f64,
}

impl Scale {
    fn new((from, to): (f64, f64), (origin, end): (f64, f64)) -> Self {
        Self {
            from,
            per: (end - origin) / (to - from).max(1e-9),
            origin,
        }
    }

    fn px(self, value: f64) -> f64 {
        self.origin + (value - self.from) * self.per
    }
}

impl LinePlot {
    /// Draws the plot.
    pub fn draw(&self) -> Markup {
        const PANEL: f64 = 190.0;
        const GAP: f64 = 18.0;
        let legend_rows = self.legend_rows();
        let moments_rows = self.moment_rows();
        let top = 10.0 + 20.0 * legend_rows.len() as f64 + 16.0 * moments_rows as f64;
        let count = self.panels.len() as f64;
        let bottom = top + count * PANEL + (count - 1.0).max(0.0) * GAP;
        let mut svg = Svg::new(WIDTH, bottom + 48.0);
        let x = Scale::new(self.x_range, (LEFT, WIDTH - RIGHT));
        for (row, entries) in legend_rows.iter().enumerate() {
            for (left, series) in entries {
                draw_key(&mut svg, (*left, 14.0 + 20.0 * row as f64), series);
            }
        }
        for (i, panel) in self.panels.iter().enumerate() {
            let upper = top + i as f64 * (PANEL + GAP);
            Self::draw_panel(&mut svg, panel, x, (upper, upper + PANEL));
        }
        self.draw_moments(&mut svg, x, (top, bottom), moments_rows);
        for tick in &self.x_ticks {
            let at = x.px(tick.at);
            svg.line("axis", (at, bottom), (at, bottom + 5.0));
            svg.text("tick", (at, bottom + 19.0), Anchor::Middle, &tick.label);
        }
        svg.text(
            "label",
            (f64::midpoint(LEFT, WIDTH - RIGHT), bottom + 40.0),
            Anchor::Middle,
            &self.x_label,
        );
        svg.finish("plot", &self.title)
    }

    /// Rows of the legend: where each entry begins.
    fn legend_rows(&self) -> Vec<Vec<(f64, &Series)>> {
        let mut rows: Vec<Vec<(f64, &Series)>> = Vec::new();
        let mut left = f64::INFINITY;
        for series in self.panels.iter().flat_map(|p| &p.series) {
            if series.name.is_empty() {
                continue;
            }
            let wide = 48.0 + width_of(&series.name, TYPE) + 14.0;
            if left + wide > WIDTH - RIGHT {
                rows.push(Vec::new());
                left = LEFT;
            }
            if let Some(row) = rows.last_mut() {
                row.push((left, series));
            }
            left += wide;
        }
        rows
    }

    /// Names of moments that would touch stand in rows.
    fn moment_places(&self) -> Vec<(usize, &Tick)> {
        let x = Scale::new(self.x_range, (LEFT, WIDTH - RIGHT));
        let mut ends: Vec<f64> = Vec::new();
        let mut places = Vec::new();
        for moment in &self.moments {
            let wide = width_of(&moment.label, TYPE);
            let at = x.px(moment.at);
            let begin = if at + wide > WIDTH - RIGHT {
                at - wide
            } else {
                at
            };
            let row = ends
                .iter()
                .position(|end| *end + 8.0 < begin)
                .unwrap_or_else(|| {
                    ends.push(0.0);
                    ends.len() - 1
                });
            ends[row] = begin + wide;
            places.push((row, moment));
        }
        places
    }

    fn moment_rows(&self) -> usize {
        self.moment_places()
            .iter()
            .map(|(row, _)| row + 1)
            .max()
            .unwrap_or(0)
    }

    fn draw_moments(&self, svg: &mut Svg, x: Scale, (top, bottom): (f64, f64), rows: usize) {
        for (row, moment) in self.moment_places() {
            let at = x.px(moment.at);
            let y = top - 16.0 * (rows - row) as f64 + 8.0;
            svg.line("moment", (at, y + 3.0), (at, bottom));
            let ends = at + width_of(&moment.label, TYPE) > WIDTH - RIGHT;
            let (anchor, shift) = if ends {
                (Anchor::End, -3.0)
            } else {
                (Anchor::Start, 3.0)
            };
            svg.text("moment-name", (at + shift, y + 4.0), anchor, &moment.label);
        }
    }

    fn draw_panel(svg: &mut Svg, panel: &Panel, x: Scale, (upper, lower): (f64, f64)) {
        let most = panel.top.unwrap_or_else(|| {
            let values = panel.series.iter().flat_map(|s| s.points.iter());
            let most = values.map(|p| p.1).fold(0.0, f64::max);
            if most > 0.0 { most * 1.06 } else { 1.0 }
        });
        let y = Scale::new((0.0, most), (lower, upper));
        for tick in round_ticks(0.0, most, 4) {
            let at = y.px(tick.at);
            svg.line("grid", (LEFT, at), (WIDTH - RIGHT, at));
            svg.text("tick", (LEFT - 8.0, at + 4.0), Anchor::End, &tick.label);
        }
        svg.line("axis", (LEFT, upper), (LEFT, lower));
        svg.line("axis", (LEFT, lower), (WIDTH - RIGHT, lower));
        svg.upward("label", (16.0, f64::midpoint(upper, lower)), &panel.label);
        for series in &panel.series {
            let mut places: Vec<(f64, f64)> = Vec::new();
            for (px, py) in series.points.iter().map(|p| (x.px(p.0), y.px(p.1))) {
                if series.stepped
                    && let Some(last) = places.last().copied()
                {
                    places.push((px, last.1));
                }
                places.push((px, py));
            }
            svg.polyline(&format!("curve s{}", series.style % SERIES), &places);
            if series.signs {
                for (px, py) in &series.points {
                    let words = format!("{}: {}", series.name, figures::plain(*py));
                    svg.sign(series.style, (x.px(*px), y.px(*py)), &words);
                }
            }
        }
    }
}

/// A line of the legend.
fn draw_key(svg: &mut Svg, (left, y): (f64, f64), series: &Series) {
    let class = format!("curve s{}", series.style % SERIES);
    svg.polyline(&class, &[(left, y), (left + 36.0, y)]);
    if series.signs {
        svg.sign(series.style, (left + 18.0, y), "");
    }
    svg.text("key", (left + 43.0, y + 4.5), Anchor::Start, &series.name);
}

/// A mean with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    /// What it is of.
    pub name: String,
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Which colour and sign.
    pub style: usize,
}

/// Means with their intervals, a row each, over an axis of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct DotPanel {
    /// What is measured, with its unit.
    pub label: String,
    /// The rows.
    pub dots: Vec<Dot>,
    /// Whether zero is marked: for differences.
    pub zero: bool,
}

/// Draws panels of means with intervals; `title` says in words what they show.
pub fn dots(title: &str, panels: &[DotPanel]) -> Markup {
    const ROW: f64 = 26.0;
    const FOOT: f64 = 58.0;
    let names = panels.iter().flat_map(|p| p.dots.iter().map(|d| &d.name));
    let wide = names
        .map(|n| width_of(n, TYPE))
        .fold(60.0, f64::max)
        .min(330.0);
    let left = wide + 26.0;
    let height: f64 = panels
        .iter()
        .map(|p| ROW * p.dots.len() as f64 + FOOT)
        .sum::<f64>()
        + 6.0;
    let mut svg = Svg::new(WIDTH, height);
    let mut top = 6.0;
    for panel in panels {
        let bottom = top + ROW * panel.dots.len() as f64;
        let (from, to) = range(panel);
        let x = Scale::new((from, to), (left, WIDTH - 110.0));
        let ticks = round_ticks(from, to, 6);
        for tick in &ticks {
            let at = x.px(tick.at);
            svg.line("grid", (at, top), (at, bottom));
            svg.text("tick", (at, bottom + 17.0), Anchor::Middle, &tick.label);
        }
        if panel.zero && from <= 0.0 && to >= 0.0 {
            svg.line("zero", (x.px(0.0), top - 3.0), (x.px(0.0), bottom + 3.0));
        }
        svg.line("axis", (left, bottom), (WIDTH - 110.0, bottom));
        for (i, dot) in panel.dots.iter().enumerate() {
            let y = top + ROW * (i as f64 + 0.5);
            svg.text("key", (left - 12.0, y + 4.5), Anchor::End, &dot.name);
            let class = format!("interval s{}", dot.style % SERIES);
            let (low, high) = (x.px(dot.low), x.px(dot.high));
            svg.line(&class, (low, y), (high, y));
            for end in [low, high] {
                svg.line(&class, (end, y - 5.0), (end, y + 5.0));
            }
            let words = format!(
                "{}: {} ({} \u{2013} {})",
                dot.name,
                figures::plain(dot.mean),
                figures::plain(dot.low),
                figures::plain(dot.high)
            );
            svg.sign(dot.style, (x.px(dot.mean), y), &words);
            svg.text(
                "tick",
                (WIDTH - 98.0, y + 4.5),
                Anchor::Start,
                &figures::plain(dot.mean),
            );
        }
        svg.text(
            "label",
            (f64::midpoint(left, WIDTH - 110.0), bottom + 37.0),
            Anchor::Middle,
            &panel.label,
        );
        top = bottom + FOOT;
    }
    svg.finish("plot", title)
}

/// What the axis of a panel spans: from zero, or both sides of it for differences.
fn range(panel: &DotPanel) -> (f64, f64) {
    let ends = panel.dots.iter().flat_map(|d| [d.low, d.high, d.mean]);
    let (least, most) = ends.fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
    if most - least < 1e-9 {
        return if panel.zero { (-1.0, 1.0) } else { (0.0, 1.0) };
    }
    let margin = 0.05 * (most - least);
    let low = if least < 0.0 || panel.zero {
        least - margin
    } else {
        0.0
    };
    let high = if most > 0.0 || panel.zero {
        most + margin
    } else {
        0.0
    };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        let labels = |ticks: Vec<Tick>| ticks.into_iter().map(|t| t.label).collect::<Vec<_>>();
        assert_eq!(labels(round_ticks(0.0, 0.45, 4)), ["0.0", "0.2", "0.4"]);
        assert_eq!(
            labels(round_ticks(-3.0, 7.0, 5)),
            ["\u{2212}2", "0", "2", "4", "6"]
        );
        assert_eq!(minutes_step(240.0, 10.0), 30.0);
        assert_eq!(minutes_step(30_000.0, 10.0), 4320.0);
    }

    #[test]
    fn a_mean_of_zero_everywhere_still_has_an_axis() {
        let dot = Dot {
            name: "<a>".into(),
            mean: 0.0,
            low: 0.0,
            high: 0.0,
            style: 0,
        };
        let panel = DotPanel {
            label: "ha".into(),
            dots: vec![dot],
            zero: true,
        };
        let text = dots("t", &[panel]).to_string();
        assert!(
            text.contains("&lt;a&gt;") && !text.contains("NaN"),
            "{text}"
        );
    }
}
