//! Layouts from vector files: which features are breaks, what they are, and everything that is wrong with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use geo::Geometry;
use serde::Serialize;

use super::attributes::{Attributes, Field};
use super::error::{Fault, LayoutsError};
use super::shape::{crossing, off_by_m};
use crate::base::geo::{CrsError, Point, System};
use crate::files::vector::{self, Feature, Layer, VectorFormat};
use crate::scenario::schema::{BreakKind, Firebreak, Road};
use crate::world::World;

/// Class of the roads that a layout brings.
pub const ROAD_CLASS: &str = "fire_road";
/// Name of the scenario's own network.
pub const OWN: &str = "scenario";
/// Attributes of a feature.
pub const ATTRIBUTES: [&str; 10] = [
    "id",
    "kind",
    "width_m",
    "edge_trees",
    "built",
    "maintained",
    "cost_cny",
    "closure",
    "weeds",
    "width_cv",
];

/// A layout as it is asked for: `FILE`, `NAME=FILE`, `+FILE` or `NAME=+FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutFile {
    /// What it is called.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Whether it adds to the scenario's breaks instead of replacing them.
    pub adds: bool,
}

impl FromStr for LayoutFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) if !Path::new(text).exists() => (Some(name), file),
            _ => (None, text),
        };
        // `+NAME=FILE` is meant as `NAME=+FILE`.
        let (front, name) = match name.map(|n| n.strip_prefix('+').ok_or(n)) {
            Some(Ok(name)) => (true, Some(name)),
            Some(Err(name)) => (false, Some(name)),
            None => (false, None),
        };
        let (adds, file) = match file.strip_prefix('+') {
            Some(file) => (true, file),
            None => (front, file),
        };
        if file.is_empty() {
            return Err(format!("'{text}' names no file"));
        }
        let path = PathBuf::from(file);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: name.map_or_else(|| stem.into_owned(), str::to_owned),
            path,
            adds,
        })
    }
}

/// Names of other people's attributes: `THEIRS=OURS`, several with commas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Renamed(pub Vec<(String, &'static str)>);

impl FromStr for Renamed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = |pair: &str| {
            let (theirs, ours) = pair
                .split_once('=')
                .ok_or_else(|| format!("'{pair}' found, THEIRS=OURS expected"))?;
            let ours = ATTRIBUTES
                .into_iter()
                .find(|a| *a == ours.trim())
                .ok_or_else(|| {
                    let known = ATTRIBUTES.join(", ");
                    format!("'{ours}' is no attribute of a layout; expected one of {known}")
                })?;
            Ok((theirs.trim().to_owned(), ours))
        };
        text.split(',').map(one).collect::<Result<_, _>>().map(Self)
    }
}

/// How files are to be taken.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Taking {
    /// Attributes under other names.
    pub renamed: Vec<(String, &'static str)>,
    /// System of files that name none.
    pub assumed: Option<System>,
}

/// A network of breaks to be compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layout {
    /// What it is called; unique.
    pub name: String,
    /// Its file, as it was given; none for the scenario's own network.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// All firebreaks.
    pub firebreaks: Vec<Firebreak>,
    /// Roads that it adds to the scenario's.
    pub roads: Vec<Road>,
    /// Costs that were given, by kind (a road or not) and id, yuan.
    pub costs: BTreeMap<String, f64>,
}

impl Layout {
    /// The scenario's own network.
    pub fn own(world: &World) -> Self {
        Self {
            name: OWN.to_owned(),
            file: None,
            firebreaks: world.firebreaks.clone(),
            roads: Vec::new(),
            costs: BTreeMap::new(),
        }
    }

    /// Whether it has neither a break nor a road of its own.
    pub fn is_empty(&self) -> bool {
        self.firebreaks.is_empty() && self.roads.is_empty()
    }

    /// Hash of what it holds, hexadecimal.
    pub fn hash(&self) -> String {
        // Plain data with string keys always serialises.
        let json = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&json).to_hex().to_string()
    }
}

/// Whether a name can be part of a file's name.
fn is_name(name: &str) -> bool {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(fine)
}

/// Reads all layouts; says of each file whether it is empty.
///
/// # Errors
/// The first thing that is wrong with a name, a file or a feature.
pub fn read_all(
    files: &[LayoutFile],
    world: &World,
    taking: &Taking,
) -> Result<Vec<Layout>, LayoutsError> {
    let mut layouts: Vec<Layout> = Vec::new();
    for file in files {
        let name = |is_twice| LayoutsError::Name {
            found: file.name.clone(),
            is_twice,
        };
        if !is_name(&file.name) {
            return Err(name(false));
        }
        if file.name == OWN || layouts.iter().any(|l| l.name == file.name) {
            return Err(name(true));
        }
        layouts.push(read(file, world, taking)?);
    }
    Ok(layouts)
}

fn read(file: &LayoutFile, world: &World, taking: &Taking) -> Result<Layout, LayoutsError> {
    let path = &file.path;
    let layers = vector::read(path, None)?;
    let is_geojson = VectorFormat::of(path)? == Some(VectorFormat::GeoJson);
    if !is_geojson && layers.iter().all(|l| l.features.is_empty()) {
        return Err(LayoutsError::Empty(path.clone()));
    }
    for layer in &layers {
        if let Some(remark) = layer.remarks.iter().find(|r| r.contains("left out")) {
            return Err(LayoutsError::LeftOut {
                file: path.clone(),
                remark: remark.clone(),
            });
        }
    }
    check_renamed(path, &layers, taking)?;
    let mut reader = Reader::new(file, world, taking);
    for layer in &layers {
        let layer = reader.on_the_map(layer)?;
        for feature in &layer.features {
            reader.number += 1;
            reader.add(feature)?;
        }
    }
    Ok(reader.layout)
}

/// A name that no feature has is a slip of the pen.
fn check_renamed(path: &Path, layers: &[Layer], taking: &Taking) -> Result<(), LayoutsError> {
    let fields: Vec<String> = layers.iter().flat_map(|l| l.info().fields).collect();
    let is_empty = layers.iter().all(|l| l.features.is_empty());
    let missing = (taking.renamed.iter())
        .find(|(theirs, _)| !fields.iter().any(|f| f.eq_ignore_ascii_case(theirs)));
    match missing {
        Some((theirs, _)) if !is_empty => Err(LayoutsError::Map {
            file: path.to_owned(),
            found: theirs.clone(),
            have: fields.join(", "),
        }),
        _ => Ok(()),
    }
}

/// Kinds of a layout's features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Laid {
    Belt(BreakKind),
    Road,
}

impl Laid {
    fn of(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "planted" | "生物防火林带" | "防火林带" => {
                Some(Self::Belt(BreakKind::Planted))
            }
            "isolation" | "隔离带" | "防火隔离带" | "防火线" => {
                Some(Self::Belt(BreakKind::Isolation))
            }
            "road" | "fire_road" | "防火公路" | "防火道" | "防火道路" => {
                Some(Self::Road)
            }
            _ => None,
        }
    }
}

/// Makes a layout of the features of a file.
struct Reader<'a> {
    world: &'a World,
    file: &'a Path,
    taking: &'a Taking,
    layout: Layout,
    /// Ids that are taken, and where they are.
    taken: BTreeMap<String, String>,
    /// Number of the feature, from 1.
    number: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a LayoutFile, world: &'a World, taking: &'a Taking) -> Self {
        let firebreaks = if file.adds {
            world.firebreaks.clone()
        } else {
            Vec::new()
        };
        let own = world.scenario.path.display().to_string();
        let breaks = firebreaks.iter().map(|b| b.id.clone());
        let roads = world.roads.iter().map(|r| r.id.clone());
        let taken = breaks.chain(roads).map(|id| (id, own.clone())).collect();
        Self {
            world,
            file: &file.path,
            taking,
            layout: Layout {
                name: file.name.clone(),
                file: Some(file.path.clone()),
                firebreaks,
                roads: Vec::new(),
                costs: BTreeMap::new(),
            },
            taken,
            number: 0,
        }
    }

    /// A layer in the scenario's system.
    fn on_the_map(&self, layer: &Layer) -> Result<Layer, LayoutsError> {
        let bad = |reason: String| LayoutsError::System {
            file: self.file.to_owned(),
            reason,
        };
        let wgs84 = System::wgs84();
        let assumed = match (&layer.system, &self.taking.assumed) {
            (None, None) => {
                let is_degrees = layer.info().bounds.is_none_or(|b| {
                    b[0].abs().max(b[2].abs()) <= 180.0 && b[1].abs().max(b[3].abs()) <= 90.0
                });
                if !is_degrees {
                    return Err(LayoutsError::NoSystem(self.file.to_owned()));
                }
                &wgs84
            }
            (_, assumed) => assumed.as_ref().unwrap_or(&wgs84),
        };
        if layer.system.as_ref().unwrap_or(assumed).same_as(&wgs84) {
            // As the scenario's own files are brought there, to the last digit.
            let mut layer = layer.clone();
            for feature in &mut layer.features {
                let there = geo::MapCoords::try_map_coords(&feature.geometry, |c| {
                    let p = self.world.crs.project(c.x, c.y)?;
                    Ok(geo::Coord { x: p.x, y: p.y })
                });
                feature.geometry = there.map_err(|e: CrsError| bad(e.to_string()))?;
            }
            return Ok(layer);
        }
        let target = System::from_epsg(self.world.crs.code()).map_err(|e| bad(e.to_string()))?;
        layer
            .to_system(&target, assumed)
            .map_err(|e| bad(e.to_string()))
    }

    fn fault(&self, id: &str, fault: Fault) -> LayoutsError {
        LayoutsError::Feature {
            file: self.file.to_owned(),
            number: self.number,
            id: id.to_owned(),
            fault,
        }
    }

    fn add(&mut self, feature: &Feature) -> Result<(), LayoutsError> {
        let attributes = Attributes {
            of: &feature.properties,
            renamed: &self.taking.renamed,
        };
        let own = attributes.text("id").or_else(|| feature.id.clone());
        let id = own
            .filter(|id| !id.trim().is_empty())
            .unwrap_or_else(|| format!("{}-{}", self.layout.name, self.number));
        let laid = attributes.text("kind").unwrap_or_default();
        let kind = Laid::of(&laid).ok_or_else(|| self.fault(&id, Fault::Kind { found: laid }))?;
        let lines = lines_of(&feature.geometry).map_err(|fault| self.fault(&id, fault))?;
        let number = |field| {
            attributes
                .number(field)
                .map_err(|fault| self.fault(&id, fault))
        };
        let width = number(Field::Width)?;
        let cost = number(Field::Cost)?;
        let state = State {
            built: number(Field::Built)?.map(|y| y as i32),
            maintained: number(Field::Maintained)?.map(|y| y as i32),
            closure: number(Field::Closure)?,
            weeds: number(Field::Weeds)?,
            width_cv: number(Field::WidthCv)?,
        };
        if width.is_none() && kind != Laid::Road {
            let fault = Field::Width.fault(String::new());
            return Err(self.fault(&id, fault));
        }
        let whole: f64 = lines.iter().map(|l| length(l)).sum();
        for (n, path) in lines.iter().enumerate() {
            // Parts of one feature get ids of their own.
            let id = if lines.len() > 1 {
                format!("{id}.{}", n + 1)
            } else {
                id.clone()
            };
            self.check(&id, path)?;
            if let Some(cost) = cost {
                let part = cost * length(path) / whole;
                self.layout.costs.insert(id.clone(), part);
            }
            match kind {
                Laid::Road => self.layout.roads.push(Road {
                    id,
                    class: ROAD_CLASS.to_owned(),
                    width_m: width,
                    name: None,
                    gate_min: 0.0,
                    limit_t: None,
                    passing_m: None,
                    turn_rounds_m: None,
                    bridges_m: None,
                    path: path.clone(),
                }),
                Laid::Belt(kind) => self.layout.firebreaks.push(Firebreak {
                    id,
                    name: None,
                    kind,
                    width_m: width.unwrap_or_default(),
                    edge_trees: attributes.flag("edge_trees"),
                    built: state.built,
                    maintained: state.maintained,
                    closure: state.closure,
                    weeds: state.weeds,
                    width_cv: state.width_cv,
                    path: path.clone(),
                }),
            }
        }
        Ok(())
    }

    fn check(&mut self, id: &str, path: &[Point]) -> Result<(), LayoutsError> {
        let here = format!("{}, {}", self.file.display(), self.number);
        if let Some(first) = self.taken.insert(id.to_owned(), here) {
            return Err(self.fault(id, Fault::Twice { first }));
        }
        let by_m = off_by_m(path, self.world.landscape.elevation.grid.extent());
        if by_m > 0.0 {
            let by_m = format!("{:.0}", by_m.max(1.0));
            return Err(self.fault(id, Fault::OffMap { by_m }));
        }
        if let Some(p) = crossing(path) {
            let at = format!("{:.0}, {:.0}", p.x, p.y);
            return Err(self.fault(id, Fault::Crosses { at }));
        }
        Ok(())
    }
}

/// What state a belt is in.
struct State {
    built: Option<i32>,
    maintained: Option<i32>,
    closure: Option<f64>,
    weeds: Option<f64>,
    width_cv: Option<f64>,
}

fn length(path: &[Point]) -> f64 {
    path.windows(2).map(|p| p[0].distance(p[1])).sum()
}

/// The lines of a feature, points that repeat the one before left out.
fn lines_of(geometry: &Geometry) -> Result<Vec<Vec<Point>>, Fault> {
    let points = |l: &geo::LineString| {
        let mut path: Vec<Point> = l.0.iter().map(|c| Point::new(c.x, c.y)).collect();
        path.dedup();
        path
    };
    let lines = match geometry {
        Geometry::Line(l) => vec![points(&geo::LineString(vec![l.start, l.end]))],
        Geometry::LineString(l) => vec![points(l)],
        Geometry::MultiLineString(m) => m.0.iter().map(points).collect(),
        Geometry::Polygon(_)
        | Geometry::MultiPolygon(_)
        | Geometry::Rect(_)
        | Geometry::Triangle(_) => return Err(Fault::Area),
        Geometry::Point(_) | Geometry::MultiPoint(_) | Geometry::GeometryCollection(_) => {
            let found = match geometry {
                Geometry::GeometryCollection(_) => "GeometryCollection",
                _ => "Point",
            };
            return Err(Fault::NoLine {
                found: found.to_owned(),
            });
        }
    };
    let lines: Vec<Vec<Point>> = lines.into_iter().filter(|l| l.len() > 1).collect();
    if lines.is_empty() {
        return Err(Fault::NoLine {
            found: "LineString".to_owned(),
        });
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_named_by_hand_or_by_its_file_and_replaces_or_adds() {
        let of = |text: &str| {
            let l: LayoutFile = text.parse().unwrap();
            (l.name, l.path.display().to_string(), l.adds)
        };
        let told = |n: &str, p: &str, a| (n.to_owned(), p.to_owned(), a);
        assert_eq!(of("a/base.geojson"), told("base", "a/base.geojson", false));
        assert_eq!(of("+a/more.gpkg"), told("more", "a/more.gpkg", true));
        assert_eq!(of("x=a/more.shp"), told("x", "a/more.shp", false));
        assert_eq!(of("x=+a/more.shp"), told("x", "a/more.shp", true));
        assert_eq!(of("+x=a/more.shp"), told("x", "a/more.shp", true));
        assert!("x=".parse::<LayoutFile>().is_err());
    }

    #[test]
    fn attributes_under_other_names_are_told_and_only_ours_are_known() {
        let one: Renamed = "kuandu=width_m, lx=kind".parse().unwrap();
        assert_eq!(
            one.0,
            [("kuandu".to_owned(), "width_m"), ("lx".to_owned(), "kind")]
        );
        assert!(
            "a=width"
                .parse::<Renamed>()
                .unwrap_err()
                .contains("width_m")
        );
        assert!("width".parse::<Renamed>().is_err());
    }
}
