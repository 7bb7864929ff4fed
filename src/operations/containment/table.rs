//! Attacks of a table: the library side of `fireline contain --csv FILE`.

use std::io::{Read, Write};

use super::{Attack, Forecast, LARGEST_HA, LONGEST_MIN, Resource, Tactic, behave, converged};
use crate::fire::behavior::BehaviorCsvError;
use crate::fire::behavior::table::{Layout, Row, Table};

/// How the model is integrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Integrator {
    /// Until steps no longer matter; overrun as in the paper.
    #[default]
    Converged,
    /// As ContainSim does.
    Behave,
}

impl Integrator {
    /// Names on the command line.
    pub const NAMES: [&str; 2] = ["converged", "behave"];

    /// The forecast for an attack.
    pub fn contain(self, attack: &Attack) -> Forecast {
        match self {
            Self::Converged => converged::contain(attack),
            Self::Behave => behave::contain(attack),
        }
    }
}

impl std::str::FromStr for Integrator {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "converged" => Ok(Self::Converged),
            "behave" => Ok(Self::Behave),
            _ => Err(format!(
                "unknown integrator '{name}'; expected converged or behave"
            )),
        }
    }
}

/// Columns read, and echoed in this order.
const INPUTS: [&str; 11] = [
    "id",
    "lw_ratio",
    "report_ros_m_min",
    "report_size_ha",
    "tactic_0head_1rear",
    "attack_distance_m",
    "arrival_min",
    "duration_min",
    "production_m_min",
    "n_resources",
    "second_arrival_min",
];

/// Columns computed, in this order.
const OUTPUTS: [&str; 8] = [
    "status_3contained_4overrun_5exhausted_6overflow_7size_8time",
    "final_line_m",
    "perimeter_at_attack_m",
    "perimeter_at_containment_m",
    "size_at_attack_ha",
    "final_fire_size_ha",
    "containment_area_ha",
    "time_since_report_min",
];

/// Longest ellipse taken.
const LONGEST_RATIO: f64 = 20.0;
/// Fastest head and line taken, m/min.
const FASTEST: f64 = 1000.0;
/// Largest fire at report taken, ha.
const LARGEST_REPORT: f64 = 100_000.0;
/// Farthest line from the edge taken, m.
const FARTHEST: f64 = 10_000.0;
/// Longest time taken, minutes.
const LONGEST: f64 = 100_000.0;

/// Reads a CSV table with at least the input columns, in any order, and writes the inputs as they stood
/// followed by the computed columns, one row for one row. Other columns of the input are ignored.
///
/// `tactic_0head_1rear` is 0 or 1; `production_m_min` is that of each resource for both parties together;
/// `n_resources` is 1 or 2, the second like the first but arriving at `second_arrival_min` (-1 when there
/// is none). The computed names hold their units.
///
/// # Errors
/// The first fault, with its line and column; nothing is written then.
pub fn contain_csv(
    integrator: Integrator,
    input: impl Read,
    output: impl Write,
) -> Result<(), BehaviorCsvError> {
    let layout = Layout {
        inputs: &INPUTS,
        outputs: &OUTPUTS,
        upstream: &[],
    };
    Table::open(input)?.answer(&layout, output, |row| {
        let f = integrator.contain(&attack(row)?);
        Ok(vec![
            f64::from(f.status as u8),
            f.line_m,
            f.perimeter_at_attack_m,
            f.perimeter_m,
            f.attack_ha,
            f.final_ha,
            f.contained_ha,
            f.minutes,
        ])
    })
}

fn attack(row: &Row) -> Result<Attack, BehaviorCsvError> {
    let arrival_min = row.number("arrival_min", 0.0, LONGEST)?;
    let resource = Resource {
        arrival_min,
        duration_min: row.number("duration_min", 0.0, LONGEST)?,
        production_m_min: row.number("production_m_min", 0.0, FASTEST)?,
    };
    let mut resources = vec![resource];
    if row.whole("n_resources", 1, 2)? == 2 {
        resources.push(Resource {
            arrival_min: row.number("second_arrival_min", 0.0, LONGEST)?,
            ..resource
        });
    }
    Ok(Attack {
        length_to_width: row.number("lw_ratio", 1.0, LONGEST_RATIO)?,
        spread_m_min: row.number("report_ros_m_min", 1e-6, FASTEST)?,
        report_ha: row.number("report_size_ha", 1e-6, LARGEST_REPORT)?,
        tactic: if row.whole("tactic_0head_1rear", 0, 1)? == 0 {
            Tactic::Head
        } else {
            Tactic::Rear
        },
        distance_m: row.number("attack_distance_m", 0.0, FARTHEST)?,
        resources,
        largest_ha: LARGEST_HA,
        longest_min: LONGEST_MIN,
    })
}
