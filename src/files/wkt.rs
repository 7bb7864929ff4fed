//! Coordinate systems as well-known text: WKT 1 as the OGC (01-009) and as ESRI writes it in `.prj` files,
//! and WKT 2 (ISO 19162:2019) as PROJ writes it into GeoPackages.
//!
//! In comes a text, out goes a [`System`]: found by its parameters, not by its names, for names differ
//! from program to program.

use std::fmt::Write as _;
use std::path::Path;

use super::FileError;
use crate::base::geo::System;

/// Deepest nesting read.
const MOST_DEPTH: usize = 24;
/// Longest text read, bytes.
const MOST_BYTES: usize = 64 << 10;

/// The horizontal system that a text describes; else what is wrong with it, one clause.
pub fn system_from_wkt(text: &str) -> Result<System, String> {
    if text.len() > MOST_BYTES {
        return Err(format!("{} bytes of well-known text", text.len()));
    }
    let mut parser = Parser {
        text: text.trim().trim_start_matches('\u{feff}').as_bytes(),
        at: 0,
    };
    let root = parser.node(0)?;
    let root = root
        .horizontal()
        .ok_or_else(|| format!("a {} and no horizontal coordinate system", root.word))?;
    let code = root.authority();
    if root.is(&[
        "GEOGCS",
        "GEOGCRS",
        "GEODCRS",
        "GEOGRAPHICCRS",
        "GEODETICCRS",
        "BASEGEOGCRS",
    ]) {
        let (definition, datum) = geographic(root)?;
        return decide(
            &format!("+proj=longlat {definition} +no_defs"),
            &datum,
            code,
        );
    }
    let base = root
        .child(&["GEOGCS", "BASEGEOGCRS", "BASEGEODCRS", "GEOGCRS"])
        .ok_or("a projected system without its geographic one")?;
    let (geographic, datum) = geographic(base)?;
    let degree = angle_unit(base);
    let projection = projection(root, degree)?;
    // A pseudo-Mercator brings its sphere along.
    let geographic = if projection.contains("+b=") {
        ""
    } else {
        &geographic
    };
    decide(&format!("{projection} {geographic} +no_defs"), &datum, code)
}

/// The system in the `.prj` file beside another; none where there is no such file.
pub fn beside(path: &Path) -> Result<Option<System>, FileError> {
    let prj = [path.with_extension("prj"), path.with_extension("PRJ")]
        .into_iter()
        .find(|p| p.is_file());
    let Some(prj) = prj else { return Ok(None) };
    let size = std::fs::metadata(&prj).map_or(0, |m| m.len());
    if size > MOST_BYTES as u64 {
        return Err(FileError::content(
            &prj,
            format!("{size} bytes"),
            "well-known text",
        ));
    }
    let bytes = std::fs::read(&prj).map_err(|e| FileError::read(&prj, e))?;
    let text = String::from_utf8_lossy(&bytes);
    system_from_wkt(&text).map(Some).map_err(|found| {
        FileError::content(&prj, found, "the well-known text of a coordinate system")
    })
}

/// Writes the `.prj` file of another.
pub fn write_beside(path: &Path, system: &System) -> Result<(), FileError> {
    let prj = path.with_extension("prj");
    let text = esri_wkt(system).map_err(|e| FileError::write(&prj, e))?;
    std::fs::write(&prj, text).map_err(|e| FileError::write(&prj, e))
}

/// The system by its code where its parameters agree with the text's, else by the parameters alone.
fn decide(definition: &str, datum: &str, code: Option<u16>) -> Result<System, String> {
    let found = System::named(definition, datum).map_err(|e| e.to_string())?;
    let Some(stated) = code.and_then(|code| System::from_epsg(code).ok()) else {
        return Ok(found);
    };
    Ok(if stated.same_as(&found) {
        stated
    } else {
        found
    })
}

/// The text of a `.prj` file as ESRI writes it.
pub fn esri_wkt(system: &System) -> Result<String, String> {
    let ogc = ogc_wkt(system)?;
    let mut parser = Parser {
        text: ogc.as_bytes(),
        at: 0,
    };
    let root = parser.node(0)?;
    let mut out = String::new();
    write_esri(&root, &mut out);
    if root.child(&["EXTENSION"]).is_some() {
        out = out.replace(
            "PROJECTION[\"Mercator_1SP\"]",
            "PROJECTION[\"Mercator_Auxiliary_Sphere\"]",
        );
    }
    Ok(out)
}

/// WKT 1 with the authority's codes, for GeoPackages.
pub fn ogc_wkt(system: &System) -> Result<String, String> {
    match system.epsg().and_then(crs_definitions::from_code) {
        Some(known) => Ok(known.wkt.to_owned()),
        None => own_wkt(system),
    }
}

/// A piece of the text: `WORD["text",number,OTHER[...]]`.
#[derive(Debug, Clone, PartialEq)]
struct Node {
    word: String,
    values: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    /// A bare word such as the direction of an axis.
    Word(String),
    Node(Node),
}

impl Node {
    fn is(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.word.eq_ignore_ascii_case(w))
    }

    fn children(&self) -> impl Iterator<Item = &Self> {
        self.values.iter().filter_map(|v| match v {
            Value::Node(node) => Some(node),
            _ => None,
        })
    }

    fn child(&self, words: &[&str]) -> Option<&Self> {
        self.children().find(|n| n.is(words))
    }

    fn name(&self) -> &str {
        match self.values.first() {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    fn number(&self, i: usize) -> Option<f64> {
        match self.values.get(i) {
            Some(Value::Number(v)) => Some(*v),
            _ => None,
        }
    }

    /// The horizontal system in it: of a compound the first, of a bound one the source.
    fn horizontal(&self) -> Option<&Self> {
        const SYSTEMS: [&str; 10] = [
            "PROJCS",
            "PROJCRS",
            "PROJECTEDCRS",
            "GEOGCS",
            "GEOGCRS",
            "GEODCRS",
            "GEOGRAPHICCRS",
            "GEODETICCRS",
            "BASEGEOGCRS",
            "DERIVEDPROJCRS",
        ];
        if self.is(&SYSTEMS) {
            return Some(self);
        }
        let inside = self.is(&["COMPD_CS", "COMPOUNDCRS", "BOUNDCRS", "SOURCECRS"]);
        inside
            .then(|| self.children().find_map(Self::horizontal))
            .flatten()
    }

    /// Its EPSG code.
    fn authority(&self) -> Option<u16> {
        let node = self.child(&["AUTHORITY", "ID"])?;
        if !node.name().eq_ignore_ascii_case("EPSG") {
            return None;
        }
        match node.values.get(1)? {
            Value::Number(n) => u16::try_from(*n as i64).ok(),
            Value::Text(t) => t.parse().ok(),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn blank(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.text.get(self.at).copied()
    }

    fn word(&mut self) -> String {
        self.blank();
        let from = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_')
        {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[from..self.at]).into_owned()
    }

    fn node(&mut self, depth: usize) -> Result<Node, String> {
        let word = self.word();
        if word.is_empty() || depth > MOST_DEPTH {
            return Err(self.fault("a keyword"));
        }
        let close = match self.peek() {
            Some(b'[') => b']',
            Some(b'(') => b')',
            _ => return Err(self.fault("an opening bracket")),
        };
        self.at += 1;
        let mut values = Vec::new();
        loop {
            values.push(self.value(depth)?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(c) if c == close => {
                    self.at += 1;
                    return Ok(Node { word, values });
                }
                _ => return Err(self.fault("a comma or a closing bracket")),
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        match self.peek() {
            Some(b'"') => self.quoted().map(Value::Text),
            Some(c) if c.is_ascii_digit() || matches!(c, b'-' | b'+' | b'.') => {
                let from = self.at;
                while self
                    .text
                    .get(self.at)
                    .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'+' | b'.'))
                {
                    self.at += 1;
                }
                let text = String::from_utf8_lossy(&self.text[from..self.at]);
                text.parse()
                    .ok()
                    .filter(|v: &f64| v.is_finite())
                    .map(Value::Number)
                    .ok_or_else(|| format!("'{text}' where a number should stand"))
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let from = self.at;
                let word = self.word();
                if matches!(self.peek(), Some(b'[' | b'(')) {
                    self.at = from;
                    return self.node(depth + 1).map(Value::Node);
                }
                Ok(Value::Word(word))
            }
            _ => Err(self.fault("a value")),
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            match self.text.get(self.at) {
                // A quotation mark inside is doubled.
                Some(b'"') if self.text.get(self.at + 1) == Some(&b'"') => {
                    bytes.push(b'"');
                    self.at += 2;
                }
                Some(b'"') => {
                    self.at += 1;
                    return Ok(String::from_utf8_lossy(&bytes).into_owned());
                }
                Some(&c) => {
                    bytes.push(c);
                    self.at += 1;
                }
                None => return Err("a quotation that never ends".to_owned()),
            }
        }
    }

    fn fault(&self, expected: &str) -> String {
        let rest = &self.text[self.at.min(self.text.len())..];
        let rest = String::from_utf8_lossy(&rest[..rest.len().min(20)]).into_owned();
        format!("'{rest}' at byte {} where {expected} should stand", self.at)
    }
}

/// Radians of the unit of angles of a geographic system, over those of a degree.
fn angle_unit(node: &Node) -> f64 {
    const DEGREE: f64 = std::f64::consts::PI / 180.0;
    let unit = node.child(&["UNIT", "ANGLEUNIT"]).or_else(|| {
        node.child(&["CS"])
            .and_then(|c| c.child(&["ANGLEUNIT", "UNIT"]))
    });
    unit.and_then(|u| u.number(1)).map_or(1.0, |radians| {
        let ratio = radians / DEGREE;
        // Files write the factor with ten digits.
        if (ratio - 1.0).abs() < 1e-6 {
            1.0
        } else {
            ratio
        }
    })
}

/// Ellipsoid, shift and prime meridian of a geographic system, and the name of its datum.
fn geographic(node: &Node) -> Result<(String, String), String> {
    let datum = node
        .child(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"])
        .ok_or("a system without a datum")?;
    let spheroid = datum
        .child(&["SPHEROID", "ELLIPSOID"])
        .ok_or("a datum without an ellipsoid")?;
    let (a, rf) = match (spheroid.number(1), spheroid.number(2)) {
        (Some(a), Some(rf)) if a > 1e6 && a < 1e7 && (rf == 0.0 || rf > 1.0) => (a, rf),
        _ => {
            return Err(format!(
                "an ellipsoid '{}' without its two numbers",
                spheroid.name()
            ));
        }
    };
    let mut text = match (a, rf) {
        (6378137.0, rf) if (rf - 298.257223563).abs() < 1e-8 => "+datum=WGS84".to_owned(),
        (6378137.0, rf) if (rf - 298.257222101).abs() < 1e-8 => "+ellps=GRS80".to_owned(),
        (a, 0.0) => format!("+R={a}"),
        _ => format!("+a={a} +rf={rf}"),
    };
    if let Some(shift) = datum.child(&["TOWGS84"]) {
        let parts: Vec<String> = (0..shift.values.len())
            .filter_map(|i| shift.number(i))
            .map(|v| v.to_string())
            .collect();
        if parts.len() == 3 || parts.len() == 7 {
            if let Some(plain) = text.strip_prefix("+datum=WGS84") {
                text = format!("+ellps=WGS84{plain}");
            }
            let _ = write!(text, " +towgs84={}", parts.join(","));
        }
    }
    if let Some(meridian) = node
        .child(&["PRIMEM", "PRIMEMERIDIAN"])
        .and_then(|m| m.number(1))
        && meridian != 0.0
    {
        let _ = write!(text, " +pm={}", meridian * angle_unit(node));
    }
    Ok((text, datum.name().to_owned()))
}

/// The parameters of a projected system in degrees and metres.
struct Parameters {
    values: Vec<(String, f64)>,
    /// Metres of a unit of length of the system.
    unit: f64,
}

impl Parameters {
    fn of(root: &Node, conversion: &Node, degree: f64) -> Self {
        let unit_node = root.child(&["UNIT", "LENGTHUNIT"]).or_else(|| {
            root.children()
                .filter(|n| n.is(&["AXIS", "CS"]))
                .find_map(|n| n.child(&["LENGTHUNIT", "UNIT"]))
        });
        let unit = unit_node
            .and_then(|u| u.number(1))
            .filter(|u| *u > 0.0)
            .unwrap_or(1.0);
        let values = conversion
            .children()
            .chain(root.children())
            .filter(|n| n.is(&["PARAMETER"]))
            .filter_map(|n| {
                let name = plain(n.name());
                let own = n.child(&["ANGLEUNIT", "LENGTHUNIT", "SCALEUNIT", "UNIT"]);
                let value = n.number(1)?;
                let is_length = name.contains("easting") || name.contains("northing");
                let value = match own.and_then(|u| u.number(1)) {
                    Some(factor) if is_length => value * factor,
                    Some(factor) if own.is_some_and(|u| u.is(&["ANGLEUNIT"])) => {
                        value * factor.to_degrees()
                    }
                    Some(_) => value,
                    None if is_length => value * unit,
                    None if name.contains("scale") => value,
                    None => value * degree,
                };
                Some((name, value))
            })
            .collect();
        Self { values, unit }
    }

    fn get(&self, names: &[&str]) -> Option<f64> {
        names
            .iter()
            .find_map(|name| self.values.iter().find(|(n, _)| n == name).map(|&(_, v)| v))
    }
}

/// Letters and digits of a name only.
fn plain(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// The PROJ words of a projection.
fn projection(root: &Node, degree: f64) -> Result<String, String> {
    let conversion = root.child(&["CONVERSION"]).unwrap_or(root);
    let method = conversion
        .child(&["PROJECTION", "METHOD"])
        .ok_or("a projected system without a projection")?
        .name();
    let p = Parameters::of(root, conversion, degree);
    let lat0 = p
        .get(&[
            "latitudeoforigin",
            "latitudeofnaturalorigin",
            "latitudeofcenter",
            "latitudeoffalseorigin",
            "latitudeofcentre",
            "latitudeofprojectioncentre",
        ])
        .unwrap_or(0.0);
    let lon0 = p
        .get(&[
            "centralmeridian",
            "longitudeoforigin",
            "longitudeofnaturalorigin",
            "longitudeofcenter",
            "longitudeoffalseorigin",
            "longitudeofcentre",
        ])
        .unwrap_or(0.0);
    let k = p
        .get(&["scalefactor", "scalefactoratnaturalorigin"])
        .unwrap_or(1.0);
    let lat1 = p.get(&["standardparallel1", "latitudeof1ststandardparallel"]);
    let lat2 = p.get(&["standardparallel2", "latitudeof2ndstandardparallel"]);
    let x0 = p
        .get(&["falseeasting", "eastingatfalseorigin"])
        .unwrap_or(0.0);
    let y0 = p
        .get(&["falsenorthing", "northingatfalseorigin"])
        .unwrap_or(0.0);
    let two = || match (lat1, lat2) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => Err(format!(
            "a projection '{method}' without its two standard parallels"
        )),
    };
    let head = match plain(method).as_str() {
        "transversemercator"
        | "gausskruger"
        | "gaussboaga"
        | "utm"
        | "transversemercatorcomplex" => {
            format!("+proj=tmerc +lat_0={lat0} +lon_0={lon0} +k={k}")
        }
        "albers" | "albersconicequalarea" | "albersequalarea" => {
            let (a, b) = two()?;
            format!("+proj=aea +lat_0={lat0} +lon_0={lon0} +lat_1={a} +lat_2={b}")
        }
        "lambertconformalconic2sp" => {
            let (a, b) = two()?;
            format!("+proj=lcc +lat_0={lat0} +lon_0={lon0} +lat_1={a} +lat_2={b}")
        }
        "lambertconformalconic"
        | "lambertconformalconic1sp"
        | "lambertconicconformal1sp"
        | "lambertconicconformal2sp" => {
            if let (Some(a), Some(b)) = (lat1, lat2) {
                format!("+proj=lcc +lat_0={lat0} +lon_0={lon0} +lat_1={a} +lat_2={b}")
            } else {
                let a = lat1.unwrap_or(lat0);
                format!("+proj=lcc +lat_1={a} +lat_0={lat0} +lon_0={lon0} +k_0={k}")
            }
        }
        "mercatorauxiliarysphere" | "popularvisualisationpseudomercator" => {
            // The ellipsoid is read as a sphere: that is what makes it "pseudo".
            return Ok(format!(
                "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0={lon0} +x_0={x0} +y_0={y0} +k=1 +units=m"
            ));
        }
        "mercator" | "mercator1sp" | "mercator2sp" | "mercatorvarianta" | "mercatorvariantb" => {
            // EPSG:3857 in the older spelling that says so in an extension.
            if root.child(&["EXTENSION"]).is_some() {
                return Ok(format!(
                    "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0={lon0} +x_0={x0} +y_0={y0} +k=1 +units=m"
                ));
            }
            match lat1 {
                Some(a) => format!("+proj=merc +lat_ts={a} +lon_0={lon0}"),
                None => format!("+proj=merc +lon_0={lon0} +k={k}"),
            }
        }
        "lambertazimuthalequalarea" => format!("+proj=laea +lat_0={lat0} +lon_0={lon0}"),
        "polarstereographic"
        | "polarstereographicvarianta"
        | "stereographicnorthpole"
        | "stereographicsouthpole"
        | "polarstereographicvariantb" => {
            let lat = lat1
                .or(p.get(&["latitudeofstandardparallel"]))
                .unwrap_or(lat0);
            let pole = if lat < 0.0 { -90 } else { 90 };
            format!("+proj=stere +lat_0={pole} +lat_ts={lat} +lon_0={lon0} +k={k}")
        }
        "obliquestereographic" | "doublestereographic" => {
            format!("+proj=sterea +lat_0={lat0} +lon_0={lon0} +k={k}")
        }
        "equirectangular" | "platecarree" | "equidistantcylindrical" => {
            format!(
                "+proj=eqc +lat_ts={} +lat_0={lat0} +lon_0={lon0}",
                lat1.unwrap_or(0.0)
            )
        }
        _ => return Err(format!("a projection '{method}' that is not known here")),
    };
    let unit = if p.unit == 1.0 {
        "+units=m".to_owned()
    } else {
        format!("+to_meter={}", p.unit)
    };
    Ok(format!("{head} +x_0={x0} +y_0={y0} {unit}"))
}

/// ESRI's spelling of a WKT 1: no authorities, no axes, datums that begin with `D_`.
fn write_esri(node: &Node, out: &mut String) {
    let _ = write!(out, "{}[", node.word);
    let mut first = true;
    for value in &node.values {
        if let Value::Node(n) = value
            && n.is(&["AUTHORITY", "AXIS", "TOWGS84", "EXTENSION"])
        {
            continue;
        }
        if !first {
            out.push(',');
        }
        match value {
            Value::Text(text) => {
                let _ = write!(out, "\"{}\"", esri_name(&node.word, text, first));
            }
            Value::Number(v) => {
                // ESRI writes at least one decimal.
                if v.fract() == 0.0 && v.abs() < 1e15 {
                    let _ = write!(out, "{v:.1}");
                } else {
                    let _ = write!(out, "{v}");
                }
            }
            Value::Word(word) => out.push_str(word),
            Value::Node(n) => write_esri(n, out),
        }
        first = false;
    }
    out.push(']');
}

fn esri_name(word: &str, text: &str, is_name: bool) -> String {
    if !is_name {
        return text.to_owned();
    }
    let spelt: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let mut spelt = spelt;
    while spelt.contains("__") {
        spelt = spelt.replace("__", "_");
    }
    let spelt = spelt.trim_matches('_');
    match word {
        "GEOGCS" => match text {
            "WGS 84" => "GCS_WGS_1984".to_owned(),
            "ETRS89" => "GCS_ETRS_1989".to_owned(),
            "NAD83" => "GCS_North_American_1983".to_owned(),
            "NAD27" => "GCS_North_American_1927".to_owned(),
            "China Geodetic Coordinate System 2000" => {
                "GCS_China_Geodetic_Coordinate_System_2000".to_owned()
            }
            _ => format!("GCS_{spelt}"),
        },
        "DATUM" => match spelt {
            "China_2000" => "D_China_2000".to_owned(),
            "European_Terrestrial_Reference_System_1989" => "D_ETRS_1989".to_owned(),
            "North_American_Datum_1983" => "D_North_American_1983".to_owned(),
            "North_American_Datum_1927" => "D_North_American_1927".to_owned(),
            _ => format!("D_{spelt}"),
        },
        "SPHEROID" => match text {
            "WGS 84" => "WGS_1984".to_owned(),
            "GRS 1980" => "GRS_1980".to_owned(),
            _ => spelt.to_owned(),
        },
        "UNIT" => match text {
            "degree" => "Degree".to_owned(),
            "metre" => "Meter".to_owned(),
            _ => spelt.to_owned(),
        },
        "PROJCS" => spelt
            .replace("WGS_84", "WGS_1984")
            .replace("UTM_zone", "UTM_Zone"),
        "PROJECTION" => match text {
            "Albers_Conic_Equal_Area" => "Albers".to_owned(),
            "Lambert_Conformal_Conic_2SP" | "Lambert_Conformal_Conic_1SP" => {
                "Lambert_Conformal_Conic".to_owned()
            }
            _ => spelt.to_owned(),
        },
        "PARAMETER" => match text {
            "latitude_of_center" => "Latitude_Of_Origin".to_owned(),
            "longitude_of_center" => "Central_Meridian".to_owned(),
            _ => {
                let capital = |part: &str| {
                    let mut c = part.chars();
                    c.next().map_or(String::new(), |f| {
                        f.to_ascii_uppercase().to_string() + c.as_str()
                    })
                };
                spelt.split('_').map(capital).collect::<Vec<_>>().join("_")
            }
        },
        _ => spelt.to_owned(),
    }
}

/// WKT 1 of a system without a code: transverse Mercator, Albers and Lambert on any ellipsoid, which
/// covers what surveys make for themselves.
fn own_wkt(system: &System) -> Result<String, String> {
    let words: std::collections::BTreeMap<&str, &str> = system
        .definition()
        .split_whitespace()
        .filter_map(|w| w.strip_prefix('+'))
        .map(|w| w.split_once('=').unwrap_or((w, "")))
        .collect();
    let number = |key: &str, default: f64| -> f64 {
        words
            .get(key)
            .and_then(|v| v.parse().ok())
            .unwrap_or(default)
    };
    let (a, rf, name) =
        if words.get("datum") == Some(&"WGS84") || words.get("ellps") == Some(&"WGS84") {
            (6378137.0, 298.257223563, "WGS_1984")
        } else if words.get("ellps") == Some(&"GRS80") {
            (6378137.0, 298.257222101, "Unknown_based_on_GRS_1980")
        } else if words.contains_key("a") && words.contains_key("rf") {
            (number("a", 0.0), number("rf", 0.0), "unknown")
        } else {
            return Err(format!("no well-known text for '{}'", system.definition()));
        };
    let shift = words
        .get("towgs84")
        .map(|t| format!(",TOWGS84[{t}]"))
        .unwrap_or_default();
    let base = format!(
        "GEOGCS[\"unknown\",DATUM[\"{name}\",SPHEROID[\"unknown\",{a},{rf}]{shift}],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]"
    );
    let parameter = |name: &str, value: f64| format!("PARAMETER[\"{name}\",{value}]");
    let (lat0, lon0) = (number("lat_0", 0.0), number("lon_0", 0.0));
    let k = words
        .get("k")
        .or_else(|| words.get("k_0"))
        .and_then(|v| v.parse().ok())
        .unwrap_or(1.0);
    let (method, parameters) = match words.get("proj").copied().unwrap_or_default() {
        "longlat" | "latlong" => return Ok(base),
        "tmerc" | "etmerc" => (
            "Transverse_Mercator",
            vec![
                parameter("latitude_of_origin", lat0),
                parameter("central_meridian", lon0),
                parameter("scale_factor", k),
            ],
        ),
        conic @ ("aea" | "lcc") => {
            let first = number("lat_1", lat0);
            let parallels = [
                parameter("standard_parallel_1", first),
                parameter("standard_parallel_2", number("lat_2", first)),
            ];
            let (method, lat, lon) = if conic == "aea" {
                (
                    "Albers_Conic_Equal_Area",
                    "latitude_of_center",
                    "longitude_of_center",
                )
            } else {
                (
                    "Lambert_Conformal_Conic_2SP",
                    "latitude_of_origin",
                    "central_meridian",
                )
            };
            let mut all = vec![parameter(lat, lat0), parameter(lon, lon0)];
            all.extend(parallels);
            (method, all)
        }
        other => return Err(format!("no well-known text for the projection '{other}'")),
    };
    let unit = system.metres_per_unit();
    let unit_name = if unit == 1.0 { "metre" } else { "unknown" };
    Ok(format!(
        "PROJCS[\"unknown\",{base},PROJECTION[\"{method}\"],{},{},{},UNIT[\"{unit_name}\",{unit}]]",
        parameters.join(","),
        parameter("false_easting", number("x_0", 0.0) / unit),
        parameter("false_northing", number("y_0", 0.0) / unit),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<u16> {
        system_from_wkt(text).unwrap().epsg()
    }

    #[test]
    fn prj_files_of_esri_are_known_by_their_parameters() {
        assert_eq!(
            code(
                r#"PROJCS["WGS_1984_UTM_Zone_19S",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",10000000.0],PARAMETER["Central_Meridian",-69.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
            ),
            Some(32719)
        );
        assert_eq!(
            code(
                r#"PROJCS["CGCS2000_3_Degree_GK_CM_111E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",111.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
            ),
            Some(4546)
        );
        assert_eq!(
            code(
                r#"PROJCS["NAD_1983_Albers",GEOGCS["NAD83",DATUM["North_American_Datum_1983",SPHEROID["GRS_1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Albers"],PARAMETER["standard_parallel_1",29.5],PARAMETER["standard_parallel_2",45.5],PARAMETER["latitude_of_origin",23],PARAMETER["central_meridian",-96],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["Meter",1]]"#
            ),
            Some(5070)
        );
        assert_eq!(
            code(
                r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]"#
            ),
            Some(4326)
        );
    }

    #[test]
    fn wkt_2_is_read_too() {
        let text = r#"PROJCRS["WGS 84 / UTM zone 49N",BASEGEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble",MEMBER["World Geodetic System 1984 (Transit)"],ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]],ENSEMBLEACCURACY[2.0]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4326]],CONVERSION["UTM zone 49N",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",111,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Scale factor at natural origin",0.9996,SCALEUNIT["unity",1]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1]],PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],CS[Cartesian,2],AXIS["(E)",east,ORDER[1],LENGTHUNIT["metre",1]],AXIS["(N)",north,ORDER[2],LENGTHUNIT["metre",1]],ID["EPSG",32649]]"#;
        assert_eq!(code(text), Some(32649));
        // A wrong code does not win over the parameters.
        assert_eq!(
            code(&text.replace("ID[\"EPSG\",32649]", "ID[\"EPSG\",32650]")),
            Some(32649)
        );
        let compound =
            format!("COMPOUNDCRS[\"with heights\",{text},VERTCRS[\"EGM96\",VDATUM[\"EGM96\"]]]");
        assert_eq!(code(&compound), Some(32649));
    }

    #[test]
    fn every_usual_system_comes_back_from_both_spellings() {
        let mut codes: Vec<u16> =
            vec![4326, 4490, 4258, 4269, 5070, 3035, 2154, 27700, 2263, 26986];
        codes.extend(32601..=32660);
        codes.extend(32701..=32760);
        codes.extend(4491..=4554);
        codes.extend(25828..=25838);
        codes.extend(26910..=26919);
        let mut lost = Vec::new();
        for code in codes {
            let Ok(system) = System::from_epsg(code) else {
                lost.push(format!("{code}: not known"));
                continue;
            };
            for text in [esri_wkt(&system).unwrap(), ogc_wkt(&system).unwrap()] {
                match system_from_wkt(&text) {
                    Ok(found) if found.same_as(&system) => {}
                    other => lost.push(format!("{code}: {other:?} of {text}")),
                }
            }
        }
        assert!(
            lost.is_empty(),
            "{} lost, first {:?}",
            lost.len(),
            lost.first()
        );
        let mercator = System::from_epsg(3857).unwrap();
        assert_eq!(code(&ogc_wkt(&mercator).unwrap()), Some(3857));
        assert_eq!(code(&esri_wkt(&mercator).unwrap()), Some(3857));
    }

    #[test]
    fn a_survey_s_own_system_comes_back() {
        for definition in [
            "+proj=tmerc +lat_0=0 +lon_0=112.5 +k=1 +x_0=500000 +y_0=-2000000 +a=6378245 +rf=298.3 +units=m +no_defs",
            "+proj=longlat +a=6378245 +rf=298.3 +no_defs",
            "+proj=aea +lat_0=20 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs",
        ] {
            let system = System::from_definition(definition).unwrap();
            let text = ogc_wkt(&system).unwrap();
            assert!(system_from_wkt(&text).unwrap().same_as(&system), "{text}");
        }
    }

    #[test]
    fn damaged_text_is_named() {
        for (text, part) in [
            ("", "keyword"),
            ("PROJCS", "bracket"),
            ("PROJCS[\"a", "never ends"),
            ("PROJCS[\"a\"]", "without its geographic"),
            ("VERTCRS[\"x\"]", "no horizontal"),
            (
                "GEOGCS[\"x\",DATUM[\"d\",SPHEROID[\"s\",1,2]]]",
                "two numbers",
            ),
            ("GEOGCS[\"x\",1e999]", "number"),
        ] {
            let error = system_from_wkt(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
        let deep = "A[".repeat(1000);
        assert!(system_from_wkt(&deep).is_err());
        let krovak = r#"PROJCS["x",GEOGCS["g",DATUM["d",SPHEROID["s",6377397.155,299.15]]],PROJECTION["Krovak"]]"#;
        assert!(system_from_wkt(krovak).unwrap_err().contains("Krovak"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
        #[test]
        fn no_text_breaks_the_reader(cut in 0usize..600, at in 0usize..600, byte in 0u8..128) {
            let mut text = crs_definitions::EPSG_5070.wkt.as_bytes().to_vec();
            text.truncate(cut.max(1));
            let n = text.len();
            text[at % n] = byte;
            let _ = system_from_wkt(&String::from_utf8_lossy(&text));
        }
    }
}
