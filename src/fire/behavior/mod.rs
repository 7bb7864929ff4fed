//! Fire behaviour: pure functions from fuel, moisture, wind and slope to spread and intensity.
//!
//! Surface spread is Rothermel (1972) with the changes of Albini (1976) and the dynamic fuel models
//! of Scott & Burgan (2005), as the reference implementation firelab/behave computes it. The cost
//! is split in two: [`FuelBed::new`] does all that depends on fuel and moisture only, and
//! [`FuelBed::spread`] adds wind and slope and is cheap enough to be called for every grid cell.
//!
//! Wang Zhengfei's model is a second source of the head's rate behind the same trait, [`HeadRate`].
//! Crown fire lies on top in [`crown`]; what the fire throws ahead is in [`spotting`], what it
//! leaves in [`residual`], how far from it people are safe in [`separation`], what stops it in [`breach`] and [`belt`]. [`moisture`] follows the weather.
//!
//! Equations, units, domain and limits are gathered in `docs/model.md`.

pub mod belt;
pub mod breach;
pub mod crown;
pub mod danger;
pub mod fuel;
mod fuel_bed;
mod head;
pub mod mao;
pub mod moisture;
pub mod residual;
pub mod separation;
pub mod spotting;
mod spread;
pub(crate) mod table;
pub mod terrain_wind;
pub mod wang;
mod wang_fuel;
mod wang_head;
mod wind;

pub use fuel::FuelModel;
pub use fuel_bed::{FuelBed, Moistures};
pub use head::HeadRate;
pub use spread::{
    BlownBed, Head, LengthToWidth, SpreadOptions, SurfaceSpread, WindLimit, WindOnBed,
};
pub use table::{BehaviorCsvError, CrownTable, behavior_csv, crown_csv};
pub use wang::{BlownWang, Wang, WangInitial, WangOptions, WangWeather};
pub use wang_fuel::WangFuel;
pub use wind::{
    Canopy, sheltered_wind_adjustment_factor, twenty_foot_wind, wind_adjustment_factor,
};
