//! Emergency stores against the county's plan: what each station has, should have and lacks (缺多少补多少).

use std::collections::BTreeSet;

use serde::Serialize;

use super::sentences::Teller;
use crate::base::message::Message;
use crate::scenario::schema::StationKind;
use crate::world::World;

/// One item of one station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreLine {
    /// Id of the station.
    pub station: String,
    /// What it is.
    pub kind: StationKind,
    /// The item, as the scenario names it.
    pub item: String,
    /// How many are there.
    pub stock: u32,
    /// How many the plan wants; none where it does not list the item.
    pub plan: Option<u32>,
    /// How many are short of the plan.
    pub short: u32,
}

/// Every item that a station has or should have, in the order of the stations, then by item.
pub fn store_lines(world: &World) -> Vec<StoreLine> {
    let mut lines = Vec::new();
    for station in &world.stations {
        let plan = world.scenario.file.stores_plan.get(&station.kind);
        let wanted = |item: &str| plan.and_then(|p| p.get(item).copied());
        let items: BTreeSet<&String> = station
            .stores
            .keys()
            .chain(plan.into_iter().flat_map(|p| p.keys()))
            .collect();
        for item in items {
            let stock = station.stores.get(item).copied().unwrap_or(0);
            lines.push(StoreLine {
                station: station.id.clone(),
                kind: station.kind,
                item: item.clone(),
                stock,
                plan: wanted(item),
                short: wanted(item).unwrap_or(0).saturating_sub(stock),
            });
        }
    }
    lines
}

/// Name of an item in the teller's language; the scenario's own word for one the program does not know.
pub fn item_name(teller: &Teller<'_>, item: &str) -> String {
    teller.say(Message::new("stores-item").with("item", item))
}

/// The lines as CSV (UTF-8 with a byte-order mark): ids for machines, names for people.
pub fn stores_csv(
    world: &World,
    lines: &[StoreLine],
    teller: &Teller<'_>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record([
        "station",
        "station_name",
        "kind",
        "item",
        "item_name",
        "stock",
        "plan",
        "short",
    ])?;
    for line in lines {
        let name = world.stations.iter().find(|s| s.id == line.station);
        let kind = match line.kind {
            StationKind::County => "county",
            StationKind::ForestFarm => "forest_farm",
            StationKind::Township => "township",
        };
        writer.write_record([
            line.station.as_str(),
            name.map_or("", |s| teller.name(&s.name)),
            kind,
            &line.item,
            &item_name(teller, &line.item),
            &line.stock.to_string(),
            &line.plan.map(|n| n.to_string()).unwrap_or_default(),
            &line.short.to_string(),
        ])?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::Language;
    use crate::scenario::Scenario;
    use std::path::Path;

    #[test]
    fn each_station_lacks_what_the_plan_wants_beyond_its_stock() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let (world, _) = World::build(Scenario::read(&path).unwrap()).unwrap();
        let lines = store_lines(&world);
        let of = |station: &str, item: &str| {
            let found = lines
                .iter()
                .find(|l| l.station == station && l.item == item);
            found.map(|l| (l.stock, l.plan, l.short))
        };
        // The farm has 12 of 20 blowers and no water bags; it has enough beaters.
        assert_eq!(of("forest-farm", "blower"), Some((12, Some(20), 8)));
        assert_eq!(of("forest-farm", "water_bag"), Some((0, Some(20), 20)));
        assert_eq!(of("forest-farm", "beater"), Some((40, Some(40), 0)));
        // What the plan does not list is nobody's shortfall.
        assert_eq!(of("township", "hose_m"), Some((600, None, 0)));
        let teller = Teller::new(&world, Language::Chinese);
        let csv = String::from_utf8(stores_csv(&world, &lines, &teller).unwrap()).unwrap();
        assert!(
            csv.contains("forest-farm,南坡林场,forest_farm,blower,风力灭火机,12,20,8"),
            "{csv}"
        );
        assert_eq!(csv.lines().count(), 1 + lines.len());
    }
}
