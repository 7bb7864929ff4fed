//! Projected coordinate systems by EPSG code (proj4rs, definitions from `crs-definitions`).

use proj4rs::Proj;

use super::Point;

/// A projected coordinate system in metres.
#[derive(Debug, Clone)]
pub struct Crs {
    code: u16,
    projected: Proj,
    geographic: Proj,
}

/// Why a coordinate system was refused, or a point could not be converted.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum CrsError {
    /// No such EPSG code.
    #[error("EPSG:{0} is not a known coordinate system")]
    Unknown(u16),
    /// A latitude-longitude or otherwise unusable system.
    #[error("EPSG:{0} is not a projected system in metres")]
    NotProjected(u16),
    /// A point outside the projection's domain.
    #[error("the point ({0}, {1}) lies outside the projection's domain")]
    Domain(String, String),
}

impl Crs {
    /// The system with an EPSG code, for example 32649 (WGS 84 / UTM zone 49N).
    pub fn from_epsg(code: u16) -> Result<Self, CrsError> {
        let definition = crs_definitions::from_code(code).ok_or(CrsError::Unknown(code))?;
        let projected =
            Proj::from_proj_string(definition.proj4).map_err(|_| CrsError::NotProjected(code))?;
        if projected.is_latlong() {
            return Err(CrsError::NotProjected(code));
        }
        let geographic = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs")
            .map_err(|_| CrsError::NotProjected(code))?;
        Ok(Self {
            code,
            projected,
            geographic,
        })
    }

    /// The EPSG code.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Projected metres of a longitude and latitude in degrees (WGS 84).
    pub fn project(&self, lon: f64, lat: f64) -> Result<Point, CrsError> {
        let mut p = (lon.to_radians(), lat.to_radians(), 0.0);
        proj4rs::transform::transform(&self.geographic, &self.projected, &mut p)
            .map_err(|_| CrsError::Domain(lon.to_string(), lat.to_string()))?;
        Ok(Point::new(p.0, p.1))
    }

    /// Longitude and latitude in degrees (WGS 84) of a point in projected metres.
    pub fn lon_lat(&self, p: Point) -> Result<(f64, f64), CrsError> {
        let mut q = (p.x, p.y, 0.0);
        proj4rs::transform::transform(&self.projected, &self.geographic, &mut q)
            .map_err(|_| CrsError::Domain(p.x.to_string(), p.y.to_string()))?;
        Ok((q.0.to_degrees(), q.1.to_degrees()))
    }
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
        ] {
            let crs = Crs::from_epsg(code).unwrap();
            let p = crs.project(112.37, 27.12).unwrap();
            assert!(
                (p.x - x).abs() < 1e-3 && (p.y - y).abs() < 1e-3,
                "{code}: {p:?}"
            );
            let (lon, lat) = crs.lon_lat(p).unwrap();
            assert!((lon - 112.37).abs() < 1e-9 && (lat - 27.12).abs() < 1e-9);
        }
        assert!(matches!(
            Crs::from_epsg(4326),
            Err(CrsError::NotProjected(4326))
        ));
        assert!(matches!(Crs::from_epsg(1), Err(CrsError::Unknown(1))));
    }
}
