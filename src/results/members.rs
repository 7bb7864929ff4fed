//! What seeds draw of a scenario, one row a seed: day, danger, weather of the afternoon, perturbations, fires.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::scenario::schema::{Cause, DangerLevel};
use crate::world::World;

/// The hour whose weather stands for the day, local time.
const AFTERNOON_H: f64 = 14.0;

/// What one seed draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberRow {
    /// The seed.
    pub seed: u64,
    /// The day by its name; none for the scenario's own.
    pub day: Option<String>,
    /// Civil start.
    pub start: String,
    /// Danger level at the start.
    pub danger: DangerLevel,
    /// Air temperature at 14:00 or at the start when that is later, degrees Celsius.
    pub temperature_c: f64,
    /// Relative humidity then, percent.
    pub humidity_pct: f64,
    /// Wind then, m/s at 10 m.
    pub wind_m_s: f64,
    /// Where it blows from, degrees.
    pub wind_from_deg: f64,
    /// Factor on wind speeds, part of the winds above.
    pub wind_factor: f64,
    /// Turn of wind directions, degrees, part of the directions above.
    pub wind_turn_deg: f64,
    /// Shift of the moisture of dead fuel, percentage points.
    pub moisture_shift_pct: f64,
    /// Factor on fuels.
    pub fuel_factor: f64,
    /// Fires drawn, beside those of the scenario.
    pub fires: usize,
    /// Their causes.
    pub causes: BTreeMap<Cause, usize>,
}

impl MemberRow {
    /// What a seed draws; none where the scenario draws nothing.
    pub fn of(world: &Arc<World>, seed: u64) -> Option<Self> {
        let world = world.of_seed(seed);
        let member = world.member.as_ref()?;
        let off = member.perturbation;
        let start = world.clock.start();
        let hour = f64::from(start.hour()) + f64::from(start.minute()) / 60.0;
        let weather = world.weather.at(((AFTERNOON_H - hour) * 3600.0).max(0.0));
        let mut causes = BTreeMap::new();
        for fire in &member.fires {
            *causes.entry(fire.cause).or_insert(0) += 1;
        }
        Some(Self {
            seed,
            day: member.day.as_ref().map(|d| d.name.clone()),
            start: world.scenario.file.start.clone(),
            danger: world.danger_at(0.0).level,
            temperature_c: weather.temperature_c,
            humidity_pct: weather.humidity_pct,
            wind_m_s: weather.wind_m_s,
            wind_from_deg: weather.wind_from_deg,
            wind_factor: off.wind_factor,
            wind_turn_deg: off.wind_turn_deg,
            moisture_shift_pct: off.moisture_shift_pct,
            fuel_factor: off.fuel_factor,
            fires: member.fires.len(),
            causes,
        })
    }
}
