//! Fire: how fast it spreads in a fuel, and how its front crosses the ground.
//!
//! In come fuels, moistures, wind, slope and the edges that stop fire; out go rates of spread,
//! intensities and arrival times. This room never reads a file, draws no entity and knows nothing
//! of crews: everything built or burnt reaches it as values.

pub mod barriers;
pub mod behavior;
pub mod breaks;
pub mod embers;
pub mod front;
pub mod ground;
