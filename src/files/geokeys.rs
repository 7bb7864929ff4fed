//! The coordinate system in a GeoTIFF's keys (OGC 19-008r4): by EPSG code, or by parameters where a
//! program wrote a system of its own.

use std::fmt::Write as _;

use crate::base::geo::System;

/// Value of a key that stands for "given by parameters".
const USER_DEFINED: u16 = 32767;

const MODEL_TYPE: u16 = 1024;
const RASTER_TYPE: u16 = 1025;
const CITATION: u16 = 1026;
const GEOGRAPHIC: u16 = 2048;
const GEOGRAPHIC_CITATION: u16 = 2049;
const DATUM: u16 = 2050;
const ANGULAR_UNIT: u16 = 2054;
const ELLIPSOID: u16 = 2056;
const HALF_AXIS: u16 = 2057;
const HALF_MINOR_AXIS: u16 = 2058;
const INVERSE_FLATTENING: u16 = 2059;
const TO_WGS84: u16 = 2062;
const PROJECTED: u16 = 3072;
const PROJECTION: u16 = 3074;
const METHOD: u16 = 3075;
const LINEAR_UNIT: u16 = 3076;
const LINEAR_UNIT_SIZE: u16 = 3077;
const PARALLEL_1: u16 = 3078;
const PARALLEL_2: u16 = 3079;
const ORIGIN_LON: u16 = 3080;
const ORIGIN_LAT: u16 = 3081;
const FALSE_EASTING: u16 = 3082;
const FALSE_NORTHING: u16 = 3083;
const FALSE_ORIGIN_LON: u16 = 3084;
const FALSE_ORIGIN_LAT: u16 = 3085;
const FALSE_ORIGIN_EASTING: u16 = 3086;
const FALSE_ORIGIN_NORTHING: u16 = 3087;
const CENTRE_LON: u16 = 3088;
const CENTRE_LAT: u16 = 3089;
const SCALE: u16 = 3092;
const POLE_LON: u16 = 3095;

/// Places of the values of keys.
const IN_DOUBLES: u16 = 34736;
const IN_ASCII: u16 = 34737;

/// The three tags that hold a GeoTIFF's keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GeoKeys {
    /// GeoKeyDirectoryTag (34735).
    pub directory: Vec<u16>,
    /// GeoDoubleParamsTag (34736).
    pub doubles: Vec<f64>,
    /// GeoAsciiParamsTag (34737).
    pub ascii: String,
}

impl GeoKeys {
    fn entry(&self, key: u16) -> Option<[u16; 4]> {
        // A header of four, then key, place of the value, count, value.
        let entries = self.directory.as_chunks::<4>().0;
        entries.iter().skip(1).find(|e| e[0] == key).copied()
    }

    /// A value that stands in the directory itself.
    pub fn short(&self, key: u16) -> Option<u16> {
        self.entry(key).filter(|e| e[1] == 0).map(|e| e[3])
    }

    fn doubles_of(&self, key: u16) -> Option<&[f64]> {
        let e = self.entry(key).filter(|e| e[1] == IN_DOUBLES)?;
        let from = usize::from(e[3]);
        self.doubles.get(from..from + usize::from(e[2]))
    }

    fn double(&self, keys: &[u16]) -> Option<f64> {
        keys.iter().find_map(|&key| {
            self.doubles_of(key)
                .and_then(|v| v.first().copied())
                .filter(|v| v.is_finite())
        })
    }

    fn text(&self, key: u16) -> Option<&str> {
        let e = self.entry(key).filter(|e| e[1] == IN_ASCII)?;
        let from = usize::from(e[3]);
        let text = self.ascii.get(from..from + usize::from(e[2]))?;
        Some(text.trim_end_matches(['|', '\0']))
    }

    /// Whether the values are those of points, not of cells.
    pub fn is_point(&self) -> bool {
        self.short(RASTER_TYPE) == Some(2)
    }
}

/// The system of a file's keys: none where they name none, else what is wrong with them, one clause.
pub fn system_from_keys(keys: &GeoKeys) -> Result<Option<System>, String> {
    let code = |key| keys.short(key).filter(|&c| c != 0 && c != USER_DEFINED);
    if let Some(epsg) = code(PROJECTED) {
        return System::from_epsg(epsg).map(Some).map_err(|e| e.to_string());
    }
    let is_projected = keys.short(MODEL_TYPE) == Some(1)
        || keys.short(PROJECTED) == Some(USER_DEFINED)
        || keys.short(METHOD).is_some();
    if !is_projected {
        if let Some(epsg) = code(GEOGRAPHIC) {
            return System::from_epsg(epsg).map(Some).map_err(|e| e.to_string());
        }
        if keys.short(MODEL_TYPE) != Some(2) && keys.short(GEOGRAPHIC).is_none() {
            return Ok(None);
        }
    }
    let (ground, datum) = ground(keys)?;
    let definition = if is_projected {
        if let Some(utm) = code(PROJECTION).and_then(utm_of) {
            format!("{utm} {ground} +units=m +no_defs")
        } else if let Some(method) = keys.short(METHOD) {
            format!("{} {ground} +no_defs", projection(keys, method)?)
        } else {
            return match keys.text(CITATION) {
                // The raster is on a local plane.
                None if keys.short(GEOGRAPHIC).is_none() => Ok(None),
                _ => Err("a projected system without a projection".to_owned()),
            };
        }
    } else {
        format!("+proj=longlat {ground} +no_defs")
    };
    System::named(&definition, &datum)
        .map(Some)
        .map_err(|e| e.to_string())
}

/// ProjectionGeoKey codes of UTM zones.
fn utm_of(code: u16) -> Option<String> {
    match code {
        16001..=16060 => Some(format!("+proj=utm +zone={}", code - 16000)),
        16101..=16160 => Some(format!("+proj=utm +zone={} +south", code - 16100)),
        _ => None,
    }
}

/// Ellipsoid and datum of the keys in PROJ's words, and the datum's name.
fn ground(keys: &GeoKeys) -> Result<(String, String), String> {
    if let Some(epsg) = keys
        .short(GEOGRAPHIC)
        .filter(|&c| c != 0 && c != USER_DEFINED)
    {
        let base = System::from_epsg(epsg).map_err(|e| e.to_string())?;
        let kept: Vec<&str> = base
            .definition()
            .split_whitespace()
            .filter(|w| !w.starts_with("+proj") && *w != "+no_defs")
            .collect();
        let datum = crs_definitions::from_code(epsg)
            .and_then(|d| d.wkt.split("DATUM[\"").nth(1))
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        return Ok((kept.join(" "), datum.to_owned()));
    }
    let datum = datum_name(keys);
    let mut text = match (
        keys.short(ELLIPSOID),
        keys.double(&[HALF_AXIS]),
        keys.double(&[INVERSE_FLATTENING]),
        keys.double(&[HALF_MINOR_AXIS]),
    ) {
        (Some(7030), ..) => "+datum=WGS84".to_owned(),
        (Some(7019 | 1024), ..) => "+ellps=GRS80".to_owned(),
        (Some(7008), ..) => "+ellps=clrk66".to_owned(),
        (Some(7024), ..) => "+ellps=krass".to_owned(),
        (_, Some(a), Some(rf), _)
            if (a - 6378137.0).abs() < 1e-6 && (rf - 298.257223563).abs() < 1e-8 =>
        {
            "+datum=WGS84".to_owned()
        }
        (_, Some(a), Some(rf), _)
            if (a - 6378137.0).abs() < 1e-6 && (rf - 298.257222101).abs() < 1e-8 =>
        {
            "+ellps=GRS80".to_owned()
        }
        (_, Some(a), Some(rf), _) if a > 1e6 && rf > 1.0 => format!("+a={a} +rf={rf}"),
        (_, Some(a), _, Some(b)) if a > 1e6 && b > 1e6 => format!("+a={a} +b={b}"),
        _ => match datum.as_str() {
            "WGS_1984" => "+datum=WGS84".to_owned(),
            "North_American_Datum_1983" => "+datum=NAD83".to_owned(),
            _ => return Err("a datum without an ellipsoid".to_owned()),
        },
    };
    if let Some(shift) = keys
        .doubles_of(TO_WGS84)
        .filter(|s| s.len() == 3 || s.len() == 7)
    {
        let parts: Vec<String> = shift.iter().map(f64::to_string).collect();
        let _ = write!(text, " +towgs84={}", parts.join(","));
    }
    Ok((text, datum))
}

/// The datum by its code or by GDAL's citation (`...|Datum = North_American_Datum_1983|...`).
fn datum_name(keys: &GeoKeys) -> String {
    match keys.short(DATUM) {
        Some(6326) => return "WGS_1984".to_owned(),
        Some(6269) => return "North_American_Datum_1983".to_owned(),
        Some(6267) => return "North_American_Datum_1927".to_owned(),
        Some(6258) => return "European_Terrestrial_Reference_System_1989".to_owned(),
        Some(1043) => return "China_2000".to_owned(),
        _ => {}
    }
    let text = keys.text(GEOGRAPHIC_CITATION).unwrap_or_default();
    text.split('|')
        .find_map(|part| part.trim().strip_prefix("Datum = "))
        .unwrap_or(match text.trim() {
            "NAD83" => "North_American_Datum_1983",
            "WGS 84" | "WGS84" => "WGS_1984",
            _ => "",
        })
        .to_owned()
}

/// The PROJ words of a projection given by its parameters. Lengths are in the unit of the system.
fn projection(keys: &GeoKeys, method: u16) -> Result<String, String> {
    let unit = match keys.short(LINEAR_UNIT) {
        None | Some(9001) => 1.0,
        Some(9002) => 0.3048,
        Some(9003) => 1200.0 / 3937.0,
        Some(_) => keys
            .double(&[LINEAR_UNIT_SIZE])
            .filter(|u| *u > 0.0)
            .ok_or("a unit of length that is not known here")?,
    };
    if !matches!(
        keys.short(ANGULAR_UNIT),
        None | Some(9102 | 9122 | USER_DEFINED)
    ) {
        return Err("angles that are not in degrees".to_owned());
    }
    let lat0 = keys
        .double(&[ORIGIN_LAT, FALSE_ORIGIN_LAT, CENTRE_LAT])
        .unwrap_or(0.0);
    let lon0 = keys
        .double(&[ORIGIN_LON, FALSE_ORIGIN_LON, CENTRE_LON, POLE_LON])
        .unwrap_or(0.0);
    let k = keys.double(&[SCALE]).unwrap_or(1.0);
    let x0 = keys
        .double(&[FALSE_EASTING, FALSE_ORIGIN_EASTING])
        .unwrap_or(0.0)
        * unit;
    let y0 = keys
        .double(&[FALSE_NORTHING, FALSE_ORIGIN_NORTHING])
        .unwrap_or(0.0)
        * unit;
    let parallels = || match (keys.double(&[PARALLEL_1]), keys.double(&[PARALLEL_2])) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => Err("a conic projection without its two standard parallels".to_owned()),
    };
    let head = match method {
        1 => format!("+proj=tmerc +lat_0={lat0} +lon_0={lon0} +k={k}"),
        7 => match keys.double(&[PARALLEL_1]) {
            Some(lat) => format!("+proj=merc +lat_ts={lat} +lon_0={lon0}"),
            None => format!("+proj=merc +lon_0={lon0} +k={k}"),
        },
        8 => {
            let (a, b) = parallels()?;
            format!("+proj=lcc +lat_0={lat0} +lon_0={lon0} +lat_1={a} +lat_2={b}")
        }
        9 => format!("+proj=lcc +lat_1={lat0} +lat_0={lat0} +lon_0={lon0} +k_0={k}"),
        10 => format!("+proj=laea +lat_0={lat0} +lon_0={lon0}"),
        11 => {
            let (a, b) = parallels()?;
            format!("+proj=aea +lat_0={lat0} +lon_0={lon0} +lat_1={a} +lat_2={b}")
        }
        15 => {
            let pole = if lat0 < 0.0 { -90 } else { 90 };
            format!("+proj=stere +lat_0={pole} +lat_ts={lat0} +lon_0={lon0} +k={k}")
        }
        17 => format!("+proj=eqc +lat_ts={lat0} +lon_0={lon0}"),
        other => {
            return Err(format!(
                "the projection method {other}, which is not known here"
            ));
        }
    };
    let unit = if unit == 1.0 {
        "+units=m".to_owned()
    } else {
        format!("+to_meter={unit}")
    };
    Ok(format!("{head} +x_0={x0} +y_0={y0} {unit}"))
}

/// The keys of a system: by its code, or by parameters for transverse Mercator, Albers and Lambert.
pub fn keys_of(system: &System) -> Result<GeoKeys, String> {
    let mut writer = Writer::default();
    let model = if system.is_geographic() { 2 } else { 1 };
    writer.short(MODEL_TYPE, model);
    writer.short(RASTER_TYPE, 1);
    if let Some(code) = system.epsg() {
        if system.is_geographic() {
            writer.short(GEOGRAPHIC, code);
            writer.short(ANGULAR_UNIT, 9102);
        } else {
            writer.short(PROJECTED, code);
            if system.metres_per_unit() == 1.0 {
                writer.short(LINEAR_UNIT, 9001);
            }
        }
        return Ok(writer.keys());
    }
    let words: std::collections::BTreeMap<&str, &str> = system
        .definition()
        .split_whitespace()
        .filter_map(|w| w.strip_prefix('+'))
        .map(|w| w.split_once('=').unwrap_or((w, "")))
        .collect();
    let number = |key: &str| words.get(key).and_then(|v| v.parse::<f64>().ok());
    let (a, rf) = match (
        words.get("datum"),
        words.get("ellps"),
        number("a"),
        number("rf"),
    ) {
        (Some(&"WGS84"), ..) | (_, Some(&"WGS84"), ..) => (6378137.0, 298.257223563),
        (_, Some(&"GRS80"), ..) | (Some(&"NAD83"), ..) => (6378137.0, 298.257222101),
        (_, _, Some(a), Some(rf)) => (a, rf),
        _ => return Err(format!("no GeoTIFF keys for '{}'", system.definition())),
    };
    writer.short(GEOGRAPHIC, USER_DEFINED);
    writer.short(DATUM, USER_DEFINED);
    writer.short(ANGULAR_UNIT, 9102);
    writer.short(ELLIPSOID, USER_DEFINED);
    writer.doubles(HALF_AXIS, &[a]);
    writer.doubles(INVERSE_FLATTENING, &[rf]);
    if let Some(shift) = words.get("towgs84") {
        let parts: Vec<f64> = shift.split(',').filter_map(|v| v.parse().ok()).collect();
        writer.doubles(TO_WGS84, &parts);
    }
    if system.is_geographic() {
        return Ok(writer.keys());
    }
    let unit = system.metres_per_unit();
    let lat0 = number("lat_0").unwrap_or(0.0);
    let lon0 = number("lon_0").unwrap_or(0.0);
    let k = number("k").or(number("k_0")).unwrap_or(1.0);
    let (x0, y0) = (
        number("x_0").unwrap_or(0.0) / unit,
        number("y_0").unwrap_or(0.0) / unit,
    );
    writer.short(PROJECTED, USER_DEFINED);
    writer.short(PROJECTION, USER_DEFINED);
    let conic = |writer: &mut Writer, method: u16, parallels: [u16; 2]| {
        writer.short(METHOD, method);
        writer.doubles(parallels[0], &[number("lat_1").unwrap_or(lat0)]);
        writer.doubles(
            parallels[1],
            &[number("lat_2").or(number("lat_1")).unwrap_or(lat0)],
        );
    };
    let placed: [u16; 4] = match words.get("proj").copied().unwrap_or_default() {
        "tmerc" | "etmerc" => {
            writer.short(METHOD, 1);
            writer.doubles(SCALE, &[k]);
            [ORIGIN_LON, ORIGIN_LAT, FALSE_EASTING, FALSE_NORTHING]
        }
        "aea" => {
            conic(&mut writer, 11, [PARALLEL_1, PARALLEL_2]);
            [ORIGIN_LON, ORIGIN_LAT, FALSE_EASTING, FALSE_NORTHING]
        }
        "lcc" => {
            conic(&mut writer, 8, [PARALLEL_1, PARALLEL_2]);
            [
                FALSE_ORIGIN_LON,
                FALSE_ORIGIN_LAT,
                FALSE_ORIGIN_EASTING,
                FALSE_ORIGIN_NORTHING,
            ]
        }
        other => return Err(format!("no GeoTIFF keys for the projection '{other}'")),
    };
    for (key, value) in placed.into_iter().zip([lon0, lat0, x0, y0]) {
        writer.doubles(key, &[value]);
    }
    if unit == 1.0 {
        writer.short(LINEAR_UNIT, 9001);
    } else {
        writer.short(LINEAR_UNIT, USER_DEFINED);
        writer.doubles(LINEAR_UNIT_SIZE, &[unit]);
    }
    Ok(writer.keys())
}

#[derive(Default)]
struct Writer {
    entries: Vec<[u16; 4]>,
    doubles: Vec<f64>,
}

impl Writer {
    fn short(&mut self, key: u16, value: u16) {
        self.entries.push([key, 0, 1, value]);
    }

    fn doubles(&mut self, key: u16, values: &[f64]) {
        let at = self.doubles.len() as u16;
        self.entries
            .push([key, IN_DOUBLES, values.len() as u16, at]);
        self.doubles.extend(values);
    }

    /// The keys in ascending order, as the standard asks for.
    fn keys(mut self) -> GeoKeys {
        self.entries.sort_unstable();
        let mut directory = vec![1, 1, 0, self.entries.len() as u16];
        directory.extend(self.entries.iter().flatten());
        GeoKeys {
            directory,
            doubles: self.doubles,
            ascii: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_written() {
        for code in [4326, 4490, 32649, 25831, 5070, 4546, 3857] {
            let system = System::from_epsg(code).unwrap();
            let keys = keys_of(&system).unwrap();
            assert_eq!(system_from_keys(&keys).unwrap().unwrap().epsg(), Some(code));
        }
        assert_eq!(system_from_keys(&GeoKeys::default()).unwrap(), None);
    }

    #[test]
    fn albers_by_parameters_is_the_system_of_the_united_states() {
        // As GDAL writes EPSG:5070 when it does not keep the code.
        let keys = GeoKeys {
            directory: vec![
                1, 1, 0, 12, 1024, 0, 1, 1, 1025, 0, 1, 1, 2048, 0, 1, 4269, 2054, 0, 1, 9102,
                3072, 0, 1, 32767, 3074, 0, 1, 32767, 3075, 0, 1, 11, 3076, 0, 1, 9001, 3078,
                34736, 1, 0, 3079, 34736, 1, 1, 3080, 34736, 1, 3, 3081, 34736, 1, 2,
            ],
            doubles: vec![29.5, 45.5, 23.0, -96.0],
            ascii: String::new(),
        };
        assert_eq!(system_from_keys(&keys).unwrap().unwrap().epsg(), Some(5070));
    }

    #[test]
    fn a_survey_s_own_system_comes_back() {
        for definition in [
            "+proj=tmerc +lat_0=0 +lon_0=112.5 +k=1 +x_0=500000 +y_0=-2000000 +a=6378245 +rf=298.3 +units=m +no_defs",
            "+proj=lcc +lat_0=30 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=5 +y_0=0 +ellps=GRS80 +units=m +no_defs",
            "+proj=longlat +a=6378245 +rf=298.3 +no_defs",
        ] {
            let system = System::from_definition(definition).unwrap();
            let keys = keys_of(&system).unwrap();
            assert!(
                system_from_keys(&keys).unwrap().unwrap().same_as(&system),
                "{definition}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut keys = keys_of(&System::from_epsg(32649).unwrap()).unwrap();
        let at = keys.directory.iter().position(|&v| v == 32649).unwrap();
        keys.directory[at] = 1;
        assert!(system_from_keys(&keys).unwrap_err().contains("EPSG:1 "));
        keys.directory[at] = USER_DEFINED;
        assert!(system_from_keys(&keys).is_err());
        keys.directory.truncate(9);
        assert!(system_from_keys(&keys).is_err());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
        #[test]
        fn no_keys_break_the_reader(values in proptest::collection::vec(proptest::num::u16::ANY, 0..40),
                                    places in proptest::collection::vec((0usize..60, 0u16..u16::MAX), 1..4)) {
            let own = System::from_definition("+proj=tmerc +lat_0=0 +lon_0=112.5 +k=1 +x_0=5 +y_0=0 +ellps=GRS80").unwrap();
            let mut keys = keys_of(&own).unwrap();
            for (at, value) in places {
                let n = keys.directory.len();
                keys.directory[at % n] = value;
            }
            let _ = system_from_keys(&keys);
            let _ = system_from_keys(&GeoKeys { directory: values, ..GeoKeys::default() });
        }
    }
}
