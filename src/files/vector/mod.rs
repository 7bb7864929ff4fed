//! What every vector file is once it has been read: layers of features as they were stored.
//!
//! In comes a GeoJSON file, a GeoPackage, a Shapefile or an OpenStreetMap extract; out go layers with
//! their coordinate system. Nothing is projected here unless asked for. Features without a place or without
//! length are left out, counted and said in the layer's remarks.

mod geojson;
mod geopackage;
mod kml;
mod open;
mod osm;
mod shapefile;
#[cfg(test)]
mod tests;
mod wkb;

pub use kml::{Span, write_kml};
pub use open::{VectorFormat, layers, read, write};

use geo::{CoordsIter, Geometry, MapCoords};
use serde_json::{Map, Value};

use crate::base::geo::{System, SystemError, Transform};

/// Largest text file read, bytes.
const MOST_TEXT: u64 = 256 << 20;

/// One feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its own id, where the format knows one.
    pub id: Option<String>,
    /// Attributes.
    pub properties: Map<String, Value>,
    /// Where, in the layer's system: x to the east and y to the north, or longitude and latitude.
    pub geometry: Geometry<f64>,
}

/// Features of one kind of thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Name.
    pub name: String,
    /// The coordinate system; none when the file names none.
    pub system: Option<System>,
    /// The features, in the order of the file.
    pub features: Vec<Feature>,
    /// What a careful user should know and the reader had to decide: one sentence each.
    pub remarks: Vec<String>,
}

/// What a layer is, without its features.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerInfo {
    /// Name.
    pub name: String,
    /// Kind of geometry as the file says, for example `LineString`; "mixed" for several.
    pub geometry: String,
    /// How many features.
    pub features: usize,
    /// The coordinate system; none when the file names none.
    pub system: Option<System>,
    /// Smallest box around the features (west, south, east, north); none when there are none.
    pub bounds: Option<[f64; 4]>,
    /// Names of the attributes.
    pub fields: Vec<String>,
    /// As of the layer.
    pub remarks: Vec<String>,
}

impl Layer {
    /// What the layer is.
    pub fn info(&self) -> LayerInfo {
        let mut kinds: Vec<&str> = self.features.iter().map(|f| kind(&f.geometry)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut fields: Vec<String> = Vec::new();
        for feature in &self.features {
            for key in feature.properties.keys() {
                if !fields.contains(key) {
                    fields.push(key.clone());
                }
            }
        }
        let bounds = self
            .features
            .iter()
            .flat_map(|f| f.geometry.coords_iter())
            .fold(None, |b: Option<[f64; 4]>, c| {
                Some(b.map_or([c.x, c.y, c.x, c.y], |b| {
                    [b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)]
                }))
            });
        LayerInfo {
            name: self.name.clone(),
            geometry: match kinds[..] {
                [] => "none".to_owned(),
                [one] => one.to_owned(),
                _ => "mixed".to_owned(),
            },
            features: self.features.len(),
            system: self.system.clone(),
            bounds,
            fields,
            remarks: self.remarks.clone(),
        }
    }

    /// The layer in another system. A layer without one is taken to be in `assumed`.
    pub fn to_system(&self, to: &System, assumed: &System) -> Result<Self, SystemError> {
        let from = self.system.as_ref().unwrap_or(assumed);
        if from.same_as(to) {
            return Ok(Self {
                system: Some(to.clone()),
                ..self.clone()
            });
        }
        let transform = Transform::new(from, to)?;
        let features = self
            .features
            .iter()
            .map(|f| {
                let geometry = f.geometry.try_map_coords(|c| {
                    transform.point(c.x, c.y).map(|(x, y)| geo::Coord { x, y })
                })?;
                Ok(Feature {
                    geometry,
                    ..f.clone()
                })
            })
            .collect::<Result<_, SystemError>>()?;
        Ok(Self {
            name: self.name.clone(),
            system: Some(to.clone()),
            features,
            remarks: self.remarks.clone(),
        })
    }
}

/// The name of a kind of geometry.
pub(super) fn kind(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}

/// Collects features, leaving out what has no place, and says how many those were.
#[derive(Default)]
struct Gathered {
    features: Vec<Feature>,
    empty: usize,
    lost: usize,
    flat: usize,
    first_lost: usize,
    seen: usize,
}

impl Gathered {
    fn add(
        &mut self,
        id: Option<String>,
        properties: Map<String, Value>,
        geometry: Option<Geometry<f64>>,
    ) {
        self.seen += 1;
        let Some(geometry) = geometry.filter(|g| g.coords_count() > 0) else {
            self.empty += 1;
            return;
        };
        if geometry
            .coords_iter()
            .any(|c| !c.x.is_finite() || !c.y.is_finite())
        {
            self.first_lost = if self.lost == 0 {
                self.seen
            } else {
                self.first_lost
            };
            self.lost += 1;
            return;
        }
        if is_flat(&geometry) {
            self.flat += 1;
            return;
        }
        self.features.push(Feature {
            id,
            properties,
            geometry,
        });
    }

    fn layer(self, name: String, system: Option<System>, mut remarks: Vec<String>) -> Layer {
        let mut note = |n: usize, what: &str| {
            if n > 0 {
                remarks.push(format!("{n} features {what} were left out"));
            }
        };
        note(self.empty, "without a geometry");
        note(self.flat, "without length or area");
        if self.lost > 0 {
            remarks.push(format!(
                "{} features with coordinates that are no numbers were left out, the first of them number {}",
                self.lost, self.first_lost
            ));
        }
        Layer {
            name,
            system,
            features: self.features,
            remarks,
        }
    }
}

/// Whether a line or an area comes down to one point.
fn is_flat(geometry: &Geometry<f64>) -> bool {
    let is_line = matches!(
        geometry,
        Geometry::LineString(_)
            | Geometry::MultiLineString(_)
            | Geometry::Polygon(_)
            | Geometry::MultiPolygon(_)
    );
    let mut coords = geometry.coords_iter();
    is_line
        && coords
            .next()
            .is_some_and(|first| coords.all(|c| c == first))
}

/// The name of a file without its extension.
fn stem(path: &std::path::Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
