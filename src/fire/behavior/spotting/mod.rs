//! Firebrands: how many, how far, how long they fly, and whether they light what they fall on.
//!
//! In come the fire's intensity and crown state, the wind and uniform numbers; out go counts, places
//! relative to the source and probabilities. Where a brand falls and what burns there is the caller's
//! affair; embers cross roads, breaks and water.
//!
//! Three questions, one file each: [`albini`] bounds the distance from physics (maximum, one brand of
//! the best size), [`landing`] spreads the brands below that bound by a published distribution, and
//! [`brands`] counts them and lights them.

pub mod albini;
pub mod brands;
pub mod landing;

pub use albini::{BrandSource, Ridge, RidgePlace, TorchingTrees, TreeSpecies, distance_over_ridge};
pub use brands::{
    FireSource, brand_count, expected_brands, flight_survival, flight_time, fuel_temperature,
    ignition_probability,
};
pub use landing::{Landing, LogNormal, SpotModel, Throw, landing};
