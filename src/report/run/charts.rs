//! The run through time: its timeline, and area and line as they grew.

use std::collections::{BTreeMap, BTreeSet};

use super::super::csv;
use super::super::document::Block;
use super::super::figures;
use super::super::plots::{LinePlot, Panel, Series, Tick, WIDTH, minutes_step};
use super::super::svg::{Anchor, Svg, escaped, width_of};
use super::events::{self, Event, Lane, Moment};
use super::read::{Names, Run};
use crate::base::message::Message;
use crate::protocol::Record;
use crate::results::scorecard::{M2_PER_HA, round};

/// Most lanes of the timeline.
const MOST_LANES: usize = 14;

/// Ticks of a time axis with the time of day.
fn clock_ticks(run: &Run, minutes: f64, count: f64) -> Vec<Tick> {
    let step = minutes_step(minutes, count);
    let last = libm::floor(minutes / step + 1e-9) as i64;
    (0..=last)
        .map(|i| {
            let at = i as f64 * step;
            Tick {
                at,
                label: run.clock.hour_minute(at * 60.0),
            }
        })
        .collect()
}

/// What an axis of time is called.
fn axis(run: &Run, names: &Names<'_>) -> String {
    let zone = &run.scenario.file.site.time_zone;
    names.say(Message::new("report-axis-clock").with("zone", zone.as_str()))
}

/// The lanes that are shown: of many incidents those where something was done.
fn lanes(events: &[Event]) -> Vec<Lane> {
    let all: BTreeSet<Lane> = events.iter().map(|e| e.lane).collect();
    if all.len() <= MOST_LANES {
        return all.into_iter().collect();
    }
    let busy = |lane: &Lane| {
        !matches!(lane, Lane::Incident(_))
            || events
                .iter()
                .any(|e| e.lane == *lane && !matches!(e.moment, Moment::Alarm | Moment::Dismissed))
    };
    let busy: Vec<Lane> = all.into_iter().filter(busy).collect();
    let spare = busy.len().saturating_sub(MOST_LANES);
    let (incidents, others): (Vec<Lane>, Vec<Lane>) = busy
        .into_iter()
        .partition(|lane| matches!(lane, Lane::Incident(_)));
    let kept = incidents.len().saturating_sub(spare);
    incidents.into_iter().take(kept).chain(others).collect()
}

fn lane_name(lane: Lane, names: &Names<'_>) -> String {
    match lane {
        Lane::Incident(n) => {
            names.say(Message::new("report-lane-incident").with("incident", f64::from(n)))
        }
        Lane::Breaks => names.text("report-lane-breaks"),
        Lane::Outside => names.text("report-lane-outside"),
    }
}

/// The timeline with its legend.
pub fn timeline(run: &Run, names: &Names<'_>) -> Vec<Block> {
    const STEP: f64 = 22.0;
    const PAD: f64 = 8.0;
    let events = events::of(run, names);
    let lanes = lanes(&events);
    let minutes = (run.end_s / 60.0).max(1.0);
    let wide = lanes
        .iter()
        .map(|lane| width_of(&lane_name(*lane, names), 13.0))
        .fold(40.0, f64::max)
        .min(220.0);
    let left = wide + 22.0;
    let px = |t_s: f64| left + 12.0 + (WIDTH - left - 34.0) * t_s / 60.0 / minutes;
    // Signs that would touch stand above each other.
    let placed: Vec<(f64, Vec<(usize, &Event)>)> = lanes
        .iter()
        .map(|lane| {
            let mut ends: Vec<f64> = Vec::new();
            let mut signs = Vec::new();
            for event in events.iter().filter(|e| e.lane == *lane) {
                let x = px(event.t_s);
                let level = ends
                    .iter()
                    .position(|end| *end <= x - 19.0)
                    .unwrap_or_else(|| {
                        ends.push(f64::NEG_INFINITY);
                        ends.len() - 1
                    });
                ends[level] = x;
                signs.push((level, event));
            }
            (STEP * ends.len().max(1) as f64 + 2.0 * PAD, signs)
        })
        .collect();
    let height: f64 = placed.iter().map(|(h, _)| h + 4.0).sum::<f64>() + 56.0;
    let mut svg = Svg::new(WIDTH, height);
    let bottom = height - 50.0;
    let mut top = 4.0;
    for ((lane_height, _), lane) in placed.iter().zip(&lanes) {
        svg.rect("lane", (left, top), (WIDTH - left - 4.0, *lane_height));
        let words = lane_name(*lane, names);
        let middle = top + lane_height / 2.0 + 4.5;
        svg.text("key", (left - 10.0, middle), Anchor::End, &words);
        top += lane_height + 4.0;
    }
    for tick in clock_ticks(run, minutes, 12.0) {
        let at = px(tick.at * 60.0);
        svg.line("grid", (at, 4.0), (at, bottom));
        svg.text("tick", (at, bottom + 17.0), Anchor::Middle, &tick.label);
    }
    let mut top = 4.0;
    for (lane_height, signs) in &placed {
        for (level, event) in signs {
            let y = top + lane_height - PAD - STEP * (*level as f64 + 0.5);
            let words = format!("{}  {}", run.clock.hour_minute(event.t_s), event.words);
            sign(&mut svg, event.moment, (px(event.t_s), y), &words, names);
        }
        top += lane_height + 4.0;
    }
    svg.text(
        "label",
        (f64::midpoint(left, WIDTH), bottom + 40.0),
        Anchor::Middle,
        &axis(run, names),
    );
    let shown: BTreeSet<Moment> = events
        .iter()
        .filter(|e| lanes.contains(&e.lane))
        .map(|e| e.moment)
        .collect();
    let all = events.iter().map(|e| e.lane).collect::<BTreeSet<_>>().len();
    let mut caption = names.text("report-timeline-caption");
    if all > lanes.len() {
        let more = Message::new("report-timeline-more").with("count", (all - lanes.len()) as f64);
        caption.push_str(&names.say(more));
    }
    let title = names.text("report-section-timeline");
    vec![
        Block::Figure(svg.finish("plot", &title), caption),
        Block::Figure(legend(&shown, names), String::new()),
    ]
}

fn sign(svg: &mut Svg, moment: Moment, (x, y): (f64, f64), words: &str, names: &Names<'_>) {
    svg.raw(format_args!("<g class=\"event {}\">", moment.class()));
    if !words.is_empty() {
        svg.raw(format_args!("<title>{}</title>", escaped(words)));
    }
    if moment.is_square() {
        svg.raw(format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"19\" height=\"19\" rx=\"2\"/>",
            x - 9.5,
            y - 9.5
        ));
    } else {
        svg.raw(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"9.8\"/>"
        ));
    }
    let letter = names.text(&format!("report-sign-{}", moment.key()));
    svg.text("letter", (x, y + 4.4), Anchor::Middle, &letter);
    svg.raw(format_args!("</g>"));
}

/// What the signs mean; those that occur.
fn legend(shown: &BTreeSet<Moment>, names: &Names<'_>) -> super::super::svg::Markup {
    let mut places = Vec::new();
    let (mut x, mut y) = (14.0, 14.0);
    for moment in Moment::ALL.into_iter().filter(|m| shown.contains(m)) {
        let words = names.text(&format!("report-moment-{}", moment.key()));
        let wide = 22.0 + width_of(&words, 13.0) + 20.0;
        if x + wide > WIDTH {
            x = 14.0;
            y += 25.0;
        }
        places.push((x, y, moment, words));
        x += wide;
    }
    let mut svg = Svg::new(WIDTH, y + 14.0);
    for (x, y, moment, words) in places {
        sign(&mut svg, moment, (x, y), "", names);
        svg.text("key", (x + 16.0, y + 4.6), Anchor::Start, &words);
    }
    svg.finish("plot", &names.text("report-map-legend"))
}

/// The timeline's rows.
pub fn timeline_csv(run: &Run, names: &Names<'_>) -> Vec<u8> {
    let rows: Vec<Vec<String>> = events::of(run, names)
        .into_iter()
        .map(|event| {
            let incident = match event.lane {
                Lane::Incident(n) => n.to_string(),
                Lane::Breaks | Lane::Outside => String::new(),
            };
            vec![
                round(event.t_s / 60.0, 2).to_string(),
                run.clock.iso(event.t_s),
                incident,
                event.moment.key().to_owned(),
                event.words,
            ]
        })
        .collect();
    csv(&["minutes", "time", "incident", "event", "sentence"], &rows)
}

/// Area and line through time.
pub struct Growth {
    /// Minutes, and hectares burnt by then: whole cells.
    pub burnt: Vec<(f64, f64)>,
    /// Minutes, and hectares as the field reported them, all incidents together.
    reported: Vec<(f64, f64)>,
    /// Minutes, and metres of line built, all incidents together.
    line: Vec<(f64, f64)>,
}

impl Growth {
    /// What the arrival raster and the situation reports say.
    pub fn of(run: &Run) -> Self {
        let mut arrivals: Vec<f32> = run
            .arrival
            .data
            .iter()
            .copied()
            .filter(|t| t.is_finite())
            .collect();
        arrivals.sort_by(f32::total_cmp);
        let cell_ha = run.arrival.grid.cell * run.arrival.grid.cell / M2_PER_HA;
        let end_min = run.end_s / 60.0;
        let step = (end_min / 240.0).max(1.0);
        let count = libm::ceil(end_min / step) as usize;
        let burnt = (0..=count)
            .map(|i| {
                let minute = (i as f64 * step).min(end_min);
                let reached = arrivals.partition_point(|t| f64::from(*t) <= minute * 60.0);
                (minute, reached as f64 * cell_ha)
            })
            .collect();
        let mut area: BTreeMap<u32, f64> = BTreeMap::new();
        let mut metres: BTreeMap<u32, f64> = BTreeMap::new();
        let (mut reported, mut line) = (Vec::new(), vec![(0.0, 0.0)]);
        for record in &run.lines {
            let minute = record.t_s / 60.0;
            if let Record::SituationReport {
                incident,
                area_ha,
                line_m,
                ..
            }
            | Record::Contained {
                incident,
                area_ha,
                line_m,
            } = &record.record
            {
                area.insert(*incident, *area_ha);
                metres.insert(*incident, *line_m);
                reported.push((minute, area.values().sum()));
                line.push((minute, metres.values().sum()));
            }
        }
        let last = line.last().map_or(0.0, |p| p.1);
        line.push((end_min, last.max(run.card.marks.resources.line_m)));
        Self {
            burnt,
            reported,
            line,
        }
    }

    /// Hectares burnt by a minute.
    pub fn burnt_by(&self, minute: f64) -> f64 {
        let next = self.burnt.partition_point(|(m, _)| *m <= minute + 1e-9);
        next.checked_sub(1).map_or(0.0, |i| self.burnt[i].1)
    }

    /// The plot.
    pub fn figure(&self, run: &Run, names: &Names<'_>) -> Block {
        let minutes = (run.end_s / 60.0).max(1.0);
        let series = |name: &str, points: &[(f64, f64)], signs: bool, style: usize| Series {
            name: names.text(name),
            points: points.to_vec(),
            stepped: !signs || style == 2,
            signs,
            style,
        };
        let mut area = vec![series("report-series-burnt", &self.burnt, false, 0)];
        if !self.reported.is_empty() {
            area.push(series("report-series-reported", &self.reported, true, 1));
        }
        let fires = &run.card.fires;
        let earliest = fires
            .iter()
            .filter_map(|f| run.seconds(f.first_attack_at.as_deref()?))
            .fold(f64::INFINITY, f64::min);
        let latest = fires
            .iter()
            .filter_map(|f| run.seconds(f.contained_at.as_deref()?))
            .fold(f64::NEG_INFINITY, f64::max);
        let all = run.card.fires.iter().all(|f| f.contained_at.is_some());
        let several = run.card.fires.len() > 1;
        let ends = if several {
            "report-moment-all-contained"
        } else {
            "report-moment-one-contained"
        };
        let moments = [
            (earliest.is_finite(), earliest, "report-moment-first-work"),
            (latest.is_finite() && all, latest, ends),
        ]
        .into_iter()
        .filter(|m| m.0)
        .map(|(_, t_s, key)| Tick {
            at: t_s / 60.0,
            label: format!("{} {}", names.text(key), run.clock.hour_minute(t_s)),
        })
        .collect();
        let plot = LinePlot {
            title: names.text("report-section-growth"),
            x_label: axis(run, names),
            x_range: (0.0, minutes),
            x_ticks: clock_ticks(run, minutes, 12.0),
            panels: vec![
                Panel {
                    label: names.text("report-axis-area"),
                    series: area,
                    top: None,
                },
                Panel {
                    label: names.text("report-axis-line"),
                    series: vec![series("report-series-line", &self.line, true, 2)],
                    top: None,
                },
            ],
            moments,
        };
        let caption = names.say(
            Message::new("report-growth-caption")
                .with("cell", figures::plain(run.arrival.grid.cell)),
        );
        Block::Figure(plot.draw(), caption)
    }

    /// The rows.
    pub fn csv(&self, run: &Run) -> Vec<u8> {
        let mut lines = self.line.iter().peekable();
        let mut metres = 0.0;
        let rows: Vec<Vec<String>> = self
            .burnt
            .iter()
            .map(|(minute, ha)| {
                while let Some((_, m)) = lines.next_if(|(at, _)| at <= minute) {
                    metres = *m;
                }
                vec![
                    round(*minute, 2).to_string(),
                    run.clock.iso(minute * 60.0),
                    round(*ha, 4).to_string(),
                    round(metres, 1).to_string(),
                ]
            })
            .collect();
        csv(&["minutes", "time", "burnt_ha", "line_m"], &rows)
    }
}
