//! The map of a run: its ground, and over it the fire through time, roads, breaks, water, cameras, stations, and what
//! happened where.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::data::{Pixels, png};
use super::super::document::Block;
use super::super::figures::plain;
use super::super::map::{Layer, Map, Presence, Sheet, Step, colour_key, key, line_key, place};
use super::super::plots::minutes_step;
use super::super::svg::Svg;
use super::super::{ReportError, run::charts::Growth};
use super::read::{Names, Run};
use crate::base::geo::rings;
use crate::base::geo::{Extent, Point, Raster};
use crate::base::message::Message;
use crate::fire::breaks::ContactOutcome;
use crate::protocol::Record;
use crate::results::picture::ramp;
use crate::results::run_map::base_map;
use crate::scenario::schema::{AreaKind, BreakKind};
use crate::world::World;

/// Width of the base picture, pixels.
const BASE_PX: u32 = 1500;
/// Ground around the fire that is shown at first, and its least width, metres.
const MARGIN_M: f64 = 250.0;
const LEAST_M: f64 = 900.0;
/// The base shows so many times the first view, and at least so much, metres.
const AROUND: f64 = 3.0;
const LEAST_BASE_M: f64 = 6_000.0;
/// Width over height.
const SHAPE: f64 = 1.55;
/// Most edges with a line of their own.
const MOST_LINES: usize = 8;

const STATION: &str = "<rect class=\"m-station\" x=\"-7\" y=\"-7\" width=\"14\" height=\"14\" rx=\"2\"/><path d=\"M0-4.5V4.5M-4.5 0H4.5\"/>";
const CAMERA: &str = "<polygon class=\"m-camera\" points=\"0,-7.5 7,6 -7,6\"/>";
const POND: &str = "<circle class=\"m-pond\" r=\"5\"/>";
const VALUE: &str = "<polygon class=\"m-value\" points=\"-5.5,5.5 -5.5,-1 0,-6 5.5,-1 5.5,5.5\"/>";
const START: &str = "<polygon class=\"m-start\" points=\"0,-9 2.4,-2.8 9,-2.8 3.8,1.4 5.8,8 0,4 -5.8,8 -3.8,1.4 -9,-2.8 -2.4,-2.8\"/>";
const REPORT: &str = "<polygon class=\"m-report\" points=\"0,-6.5 6.5,0 0,6.5 -6.5,0\"/>";
const HELD: &str = "<rect class=\"m-held\" x=\"-4.5\" y=\"-4.5\" width=\"9\" height=\"9\"/>";
const BREACHED: &str =
    "<polygon class=\"m-breached\" points=\"-6,-6 0,-2.6 6,-6 2.6,0 6,6 0,2.6 -6,6 -2.6,0\"/>";
const EVENT: &str = "<circle class=\"m-event\" r=\"5\"/>";

/// What the map is around: the burnt ground, else the fires' places, else the whole land.
fn focus(run: &Run) -> Extent {
    let starts = run.lines.iter().filter_map(|line| match line.record {
        Record::Ignition { x, y, .. } => Some(Point::new(x, y)),
        _ => None,
    });
    let burnt = rings::finite_part(&run.arrival, run.arrival.grid.extent())
        .map(|part| part.grid.extent())
        .into_iter()
        .flat_map(|e| [e.min, e.max]);
    let around = Extent::around(starts.chain(burnt)).unwrap_or_else(|| {
        run.world.as_ref().map_or_else(
            || run.arrival.grid.extent(),
            |world| world.landscape.elevation.grid.extent(),
        )
    });
    shaped(around.widened(MARGIN_M), LEAST_M)
}

/// An extent of the map's shape around another, at least so high.
fn shaped(extent: Extent, least_m: f64) -> Extent {
    let (w, h) = (extent.max.x - extent.min.x, extent.max.y - extent.min.y);
    let high = h.max(w / SHAPE).max(least_m / SHAPE);
    let middle = extent.min.towards(extent.max, 0.5);
    let (dx, dy) = (high * SHAPE / 2.0, high / 2.0);
    Extent {
        min: Point::new(middle.x - dx, middle.y - dy),
        max: Point::new(middle.x + dx, middle.y + dy),
    }
}

/// The map.
pub fn map(run: &Run, names: &Names<'_>) -> Result<Block, ReportError> {
    let first = focus(run);
    let wide = shaped(
        first.widened((AROUND - 1.0) / 2.0 * (first.max.y - first.min.y)),
        LEAST_BASE_M,
    );
    let (base, extent) = match &run.world {
        None => (None, wide),
        Some(world) => {
            let (image, extent) = base_map(world, wide, BASE_PX)
                .map_err(|e| ReportError::read(Path::new("map"), &e))?;
            let pixels = Pixels {
                bytes: image.as_raw(),
                width: image.width(),
                height: image.height(),
                colour: image::ExtendedColorType::Rgb8,
            };
            (Some(png(pixels, Path::new("map"))?), extent)
        }
    };
    let sheet = Sheet { extent };
    let growth = Growth::of(run);
    let steps = minutes(run);
    let fire = fire_layer(run, names, sheet, &steps);
    let mut layers = Vec::new();
    if let Some(world) = &run.world {
        ground_layers(world, names, sheet, &mut layers);
    }
    let mut colours = Vec::new();
    if let Some((layer, found)) = fire {
        layers.push(layer);
        colours = found;
    }
    event_layers(run, names, sheet, &mut layers);
    if let Some(world) = &run.world {
        place_layers(world, names, sheet, &mut layers);
    }
    let full = sheet.view(extent);
    let steps = steps
        .into_iter()
        .map(|min| Step {
            min,
            words: names.say(
                Message::new("report-map-step")
                    .with("time", run.clock.hour_minute(min * 60.0))
                    .with("minutes", plain(libm::round(min)))
                    .with("area", plain(growth.burnt_by(min))),
            ),
        })
        .collect();
    Ok(Block::Map(Box::new(Map {
        view: within(sheet.view(first), full),
        full,
        base,
        layers,
        steps,
        presence: presence(run, names),
        colours_title: names.text("map-section-fire"),
        colours,
        caption: names.text(if run.world.is_some() {
            "report-map-caption"
        } else {
            "report-map-caption-bare"
        }),
    })))
}

/// A view moved and shrunk into all there is, of its shape.
fn within(view: [f64; 4], full: [f64; 4]) -> [f64; 4] {
    let shape = full[2] / full[3];
    let high = view[3].max(view[2] / shape).min(full[3]);
    let wide = high * shape;
    let (cx, cy) = (view[0] + view[2] / 2.0, view[1] + view[3] / 2.0);
    let x = (cx - wide / 2.0).clamp(full[0], (full[0] + full[2] - wide).max(full[0]));
    let y = (cy - high / 2.0).clamp(full[1], (full[1] + full[3] - high).max(full[1]));
    [x, y, wide, high]
}

/// The slider's minutes: fine while the fire grows, coarser afterwards.
fn minutes(run: &Run) -> Vec<f64> {
    let finite = run.arrival.data.iter().copied().filter(|t| t.is_finite());
    let (from, to) = finite.fold((f32::INFINITY, 0.0_f32), |(a, b), t| (a.min(t), b.max(t)));
    let end = run.end_s / 60.0;
    if !from.is_finite() {
        return vec![end];
    }
    let (from, to) = (f64::from(from) / 60.0, f64::from(to) / 60.0);
    let step = minutes_step((to - from).max(1.0), 32.0);
    let mut minute = libm::floor(from / step) * step;
    let mut all = vec![minute];
    while minute < to && minute + step < end {
        minute += step;
        all.push(minute);
    }
    let step = minutes_step((end - minute).max(1.0), 24.0).max(step);
    while minute + step < end {
        minute += step;
        all.push(minute);
    }
    all.push(end);
    all
}

/// The fire: the ground burnt by each step, the latest below, so that the earlier lies on it.
fn fire_layer(
    run: &Run,
    names: &Names<'_>,
    sheet: Sheet,
    minutes: &[f64],
) -> Option<(Layer, Vec<(String, String)>)> {
    let part = rings::finite_part(&run.arrival, run.arrival.grid.extent())?;
    let rounding = usize::from(part.data.len() < 40_000);
    let mut found: Vec<(f64, String)> = Vec::new();
    let mut before = 0;
    for minute in minutes {
        let level = (minute * 60.0) as f32;
        let reached = part.data.iter().filter(|t| **t <= level).count();
        if reached > before {
            found.push((*minute, sheet.rings(&ground(&part, level, rounding))));
            before = reached;
        }
    }
    let last = found.len().saturating_sub(1);
    let each = found.len().div_ceil(MOST_LINES).max(1);
    let mut svg = Svg::new(0.0, 0.0);
    let mut colours = Vec::new();
    svg.raw(format_args!("<g opacity=\".86\">"));
    for (i, (minute, path)) in found.iter().enumerate().rev() {
        let share = if last == 0 {
            0.6
        } else {
            i as f64 / last as f64
        };
        let (r, g, b) = ramp(share);
        let colour = format!("#{r:02x}{g:02x}{b:02x}");
        let is_line = i % each == each - 1;
        let class = if is_line { "burnt iso" } else { "burnt" };
        svg.raw(format_args!(
            "<path class=\"{class}\" style=\"fill:{colour}\" data-t=\"{minute:.2}\" d=\"{path}\"/>"
        ));
        if is_line || i == last {
            let words =
                Message::new("report-map-until").with("time", run.clock.hour_minute(minute * 60.0));
            colours.push((colour, names.say(words)));
        }
    }
    colours.reverse();
    svg.raw(format_args!("</g>"));
    if let Some((_, path)) = found.last() {
        svg.raw(format_args!("<path class=\"edge\" d=\"{path}\"/>"));
    }
    let (r, g, b) = ramp(0.5);
    let layer = Layer {
        id: "fire",
        name: names.text("report-layer-fire"),
        shown: true,
        key: colour_key(&format!("#{r:02x}{g:02x}{b:02x}")),
        body: svg.into_body(),
    };
    Some((layer, colours))
}

fn ground(part: &Raster<f32>, level: f32, rounding: usize) -> Vec<Vec<Point>> {
    rings::reached_by(part, level)
        .iter()
        .map(|ring| rings::rounded(ring, rounding))
        .collect()
}

/// Adds a layer unless nothing is in it.
fn push(
    layers: &mut Vec<Layer>,
    id: &'static str,
    name: String,
    sign: super::super::svg::Markup,
    svg: Svg,
) {
    let body = svg.into_body();
    if !body.to_string().is_empty() {
        layers.push(Layer {
            id,
            name,
            shown: true,
            key: sign,
            body,
        });
    }
}

/// Courses in the classes given, those of one class together, a casing below all of them first.
fn courses<'a>(
    sheet: Sheet,
    lines: impl Iterator<Item = (&'static str, &'a [Point])>,
    casing: bool,
) -> Svg {
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    for (class, points) in lines {
        let course = sheet.course(points);
        if !course.is_empty() {
            paths.entry(class).or_default().push_str(&course);
        }
    }
    let mut svg = Svg::new(0.0, 0.0);
    if casing {
        for (class, path) in &paths {
            svg.raw(format_args!(
                "<path class=\"{class} casing\" d=\"{path}\"/>"
            ));
        }
    }
    for (class, path) in &paths {
        svg.raw(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }
    svg
}

/// Areas, roads, breaks, power lines.
fn ground_layers(world: &World, names: &Names<'_>, sheet: Sheet, layers: &mut Vec<Layer>) {
    let mut closed: Vec<(&'static str, Vec<Point>)> = Vec::new();
    for area in &world.areas {
        let class = match area.kind {
            AreaKind::Boundary => "area county",
            AreaKind::ForestFarm | AreaKind::Reserve => "area",
        };
        let mut ring = area.ring.clone();
        ring.extend(area.ring.first().copied());
        closed.push((class, ring));
    }
    let svg = courses(sheet, closed.iter().map(|(c, r)| (*c, r.as_slice())), false);
    push(
        layers,
        "areas",
        names.text("report-layer-areas"),
        line_key(&["area"]),
        svg,
    );

    let public = |class: &str| matches!(class, "county_road" | "town_road" | "village_road");
    let roads = world.roads.iter().filter(|r| public(&r.class)).map(|road| {
        let class = match road.class.as_str() {
            "county_road" => "road-main",
            _ => "road-small",
        };
        (class, road.path.as_slice())
    });
    push(
        layers,
        "roads",
        names.text("report-layer-roads"),
        line_key(&["road-main casing", "road-main"]),
        courses(sheet, roads, true),
    );
    let forest = world
        .roads
        .iter()
        .filter(|r| !public(&r.class))
        .map(|road| {
            let class = match road.class.as_str() {
                "fire_road" => "road-fire",
                _ => "road-track",
            };
            (class, road.path.as_slice())
        });
    push(
        layers,
        "fire-roads",
        names.text("report-layer-fire-roads"),
        line_key(&["road-fire"]),
        courses(sheet, forest, false),
    );
    for (id, kind, class, name) in [
        (
            "planted",
            BreakKind::Planted,
            "belt-planted",
            "map-line-planted-belt",
        ),
        (
            "isolation",
            BreakKind::Isolation,
            "belt-isolation",
            "map-line-isolation-belt",
        ),
    ] {
        let belts = world.firebreaks.iter().filter(|b| b.kind == kind);
        let svg = courses(sheet, belts.map(|b| (class, b.path.as_slice())), false);
        push(layers, id, names.text(name), line_key(&[class]), svg);
    }
    let power = world
        .power_lines
        .iter()
        .map(|p| ("power", p.path.as_slice()));
    push(
        layers,
        "power",
        names.text("map-line-power-line"),
        line_key(&["power"]),
        courses(sheet, power, false),
    );
}

/// Line built, starts, contacts with breaks, new fires, reports of those at the fire.
fn event_layers(run: &Run, names: &Names<'_>, sheet: Sheet, layers: &mut Vec<Layer>) {
    let built = run.built.iter().map(|b| ("built", b.path.as_slice()));
    push(
        layers,
        "built",
        names.text("map-line-built-line"),
        line_key(&["built casing", "built"]),
        courses(sheet, built, true),
    );
    let mut starts = Svg::new(0.0, 0.0);
    let mut held = Svg::new(0.0, 0.0);
    let mut breached = Svg::new(0.0, 0.0);
    let mut fresh = Svg::new(0.0, 0.0);
    let mut reports = Svg::new(0.0, 0.0);
    for line in &run.lines {
        let minute = Some(line.t_s / 60.0);
        let told = || {
            format!(
                "{}  {}",
                run.clock.hour_minute(line.t_s),
                names.sentence(line)
            )
        };
        let at = |x: f64, y: f64| sheet.at(Point::new(x, y));
        match &line.record {
            Record::Ignition { x, y, .. } => {
                place(&mut starts, at(*x, *y), START, (&told(), ""), minute);
            }
            Record::BreakContact { x, y, outcome, .. } => match outcome {
                ContactOutcome::Held => place(&mut held, at(*x, *y), HELD, (&told(), ""), minute),
                ContactOutcome::Breached => {
                    place(&mut breached, at(*x, *y), BREACHED, (&told(), ""), minute);
                }
            },
            Record::SpotFire { x, y, .. }
            | Record::Reignition { x, y, .. }
            | Record::Backfire { x, y, .. } => {
                place(&mut fresh, at(*x, *y), EVENT, (&told(), ""), minute);
            }
            Record::FieldReport { x, y, .. } => {
                place(&mut reports, at(*x, *y), REPORT, (&told(), ""), minute);
            }
            _ => {}
        }
    }
    for (id, name, shape, svg) in [
        ("held", "report-layer-held", HELD, held),
        ("breached", "report-layer-breached", BREACHED, breached),
        ("fresh", "report-layer-new-fires", EVENT, fresh),
        ("reports", "report-layer-reports", REPORT, reports),
        ("starts", "map-mark-ignition", START, starts),
    ] {
        push(layers, id, names.text(name), key(shape), svg);
    }
}

/// Ponds, cameras, villages and buildings, stations.
fn place_layers(world: &World, names: &Names<'_>, sheet: Sheet, layers: &mut Vec<Layer>) {
    let near = sheet.extent;
    let mut ponds = Svg::new(0.0, 0.0);
    for pond in world.ponds.iter().filter(|p| near.contains(p.at)) {
        place(&mut ponds, sheet.at(pond.at), POND, (&pond.id, ""), None);
    }
    let mut cameras = Svg::new(0.0, 0.0);
    for camera in world.cameras.iter().filter(|c| near.contains(c.at)) {
        place(
            &mut cameras,
            sheet.at(camera.at),
            CAMERA,
            (&camera.id, ""),
            None,
        );
    }
    let mut values = Svg::new(0.0, 0.0);
    for value in world.values.iter().filter(|v| near.contains(v.at)) {
        place(
            &mut values,
            sheet.at(value.at),
            VALUE,
            (names.name(&value.name), ""),
            None,
        );
    }
    let mut stations = Svg::new(0.0, 0.0);
    for station in world.stations.iter().filter(|s| near.contains(s.at)) {
        let name = names.name(&station.name);
        place(
            &mut stations,
            sheet.at(station.at),
            STATION,
            (name, name),
            None,
        );
    }
    for (id, name, shape, svg) in [
        ("ponds", "map-mark-pond", POND, ponds),
        ("cameras", "map-mark-camera", CAMERA, cameras),
        ("values", "report-layer-values", VALUE, values),
        ("stations", "report-layer-stations", STATION, stations),
    ] {
        push(layers, id, names.text(name), key(shape), svg);
    }
}

/// When which unit was at a fire.
fn presence(run: &Run, names: &Names<'_>) -> Vec<Presence> {
    let mut since: BTreeMap<&str, f64> = BTreeMap::new();
    let mut all = Vec::new();
    let mut left = |unit: &str, from: f64, to: f64| {
        all.push(Presence {
            name: names.called(unit),
            from_min: libm::round(from * 10.0) / 10.0,
            to_min: libm::round(to * 10.0) / 10.0,
        });
    };
    for line in &run.lines {
        let minute = line.t_s / 60.0;
        match &line.record {
            Record::Arrived { unit, .. } => {
                since.entry(unit).or_insert(minute);
            }
            Record::Returning { unit } | Record::AtStation { unit, .. } => {
                if let Some(from) = since.remove(unit.as_str()) {
                    left(unit, from, minute);
                }
            }
            _ => {}
        }
    }
    for (unit, from) in since {
        left(unit, from, run.end_s / 60.0 + 1.0);
    }
    all.sort_by(|a, b| a.from_min.total_cmp(&b.from_min));
    all
}
