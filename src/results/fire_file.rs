//! The fire file (火灾档案): a row of facts for every fire, as the statutory form asks for them (domain.md
//! 5.5), as CSV and as a page to print. All of it is provisional until the county headquarters has
//! corrected it; what nobody can know from a run stands empty.

use std::collections::BTreeMap;

use super::scorecard::{FireScore, Scorecard};
use super::sentences::{Teller, cause_key, class_key, ending_key};
use super::shares::{self, Share};
use crate::protocol::Record;
use crate::scenario::catalogue::UnitKind;
use crate::scenario::schema::StationKind;
use crate::simulation::{FireOutcome, Outcome};

/// The fields, in order: their key in CSV, and in `fire-file-KEY` of the languages.
pub const FIELDS: [&str; 40] = [
    "number",
    "fire",
    "place",
    "township",
    "lon",
    "lat",
    "started",
    "found",
    "found_by",
    "verified",
    "dispatched",
    "attacked",
    "contained",
    "out",
    "duration_min",
    "cause",
    "class",
    "total_ha",
    "forest_ha",
    "value_lost_cny",
    "injured",
    "dead",
    "commander",
    "people",
    "professional",
    "semi_professional",
    "farm",
    "vehicles",
    "water_vehicles",
    "machines",
    "aircraft",
    "blowers",
    "water_m3",
    "line_m",
    "cost_cny",
    "weather",
    "elevation_m",
    "slope_deg",
    "ending",
    "corrected",
];

/// One fire's file.
pub fn rows(outcome: &Outcome, card: &Scorecard, teller: &Teller<'_>) -> Vec<Vec<String>> {
    outcome
        .fires
        .iter()
        .zip(&card.fires)
        .zip(shares::of(outcome))
        .enumerate()
        .map(|(i, ((fire, score), share))| row(i + 1, fire, score, &share, outcome, teller))
        .collect()
}

fn row(
    number: usize,
    fire: &FireOutcome,
    score: &FireScore,
    share: &Share,
    outcome: &Outcome,
    teller: &Teller<'_>,
) -> Vec<String> {
    let world = &outcome.world;
    let file = &world.scenario.file;
    let lines = outcome.journal.lines();
    let of_incident = |n: u32| fire.incident == Some(n);
    let mut here: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut injured, mut dead) = (0, 0);
    let mut commander = None;
    for line in lines {
        match &line.record {
            Record::Arrived {
                unit,
                incident,
                people,
            } if of_incident(*incident) => {
                here.insert(unit, *people);
            }
            Record::Casualties {
                incident: Some(n),
                injured: hurt,
                dead: killed,
                ..
            } if of_incident(*n) => {
                injured += hurt;
                dead += killed;
            }
            Record::Command { incident, unit, .. } if of_incident(*incident) => {
                commander.get_or_insert(unit.as_str());
            }
            _ => {}
        }
    }
    let kind = |id: &str| {
        let unit = file.units.iter().find(|u| u.id == id)?;
        let of = world.scenario.catalogue.unit_types.get(&unit.unit_type)?;
        Some((unit, of))
    };
    let count = |is: &dyn Fn(&str, UnitKind) -> bool| {
        here.keys()
            .filter(|id| kind(id).is_some_and(|(u, t)| is(&u.unit_type, t.kind)))
            .count()
            .to_string()
    };
    let people_of = |name: &str| {
        here.iter()
            .filter(|(id, _)| kind(id).is_some_and(|(u, _)| u.unit_type == name))
            .map(|(_, n)| *n)
            .sum::<u32>()
            .to_string()
    };
    let blowers: u32 = here
        .keys()
        .filter_map(|id| kind(id))
        .filter_map(|(_, t)| t.kit.get("blower"))
        .sum();
    let township = world
        .stations
        .iter()
        .filter(|s| s.kind == StationKind::Township)
        .min_by(|a, b| a.at.distance(fire.at).total_cmp(&b.at.distance(fire.at)))
        .map_or_else(String::new, |s| teller.name(&s.name).to_owned());
    let (lon, lat) = world.crs.lon_lat(fire.at).unwrap_or_default();
    let weather = world.weather.at(fire.ignited_s);
    let slope = libm::atan(world.landscape.slope_aspect_at(fire.at).0).to_degrees();
    let time = |t: Option<f64>| t.map_or_else(String::new, |t| world.clock.iso(t));
    let minutes = fire.out_s.map_or_else(String::new, |t| {
        format!("{:.0}", (t - fire.ignited_s) / 60.0)
    });
    vec![
        number.to_string(),
        fire.id.clone(),
        teller.place(fire.at),
        township,
        format!("{lon:.5}"),
        format!("{lat:.5}"),
        time(Some(fire.ignited_s)),
        time(fire.detected_s),
        fire.detected_by
            .as_ref()
            .map_or_else(String::new, |(source, by)| teller.who(*source, by)),
        time(fire.verified_s),
        time(fire.dispatched_s),
        time(fire.first_attack_s),
        time(fire.contained_s),
        time(fire.out_s),
        minutes,
        teller.text(cause_key(fire.cause)),
        teller.text(class_key(score.class)),
        format!("{:.4}", score.area_ha),
        format!("{:.4}", score.forest_area_ha),
        format!("{:.0}", share.value_lost_cny),
        injured.to_string(),
        dead.to_string(),
        commander.map_or_else(String::new, |id| teller.called(id).to_owned()),
        here.values().sum::<u32>().to_string(),
        people_of("pro_crew"),
        people_of("semi_pro_crew"),
        people_of("farm_crew"),
        here.len().to_string(),
        count(&|_, k| matches!(k, UnitKind::Engine | UnitKind::Tender)),
        count(&|_, k| k == UnitKind::Machine),
        count(&|_, k| matches!(k, UnitKind::Helicopter | UnitKind::Drone)),
        blowers.to_string(),
        format!("{:.1}", share.water_m3),
        format!("{:.0}", share.line_m),
        format!("{:.0}", share.cost_cny),
        teller.say(
            crate::base::message::Message::new("fire-file-weather-text")
                .with("direction", teller.direction(weather.wind_from_deg))
                .with("speed", weather.wind_m_s)
                .with("temperature", weather.temperature_c)
                .with("humidity", weather.humidity_pct),
        ),
        format!("{:.0}", world.landscape.elevation.bilinear(fire.at)),
        format!("{slope:.0}"),
        teller.text(ending_key(fire.ending)),
        String::new(),
    ]
}

/// The files as CSV (UTF-8 with a byte-order mark), one fire a row.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn csv(
    outcome: &Outcome,
    card: &Scorecard,
    teller: &Teller<'_>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
    writer.write_record(FIELDS)?;
    for row in rows(outcome, card, teller) {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

/// The files as a page to print: one table a fire.
pub fn html(outcome: &Outcome, card: &Scorecard, teller: &Teller<'_>) -> String {
    let mut body = String::new();
    for row in rows(outcome, card, teller) {
        body.push_str("<table>\n");
        for (field, value) in FIELDS.iter().zip(row) {
            let label = teller.text(&format!("fire-file-{}", field.replace('_', "-")));
            let shown = if value.is_empty() {
                "<span class=\"open\"></span>".to_owned()
            } else {
                escaped(&value)
            };
            let label = escaped(&label);
            for part in ["<tr><th>", &label, "</th><td>", &shown, "</td></tr>\n"] {
                body.push_str(part);
            }
        }
        body.push_str("</table>\n");
    }
    let title = teller.text("fire-file-title");
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{} · {} {}</p>\n<p class=\"note\">{}</p>\n{body}</body>\n</html>\n",
        teller.language().code(),
        escaped(teller.name(&outcome.world.scenario.file.title)),
        teller.text("fire-file-seed"),
        outcome.seed,
        escaped(&teller.text("fire-file-provisional")),
    )
}

const STYLE: &str = "body { font-family: sans-serif; max-width: 46em; margin: 2em auto; color: #222; }\n\
    h1 { font-size: 1.4em; }\n\
    .note { color: #7a3b00; }\n\
    table { border-collapse: collapse; width: 100%; margin-bottom: 2em; page-break-after: always; }\n\
    th, td { border: 1px solid #999; padding: 0.25em 0.6em; text-align: left; font-weight: normal; }\n\
    th { background: #f2f2f2; width: 14em; }\n\
    .open { display: inline-block; min-width: 10em; border-bottom: 1px dotted #999; }\n\
    @media print { body { margin: 0; } table { page-break-inside: avoid; } }\n";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::base::language::{Language, keys};
    use crate::scenario::Scenario;
    use crate::simulation::{PolicyName, Simulation};
    use crate::world::World;

    #[test]
    fn every_field_has_a_label_in_both_languages() {
        for field in FIELDS {
            let key = format!("fire-file-{}", field.replace('_', "-"));
            for language in Language::ALL {
                assert!(keys(language).contains(&key), "{key}");
            }
        }
    }

    #[test]
    fn the_file_of_a_fire_tells_who_was_there_and_leaves_room_for_corrections() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/valley.ron");
        let world = Arc::new(World::build(Scenario::read(&path).unwrap()).unwrap().0);
        let mut simulation = Simulation::new(world.clone(), 7, PolicyName::RunCard);
        simulation.run();
        let outcome = simulation.finish();
        let card = Scorecard::new(&outcome, Some(10.0));
        let teller = Teller::new(&world, Language::English);
        let rows = rows(&outcome, &card, &teller);
        assert_eq!(rows.len(), 1);
        let value = |field: &str| {
            let i = FIELDS.iter().position(|f| *f == field).unwrap();
            rows[0][i].as_str()
        };
        assert_eq!(rows[0].len(), FIELDS.len());
        assert_eq!(value("fire"), "field-edge");
        assert_eq!(value("semi_professional"), "22");
        assert_eq!(value("total_ha"), format!("{:.4}", card.fires[0].area_ha));
        let (source, by) = outcome.fires[0].detected_by.as_ref().unwrap();
        assert_eq!(value("found_by"), teller.who(*source, by));
        assert_eq!(value("corrected"), "");
        let page = html(&outcome, &card, &teller);
        assert!(page.contains("Provisional") && page.contains("class=\"open\""));
        assert_eq!(page.matches("<tr>").count(), FIELDS.len());
        let text = String::from_utf8(csv(&outcome, &card, &teller).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 2);
    }
}
