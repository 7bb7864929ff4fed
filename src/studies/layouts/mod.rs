//! Layouts: which network of breaks is worth what, by the same fires met under each of them.
//!
//! In come a world and vector files of breaks ([`input`]); out comes a folder of tables, maps and a comparison that
//! depends on nothing else, byte for byte. Every seed is run once for each layout, with crews ([`runs`]); what is
//! finished is kept in the log of `batch`; [`sums`] adds up, [`pairs`] judges, [`network`] measures and prices the
//! networks themselves. The landscape is there once. Nothing here draws.

mod attributes;
mod cells;
pub mod comparison;
pub mod error;
pub mod folder;
pub mod input;
pub mod network;
pub mod pairs;
pub mod runs;
pub mod shape;
mod sums;
mod tables;

use std::ops::Range;
use std::sync::Arc;

use crate::operations::policy::PolicyName;
use crate::world::World;
use error::LayoutsError;
pub use input::{Layout, LayoutFile, OWN, ROAD_CLASS, Renamed, Taking};

/// How layouts are to be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Seeds, the last one left out.
    pub seeds: Range<u64>,
    /// Who dispatches.
    pub policy: PolicyName,
    /// What the others are compared with; the scenario's own network when left out.
    pub reference: Option<String>,
    /// Years over which building and upkeep are counted, more than 0.
    pub years: f64,
    /// Fires a year, more than 0: benefits are then a year's; a fire's when left out.
    pub fires_per_year: Option<f64>,
}

/// A comparison ready to run.
#[derive(Debug)]
pub struct Study {
    /// The world as its scenario stands: whose fires all meet.
    pub fires_of: Arc<World>,
    /// The networks.
    pub layouts: Vec<Layout>,
    /// A world for each of them.
    pub worlds: Vec<Arc<World>>,
    /// Which of them the others are compared with.
    pub reference: usize,
    /// Seeds, the last one left out.
    pub seeds: Range<u64>,
    /// Who dispatches.
    pub policy: PolicyName,
    /// Years over which building and upkeep are counted.
    pub years: f64,
    /// Fires a year.
    pub fires_per_year: Option<f64>,
}

impl Study {
    /// Puts a comparison together.
    ///
    /// # Errors
    /// A reference that is none of the layouts; fewer than two networks.
    pub fn new(
        world: impl Into<Arc<World>>,
        mut layouts: Vec<Layout>,
        settings: &Settings,
    ) -> Result<Self, LayoutsError> {
        let fires_of: Arc<World> = world.into();
        let reference = match &settings.reference {
            Some(name) if name != OWN => {
                let found = layouts.iter().position(|l| l.name == *name);
                found.ok_or_else(|| {
                    let have: Vec<&str> = layouts.iter().map(|l| l.name.as_str()).collect();
                    LayoutsError::Reference {
                        found: name.clone(),
                        have: have.join(", "),
                    }
                })?
            }
            _ => {
                layouts.insert(0, Layout::own(&fires_of));
                0
            }
        };
        if layouts.len() < 2 {
            return Err(LayoutsError::One);
        }
        let worlds = layouts
            .iter()
            .map(|layout| match &layout.file {
                None => Arc::clone(&fires_of),
                Some(_) => {
                    Arc::new(fires_of.with_breaks(layout.firebreaks.clone(), layout.roads.clone()))
                }
            })
            .collect();
        Ok(Self {
            fires_of,
            layouts,
            worlds,
            reference,
            seeds: settings.seeds.clone(),
            policy: settings.policy,
            years: settings.years,
            fires_per_year: settings.fires_per_year,
        })
    }
}
