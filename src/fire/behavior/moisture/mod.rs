//! Fuel moisture from weather: what the air, the sun and the rain make of dead fuel, and what the
//! season makes of live fuel.
//!
//! A landscape keeps one [`DeadMoisture`] per class of exposure ([`exposure::class_of`]: slope,
//! aspect and shade, 51 classes), not per cell, and advances all of them whenever the weather
//! changes. Under constant air and sun a step is exact, so its length does not matter.
//!
//! The published pieces, in the order a step uses them:
//!
//! | step | source |
//! |---|---|
//! | where the sun stands | Spencer 1971 |
//! | irradiance on a slope under crowns and cloud | Rothermel, Wilson, Morris & Sackett 1986 (INT-359) |
//! | temperature and humidity at the fuel | Byram & Jemison 1943, as in INT-359 |
//! | equilibrium moisture | Simard 1968, as in Cohen & Deeming 1985 (PSW-82) |
//! | approach to it with lags of 1, 10 and 100 h | Fosberg, Lancaster & Schroeder 1970 |
//! | rain | Van Wagner 1987 for fine fuel, Cohen & Deeming 1985 for larger |
//!
//! Nelson's (2000) stick model resolves moisture inside the fuel and would follow short showers
//! better, but it needs a finite-difference solution per class and measured radiation, and its
//! results depend on the step; the drill's weather is a handful of lines an hour apart.

mod air;
mod dead;
pub mod exposure;
mod live;
mod rain;
mod sun;

pub use air::Air;
pub use dead::{DeadMoisture, equilibrium_moisture, fuel_surface};
pub use exposure::Exposure;
pub use live::{
    GrowingSeason, LiveMoisture, SeasonTable, growing_season_index, vapour_pressure_deficit,
};
pub use sun::{Place, Sun};

/// A value held within bounds; what is not a number counts as the lower one.
fn within(value: f64, low: f64, high: f64) -> f64 {
    if value >= low { value.min(high) } else { low }
}
