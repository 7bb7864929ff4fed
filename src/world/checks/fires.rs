//! Ignitions and injects.

use std::collections::BTreeSet;

use crate::base::geo::{Extent, Point};
use crate::base::message::Message;
use crate::scenario::schema::{IgnitionShape, InjectEvent, ScenarioFile};
use crate::scenario::text::FieldPath;
use crate::scenario::{Catalogue, Scenario};
use crate::world::features::{Shape, check_ids, check_on_map, check_shape};
use crate::world::findings::{Findings, Origin, number};
use crate::world::gathered::Gathered;
use crate::world::landscape::Landscape;

use super::settings::{not_negative, positive};

/// Fires start on the map, in the scenario's time, on something that burns; injects name what
/// exists.
pub(in crate::world) fn check(
    scenario: &Scenario,
    gathered: &Gathered,
    landscape: Option<&Landscape>,
    findings: &mut Findings<'_>,
) {
    let file = &scenario.file;
    let ignitions = FieldPath::of("ignitions");
    let origins: Vec<Origin> = (0..file.ignitions.len())
        .map(|i| Origin::Scenario(ignitions.index(i)))
        .collect();
    check_ids(
        file.ignitions.iter().map(|i| i.id.as_str()).zip(&origins),
        findings,
    );
    for (i, (ignition, origin)) in file.ignitions.iter().zip(&origins).enumerate() {
        let (shape, points) = match &ignition.shape {
            IgnitionShape::Point => {
                check_start(ignition.at, origin, landscape, findings);
                continue;
            }
            IgnitionShape::Line(path) => (Shape::Path(path), path),
            IgnitionShape::Polygon(ring) => (Shape::Ring(ring), ring),
        };
        let at = Origin::Scenario(ignitions.index(i).field("shape"));
        check_drawn(&shape, &at, landscape, findings);
        let burns = |l: &Landscape| {
            let burns_at = |p: &Point| l.cover_at(*p).is_some_and(|c| c.fuel_model.is_some());
            points.iter().any(burns_at)
        };
        // One end may stand on a road; none of it on anything that burns is no fire.
        if let Some(&first) = points.first()
            && landscape.is_some_and(|l| !burns(l))
        {
            check_start(first, &at, landscape, findings);
        }
    }
    for (i, ignition) in file.ignitions.iter().enumerate() {
        let at = ignitions.index(i).field("at_min");
        let fine = (0.0..=file.horizon_min).contains(&ignition.at_min);
        let expected = format!("0..{}", file.horizon_min);
        findings.range(&at, ignition.at_min, fine, &expected);
    }
    if let Some(draw) = &file.drawn_ignitions {
        let root = FieldPath::of("drawn_ignitions");
        findings.range(
            &root.field("from_min"),
            draw.from_min,
            not_negative(draw.from_min),
            "≥ 0",
        );
        let fine = (draw.from_min..=file.horizon_min).contains(&draw.until_min);
        let expected = format!("{}..{}", draw.from_min, file.horizon_min);
        findings.range(&root.field("until_min"), draw.until_min, fine, &expected);
    }
    injects(file, &scenario.catalogue, gathered, landscape, findings);
}

/// A line or outline drawn on the map: it has a length or an area and stays on the map.
fn check_drawn(
    shape: &Shape<'_>,
    origin: &Origin,
    landscape: Option<&Landscape>,
    findings: &mut Findings<'_>,
) {
    check_shape(shape, origin, findings);
    if let Some(landscape) = landscape {
        check_on_map(shape, landscape.cover.grid.extent(), origin, findings);
    }
}

fn check_start(
    at: Point,
    origin: &Origin,
    landscape: Option<&Landscape>,
    findings: &mut Findings<'_>,
) {
    let Some(landscape) = landscape else { return };
    let extent: Extent = landscape.cover.grid.extent();
    match landscape.cover_at(at) {
        None => check_on_map(&Shape::At(at), open(extent), origin, findings),
        Some(cover) if cover.fuel_model.is_none() => {
            let message = Message::new("check-ignition-unburnable")
                .with("x", number(at.x))
                .with("y", number(at.y))
                .with("en", cover.name.en.as_str())
                .with("zh", cover.name.zh.as_str());
            findings.add(findings.error_in(origin, "at", message));
        }
        Some(_) => {}
    }
}

/// The extent without its south and east edges, which belong to no cell.
fn open(extent: Extent) -> Extent {
    let shave = 1e-6;
    Extent {
        min: Point::new(extent.min.x, extent.min.y + shave),
        max: Point::new(extent.max.x - shave, extent.max.y),
    }
}

/// A unit that an inject names must be there.
fn known_unit(unit: &str, file: &ScenarioFile, event: &FieldPath, findings: &mut Findings<'_>) {
    if file.units.iter().any(|u| u.id == unit) {
        return;
    }
    let place = |message| findings.error(&event.field("unit"), message);
    let known = file.units.iter().map(|u| u.id.as_str());
    let refused = super::dangling(place, "check-unknown-unit", unit, known);
    findings.add(refused);
}

fn injects(
    file: &ScenarioFile,
    catalogue: &Catalogue,
    gathered: &Gathered,
    landscape: Option<&Landscape>,
    findings: &mut Findings<'_>,
) {
    let root = FieldPath::of("injects");
    let origins: Vec<Origin> = (0..file.injects.len())
        .map(|i| Origin::Scenario(root.index(i)))
        .collect();
    check_ids(
        file.injects.iter().map(|i| i.id.as_str()).zip(&origins),
        findings,
    );
    // A second fire takes the inject's id among the fires.
    let given: BTreeSet<&str> = file.ignitions.iter().map(|i| i.id.as_str()).collect();
    let roads: BTreeSet<&str> = gathered.roads.items.iter().map(|r| r.id.as_str()).collect();
    for (i, inject) in file.injects.iter().enumerate() {
        let at = root.index(i);
        let time = inject.at_min;
        findings.range(&at.field("at_min"), time, not_negative(time), "≥ 0");
        if time > file.horizon_min {
            let message = Message::new("check-inject-after-horizon")
                .with("found", number(time))
                .with("horizon", number(file.horizon_min));
            findings.add(findings.warning(&at.field("at_min"), message));
        }
        let event = at.field("event");
        match &inject.event {
            InjectEvent::WindShift {
                wind_from_deg,
                wind_m_s,
            } => {
                let fine = (0.0..=360.0).contains(wind_from_deg);
                findings.range(
                    &event.field("wind_from_deg"),
                    *wind_from_deg,
                    fine,
                    "0..360",
                );
                let fine = (0.0..=115.0).contains(wind_m_s);
                findings.range(&event.field("wind_m_s"), *wind_m_s, fine, "0..115");
            }
            InjectEvent::SecondFire { at: place, .. } => {
                check_start(
                    *place,
                    &Origin::Scenario(event.clone()),
                    landscape,
                    findings,
                );
                if given.contains(inject.id.as_str()) {
                    let message =
                        Message::new("check-id-duplicate").with("found", inject.id.as_str());
                    findings.add(findings.error(&at.field("id"), message));
                }
            }
            InjectEvent::RoadClosed { road } => {
                if !roads.contains(road.as_str()) {
                    let place = |message| findings.error(&event.field("road"), message);
                    let known = roads.iter().copied();
                    let refused = super::dangling(place, "check-unknown-road", road, known);
                    findings.add(refused);
                }
            }
            InjectEvent::Injured { unit, people } => {
                known_unit(unit, file, &event, findings);
                let of = file.units.iter().find(|u| u.id == *unit);
                let types = &catalogue.unit_types;
                let most = of
                    .and_then(|u| Some(u.people.unwrap_or(types.get(&u.unit_type)?.people)))
                    .unwrap_or(u32::MAX);
                findings.range(
                    &event.field("people"),
                    f64::from(*people),
                    (1..=most).contains(people),
                    &format!("1..{most}"),
                );
            }
            InjectEvent::UnitOut { unit, minutes } | InjectEvent::RadioOut { unit, minutes } => {
                known_unit(unit, file, &event, findings);
                findings.range(&event.field("minutes"), *minutes, positive(*minutes), "> 0");
            }
            InjectEvent::Backfire { path } => {
                let origin = Origin::Scenario(event);
                check_drawn(&Shape::Path(path), &origin, landscape, findings);
            }
            InjectEvent::LineBuilt { path, width_m } => {
                findings.range(&event.field("width_m"), *width_m, positive(*width_m), "> 0");
                let origin = Origin::Scenario(event);
                check_drawn(&Shape::Path(path), &origin, landscape, findings);
            }
        }
    }
}
