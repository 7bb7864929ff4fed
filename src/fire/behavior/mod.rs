//! Fire behaviour: pure functions from fuel, moisture, wind and slope to spread and intensity.
//!
//! Surface spread is Rothermel (1972) with the changes of Albini (1976) and the dynamic fuel models
//! of Scott & Burgan (2005), as the reference implementation firelab/behave computes it. The cost
//! is split in two: [`FuelBed::new`] does all that depends on fuel and moisture only, and
//! [`FuelBed::spread`] adds wind and slope and is cheap enough to be called for every grid cell.
//!
//! Crown fire lies on top of it in [`crown`].
//!
//! Equations, units, domain and limits are gathered in `docs/model.md`.

pub mod crown;
pub mod fuel;
mod fuel_bed;
mod spread;
mod table;
mod wind;

pub use fuel::FuelModel;
pub use fuel_bed::{FuelBed, Moistures};
pub use spread::{BlownBed, LengthToWidth, SpreadOptions, SurfaceSpread, WindLimit};
pub use table::{BehaviorCsvError, CrownTable, behavior_csv, crown_csv};
pub use wind::{
    Canopy, sheltered_wind_adjustment_factor, twenty_foot_wind, wind_adjustment_factor,
};
