//! Stores: equipment is issued when a unit is sent, and returned when it is back.

use std::collections::BTreeMap;

use bevy_ecs::prelude::*;

use super::Log;
use super::units::UnitState;
use crate::protocol::Record;
use crate::world::World as Site;

/// What lies in each station's store now, by the station's id. A station whose scenario lists nothing is
/// not followed: its units have all they need.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct Stores(pub BTreeMap<String, BTreeMap<String, u32>>);

impl Stores {
    /// The stores of a world.
    pub fn new(site: &Site) -> Self {
        Self(
            site.stations
                .iter()
                .filter(|s| !s.stores.is_empty())
                .map(|s| (s.id.clone(), s.stores.clone()))
                .collect(),
        )
    }

    /// Issues a unit's kit, as far as it is there.
    pub fn issue(&mut self, now: f64, log: &mut Log, unit: &mut UnitState) {
        let Some(store) = self.0.get_mut(&unit.station) else {
            unit.kit = unit.kind.kit.clone();
            return;
        };
        let (mut issued, mut short) = (BTreeMap::new(), BTreeMap::new());
        for (item, &wanted) in &unit.kind.kit {
            let missing = wanted - unit.kit.get(item).copied().unwrap_or(0).min(wanted);
            let stock = store.entry(item.clone()).or_insert(0);
            let given = missing.min(*stock);
            *stock -= given;
            *unit.kit.entry(item.clone()).or_insert(0) += given;
            if given > 0 {
                issued.insert(item.clone(), given);
            }
            if given < missing {
                short.insert(item.clone(), missing - given);
            }
        }
        if !issued.is_empty() {
            log.say(
                now,
                Record::StoreIssued {
                    unit: unit.id.clone(),
                    station: unit.station.clone(),
                    items: issued,
                },
            );
        }
        if !short.is_empty() {
            log.say(
                now,
                Record::StoreShort {
                    unit: unit.id.clone(),
                    station: unit.station.clone(),
                    short,
                },
            );
        }
    }

    /// Takes a unit's kit back into its station's store.
    pub fn take_back(&mut self, now: f64, log: &mut Log, unit: &mut UnitState) {
        let kit = std::mem::take(&mut unit.kit);
        let Some(store) = self.0.get_mut(&unit.station) else {
            return;
        };
        let back: BTreeMap<String, u32> = kit.into_iter().filter(|(_, n)| *n > 0).collect();
        if back.is_empty() {
            return;
        }
        for (item, n) in &back {
            *store.entry(item.clone()).or_insert(0) += n;
        }
        log.say(
            now,
            Record::StoreReturned {
                unit: unit.id.clone(),
                station: unit.station.clone(),
                items: back,
            },
        );
    }
}
