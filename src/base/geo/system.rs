//! Coordinate systems of files: by EPSG code, or by definition where a file gives none (proj4rs,
//! definitions of the EPSG dataset from `crs-definitions`).
//!
//! Datums that PROJ joins by a "ballpark" transformation, or that differ by less than a metre (WGS 84,
//! ETRS89, NAD83, CGCS2000), are taken as one: what is simulated is known to tens of metres. Older datums
//! are shifted by the parameters of their definition (`+towgs84`); grids of shifts are not applied.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use proj4rs::Proj;

/// A coordinate system, geographic or projected.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    epsg: Option<u16>,
    definition: String,
}

/// Why a coordinate system was refused, or a point could not be converted.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum SystemError {
    /// No such EPSG code.
    #[error("EPSG:{0} is not a known coordinate system")]
    Unknown(u16),
    /// A definition that cannot be used.
    #[error("the coordinate system '{definition}' cannot be used: {reason}")]
    Definition {
        /// The PROJ string.
        definition: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A point outside the projection's domain.
    #[error("the point ({0}, {1}) lies outside the projection's domain")]
    Domain(String, String),
}

/// Degrees this near to each other are one, decimals.
const ANGLE_DECIMALS: usize = 8;
/// Metres this near to each other are one, decimals.
const LENGTH_DECIMALS: usize = 3;

/// Systems that go first where several have the same parameters, in this order: worldwide UTM, then the
/// continental ones, China's (zones of 3 degrees before those of 6), and the geographic systems of the same datums. Else the lowest code is taken.
const USUAL: [std::ops::RangeInclusive<u16>; 15] = [
    4326..=4326,
    32601..=32660,
    32701..=32760,
    3857..=3857,
    4490..=4490,
    4513..=4554,
    4491..=4512,
    25828..=25838,
    26901..=26923,
    5070..=5070,
    3035..=3035,
    4258..=4258,
    4269..=4269,
    2154..=2154,
    27700..=27700,
];

impl System {
    /// The system with an EPSG code, for example 4326 or 32649.
    pub fn from_epsg(code: u16) -> Result<Self, SystemError> {
        let definition = crs_definitions::from_code(code).ok_or(SystemError::Unknown(code))?;
        proj(definition.proj4)?;
        Ok(Self {
            epsg: Some(code),
            definition: definition.proj4.to_owned(),
        })
    }

    /// The system of a PROJ string. Its EPSG code is found by its parameters where one has the same.
    pub fn from_definition(definition: &str) -> Result<Self, SystemError> {
        Self::named(definition, "")
    }

    /// The same, for a system whose file gives it a name or a datum: of several systems with the same
    /// parameters that one is taken whose datum is called so.
    pub fn named(definition: &str, datum: &str) -> Result<Self, SystemError> {
        proj(definition)?;
        let known = same_parameters(definition, datum).and_then(crs_definitions::from_code);
        // Of a code the dataset's own words are kept, unless the file knows a shift that they leave out.
        let shifted = |text: &str| {
            let p = parameters(text);
            p.get("towgs84")
                .is_some_and(|t| t.split(',').any(|v| number(v) != 0.0))
        };
        let words = match known {
            Some(known) if !shifted(definition) || shifted(known.proj4) => known.proj4,
            _ => definition.trim(),
        };
        Ok(Self {
            epsg: known.map(|k| k.code),
            definition: words.to_owned(),
        })
    }

    /// Longitude and latitude on WGS 84.
    pub fn wgs84() -> Self {
        Self {
            epsg: Some(4326),
            definition: "+proj=longlat +datum=WGS84 +no_defs".to_owned(),
        }
    }

    /// The UTM zone on WGS 84 of a place, without the exceptions of Norway and Svalbard.
    pub fn utm_for(lon: f64, lat: f64) -> Self {
        let zone = (libm::floor((lon + 180.0) / 6.0).clamp(0.0, 59.0)) as u16 + 1;
        let south = lat < 0.0;
        Self {
            epsg: Some(if south { 32700 } else { 32600 } + zone),
            definition: format!(
                "+proj=utm +zone={zone}{} +datum=WGS84 +units=m +no_defs",
                if south { " +south" } else { "" },
            ),
        }
    }

    /// The EPSG code, where it has one.
    pub fn epsg(&self) -> Option<u16> {
        self.epsg
    }

    /// The PROJ string.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// Whether its coordinates are longitude and latitude.
    pub fn is_geographic(&self) -> bool {
        matches!(
            parameters(&self.definition).get("proj").map(String::as_str),
            Some("longlat" | "latlong" | "lonlat" | "latlon")
        )
    }

    /// Metres of one unit of a projected system; not a number for a geographic one.
    pub fn metres_per_unit(&self) -> f64 {
        if self.is_geographic() {
            f64::NAN
        } else {
            to_metre(&parameters(&self.definition))
        }
    }

    /// The name in the EPSG dataset with the code, or the definition.
    pub fn name(&self) -> String {
        let known = self.epsg.and_then(crs_definitions::from_code);
        match known.and_then(|d| d.wkt.split('"').nth(1)) {
            Some(name) => format!("{name} (EPSG:{})", self.epsg.unwrap_or_default()),
            None => self.definition.clone(),
        }
    }

    /// Whether both have the same parameters, whatever their names.
    pub fn same_as(&self, other: &Self) -> bool {
        self.epsg.is_some() && self.epsg == other.epsg
            || canonical(&self.definition) == canonical(&other.definition)
    }
}

/// From one system to another; degrees or the systems' units in and out.
#[derive(Debug, Clone)]
pub struct Transform {
    from: Proj,
    to: Proj,
    identity: bool,
}

impl Transform {
    /// Between two systems.
    pub fn new(from: &System, to: &System) -> Result<Self, SystemError> {
        let identity = from.same_as(to)
            || from.is_geographic() && to.is_geographic() && {
                let ellipsoids = [from, to].map(|s| shift(&parameters(&s.definition)));
                ellipsoids[0] == ellipsoids[1]
            };
        Ok(Self {
            from: proj(&from.definition)?,
            to: proj(&to.definition)?,
            identity,
        })
    }

    /// A point in the other system.
    pub fn point(&self, x: f64, y: f64) -> Result<(f64, f64), SystemError> {
        let domain = || SystemError::Domain(x.to_string(), y.to_string());
        if !x.is_finite() || !y.is_finite() {
            return Err(domain());
        }
        if self.identity {
            return Ok((x, y));
        }
        let mut p = if self.from.is_latlong() {
            (x.to_radians(), y.to_radians(), 0.0)
        } else {
            (x, y, 0.0)
        };
        proj4rs::transform::transform(&self.from, &self.to, &mut p).map_err(|_| domain())?;
        let (x, y) = if self.to.is_latlong() {
            (p.0.to_degrees(), p.1.to_degrees())
        } else {
            (p.0, p.1)
        };
        if x.is_finite() && y.is_finite() {
            Ok((x, y))
        } else {
            Err(domain())
        }
    }
}

fn proj(definition: &str) -> Result<Proj, SystemError> {
    // proj4rs knows no grids of shifts; without them the datum's own ellipsoid serves.
    let kept: Vec<&str> = definition
        .split_whitespace()
        .filter(|word| !word.starts_with("+nadgrids"))
        .collect();
    let refuse = |reason: String| SystemError::Definition {
        definition: definition.trim().to_owned(),
        reason,
    };
    let made = Proj::from_proj_string(&kept.join(" ")).map_err(|e| refuse(e.to_string()))?;
    if made.is_geocent() {
        return Err(refuse("it is geocentric".to_owned()));
    }
    Ok(made)
}

/// The words of a PROJ string: `+key=value`, `+flag`.
fn parameters(definition: &str) -> BTreeMap<String, String> {
    definition
        .split_whitespace()
        .filter_map(|word| word.strip_prefix('+'))
        .map(|word| {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            (key.to_owned(), value.to_owned())
        })
        .collect()
}

fn to_metre(p: &BTreeMap<String, String>) -> f64 {
    if let Some(factor) = p.get("to_meter") {
        return match factor.split_once('/') {
            Some((a, b)) => number(a) / number(b),
            None => number(factor),
        };
    }
    match p.get("units").map_or("m", String::as_str) {
        "km" => 1000.0,
        "ft" => 0.3048,
        "us-ft" => 1200.0 / 3937.0,
        "yd" => 0.9144,
        _ => 1.0,
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// Half axis (metres) and inverse flattening.
fn ellipsoid(p: &BTreeMap<String, String>) -> (f64, f64) {
    /// By PROJ's names.
    const KNOWN: [(&str, f64, f64); 12] = [
        ("WGS84", 6378137.0, 298.257223563),
        ("GRS80", 6378137.0, 298.257222101),
        ("krass", 6378245.0, 298.3),
        ("clrk66", 6378206.4, 294.978698213898),
        ("clrk80", 6378249.145, 293.4663),
        ("intl", 6378388.0, 297.0),
        ("bessel", 6377397.155, 299.1528128),
        ("airy", 6377563.396, 299.3249646),
        ("aust_SA", 6378160.0, 298.25),
        ("WGS72", 6378135.0, 298.26),
        ("GRS67", 6378160.0, 298.247167427),
        ("evrst30", 6377276.345, 300.8017),
    ];
    let by_name = |name: &str| KNOWN.iter().find(|k| k.0 == name).map(|k| (k.1, k.2));
    let datum = match p.get("datum").map(String::as_str) {
        Some("WGS84") => Some("WGS84"),
        Some("NAD83") => Some("GRS80"),
        Some("NAD27") => Some("clrk66"),
        Some("OSGB36") => Some("airy"),
        Some("potsdam") => Some("bessel"),
        _ => None,
    };
    if let Some(found) = datum
        .or(p.get("ellps").map(String::as_str))
        .and_then(by_name)
    {
        return found;
    }
    let a = p
        .get("a")
        .or_else(|| p.get("R"))
        .map_or(6378137.0, |v| number(v));
    let inverse = if let Some(b) = p.get("b") {
        let b = number(b);
        if a == b { 0.0 } else { a / (a - b) }
    } else if let Some(rf) = p.get("rf") {
        number(rf)
    } else if p.contains_key("R") {
        0.0
    } else {
        298.257223563
    };
    (a, inverse)
}

/// Whether and how the datum is shifted against WGS 84.
fn shift(p: &BTreeMap<String, String>) -> String {
    let shifted = p
        .get("towgs84")
        .filter(|t| t.split(',').any(|v| number(v) != 0.0))
        .map_or("", String::as_str);
    let (a, _) = ellipsoid(p);
    format!("{shifted} {a:.1}")
}

/// What tells a projection from another, in one spelling; datums count by their ellipsoid only, since
/// many files leave the shift out.
fn canonical(definition: &str) -> String {
    let p = parameters(definition);
    let (a, inverse) = ellipsoid(&p);
    let pm = match p.get("pm").map(String::as_str) {
        None | Some("greenwich") => 0.0,
        Some(other) => number(other),
    };
    let value = |keys: &[&str], default: f64| {
        keys.iter()
            .find_map(|k| p.get(*k))
            .map_or(default, |v| number(v))
    };
    let kind = p.get("proj").map_or("", String::as_str);
    let ellipsoid = format!("{a:.3} {inverse:.6}");
    let angle = |v: f64| format!("{v:.ANGLE_DECIMALS$}").replace("-0.00000000", "0.00000000");
    let length = |v: f64| format!("{v:.LENGTH_DECIMALS$}").replace("-0.000", "0.000");
    if matches!(kind, "longlat" | "latlong" | "lonlat" | "latlon") {
        return format!("longlat {ellipsoid} {}", angle(pm));
    }
    let unit = to_metre(&p);
    let x0 = value(&["x_0"], 0.0);
    let y0 = value(&["y_0"], 0.0);
    let lat0 = value(&["lat_0"], 0.0);
    let lon0 = value(&["lon_0"], 0.0);
    let k = value(&["k", "k_0"], 1.0);
    let tail = |x0: f64, y0: f64| {
        format!(
            "{} {} {ellipsoid} {} {unit:.9}",
            length(x0),
            length(y0),
            angle(pm)
        )
    };
    match kind {
        "utm" => {
            let lon0 = -183.0 + 6.0 * value(&["zone"], f64::NAN);
            let y0 = if p.contains_key("south") { 1e7 } else { 0.0 };
            let head = format!("tmerc {} {} {:.9}", angle(0.0), angle(lon0), 0.9996);
            format!("{head} {}", tail(500_000.0, y0))
        }
        "tmerc" | "etmerc" | "gauss" => {
            format!(
                "tmerc {} {} {k:.9} {}",
                angle(lat0),
                angle(lon0),
                tail(x0, y0)
            )
        }
        _ => {
            let lat1 = value(&["lat_1"], lat0);
            let lat2 = value(&["lat_2"], lat1);
            let (lat1, lat2) = if lat1 <= lat2 {
                (lat1, lat2)
            } else {
                (lat2, lat1)
            };
            let rest =
                ["lat_ts", "alpha", "lonc", "gamma", "h"].map(|key| angle(value(&[key], 0.0)));
            format!(
                "{kind} {} {} {} {} {} {k:.9} {}",
                angle(lat0),
                angle(lon0),
                angle(lat1),
                angle(lat2),
                rest.join(" "),
                tail(x0, y0)
            )
        }
    }
}

/// The EPSG code of a system with the parameters of a definition: of several that whose datum is called
/// `datum`, else the usual one, else the lowest.
fn same_parameters(definition: &str, datum: &str) -> Option<u16> {
    static INDEX: OnceLock<HashMap<String, Vec<u16>>> = OnceLock::new();
    let index = INDEX.get_or_init(|| {
        let mut index: HashMap<String, Vec<u16>> = HashMap::new();
        for code in 1024..=u16::MAX {
            if let Some(d) = crs_definitions::from_code(code) {
                index.entry(canonical(d.proj4)).or_default().push(code);
            }
        }
        index
    });
    let codes = index.get(&canonical(definition))?;
    let place = |code: &u16| {
        let usual = USUAL.iter().position(|range| range.contains(code));
        (usual.unwrap_or(USUAL.len()), *code)
    };
    let wanted = plain(datum);
    let called: Vec<u16> = codes
        .iter()
        .copied()
        .filter(|&code| {
            !wanted.is_empty()
                && crs_definitions::from_code(code)
                    .is_some_and(|d| datum_of(d.wkt).is_some_and(|name| plain(name) == wanted))
        })
        .collect();
    let from = if called.is_empty() { codes } else { &called };
    from.iter().copied().min_by_key(place)
}

/// The name of the datum in a WKT of the EPSG dataset.
fn datum_of(wkt: &str) -> Option<&str> {
    wkt.split("DATUM[\"").nth(1)?.split('"').next()
}

/// A datum's name without what only spelling adds: `D_WGS_1984` and `World Geodetic System 1984` are
/// known under one name.
fn plain(name: &str) -> String {
    let lower: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let lower = lower
        .strip_prefix("d")
        .filter(|_| name.starts_with("D_"))
        .unwrap_or(&lower);
    match lower {
        "worldgeodeticsystem1984" | "wgs84" | "worldgeodeticsystem1984ensemble" => "wgs1984",
        "china2000" | "cgcs2000" | "chinageodeticcoordinatesystem2000" => "china2000",
        "etrs1989"
        | "etrs89"
        | "europeanterrestrialreferencesystem1989"
        | "europeanterrestrialreferencesystem1989ensemble" => {
            "europeanterrestrialreferencesystem1989"
        }
        "nad83" | "northamerican1983" => "northamericandatum1983",
        "nad27" | "northamerican1927" => "northamericandatum1927",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hengyang_projects_as_proj_does() {
        // PROJ through rasterio, 112.37 E 27.12 N.
        for (code, x, y) in [
            (32649, 635787.8463, 3000466.5936),
            (4546, 635842.1832, 3001667.2604),
            (4525, 37635842.1832, 3001667.2604),
            (5070, -9475129.4831, 10163506.9853),
            (3857, 12508971.1804, 3138472.1796),
        ] {
            let system = System::from_epsg(code).unwrap();
            let there = Transform::new(&System::wgs84(), &system).unwrap();
            let p = there.point(112.37, 27.12).unwrap();
            assert!(
                (p.0 - x).abs() < 1e-3 && (p.1 - y).abs() < 1e-3,
                "{code}: {p:?}"
            );
            let back = Transform::new(&system, &System::wgs84()).unwrap();
            let (lon, lat) = back.point(p.0, p.1).unwrap();
            assert!((lon - 112.37).abs() < 1e-9 && (lat - 27.12).abs() < 1e-9);
        }
        assert_eq!(System::from_epsg(1), Err(SystemError::Unknown(1)));
    }

    #[test]
    fn a_code_is_found_by_parameters() {
        for code in [
            4326, 4490, 32649, 32719, 25831, 26911, 4546, 4525, 5070, 3857, 3035, 2154, 27700, 2263,
        ] {
            let system = System::from_epsg(code).unwrap();
            let datum = crs_definitions::from_code(code)
                .and_then(|d| datum_of(d.wkt))
                .unwrap();
            let found = System::named(system.definition(), datum).unwrap();
            assert_eq!(found.epsg(), Some(code), "{}", system.definition());
        }
        // Spelt differently.
        let utm =
            "+proj=tmerc +lat_0=0 +lon_0=111 +k_0=0.9996 +x_0=500000 +y_0=0 +ellps=WGS84 +units=m";
        assert_eq!(System::from_definition(utm).unwrap().epsg(), Some(32649));
        let own = "+proj=tmerc +lat_0=0 +lon_0=111.3 +k=1 +x_0=500000 +y_0=0 +ellps=WGS84";
        let own = System::from_definition(own).unwrap();
        assert_eq!((own.epsg(), own.is_geographic()), (None, false));
        assert!(own.name().contains("lon_0=111.3"));
    }

    #[test]
    fn units_and_zones() {
        assert_eq!(System::utm_for(112.37, 27.12).epsg(), Some(32649));
        assert_eq!(System::utm_for(-70.9, -33.2).epsg(), Some(32719));
        let feet = System::from_epsg(2263).unwrap();
        assert!((feet.metres_per_unit() - 0.3048006096).abs() < 1e-9);
        assert!(System::wgs84().metres_per_unit().is_nan());
        assert!(System::wgs84().is_geographic());
        assert_eq!(
            System::from_epsg(32649).unwrap().name(),
            "WGS 84 / UTM zone 49N (EPSG:32649)"
        );
    }

    #[test]
    fn what_cannot_be_converted_is_refused() {
        let utm = System::from_epsg(32649).unwrap();
        let t = Transform::new(&System::wgs84(), &utm).unwrap();
        assert!(t.point(f64::NAN, 0.0).is_err());
        assert!(System::from_definition("+proj=nonsense").is_err());
        assert!(System::from_definition("").is_err());
    }
}
