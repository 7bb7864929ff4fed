//! Any vector file: known by its first bytes, not by its name.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Layer, LayerInfo, Span, geojson, geopackage, osm, shapefile, write_kml};
use crate::base::geo::System;
use crate::files::FileError;

/// Formats of vector files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorFormat {
    /// GeoJSON.
    GeoJson,
    /// GeoPackage.
    GeoPackage,
    /// Shapefile.
    Shapefile,
    /// OpenStreetMap extract.
    Osm,
}

impl fmt::Display for VectorFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GeoJson => "GeoJSON",
            Self::GeoPackage => "GeoPackage",
            Self::Shapefile => "Shapefile",
            Self::Osm => "OpenStreetMap extract (.osm.pbf)",
        })
    }
}

impl VectorFormat {
    /// The format of a file; none when it is no vector file that is known here.
    pub fn of(path: &Path) -> Result<Option<Self>, FileError> {
        let file = File::open(path).map_err(|e| FileError::read(path, e))?;
        let mut head = Vec::new();
        file.take(1024)
            .read_to_end(&mut head)
            .map_err(|e| FileError::read(path, e))?;
        Ok(if geopackage::is_geopackage(&head) {
            Some(Self::GeoPackage)
        } else if shapefile::is_shapefile(&head) {
            Some(Self::Shapefile)
        } else if osm::is_osm(&head) {
            Some(Self::Osm)
        } else if geojson::is_geojson(&head) {
            Some(Self::GeoJson)
        } else {
            None
        })
    }

    fn required(path: &Path) -> Result<Self, FileError> {
        Self::of(path)?.ok_or_else(|| {
            FileError::content(
                path,
                "no vector file that is known here",
                "GeoJSON, a GeoPackage (.gpkg), a Shapefile (.shp) or an OpenStreetMap extract (.osm.pbf)",
            )
        })
    }
}

/// What the layers of a file are.
pub fn layers(path: &Path) -> Result<Vec<LayerInfo>, FileError> {
    match VectorFormat::required(path)? {
        VectorFormat::GeoPackage => geopackage::layers(path),
        _ => Ok(read(path, None)?.iter().map(Layer::info).collect()),
    }
}

/// The layers of a file; one of them where its name is given.
pub fn read(path: &Path, layer: Option<&str>) -> Result<Vec<Layer>, FileError> {
    match VectorFormat::required(path)? {
        VectorFormat::GeoPackage => geopackage::read(path, layer),
        VectorFormat::Osm => osm::read(path, layer),
        VectorFormat::GeoJson => geojson::read(path).map(|l| vec![l]),
        VectorFormat::Shapefile => shapefile::read(path).map(|l| vec![l]),
    }
}

/// Writes layers in the format that the name's extension stands for: `.geojson`, `.gpkg`, `.shp` or `.kml`.
/// What must be in WGS 84 is brought there. Each may come with the text of a QGIS style, which a GeoPackage
/// keeps.
pub fn write(path: &Path, layers: &[(&Layer, Option<String>)]) -> Result<(), FileError> {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let in_degrees = |layer: &Layer| {
        if layer.system.is_none() {
            return Err(FileError::write(
                path,
                format!(
                    "layer `{}` has no coordinate system, and the format must be in WGS 84",
                    layer.name
                ),
            ));
        }
        layer
            .to_system(&System::wgs84(), &System::wgs84())
            .map_err(|e| FileError::write(path, e))
    };
    let one = || match layers {
        [(one, _)] => Ok(*one),
        _ => Err(FileError::write(
            path,
            format!(
                "{} layers; this format holds one (a GeoPackage holds many)",
                layers.len()
            ),
        )),
    };
    match extension.as_str() {
        "geojson" | "json" => geojson::write(path, &in_degrees(one()?)?),
        "gpkg" => geopackage::write(path, layers),
        "shp" => shapefile::write(path, one()?),
        "kml" => {
            let all = layers
                .iter()
                .map(|(l, _)| in_degrees(l))
                .collect::<Result<Vec<_>, _>>()?;
            let all: Vec<&Layer> = all.iter().collect();
            write_kml(path, &all, |_| Span::default(), |_| (200, 60, 30))
        }
        other => Err(FileError::write(
            path,
            format!("vector files are written as .geojson, .gpkg, .shp or .kml, not as '.{other}'"),
        )),
    }
}
