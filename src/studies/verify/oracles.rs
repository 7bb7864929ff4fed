//! Point equations against published values and the reference implementation.
//!
//! The list takes one line an oracle: a case, its source, the expected value, what the program gives
//! and the largest error.

use super::{Family, Physics, Verdict};
use crate::base::message::Message;
use crate::base::units::{Metres, MetresPerMinute, MetresPerSecond};
use crate::fire::behavior::breach::{mees_hold, wilson_breach};
use crate::fire::behavior::crown::{
    Initiation, critical_crown_rate, critical_surface_intensity, cruz_active_rate,
    cruz_passive_rate,
};
use crate::fire::behavior::{WangInitial, WangWeather, behavior_csv, wang};

/// A published value and the program's.
#[derive(Debug, Clone, PartialEq)]
pub struct Oracle {
    /// What it is.
    pub case: Message,
    /// Key of its source.
    pub source: &'static str,
    /// The published value.
    pub expected: f64,
    /// The program's value; not a number when it has none.
    pub got: f64,
    /// Largest error, percent.
    pub limit_pct: f64,
}

/// Rows of a table made with firelab/behave at commit d963287: a grass, a shrub and a litter model of
/// each kind, dry and moist, with and without wind and slope, and one at the cap of length-to-width.
const BEHAVE_ROWS: &str = "\
id,fuel_model,m_1h_frac,m_10h_frac,m_100h_frac,m_live_herb_frac,m_live_woody_frac,wind_midflame_m_min,wind_from_deg,slope_rise_run,aspect_deg,ros_max_nolimit_m_min,flame_length_m,lw_ratio,ros_back_m_min
42,1,0.08,0.09,0.1,0.9,0.9,83.333333,0,0,0,10.9062151,0.829121975,1.31153464,2.33728753
1302,104,0.06,0.07,0.08,0.6,0.9,83.333333,0,0,0,12.3183386,1.94001896,1.31153464,2.63991668
1617,108,0.03,0.04,0.05,0.3,0.6,333.333333,270,0.8,90,140.679983,14.0646319,2.53574727,5.94142381
2394,144,0.12,0.13,0.14,1.2,1.2,166.666667,300,0.5,225,3.25447023,0.70637495,1.90816946,0.260684154
3171,165,0.08,0.09,0.1,0.9,0.9,83.333333,90,0.3,180,1.8216678,1.71456101,1.32634613,0.377178363
3654,186,0.08,0.09,0.1,0.9,0.9,166.666667,300,0.5,225,2.63161894,0.893955979,1.92093985,0.207521571
560,145,0.1004,0.1084,0.1386,1.1452,0.5073,361.0646,288.002,0,326.26,80.0216069,7.76157176,4.16822139,1.18583101
670,149,0.2625,0.2677,0.3108,1.3581,0.7906,574.0793,172.686,0.3835,218.826,24.0971798,4.0774184,8,0.0948722572
960,7,0.1708,0.184,0.2052,0.6188,0.9193,248.2132,183.98,0.8919,287.977,15.3633795,2.06495013,2.5765708,0.626716662
230,106,0.1944,0.217,0.2418,0.7311,1.8815,0,301.259,1.4582,92.096,41.7710691,4.51277216,3.25458328,1.03536065
";

/// Columns compared, with the largest error: the reference computes in other units.
const BEHAVE_COLUMNS: [(&str, &str); 4] = [
    ("ros_max_nolimit_m_min", "verify-case-behave-rate"),
    ("flame_length_m", "verify-case-behave-flame"),
    ("lw_ratio", "verify-case-behave-shape"),
    ("ros_back_m_min", "verify-case-behave-back"),
];

/// Byram (1959): flame lengths, m, and the intensities that make them, kW/m.
const BYRAM: [(f64, f64); 3] = [(1.2, 386.0), (2.4, 1742.0), (3.4, 3715.0)];

/// Every oracle.
pub fn oracles() -> Vec<Oracle> {
    let mut all = byram();
    all.extend(behave());
    all.extend(crown());
    all.extend(breaks());
    all.extend(wang_model());
    all
}

/// A published number.
fn oracle(case: Message, source: &'static str, expected: f64, got: f64, limit_pct: f64) -> Oracle {
    Oracle {
        case,
        source,
        expected,
        got,
        limit_pct,
    }
}

/// Thresholds and rates of crown fire: Van Wagner (1977) and Cruz et al. (2005) as pyretechnics
/// 2026.5.15 gives them; the critical rate is Van Wagner's 3.0 kg/m2/min over the bulk density.
fn crown() -> Vec<Oracle> {
    let mut all = Vec::new();
    for (base_m, foliar, expected) in [(0.1, 0.5, 2.334_903_85), (0.1, 0.6, 2.870_959_42)] {
        all.push(oracle(
            Message::new("verify-case-crown-initiation")
                .with("base", base_m)
                .with("moisture", foliar),
            "verify-source-van-wagner",
            expected,
            critical_surface_intensity(Metres(base_m), foliar, Initiation::VanWagner1977).0,
            0.1,
        ));
    }
    for (density, expected) in [(0.15, 20.0), (0.12, 25.0)] {
        all.push(oracle(
            Message::new("verify-case-crown-critical").with("density", density),
            "verify-source-van-wagner",
            expected,
            critical_crown_rate(density).0,
            0.1,
        ));
    }
    let wind = |km_h: f64| MetresPerMinute(km_h / 0.06);
    all.push(oracle(
        Message::new("verify-case-crown-active"),
        "verify-source-cruz",
        183.858_991,
        cruz_active_rate(wind(60.0), 0.15, 0.03).0,
        0.1,
    ));
    let active = cruz_active_rate(wind(50.0), 0.12, 0.16);
    all.push(oracle(
        Message::new("verify-case-crown-passive"),
        "verify-source-cruz",
        8.511_509_11,
        cruz_passive_rate(active, critical_crown_rate(0.12)).0,
        0.1,
    ));
    all
}

/// Worked values of Wilson (1988) and Mees, Strauss & Chase (1993).
fn breaks() -> Vec<Oracle> {
    let wilson = [(3.0, 2000.0, false, 0.291), (10.0, 5000.0, true, 0.345)];
    let mees = [(1.0, 1.0, 0.850), (3.0, 3.4, 0.634)];
    let width = |key: &str, width: f64| Message::new(key).with("width", width);
    let mut all = Vec::new();
    for (w, intensity, trees, expected) in wilson {
        let key = if trees {
            "verify-case-wilson-trees"
        } else {
            "verify-case-wilson"
        };
        all.push(oracle(
            width(key, w).with("intensity", intensity),
            "verify-source-wilson",
            expected,
            wilson_breach(intensity, w, trees),
            0.5,
        ));
    }
    for (w, flame, expected) in mees {
        all.push(oracle(
            width("verify-case-mees", w).with("flame", flame),
            "verify-source-mees",
            expected,
            mees_hold(flame, w, 1.0),
            0.5,
        ));
    }
    all
}

/// Worked values of Wang Zhengfei's model.
fn wang_model() -> Vec<Oracle> {
    let weather = WangWeather {
        temperature_c: 25.0,
        humidity_percent: 40.0,
        // Force 3 on Beaufort's scale.
        wind: MetresPerSecond(5.0),
        wind_to_deg: 0.0,
        dead_moisture_percent: 8.0,
    };
    let source = "verify-source-wang";
    vec![
        oracle(
            Message::new("verify-case-wang-initial"),
            source,
            1.20,
            WangInitial::Full.rate(&weather).0,
            0.1,
        ),
        oracle(
            Message::new("verify-case-wang-wind"),
            source,
            2.439,
            wang::wind_factor(MetresPerSecond(5.0), 0.0),
            0.1,
        ),
        oracle(
            Message::new("verify-case-wang-slope"),
            source,
            2.859,
            wang::slope_factor(libm::tan(20.0_f64.to_radians())),
            0.1,
        ),
    ]
}

fn byram() -> Vec<Oracle> {
    BYRAM
        .iter()
        .map(|&(flame_m, expected)| Oracle {
            case: Message::new("verify-case-byram").with("flame", flame_m),
            source: "verify-source-byram",
            expected,
            got: Metres(flame_m).byram_intensity().0,
            limit_pct: 1.0,
        })
        .collect()
}

/// The rows through the program's own table, as `fireline behavior --csv` runs it.
fn behave() -> Vec<Oracle> {
    let mut out = Vec::new();
    let ran = behavior_csv(BEHAVE_ROWS.as_bytes(), &mut out).is_ok();
    let given = table(BEHAVE_ROWS.as_bytes());
    let computed = if ran { table(&out) } else { Vec::new() };
    let mut all = Vec::new();
    for (k, row) in given.iter().enumerate() {
        let number = |row: &Row, column: &str| {
            row.get(column)
                .and_then(|v| v.parse::<f64>().ok())
                .unwrap_or(f64::NAN)
        };
        for (column, key) in BEHAVE_COLUMNS {
            let case = Message::new(key)
                .with("model", number(row, "fuel_model"))
                .with("row", number(row, "id"));
            all.push(Oracle {
                case,
                source: "verify-source-behave",
                expected: number(row, column),
                got: computed
                    .get(k)
                    .map_or(f64::NAN, |computed| number(computed, column)),
                limit_pct: 1.0,
            });
        }
    }
    all
}

type Row = std::collections::BTreeMap<String, String>;

fn table(text: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(text)
        .deserialize()
        .filter_map(Result::ok)
        .collect()
}

/// The oracles as a family of the suite; what ellipses become does not touch them.
pub fn family(_: Physics) -> Family {
    let verdicts = oracles()
        .into_iter()
        .map(|o| Verdict::of_value(o.case, o.source, (o.expected, o.got), o.limit_pct))
        .collect();
    Family {
        name: "oracles",
        verdicts,
        plot: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_oracle_is_met_and_has_a_number() {
        let family = family(Physics::AS_BUILT);
        assert_eq!(family.verdicts.len(), 3 + 4 * 10 + 6 + 4 + 3);
        for v in &family.verdicts {
            assert!(v.passed, "{v:?}");
        }
    }
}
