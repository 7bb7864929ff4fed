//! The projected coordinate system of a scenario, by EPSG code, with the way to WGS 84 and back.

use super::{Point, System, SystemError, Transform};

/// A projected coordinate system.
#[derive(Debug, Clone)]
pub struct Crs {
    code: u16,
    to: Transform,
    from: Transform,
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
        let refuse = |e| match e {
            SystemError::Unknown(code) => CrsError::Unknown(code),
            _ => CrsError::NotProjected(code),
        };
        let projected = System::from_epsg(code).map_err(refuse)?;
        if projected.is_geographic() {
            return Err(CrsError::NotProjected(code));
        }
        let geographic = System::wgs84();
        Ok(Self {
            code,
            to: Transform::new(&geographic, &projected).map_err(refuse)?,
            from: Transform::new(&projected, &geographic).map_err(refuse)?,
        })
    }

    /// The EPSG code.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Projected metres of a longitude and latitude in degrees (WGS 84).
    pub fn project(&self, lon: f64, lat: f64) -> Result<Point, CrsError> {
        match self.to.point(lon, lat) {
            Ok((x, y)) => Ok(Point::new(x, y)),
            Err(_) => Err(CrsError::Domain(lon.to_string(), lat.to_string())),
        }
    }

    /// Longitude and latitude in degrees (WGS 84) of a point in projected metres.
    pub fn lon_lat(&self, p: Point) -> Result<(f64, f64), CrsError> {
        self.from
            .point(p.x, p.y)
            .map_err(|_| CrsError::Domain(p.x.to_string(), p.y.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_goes_there_and_back_and_degrees_are_no_projection() {
        let crs = Crs::from_epsg(32649).unwrap();
        let p = crs.project(112.37, 27.12).unwrap();
        assert!((p.x - 635787.8463).abs() < 1e-3 && (p.y - 3000466.5936).abs() < 1e-3);
        let (lon, lat) = crs.lon_lat(p).unwrap();
        assert!((lon - 112.37).abs() < 1e-9 && (lat - 27.12).abs() < 1e-9);
        assert!(crs.project(f64::NAN, 0.0).is_err());
        assert!(matches!(
            Crs::from_epsg(4326),
            Err(CrsError::NotProjected(4326))
        ));
        assert!(matches!(Crs::from_epsg(1), Err(CrsError::Unknown(1))));
    }
}
