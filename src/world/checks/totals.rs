//! What the county declares against what the geometry holds.

use crate::base::message::Message;
use crate::scenario::schema::Declared;
use crate::scenario::text::FieldPath;
use crate::world::findings::{Findings, number};
use crate::world::gathered::Gathered;
use crate::world::totals::Totals;

/// Declared totals may differ from the geometry by this share.
const TOLERANCE: f64 = 0.01;

/// Every declared total that the geometry misses by more than 1 %.
pub(in crate::world) fn check(
    declared: &Declared,
    gathered: &Gathered,
    findings: &mut Findings<'_>,
) {
    let measured = Totals::measure(
        &gathered.roads.items,
        &gathered.firebreaks.items,
        &gathered.ponds.items,
        &gathered.cameras.items,
        &gathered.stations.items,
    );
    let count = |n: Option<u32>| n.map(f64::from);
    for (field, wanted, found) in [
        (
            "planted_firebreak_km",
            declared.planted_firebreak_km,
            measured.planted_firebreak_km,
        ),
        (
            "isolation_belt_km",
            declared.isolation_belt_km,
            measured.isolation_belt_km,
        ),
        ("fire_road_km", declared.fire_road_km, measured.fire_road_km),
        ("pond_m3", declared.pond_m3, measured.pond_m3),
        (
            "cameras_farms_and_reserves",
            count(declared.cameras_farms_and_reserves),
            measured.cameras_farms_and_reserves as f64,
        ),
        (
            "cameras_key_forest",
            count(declared.cameras_key_forest),
            measured.cameras_key_forest as f64,
        ),
        (
            "forest_farms",
            count(declared.forest_farms),
            measured.forest_farms as f64,
        ),
    ] {
        let Some(wanted) = wanted else { continue };
        let within = (found - wanted).abs() <= TOLERANCE * wanted.abs();
        if !within {
            let message = Message::new("check-declared")
                .with("field", field)
                .with("found", number(wanted))
                .with("measured", number(libm::round(found * 1000.0) / 1000.0));
            findings.add(findings.error(&FieldPath::of("declared").field(field), message));
        }
    }
}
