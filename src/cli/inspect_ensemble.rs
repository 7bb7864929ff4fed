//! `fireline inspect SCENARIO --ensemble`: what the seeds draw, as a table or as JSON.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::output::{Exit, Failure, Output, print, print_json};
use crate::base::message::Message;
use crate::results::members::MemberRow;
use crate::results::sentences::{Teller, cause_key};
use crate::results::story;
use crate::world::World;

/// Tells what the seeds of a range draw.
pub(super) fn run(
    world: World,
    path: &Path,
    seeds: Range<u64>,
    json: bool,
    output: Output,
) -> Result<Exit, Failure> {
    let world = Arc::new(world);
    let rows: Option<Vec<MemberRow>> = seeds.map(|seed| MemberRow::of(&world, seed)).collect();
    let Some(rows) = rows else {
        let message = Message::new("cli-ensemble-none").with("path", path.display().to_string());
        return Err(Failure::Message(Exit::Usage, message));
    };
    if json {
        print_json(&rows)?;
        return Ok(Exit::Done);
    }
    let teller = Teller::new(&world, output.language);
    let mut table = story::new_table();
    table.set_header(
        [
            "ensemble-seed",
            "ensemble-day",
            "ensemble-start",
            "ensemble-danger",
            "ensemble-temperature",
            "ensemble-humidity",
            "ensemble-wind",
            "ensemble-off",
            "ensemble-fires",
            "ensemble-causes",
        ]
        .map(|key| output.text(key)),
    );
    for row in &rows {
        let causes: Vec<String> = (row.causes.iter())
            .map(|(cause, count)| format!("{count} {}", output.text(cause_key(*cause))))
            .collect();
        table.add_row([
            row.seed.to_string(),
            row.day
                .clone()
                .unwrap_or_else(|| output.text("member-own-day")),
            row.start.replace('T', " "),
            teller.danger(row.danger),
            format!("{:.1}", row.temperature_c),
            format!("{:.0}", row.humidity_pct),
            format!(
                "{:.1} {}",
                row.wind_m_s,
                teller.direction(row.wind_from_deg)
            ),
            format!(
                "{:.2}, {:+.0}°; {:+.1}; {:.2}",
                row.wind_factor,
                // What rounds to nought has no sign.
                libm::round(row.wind_turn_deg) + 0.0,
                libm::round(row.moisture_shift_pct * 10.0) / 10.0 + 0.0,
                row.fuel_factor
            ),
            row.fires.to_string(),
            causes.join("; "),
        ]);
    }
    print(&format!("{table}\n"))?;
    Ok(Exit::Done)
}
