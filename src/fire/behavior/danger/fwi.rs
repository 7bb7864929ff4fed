//! The Canadian Fire Weather Index: Van Wagner & Pickett 1985, *Equations and FORTRAN program for the
//! Canadian Forest Fire Weather Index System*, Forestry Technical Report 33; numbers of equations are
//! theirs. Units are the report's: degrees Celsius, percent, km/h at 10 m, mm of rain in 24 h, all at
//! noon. Day lengths by latitude as in Lawson & Armitage 2008.

/// The three moisture codes, carried from day to day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Codes {
    /// Fine fuel moisture code, 0 to 101.
    pub ffmc: f64,
    /// Duff moisture code, 0 and more.
    pub dmc: f64,
    /// Drought code, 0 and more.
    pub dc: f64,
}

impl Codes {
    /// The values a season begins with (the report, page 4).
    pub const START: Self = Self {
        ffmc: 85.0,
        dmc: 6.0,
        dc: 15.0,
    };
}

/// Weather at noon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noon {
    /// Air temperature, degrees Celsius.
    pub temperature_c: f64,
    /// Relative humidity, percent, 0 to 100.
    pub humidity_pct: f64,
    /// Wind at 10 m, km/h.
    pub wind_km_h: f64,
    /// Rain in the 24 h before, mm.
    pub rain_mm: f64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Latitude, degrees, north positive.
    pub latitude_deg: f64,
}

/// The indices of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// Initial spread index.
    pub isi: f64,
    /// Build-up index.
    pub bui: f64,
    /// Fire weather index.
    pub fwi: f64,
}

/// Effective day lengths for the duff moisture code, hours, north of 30 degrees north.
const DMC_NORTH: [f64; 12] = [
    6.5, 7.5, 9.0, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8.0, 7.0, 6.0,
];
/// From 10 to 30 degrees north.
const DMC_LOW_NORTH: [f64; 12] = [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8];
/// From 10 to 30 degrees south.
const DMC_LOW_SOUTH: [f64; 12] = [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2];
/// South of 30 degrees south.
const DMC_SOUTH: [f64; 12] = [
    11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10.0, 11.2, 11.8,
];
/// Within 10 degrees of the equator.
const DMC_EQUATOR: f64 = 9.0;
/// Day-length adjustments of the drought code, north of 20 degrees north.
const DC_NORTH: [f64; 12] = [
    -1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6,
];
/// Within 20 degrees of the equator.
const DC_EQUATOR: f64 = 1.4;

fn month_of(month: u8) -> usize {
    usize::from(month.clamp(1, 12)) - 1
}

fn dmc_day_length(month: u8, latitude: f64) -> f64 {
    let m = month_of(month);
    match latitude {
        l if l > 30.0 => DMC_NORTH[m],
        l if l > 10.0 => DMC_LOW_NORTH[m],
        l if l > -10.0 => DMC_EQUATOR,
        l if l > -30.0 => DMC_LOW_SOUTH[m],
        _ => DMC_SOUTH[m],
    }
}

fn dc_day_length(month: u8, latitude: f64) -> f64 {
    match latitude {
        l if l > 20.0 => DC_NORTH[month_of(month)],
        l if l <= -20.0 => DC_NORTH[(month_of(month) + 6) % 12],
        _ => DC_EQUATOR,
    }
}

/// The codes after a day's noon.
pub fn next(before: Codes, noon: &Noon) -> Codes {
    Codes {
        ffmc: ffmc(before.ffmc, noon),
        dmc: dmc(before.dmc, noon),
        dc: dc(before.dc, noon),
    }
}

/// Equations 1 to 10.
fn ffmc(before: f64, noon: &Noon) -> f64 {
    let (t, h, w) = (
        noon.temperature_c,
        noon.humidity_pct.min(100.0),
        noon.wind_km_h,
    );
    let mut m = 147.2 * (101.0 - before) / (59.5 + before);
    if noon.rain_mm > 0.5 {
        let rain = noon.rain_mm - 0.5;
        let wetted =
            42.5 * rain * libm::exp(-100.0 / (251.0 - m)) * (1.0 - libm::exp(-6.93 / rain));
        let soaked = if m > 150.0 {
            0.0015 * (m - 150.0) * (m - 150.0) * libm::sqrt(rain)
        } else {
            0.0
        };
        m = (m + wetted + soaked).min(250.0);
    }
    let warm = 0.18 * (21.1 - t) * (1.0 - libm::exp(-0.115 * h));
    let drying = 0.942 * libm::pow(h, 0.679) + 11.0 * libm::exp((h - 100.0) / 10.0) + warm;
    let wetting = 0.618 * libm::pow(h, 0.753) + 10.0 * libm::exp((h - 100.0) / 10.0) + warm;
    let heat = 0.581 * libm::exp(0.0365 * t);
    let rate = |share: f64| {
        let k = 0.424 * (1.0 - libm::pow(share, 1.7))
            + 0.0694 * libm::sqrt(w) * (1.0 - libm::pow(share, 8.0));
        k * heat
    };
    let m = if m > drying {
        drying + (m - drying) * libm::pow(10.0, -rate(h / 100.0))
    } else if m < wetting {
        wetting - (wetting - m) * libm::pow(10.0, -rate((100.0 - h) / 100.0))
    } else {
        m
    };
    (59.5 * (250.0 - m) / (147.2 + m)).clamp(0.0, 101.0)
}

/// Equations 11 to 17.
fn dmc(before: f64, noon: &Noon) -> f64 {
    let t = noon.temperature_c.max(-1.1);
    let mut code = before;
    if noon.rain_mm > 1.5 {
        let effective = 0.92 * noon.rain_mm - 1.27;
        let m = 20.0 + libm::exp(5.6348 - before / 43.43);
        let b = if before <= 33.0 {
            100.0 / (0.5 + 0.3 * before)
        } else if before <= 65.0 {
            14.0 - 1.3 * libm::log(before)
        } else {
            6.2 * libm::log(before) - 17.2
        };
        let wet = m + 1000.0 * effective / (48.77 + b * effective);
        code = (244.72 - 43.43 * libm::log(wet - 20.0)).max(0.0);
    }
    let days = dmc_day_length(noon.month, noon.latitude_deg);
    code + 100.0 * 1.894 * (t + 1.1) * (100.0 - noon.humidity_pct.min(100.0)) * days * 1e-6
}

/// Equations 18 to 23.
fn dc(before: f64, noon: &Noon) -> f64 {
    let t = noon.temperature_c.max(-2.8);
    let mut code = before;
    if noon.rain_mm > 2.8 {
        let effective = 0.83 * noon.rain_mm - 1.27;
        let q = 800.0 * libm::exp(-before / 400.0) + 3.937 * effective;
        code = (400.0 * libm::log(800.0 / q)).max(0.0);
    }
    let loss = 0.36 * (t + 2.8) + dc_day_length(noon.month, noon.latitude_deg);
    code + 0.5 * loss.max(0.0)
}

/// The indices of codes under a wind at 10 m, km/h: equations 24 to 30.
pub fn indices(codes: &Codes, wind_km_h: f64) -> Indices {
    let m = 147.2 * (101.0 - codes.ffmc) / (59.5 + codes.ffmc);
    let fine = 91.9 * libm::exp(-0.1386 * m) * (1.0 + libm::pow(m, 5.31) / 4.93e7);
    let isi = 0.208 * libm::exp(0.05039 * wind_km_h) * fine;
    let (p, d) = (codes.dmc, codes.dc);
    let bui = if p <= 0.0 && d <= 0.0 {
        0.0
    } else if p <= 0.4 * d {
        0.8 * p * d / (p + 0.4 * d)
    } else {
        p - (1.0 - 0.8 * d / (p + 0.4 * d)) * (0.92 + libm::pow(0.0114 * p, 1.7))
    }
    .max(0.0);
    let duff = if bui <= 80.0 {
        0.626 * libm::pow(bui, 0.809) + 2.0
    } else {
        1000.0 / (25.0 + 108.64 * libm::exp(-0.023 * bui))
    };
    let b = 0.1 * isi * duff;
    let fwi = if b > 1.0 {
        libm::exp(2.72 * libm::pow(0.434 * libm::log(b), 0.647))
    } else {
        b
    };
    Indices { isi, bui, fwi }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canadian_april_runs_as_published() {
        // The report's own sample, 13 to 17 April, printed to a tenth.
        let days = [
            ((17.0, 42.0, 25.0, 0.0), [87.7, 8.5, 19.0, 10.9, 8.5, 10.1]),
            ((20.0, 21.0, 25.0, 2.4), [86.2, 10.4, 23.6, 8.8, 10.4, 9.3]),
            ((8.5, 40.0, 17.0, 0.0), [87.0, 11.8, 26.1, 6.5, 11.7, 7.6]),
            ((6.5, 25.0, 6.0, 0.0), [88.8, 13.2, 28.2, 4.9, 13.1, 6.2]),
            (
                (13.0, 34.0, 24.0, 0.0),
                [89.1, 15.4, 31.5, 12.6, 15.3, 14.8],
            ),
        ];
        let mut codes = Codes::START;
        for ((t, h, w, r), expected) in days {
            let noon = Noon {
                temperature_c: t,
                humidity_pct: h,
                wind_km_h: w,
                rain_mm: r,
                month: 4,
                latitude_deg: 46.0,
            };
            codes = next(codes, &noon);
            let of = indices(&codes, w);
            let got = [codes.ffmc, codes.dmc, codes.dc, of.isi, of.bui, of.fwi];
            for (g, e) in got.iter().zip(expected) {
                assert!((g - e).abs() < 0.06, "{t} {h}: {got:?}, {expected:?}");
            }
        }
    }

    #[test]
    fn rain_wets_every_layer() {
        let noon = |rain_mm| Noon {
            temperature_c: 20.0,
            humidity_pct: 60.0,
            wind_km_h: 10.0,
            rain_mm,
            month: 4,
            latitude_deg: 27.0,
        };
        let dry = Codes {
            ffmc: 92.0,
            dmc: 60.0,
            dc: 300.0,
        };
        let (none, much) = (next(dry, &noon(0.0)), next(dry, &noon(25.0)));
        assert!(much.ffmc < 60.0 && none.ffmc > 80.0, "{much:?} {none:?}");
        assert!(
            much.dmc < 0.6 * none.dmc && much.dc < none.dc,
            "{much:?} {none:?}"
        );
        assert!(indices(&much, 10.0).fwi < 0.2 * indices(&none, 10.0).fwi);
    }

    #[test]
    fn day_lengths_follow_the_latitude() {
        assert_eq!(dmc_day_length(6, 46.0), 13.9);
        assert_eq!(dmc_day_length(6, 27.0), 10.2);
        assert_eq!(dmc_day_length(6, 0.0), 9.0);
        assert_eq!(dc_day_length(1, -35.0), 6.4);
        assert_eq!(dc_day_length(7, 27.0), 6.4);
    }
}
