//! Fire danger of a day from its weather: pure functions, two systems.
//!
//! [`lu2020`] is the county's kind of index, a sum of points; [`fwi`] the Canadian Fire Weather Index,
//! which carries the moisture of three layers of litter from day to day.

pub mod fwi;
pub mod lu2020;
