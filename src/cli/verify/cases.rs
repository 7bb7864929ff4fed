//! The cases of `fireline verify` with their numbers.

use clap::{Args, Subcommand, ValueEnum};

use super::{How, ellipse, within};
use crate::base::message::Message;
use crate::cli::output::{Exit, Failure, print, print_json};
use crate::operations::containment::Tactic;
use crate::results::story::new_table;
use crate::studies::verify::acceleration::AccelerationCase;
use crate::studies::verify::balance::BalanceCase;
use crate::studies::verify::barriers::BarriersCase;
use crate::studies::verify::changing_wind::ChangingWindCase;
use crate::studies::verify::containment::ContainmentCase;
use crate::studies::verify::convergence::ConvergenceCase;
use crate::studies::verify::merging::MergingCase;
use crate::studies::verify::refraction::RefractionCase;
use crate::studies::verify::slope::SlopeCase;
use crate::studies::verify::small_fire::SmallFireCase;
use crate::studies::verify::starts::StartsCase;
use crate::studies::verify::{
    Outcome, Physics, acceleration, balance, barriers, changing_wind, containment, convergence,
    merging, oracles, refraction, slope, small_fire, speed, starts,
};

#[derive(Debug, Subcommand)]
pub enum Case {
    Ellipse(ellipse::Ellipse),
    ChangingWind(ChangingWind),
    Refraction(Refraction),
    Slope(Slope),
    SmallFire(SmallFire),
    Convergence(Convergence),
    Barriers(Barriers),
    Merging(Merging),
    Balance(Balance),
    Starts(Starts),
    Acceleration(Acceleration),
    Containment(Containment),
    Oracles,
    Speed(Speed),
}

impl Case {
    pub(super) fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Ellipse(case) => ellipse::run(case, how.json, how.out, how.output),
            Self::ChangingWind(case) => case.run(how),
            Self::Refraction(case) => case.run(how),
            Self::Slope(case) => case.run(how),
            Self::SmallFire(case) => case.run(how),
            Self::Convergence(case) => case.run(how),
            Self::Barriers(case) => case.run(how),
            Self::Merging(case) => case.run(how),
            Self::Balance(case) => case.run(how),
            Self::Starts(case) => case.run(how),
            Self::Acceleration(case) => case.run(how),
            Self::Containment(case) => case.run(how),
            Self::Speed(case) => case.run(how),
            Self::Oracles => {
                let family = oracles::family(Physics::AS_BUILT);
                how.give_verdicts(family.name, &family.verdicts)
            }
        }
    }
}

fn shape(length_to_width: f64) -> Result<(), Failure> {
    within("--length-to-width", length_to_width, 1.0, 8.0)
}

fn angle(name: &str, degrees: f64) -> Result<(), Failure> {
    within(name, degrees, -360.0, 360.0)
}

fn run_of(cells: u32) -> Result<(), Failure> {
    within("--cells", f64::from(cells), 20.0, 2000.0)
}

#[derive(Debug, Args)]
pub struct ChangingWind {
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(long, value_name = "N", default_value_t = 25)]
    cells_per_change: u32,
    #[arg(long, value_name = "N", default_value_t = 8)]
    changes: u32,
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    turn: Option<f64>,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl ChangingWind {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        shape(self.length_to_width)?;
        within(
            "--cells-per-change",
            f64::from(self.cells_per_change),
            8.0,
            500.0,
        )?;
        within("--changes", f64::from(self.changes), 1.0, 50.0)?;
        angle("--turn", self.turn.unwrap_or(0.0))?;
        let case = ChangingWindCase {
            length_to_width: self.length_to_width,
            cells_per_change: self.cells_per_change,
            changes: self.changes,
            turn_deg: self.turn,
            seed: self.seed,
        };
        how.give(
            "changing-wind",
            &changing_wind::run(&case, Physics::AS_BUILT),
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tick {
    #[value(name = "5")]
    Five,
    #[value(name = "10")]
    Ten,
    #[value(name = "20")]
    Twenty,
}

#[derive(Debug, Args)]
pub struct Containment {
    /// Side of a cell, metres; 10 and 5, one after the other, when left out.
    #[arg(long = "cell", value_name = "METRES")]
    grid_cell: Option<u32>,
    /// Whether the parties start at the head.
    #[arg(long = "head")]
    from_head: bool,
    /// How far from the edge they build, metres.
    #[arg(long = "stand-off", value_name = "METRES", default_value_t = 0.0)]
    stand_off_m: f64,
    /// Length of a tick, seconds.
    #[arg(
        long = "tick",
        value_name = "SECONDS",
        value_enum,
        default_value = "10"
    )]
    tick: Tick,
    #[arg(long, value_name = "N", default_value_t = 100)]
    cases: u32,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Containment {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        if let Some(cell) = self.grid_cell {
            within("--cell", f64::from(cell), 3.0, 30.0)?;
            if !30_u32.is_multiple_of(cell) {
                let message =
                    Message::new("verify-containment-cell").with("found", f64::from(cell));
                return Err(Failure::Message(Exit::Usage, message));
            }
        }
        within("--cases", f64::from(self.cases), 1.0, 10_000.0)?;
        within("--stand-off", self.stand_off_m, 0.0, 200.0)?;
        let of = |cell: u32| ContainmentCase {
            cell_m: f64::from(cell),
            tactic: if self.from_head {
                Tactic::Head
            } else {
                Tactic::Rear
            },
            stand_off_m: self.stand_off_m,
            tick_s: match self.tick {
                Tick::Five => 5.0,
                Tick::Ten => 10.0,
                Tick::Twenty => 20.0,
            },
            cases: self.cases,
            seed: self.seed,
        };
        let run = |cell: u32| {
            containment::run(&of(cell), Physics::AS_BUILT).map_err(|reason| {
                let message =
                    Message::new("verify-case-containment-not-run").with("reason", reason);
                Failure::Message(Exit::Failed, message)
            })
        };
        if let Some(cell) = self.grid_cell {
            return how.give("containment", &run(cell)?);
        }
        let (coarse, fine) = (run(10)?, run(5)?);
        let both = Outcome {
            result: [coarse.result, fine.result],
            verdicts: [coarse.verdicts, fine.verdicts].concat(),
            plot: fine.plot,
        };
        how.give("containment", &both)
    }
}

#[derive(Debug, Args)]
pub struct Refraction {
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 20.0,
        allow_negative_numbers = true
    )]
    edge: f64,
    #[arg(long, value_name = "CELLS", default_value_t = 40.0)]
    before: f64,
    #[arg(long, value_name = "RATIO", default_value_t = 0.4)]
    rate_ratio: f64,
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(long, value_name = "RATIO")]
    length_to_width_behind: Option<f64>,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 20.0,
        allow_negative_numbers = true
    )]
    heading: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 0.0,
        allow_negative_numbers = true
    )]
    turn: f64,
    #[arg(long, value_name = "N", default_value_t = 200)]
    cells: u32,
}

impl Refraction {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        let behind = self.length_to_width_behind.unwrap_or(self.length_to_width);
        shape(self.length_to_width)?;
        within("--length-to-width-behind", behind, 1.0, 8.0)?;
        within("--rate-ratio", self.rate_ratio, 0.1, 10.0)?;
        within("--before", self.before, 1.0, 500.0)?;
        angle("--edge", self.edge)?;
        angle("--heading", self.heading)?;
        angle("--turn", self.turn)?;
        within("--cells", f64::from(self.cells), 20.0, 400.0)?;
        let case = RefractionCase {
            edge_deg: self.edge,
            before_cells: self.before,
            rate_ratio: self.rate_ratio,
            length_to_width: [self.length_to_width, behind],
            heading_deg: self.heading,
            turn_deg: self.turn,
            cells: self.cells,
        };
        how.give("refraction", &refraction::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Slope {
    #[arg(long, value_name = "DEGREES", default_value_t = 45.0)]
    slope: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 20.0,
        allow_negative_numbers = true
    )]
    uphill: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 20.0,
        allow_negative_numbers = true
    )]
    heading: f64,
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(long, value_name = "N", default_value_t = 200)]
    cells: u32,
}

impl Slope {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        within("--slope", self.slope, 0.0, 45.0)?;
        angle("--uphill", self.uphill)?;
        angle("--heading", self.heading)?;
        shape(self.length_to_width)?;
        run_of(self.cells)?;
        let case = SlopeCase {
            slope_deg: self.slope,
            uphill_deg: self.uphill,
            heading_deg: self.heading,
            length_to_width: self.length_to_width,
            cells: self.cells,
        };
        how.give("slope", &slope::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct SmallFire {
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(long, value_name = "CELLS", default_value_t = 50.0)]
    area_cells: f64,
    #[arg(long, value_name = "N", default_value_t = 200)]
    fires: u32,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl SmallFire {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        shape(self.length_to_width)?;
        within("--area-cells", self.area_cells, 12.0, 10_000.0)?;
        within("--fires", f64::from(self.fires), 1.0, 10_000.0)?;
        let case = SmallFireCase {
            length_to_width: self.length_to_width,
            area_cells: self.area_cells,
            fires: self.fires,
            seed: self.seed,
        };
        how.give("small-fire", &small_fire::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Convergence {
    #[arg(long, value_name = "CELLS", default_value_t = 600)]
    coarsest_cells: u32,
    #[arg(long, value_name = "M/S", default_value_t = 2.0)]
    wind: f64,
    #[arg(long)]
    one_fuel: bool,
    #[arg(long, value_name = "M", default_value_t = convergence::PATCH_M)]
    patch_m: f64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Convergence {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        within(
            "--coarsest-cells",
            f64::from(self.coarsest_cells),
            500.0,
            5000.0,
        )?;
        within("--wind", self.wind, 0.0, 10.0)?;
        within("--patch-m", self.patch_m, 60.0, 600.0)?;
        let case = ConvergenceCase {
            coarsest_cells: self.coarsest_cells,
            wind_m_s: self.wind,
            one_fuel: self.one_fuel,
            // All grids' cells divide 60 m.
            patch_m: 60.0 * libm::round(self.patch_m / 60.0),
            seed: self.seed,
        };
        how.give("convergence", &convergence::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Barriers {
    #[arg(long, value_name = "N", default_value_t = 1000)]
    cases: u64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Barriers {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        within("--cases", self.cases as f64, 5.0, 1e6)?;
        let case = BarriersCase {
            cases: self.cases,
            seed: self.seed,
        };
        how.give("barriers", &barriers::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Merging {
    #[arg(long, value_name = "N", default_value_t = 3)]
    fires: u32,
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 17.0,
        allow_negative_numbers = true
    )]
    heading: f64,
    #[arg(long, value_name = "N", default_value_t = 200)]
    cells: u32,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Merging {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        within("--fires", f64::from(self.fires), 2.0, 50.0)?;
        shape(self.length_to_width)?;
        angle("--heading", self.heading)?;
        run_of(self.cells)?;
        let case = MergingCase {
            fires: self.fires,
            length_to_width: self.length_to_width,
            heading_deg: self.heading,
            cells: self.cells,
            seed: self.seed,
        };
        how.give("merging", &merging::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Balance {
    #[arg(long, value_name = "N", default_value_t = 2)]
    fires: u32,
    #[arg(long, value_name = "M/S", default_value_t = 2.0)]
    wind: f64,
    #[arg(long, value_name = "N", default_value_t = 4)]
    hours: u32,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Balance {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        within("--fires", f64::from(self.fires), 1.0, 50.0)?;
        within("--wind", self.wind, 0.0, 10.0)?;
        within("--hours", f64::from(self.hours), 1.0, 48.0)?;
        let case = BalanceCase {
            fires: self.fires,
            wind_m_s: self.wind,
            hours: self.hours,
            seed: self.seed,
        };
        how.give("balance", &balance::run(&case, Physics::AS_BUILT))
    }
}

/// A kind of start on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Point,
    Line,
    BentLine,
    Polygon,
    Corner,
}

#[derive(Debug, Args)]
pub struct Starts {
    #[arg(long, value_enum, default_value_t = Kind::Line)]
    kind: Kind,
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 17.0,
        allow_negative_numbers = true
    )]
    heading: f64,
    #[arg(long, value_name = "N", default_value_t = 100)]
    cells: u32,
}

impl Starts {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        shape(self.length_to_width)?;
        angle("--heading", self.heading)?;
        run_of(self.cells)?;
        let case = StartsCase {
            kind: match self.kind {
                Kind::Point => starts::Kind::Point,
                Kind::Line => starts::Kind::Line,
                Kind::BentLine => starts::Kind::BentLine,
                Kind::Polygon => starts::Kind::Polygon,
                Kind::Corner => starts::Kind::Corner,
            },
            length_to_width: self.length_to_width,
            heading_deg: self.heading,
            cells: self.cells,
        };
        how.give("starts", &starts::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Acceleration {
    #[arg(long, value_name = "PER-MIN", default_value_t = 0.115)]
    rate_constant: f64,
    #[arg(long, value_name = "MINUTES", default_value_t = 15.0)]
    minutes: f64,
    #[arg(long, value_name = "RATIO", default_value_t = 2.0)]
    length_to_width: f64,
    #[arg(
        long,
        value_name = "DEGREES",
        default_value_t = 17.0,
        allow_negative_numbers = true
    )]
    heading: f64,
}

impl Acceleration {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        within("--rate-constant", self.rate_constant, 0.001, 10.0)?;
        within("--minutes", self.minutes, 1.0, 600.0)?;
        shape(self.length_to_width)?;
        angle("--heading", self.heading)?;
        let case = AccelerationCase {
            per_min: self.rate_constant,
            minutes: self.minutes,
            length_to_width: self.length_to_width,
            heading_deg: self.heading,
        };
        how.give("acceleration", &acceleration::run(&case, Physics::AS_BUILT))
    }
}

#[derive(Debug, Args)]
pub struct Speed {
    #[arg(long, value_name = "DIR")]
    landscape: Option<std::path::PathBuf>,
}

impl Speed {
    fn run(&self, how: &How<'_>) -> Result<Exit, Failure> {
        let speed = speed::measure(self.landscape.as_deref()).map_err(|found| {
            how.output.findings(&found);
            Failure::Said(Exit::Invalid)
        })?;
        if let Some(folder) = how.out {
            super::make(folder)?;
            super::save_json(&folder.join("speed.json"), &speed)?;
        }
        if how.json {
            print_json(&speed)?;
            return Ok(Exit::Done);
        }
        let mut table = new_table();
        table.set_header(["verify-speed-what", "verify-speed-rate"].map(|k| how.output.text(k)));
        let million = |rate: f64| format!("{:.2} M", rate / 1e6);
        table.add_row([
            how.output.text("verify-speed-plain"),
            million(speed.uniform_cells_per_s),
        ]);
        if let Some(rate) = speed.real_terrain_cells_per_s {
            table.add_row([how.output.text("verify-speed-terrain"), million(rate)]);
        }
        for peer in &speed.peers {
            let rate = peer.rate.map_or_else(|| peer.note.clone(), million);
            table.add_row([peer.name.clone(), rate]);
        }
        let memory = Message::new("verify-speed-memory").with("bytes", speed.bytes_per_cell);
        print(&format!("{table}\n{}\n", how.output.say(&memory)))?;
        Ok(Exit::Done)
    }
}
