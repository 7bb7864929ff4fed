//! Totals of the county's systems, measured on the geometry.

use crate::base::geo::{Point, Polyline};
use crate::scenario::schema::{
    BreakKind, Camera, CameraGroup, Firebreak, Pond, Road, Station, StationKind,
};

use super::World;

/// The road class whose length a county declares.
const FIRE_ROAD: &str = "fire_road";

/// Totals in the units of the scenario's `declared`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Totals {
    /// Planted firebreaks, km.
    pub planted_firebreak_km: f64,
    /// Isolation belts, km.
    pub isolation_belt_km: f64,
    /// Roads of class `fire_road`, km.
    pub fire_road_km: f64,
    /// Pond water at the start, m3.
    pub pond_m3: f64,
    /// Cameras in state forest farms and reserves.
    pub cameras_farms_and_reserves: usize,
    /// Cameras in key forest areas.
    pub cameras_key_forest: usize,
    /// Stations that are state forest farms.
    pub forest_farms: usize,
}

impl Totals {
    /// Measures lists of features.
    pub fn measure(
        roads: &[Road],
        firebreaks: &[Firebreak],
        ponds: &[Pond],
        cameras: &[Camera],
        stations: &[Station],
    ) -> Self {
        let breaks = |kind| {
            let of_kind = firebreaks.iter().filter(move |b| b.kind == kind);
            kilometres(of_kind.map(|b| &b.path))
        };
        let of_group = |group| cameras.iter().filter(|c| c.group == group).count();
        let fire_roads = roads.iter().filter(|r| r.class == FIRE_ROAD);
        Self {
            planted_firebreak_km: breaks(BreakKind::Planted),
            isolation_belt_km: breaks(BreakKind::Isolation),
            fire_road_km: kilometres(fire_roads.map(|r| &r.path)),
            pond_m3: ponds.iter().fold(0.0, |sum, p| sum + p.volume_m3),
            cameras_farms_and_reserves: of_group(CameraGroup::FarmsAndReserves),
            cameras_key_forest: of_group(CameraGroup::KeyForest),
            forest_farms: stations
                .iter()
                .filter(|s| s.kind == StationKind::ForestFarm)
                .count(),
        }
    }
}

impl World {
    /// The totals that the scenario's `declared` was checked against.
    pub fn totals(&self) -> Totals {
        Totals::measure(
            &self.roads,
            &self.firebreaks,
            &self.ponds,
            &self.cameras,
            &self.stations,
        )
    }
}

fn kilometres<'a>(paths: impl Iterator<Item = &'a Vec<Point>>) -> f64 {
    // Not `sum()`, which makes -0 of nothing.
    paths.fold(0.0, |sum, path| sum + Polyline::new(path.clone()).length()) / 1000.0
}
