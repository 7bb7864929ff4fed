//! The fuel models a run knows: the standard ones, and the scenario's own, checked and converted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::message::Message;
use crate::base::units::METRES_PER_FOOT;
use crate::fire::behavior::{FuelModel, fuel};
use crate::scenario::schema::{CustomFuel, CustomFuelList};
use crate::scenario::text::FieldPath;
use crate::scenario::{Diagnostic, Scenario, read_part};

use super::checks::dangling;
use super::checks::settings::{not_negative, positive};
use super::files::named_file;
use super::findings::{Findings, number, out_of_range};

/// kg in a pound.
const KG_PER_LB: f64 = 0.453_592_37;
/// kJ/kg in a Btu/lb (international table).
const KJ_KG_PER_BTU_LB: f64 = 2.326;
/// kg/m2 in a lb/ft2.
const KG_M2_PER_LB_FT2: f64 = KG_PER_LB / (METRES_PER_FOOT * METRES_PER_FOOT);

/// Fuel models by number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fuels {
    /// Standard and custom.
    pub(super) models: BTreeMap<u16, FuelModel>,
    /// The scenario's own, as written.
    pub(super) custom: BTreeMap<u16, CustomFuel>,
}

/// Where a custom fuel was written.
enum Source {
    Scenario,
    File(Arc<PathBuf>, Arc<str>),
}

/// Gathers the scenario's own fuel models from its text and its files and checks each.
pub(super) fn load(scenario: &Scenario, findings: &mut Findings<'_>) -> Fuels {
    let file = &scenario.file;
    let root = FieldPath::of("fuel_models");
    let mut written: Vec<(CustomFuel, Source, FieldPath)> = Vec::new();
    for (i, fuel) in file.fuel_models.iter().enumerate() {
        written.push((fuel.clone(), Source::Scenario, root.index(i)));
    }
    for (i, name) in file.fuel_model_files.iter().enumerate() {
        let at = FieldPath::of("fuel_model_files").index(i);
        let Some(path) = named_file(scenario.folder(), name, &at, findings) else {
            continue;
        };
        match read_part::<CustomFuelList>(&path) {
            Ok((fuels, text)) => {
                let path = Arc::new(path);
                for (n, fuel) in fuels.into_iter().enumerate() {
                    let source = Source::File(path.clone(), text.clone());
                    written.push((fuel, source, FieldPath::default().index(n)));
                }
            }
            Err(faults) => faults.into_iter().for_each(|fault| findings.add(fault)),
        }
    }
    let mut custom: BTreeMap<u16, CustomFuel> = BTreeMap::new();
    for (fuel, source, at) in written {
        let place = |findings: &Findings<'_>, field: &'static str, message: Message| {
            let at = at.field(field);
            match &source {
                Source::Scenario => findings.error(&at, message),
                Source::File(path, text) => Diagnostic::error(path, message).at_path(text, &at),
            }
        };
        check(&fuel, &custom, scenario, findings, place);
        custom.entry(fuel.number).or_insert(fuel);
    }
    let models = fuel::all()
        .map(|model| (model.number, model.clone()))
        .chain(custom.iter().map(|(&n, fuel)| (n, model(fuel))))
        .collect();
    Fuels { models, custom }
}

fn check(
    fuel: &CustomFuel,
    before: &BTreeMap<u16, CustomFuel>,
    scenario: &Scenario,
    findings: &mut Findings<'_>,
    place: impl Fn(&Findings<'_>, &'static str, Message) -> Diagnostic,
) {
    let taken = |by: &str| {
        Message::new("check-fuel-taken")
            .with("found", number(fuel.number.into()))
            .with("by", by)
    };
    let standard = fuel::standard(fuel.number).map(|m| m.code.as_str());
    let holder = standard.or_else(|| before.get(&fuel.number).map(|f| f.code.as_str()));
    if let Some(by) = holder {
        let help = Message::new("check-help-free-fuel-numbers");
        findings.add(place(findings, "number", taken(by)).with_help(help));
    } else if !is_free(fuel.number) {
        let found = f64::from(fuel.number);
        let message = out_of_range("number", found, "14..90, 205..255");
        findings.add(place(findings, "number", message));
    }
    let code_taken = fuel::by_code(&fuel.code).is_some()
        || before.values().any(|f| f.code == fuel.code && f != fuel);
    if fuel.code.trim().is_empty() {
        findings.add(place(findings, "code", Message::new("check-id-empty")));
    } else if code_taken {
        let message = Message::new("check-id-duplicate").with("found", fuel.code.as_str());
        findings.add(place(findings, "code", message));
    }
    // Bounds that only a slip of the unit exceeds: the deepest standard bed is 1.8 m, the heaviest
    // class of load 6.3 kg/m2, the finest particle 3500 1/ft.
    let loads = [
        ("load_1h_kg_m2", fuel.load_1h_kg_m2),
        ("load_10h_kg_m2", fuel.load_10h_kg_m2),
        ("load_100h_kg_m2", fuel.load_100h_kg_m2),
        ("load_herb_kg_m2", fuel.load_herb_kg_m2),
        ("load_woody_kg_m2", fuel.load_woody_kg_m2),
    ];
    let within = |v: f64, least: f64, most: f64| v >= least && v <= most;
    let mut ranges = vec![
        (
            "depth_m",
            fuel.depth_m,
            positive(fuel.depth_m) && fuel.depth_m <= 10.0,
            "> 0, ≤ 10",
        ),
        (
            "dead_extinction_pct",
            fuel.dead_extinction_pct,
            within(fuel.dead_extinction_pct, 1.0, 100.0),
            "1..100",
        ),
        (
            "heat_dead_kj_kg",
            fuel.heat_dead_kj_kg,
            within(fuel.heat_dead_kj_kg, 5_000.0, 40_000.0),
            "5000..40000",
        ),
        (
            "heat_live_kj_kg",
            fuel.heat_live_kj_kg,
            within(fuel.heat_live_kj_kg, 5_000.0, 40_000.0),
            "5000..40000",
        ),
        (
            "residence_factor",
            fuel.residence_factor,
            positive(fuel.residence_factor),
            "> 0",
        ),
        (
            "brand_factor",
            fuel.brand_factor,
            not_negative(fuel.brand_factor),
            "≥ 0",
        ),
    ];
    for (field, load) in loads {
        ranges.push((field, load, within(load, 0.0, 50.0), "0..50"));
    }
    for (field, savr) in [
        ("savr_1h_per_m", fuel.savr_1h_per_m),
        ("savr_herb_per_m", fuel.savr_herb_per_m),
        ("savr_woody_per_m", fuel.savr_woody_per_m),
    ] {
        ranges.push((field, savr, within(savr, 300.0, 30_000.0), "300..30000"));
    }
    for (field, found, fine, expected) in ranges {
        if !fine {
            findings.add(place(findings, field, out_of_range(field, found, expected)));
        }
    }
    if loads.iter().all(|&(_, load)| load == 0.0) {
        let message = Message::new("check-fuel-no-load").with("found", fuel.code.as_str());
        findings.add(place(findings, "load_1h_kg_m2", message));
    }
    let known = &scenario.catalogue.line_fuel;
    if !known.contains_key(&fuel.line_fuel) {
        let names = known.keys().map(String::as_str);
        let refused = dangling(
            |message| place(findings, "line_fuel", message),
            "check-unknown-line-fuel",
            &fuel.line_fuel,
            names,
        );
        findings.add(refused);
    }
}

/// Numbers that no standard model has or is likely to get, within a byte.
fn is_free(number: u16) -> bool {
    (14..=90).contains(&number) || (205..=255).contains(&number)
}

/// The same fuel in the English units of the spread equations.
fn model(fuel: &CustomFuel) -> FuelModel {
    let load = |kg_m2: f64| kg_m2 / KG_M2_PER_LB_FT2;
    let savr = |per_m: f64| per_m * METRES_PER_FOOT;
    FuelModel {
        number: fuel.number,
        code: fuel.code.clone(),
        dynamic: fuel.dynamic,
        depth: fuel.depth_m / METRES_PER_FOOT,
        dead_extinction: fuel.dead_extinction_pct / 100.0,
        heat_dead: fuel.heat_dead_kj_kg / KJ_KG_PER_BTU_LB,
        heat_live: fuel.heat_live_kj_kg / KJ_KG_PER_BTU_LB,
        load_1h: load(fuel.load_1h_kg_m2),
        load_10h: load(fuel.load_10h_kg_m2),
        load_100h: load(fuel.load_100h_kg_m2),
        load_herb: load(fuel.load_herb_kg_m2),
        load_woody: load(fuel.load_woody_kg_m2),
        savr_1h: savr(fuel.savr_1h_per_m),
        savr_herb: savr(fuel.savr_herb_per_m),
        savr_woody: savr(fuel.savr_woody_per_m),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TL8 of Scott & Burgan 2005 in SI: 5.80, 1.40, 1.10 tons/acre, 0.3 ft, 1800 and 1500 1/ft.
    const LONG_NEEDLES: &str = r#"(number: 205, code: "ML1", name: (en: "a", zh: "b"), depth_m: 0.09144,
        dead_extinction_pct: 35, load_1h_kg_m2: 1.30020, load_10h_kg_m2: 0.31384, load_100h_kg_m2: 0.24659,
        savr_1h_per_m: 5905.51)"#;

    #[test]
    fn long_needle_litter_written_in_si_is_the_standard_model_to_a_thousandth() {
        let fuel: CustomFuel = ron::from_str(LONG_NEEDLES).unwrap();
        let (ours, paper) = (model(&fuel), fuel::by_code("TL8").unwrap());
        for (found, published) in [
            (ours.depth, paper.depth),
            (ours.dead_extinction, paper.dead_extinction),
            (ours.heat_dead, paper.heat_dead),
            (ours.load_1h, paper.load_1h),
            (ours.load_10h, paper.load_10h),
            (ours.load_100h, paper.load_100h),
            (ours.savr_1h, paper.savr_1h),
            (ours.savr_woody, 1500.0),
        ] {
            assert!(
                (found / published - 1.0).abs() < 1e-3,
                "{found}, {published}"
            );
        }
        assert_eq!((ours.load_herb, ours.load_woody), (0.0, 0.0));
    }

    #[test]
    fn free_numbers_are_those_of_no_standard_model() {
        assert!(fuel::all().all(|m| !is_free(m.number)));
        assert!(is_free(14) && is_free(90) && is_free(255) && !is_free(110));
    }
}
