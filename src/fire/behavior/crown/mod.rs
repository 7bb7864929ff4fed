//! Crown fire: whether a surface fire climbs into the trees, how fast it runs there, and what burns.
//!
//! As for the surface the cost is split. [`CrownWeather`] holds what wind and fuel moisture decide,
//! [`StandFire`] what the trees add to it; [`StandFire::burn`] is the call for each cell and takes
//! the surface fire and the slope. It draws no root, power or exponential unless crowns burn in part.
//!
//! The reference is firelab/behave (commit d963287); [`CrownOptions::PYRETECHNICS`] names the rules of
//! pyretechnics (2026.5.15). Both are compared row by row in `tests/crown_tables.rs`.

mod fraction;
mod initiation;
mod options;
mod rate;
mod slope_plane;
mod stand;

pub use fraction::{crown_fraction_burnt, scott_reinhardt_fraction};
pub use initiation::{critical_flame_length, critical_surface_intensity};
pub use options::{
    CrownLengthToWidth, CrownMethod, CrownOptions, FlameLengthRule, FractionRule, Initiation,
    WindOnSlope,
};
pub use rate::{
    CrownWeather, critical_crown_rate, cruz_active_rate, cruz_passive_rate, rothermel_crown_rate,
};
pub use slope_plane::{PlaneSpread, spread_on_slope_plane, wind_stretch};
pub use stand::{CrownFire, CrownSpread, FireKind, Stand, StandFire};
