//! Surface behaviour for a table of inputs.

use std::io::{Read, Write};

use super::columns::{Layout, Row, STEEPEST, STRONGEST_WIND, Table};
use super::error::BehaviorCsvError;
use crate::base::units::MetresPerMinute;
use crate::fire::behavior::{FuelBed, SurfaceSpread};

/// Columns read, and echoed in this order.
const INPUTS: [&str; 11] = [
    "id",
    "fuel_model",
    "m_1h_frac",
    "m_10h_frac",
    "m_100h_frac",
    "m_live_herb_frac",
    "m_live_woody_frac",
    "wind_midflame_m_min",
    "wind_from_deg",
    "slope_rise_run",
    "aspect_deg",
];

/// Columns computed, in this order.
const OUTPUTS: [&str; 15] = [
    "ros_max_nolimit_m_min",
    "dir_max_deg",
    "fli_kW_m",
    "flame_length_m",
    "heat_per_unit_area_kJ_m2",
    "reaction_intensity_kW_m2",
    "lw_ratio",
    "eccentricity",
    "ros_back_m_min",
    "ros_flank_m_min",
    "slope_factor",
    "savr_1_ft",
    "packing_ratio",
    "rel_packing_ratio",
    "residence_time_min",
];

/// A fire whose head runs within this angle clockwise of upslope is reported as running upslope
/// (behave), degrees.
const UPSLOPE_SNAP_DEG: f64 = 0.5;

/// Reads a CSV table with at least the input columns, in any order, and writes the inputs as they
/// stood followed by the computed columns, one row for one row. Other columns of the input, the
/// computed ones among them, are ignored.
///
/// Input columns: `id` (any text), `fuel_model` (standard number or code), five moistures as
/// fractions of dry weight (0 to 5), midflame wind in m/min, the bearing it comes from, slope as
/// rise over run, and aspect (downhill) in degrees clockwise from north. The computed names hold
/// their units; `ros_flank_m_min` is the growth of the half-width. Numbers are written so that they
/// read back to the same `f64`.
///
/// Nothing is written when any row is at fault.
pub fn behavior_csv(input: impl Read, output: impl Write) -> Result<(), BehaviorCsvError> {
    let layout = Layout {
        inputs: &INPUTS,
        outputs: &OUTPUTS,
        upstream: &[],
    };
    Table::open(input)?.answer(&layout, output, behavior)
}

/// The computed columns in the order of [`OUTPUTS`].
fn behavior(row: &Row) -> Result<Vec<f64>, BehaviorCsvError> {
    let model = row.fuel_model()?;
    let moistures = row.moistures()?;
    let wind = MetresPerMinute(row.number("wind_midflame_m_min", 0.0, STRONGEST_WIND)?);
    let wind_from = row.bearing("wind_from_deg")?;
    let slope = row.number("slope_rise_run", 0.0, STEEPEST)?;
    let aspect = row.bearing("aspect_deg")?;

    let bed = FuelBed::new(model, &moistures);
    let upslope = aspect + 180.0;
    let s = bed.spread(wind, wind_from + 180.0, slope, upslope);
    Ok(vec![
        s.ros_max.0,
        reported_direction(&s, upslope),
        s.fireline_intensity.0,
        s.flame_length().0,
        s.heat_per_area.0,
        s.reaction_intensity.0,
        s.length_to_width,
        s.eccentricity,
        s.ros_back.0,
        s.ros_flank.0,
        s.slope_factor,
        bed.sigma_per_ft(),
        bed.packing_ratio(),
        bed.relative_packing_ratio(),
        s.residence_time_min,
    ])
}

/// The head's direction as behave reports it: exactly upslope when it is nearly so.
fn reported_direction(spread: &SurfaceSpread, upslope_deg: f64) -> f64 {
    let from_upslope = (spread.dir_max_deg - upslope_deg).rem_euclid(360.0);
    if from_upslope < UPSLOPE_SNAP_DEG {
        upslope_deg.rem_euclid(360.0)
    } else {
        spread.dir_max_deg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id,fuel_model,m_1h_frac,m_10h_frac,m_100h_frac,m_live_herb_frac,\
        m_live_woody_frac,wind_midflame_m_min,wind_from_deg,slope_rise_run,aspect_deg";

    fn run(table: &str) -> Result<String, BehaviorCsvError> {
        let mut out = Vec::new();
        behavior_csv(table.as_bytes(), &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn fault(row: &str) -> String {
        run(&format!(
            "{HEADER}\n0,1,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n{row}\n"
        ))
        .unwrap_err()
        .to_string()
    }

    #[test]
    fn rows_keep_their_order_and_columns_that_are_not_inputs_are_dropped() {
        let table = format!(
            "note,{HEADER},lw_ratio\nx,b,GR4,.05,0.06,0.07,0.5,0.9,50,10,0.1,20,99\n\
             y,a,101.0,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20,99\n"
        );
        let out = run(&table).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], format!("{HEADER},{}", OUTPUTS.join(",")));
        assert!(lines[1].starts_with("b,GR4,.05,") && lines[2].starts_with("a,101.0,"));
        assert_eq!(lines.len(), 3);
        assert!(
            lines
                .iter()
                .all(|l| l.split(',').count() == INPUTS.len() + OUTPUTS.len())
        );
    }

    #[test]
    fn the_answer_may_be_asked_again() {
        let once = run(&format!(
            "{HEADER}\n7,TL8,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n"
        ))
        .unwrap();
        assert_eq!(run(&once).unwrap(), once);
        assert_eq!(
            run(&format!("\u{feff}{HEADER}\n")).unwrap().lines().count(),
            1
        );
    }

    #[test]
    fn a_misspelt_column_is_named_with_a_suggestion() {
        let error = run(&format!(
            "{}\n",
            HEADER.replace("slope_rise_run", "slop_rise_run")
        ))
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1: no column `slope_rise_run`; did you mean `slop_rise_run`?"
        );
        assert_eq!(error.message().key, "behavior-csv-missing-column");
        assert_eq!(run("").unwrap_err().to_string(), "line 1: no column `id`");
        assert_eq!(
            run(&format!("{HEADER},id\n")).unwrap_err().to_string(),
            "line 1: column `id` stands twice"
        );
    }

    #[test]
    fn a_bad_field_is_named_by_line_and_column() {
        assert_eq!(
            fault("1,1,-0.05,0.06,0.07,0.5,0.9,50,10,0.1,20"),
            "line 3, column `m_1h_frac`: -0.05 is out of range, 0 to 5 expected"
        );
        assert_eq!(
            fault("1,1,0.05,0.06,NaN,0.5,0.9,50,10,0.1,20"),
            "line 3, column `m_100h_frac`: a finite number expected, found `NaN`"
        );
        assert_eq!(
            fault("1,1,0.05,0.06,0.07,0.5,0.9,50,,0.1,20"),
            "line 3, column `wind_from_deg`: a finite number expected, found ``"
        );
        assert!(
            fault("1,150,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20")
                .contains("no standard fuel model `150`")
        );
        assert!(
            fault("1,TL88,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20").ends_with("did you mean `TL8`?")
        );
        assert_eq!(
            fault("1,1,0.05"),
            "line 3: 3 fields found, 11 expected as in the header"
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_by_line() {
        let mut table = format!("{HEADER}\n").into_bytes();
        table.extend(b"\xff,1,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n");
        let mut out = Vec::new();
        let error = behavior_csv(&table[..], &mut out).unwrap_err();
        assert_eq!(error.to_string(), "line 2: not UTF-8 text");
        assert!(out.is_empty());
    }

    #[test]
    fn bare_ground_has_no_behaviour() {
        let out = run(&format!(
            "{HEADER}\n7,98,0.05,0.06,0.07,0.5,0.9,50,10,0.1,20\n"
        ))
        .unwrap();
        let row = out.lines().nth(1).unwrap();
        assert!(row.contains(",0,200,0,0,0,0,1,0,0,0,0,0,0,0,0"), "{row}");
    }
}
