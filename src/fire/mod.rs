//! Fire: how it spreads (`front`) and what stops it (`barriers`).

pub mod barriers;
pub mod front;
