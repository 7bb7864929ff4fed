//! The verification suite: cases with a known answer, run by the program itself.

pub mod ellipse;

pub use ellipse::{EllipseCase, EllipseResult};

use serde::Serialize;

/// One line of the suite's table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Name of the case.
    pub case: String,
    /// Where the expected value comes from.
    pub source: String,
    /// Expected value.
    pub expected: f64,
    /// What the program gives.
    pub got: f64,
    /// Error, percent of the expected value.
    pub error_pct: f64,
    /// Largest error that passes, percent.
    pub limit_pct: f64,
    /// Whether it passed.
    pub passed: bool,
}

impl Verdict {
    fn new(case: String, source: &str, expected: f64, got: f64, limit_pct: f64) -> Self {
        let error_pct = 100.0 * (got - expected) / expected;
        Self {
            case,
            source: source.to_owned(),
            expected,
            got,
            error_pct,
            limit_pct,
            passed: error_pct.abs() <= limit_pct,
        }
    }
}

/// Runs every case: ellipses of four shapes over several headings.
pub fn suite() -> Vec<Verdict> {
    const SOURCE: &str = "Richards 1990; ellipse of constant rate";
    let mut all = Vec::new();
    for length_to_width in [1.0, 2.0, 4.0, 8.0] {
        for heading_deg in [0.0, 17.0, 33.0, 45.0] {
            let case = EllipseCase {
                length_to_width,
                heading_deg,
                cells: 300,
            };
            let result = ellipse::run(&case).0;
            let name = format!("L:W {length_to_width}, heading {heading_deg} deg");
            all.push(Verdict::new(
                format!("ellipse area, {name}"),
                SOURCE,
                result.area_expected_m2,
                result.area_m2,
                1.0,
            ));
            all.push(Verdict::new(
                format!("ellipse head, {name}"),
                SOURCE,
                result.head_expected_m,
                result.head_m,
                1.0,
            ));
        }
    }
    all
}
