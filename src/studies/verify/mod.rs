//! The verification suite: cases with a known answer, run by the program itself.
//!
//! One file a family. Each holds a case (what to run), a result (what came out, serialisable) and
//! `run`, which gives the result with its verdicts and a picture as data. Nothing here draws or
//! prints; limits are those the front is judged by, and no case is tuned to the solver.

pub mod acceleration;
pub mod balance;
pub mod barriers;
pub mod changing_wind;
pub mod containment;
pub mod convergence;
pub mod ellipse;
mod exact;
mod grounds;
mod measure;
pub mod merging;
pub mod oracles;
mod peers;
mod plot;
pub mod refraction;
pub mod slope;
pub mod small_fire;
pub mod speed;
pub mod starts;

pub use ellipse::{EllipseCase, EllipseResult};
pub use plot::{Curve, Plot};

use rayon::prelude::*;

use crate::base::message::Message;
use crate::fire::front::Ellipse;

/// What the program makes of the ellipse that a case asks for: the same ellipse. A test breaks it
/// (a sign, a unit) to see the suite fail.
#[derive(Debug, Clone, Copy)]
pub struct Physics(pub fn(Ellipse) -> Ellipse);

impl Physics {
    /// As the program has it.
    pub const AS_BUILT: Self = Self(|ellipse| ellipse);

    fn of(self, ellipse: Ellipse) -> Ellipse {
        (self.0)(ellipse)
    }
}

/// One line of the suite's table.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What was compared.
    pub case: Message,
    /// Where the expected value comes from.
    pub source: Message,
    /// Expected value.
    pub expected: f64,
    /// What the program gives.
    pub got: f64,
    /// Error, percent of the expected value (or as the case says).
    pub error_pct: f64,
    /// Largest error that passes, percent.
    pub limit_pct: f64,
    /// Whether it passed.
    pub passed: bool,
}

impl Verdict {
    /// A value against another: the error is in percent of the expected one.
    pub fn of_value(
        case: Message,
        source: &str,
        (expected, got): (f64, f64),
        limit_pct: f64,
    ) -> Self {
        let error_pct = 100.0 * (got - expected) / expected;
        Self::of_error(case, source, (expected, got), error_pct, limit_pct)
    }

    /// A value whose error the case has worked out itself, percent.
    pub fn of_error(
        case: Message,
        source: &str,
        (expected, got): (f64, f64),
        error_pct: f64,
        limit_pct: f64,
    ) -> Self {
        Self {
            case,
            source: Message::new(source),
            expected,
            got,
            error_pct,
            limit_pct,
            passed: error_pct.abs() <= limit_pct,
        }
    }

    /// A count that must be 0; the error is in percent of `of`.
    pub fn of_none(case: Message, source: &str, got: u64, of: u64) -> Self {
        let error_pct = 100.0 * got as f64 / of.max(1) as f64;
        Self::of_error(case, source, (0.0, got as f64), error_pct, 0.0)
    }

    /// A count that must be all of `of`; the error is in percent of it.
    pub fn of_all(case: Message, source: &str, got: u64, of: u64) -> Self {
        let error_pct = 100.0 * (got as f64 - of as f64) / of.max(1) as f64;
        Self::of_error(case, source, (of as f64, got as f64), error_pct, 0.0)
    }
}

/// What a case gives.
#[derive(Debug, Clone)]
pub struct Outcome<R> {
    /// Its numbers.
    pub result: R,
    /// They against the answer.
    pub verdicts: Vec<Verdict>,
    /// A picture of it.
    pub plot: Plot,
}

impl<R> Outcome<R> {
    /// Whether every verdict passed.
    pub fn passed(&self) -> bool {
        self.verdicts.iter().all(|v| v.passed)
    }
}

/// The cases of one kind.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its name, as the command line has it.
    pub name: &'static str,
    /// Every comparison.
    pub verdicts: Vec<Verdict>,
    /// A picture of its last case, or one chart of all of them; none when it draws nothing.
    pub plot: Option<Plot>,
}

impl Family {
    /// Runs cases in parallel; their order stays.
    fn of<C: Sync, R: Send>(
        name: &'static str,
        cases: &[C],
        run: impl Fn(&C) -> Outcome<R> + Sync + Send,
    ) -> Self {
        let outcomes: Vec<Outcome<R>> = cases.par_iter().map(run).collect();
        let mut plot = outcomes.last().map(|o| o.plot.clone());
        if let Some(chart) = plot.as_mut().filter(|p| !p.is_map) {
            let others = &outcomes[..outcomes.len() - 1];
            let curves = others.iter().flat_map(|o| o.plot.curves.iter());
            chart.curves.extend(curves.filter(|c| !c.exact).cloned());
        }
        Self {
            name,
            verdicts: outcomes.into_iter().flat_map(|o| o.verdicts).collect(),
            plot,
        }
    }

    /// Whether every verdict passed.
    pub fn passed(&self) -> bool {
        self.verdicts.iter().all(|v| v.passed)
    }
}

/// Every family in the order of the table.
const FAMILIES: [fn(Physics) -> Family; 13] = [
    ellipse::family,
    changing_wind::family,
    refraction::family,
    slope::family,
    small_fire::family,
    convergence::family,
    barriers::family,
    merging::family,
    balance::family,
    starts::family,
    acceleration::family,
    containment::family,
    oracles::family,
];

/// Runs every case of every family.
pub fn suite() -> Vec<Family> {
    suite_under(Physics::AS_BUILT)
}

/// Runs the suite with something changed in how ellipses reach the front.
pub fn suite_under(physics: Physics) -> Vec<Family> {
    FAMILIES.par_iter().map(|family| family(physics)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Families that a broken ellipse must fail: all whose answer is an ellipse's.
    const FEEL_THE_ELLIPSE: [fn(Physics) -> Family; 6] = [
        |p| Family::of("ellipse", &ellipse::QUICK, |c| ellipse::outcome(c, p)),
        |p| {
            Family::of("changing-wind", &changing_wind::QUICK, |c| {
                changing_wind::run(c, p)
            })
        },
        |p| Family::of("refraction", &refraction::QUICK, |c| refraction::run(c, p)),
        |p| Family::of("slope", &slope::QUICK, |c| slope::run(c, p)),
        |p| Family::of("merging", &merging::QUICK, |c| merging::run(c, p)),
        |p| Family::of("starts", &starts::QUICK, |c| starts::run(c, p)),
    ];

    fn failing(physics: Physics) -> Vec<&'static str> {
        FEEL_THE_ELLIPSE
            .iter()
            .map(|family| family(physics))
            .filter(|family| !family.passed())
            .map(|family| family.name)
            .collect()
    }

    #[test]
    fn a_sign_or_a_unit_set_wrong_fails_every_family_that_feels_it() {
        assert_eq!(failing(Physics::AS_BUILT), Vec::<&str>::new());
        let all = [
            "ellipse",
            "changing-wind",
            "refraction",
            "slope",
            "merging",
            "starts",
        ];
        let backwards = Physics(|e| Ellipse {
            heading: (-e.heading.0, -e.heading.1),
            ..e
        });
        let mirrored = Physics(|e| Ellipse {
            heading: (-e.heading.0, e.heading.1),
            ..e
        });
        let a_minute_for_a_second = Physics(|e| Ellipse {
            head_m_s: e.head_m_s * 60.0,
            ..e
        });
        let three_percent_slow = Physics(|e| Ellipse {
            head_m_s: e.head_m_s * 0.97,
            ..e
        });
        for broken in [
            backwards,
            mirrored,
            a_minute_for_a_second,
            three_percent_slow,
        ] {
            assert_eq!(failing(broken), all);
        }
        let flat = Physics(|e| Ellipse {
            gradient: (0.0, 0.0),
            ..e
        });
        let downhill = Physics(|e| Ellipse {
            gradient: (-e.gradient.1, e.gradient.0),
            ..e
        });
        assert_eq!(failing(flat), ["slope"]);
        assert_eq!(failing(downhill), ["slope"]);
    }
}
