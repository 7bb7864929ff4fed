//! Well-known binary geometries (OGC 06-103r4, ISO 13249-3 and PostGIS's flags), as GeoPackages hold them.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

/// Deepest nesting of collections.
const MOST_DEPTH: usize = 8;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A geometry out of its bytes; what is wrong with them, one clause. Heights and measures are dropped.
pub fn read(bytes: &[u8]) -> Result<Geometry<f64>, String> {
    Reader { bytes, at: 0 }.geometry(0)
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let part = self
            .bytes
            .get(self.at..self.at + N)
            .and_then(|b| b.try_into().ok())
            .ok_or_else(|| format!("a geometry that ends after {} bytes", self.bytes.len()))?;
        self.at += N;
        Ok(part)
    }

    fn int(&mut self, little: bool) -> Result<u32, String> {
        let b = self.take::<4>()?;
        Ok(if little {
            u32::from_le_bytes(b)
        } else {
            u32::from_be_bytes(b)
        })
    }

    /// How many parts follow, none of which is smaller than `least` bytes.
    fn count(&mut self, little: bool, least: usize) -> Result<usize, String> {
        let n = self.int(little)? as usize;
        let left = self.bytes.len() - self.at;
        if n.saturating_mul(least) > left {
            return Err(format!("{n} parts in {left} bytes"));
        }
        Ok(n)
    }

    fn coord(&mut self, little: bool, dims: usize) -> Result<Coord<f64>, String> {
        let mut values = [0.0; 4];
        for v in values.iter_mut().take(dims) {
            let b = self.take::<8>()?;
            *v = if little {
                f64::from_le_bytes(b)
            } else {
                f64::from_be_bytes(b)
            };
        }
        Ok(Coord {
            x: values[0],
            y: values[1],
        })
    }

    fn line(&mut self, little: bool, dims: usize) -> Result<LineString<f64>, String> {
        let n = self.count(little, 8 * dims)?;
        (0..n).map(|_| self.coord(little, dims)).collect()
    }

    fn geometry(&mut self, depth: usize) -> Result<Geometry<f64>, String> {
        if depth > MOST_DEPTH {
            return Err("collections within collections without end".to_owned());
        }
        let little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("the byte order {other}")),
        };
        let raw = self.int(little)?;
        // PostGIS's flags: height, measure, and a system of its own.
        let (z, m, srid) = (
            raw & 0x8000_0000 != 0,
            raw & 0x4000_0000 != 0,
            raw & 0x2000_0000 != 0,
        );
        if srid {
            self.int(little)?;
        }
        let code = raw & 0x0fff_ffff;
        let (iso, base) = (code / 1000, code % 1000);
        let dims =
            2 + usize::from(z || iso == 1 || iso == 3) + usize::from(m || iso == 2 || iso == 3);
        if iso > 3 {
            return Err(format!("a geometry of kind {raw}"));
        }
        Ok(match base {
            1 => {
                let c = self.coord(little, dims)?;
                // An empty point is written as one of no numbers.
                if c.x.is_nan() && c.y.is_nan() {
                    Geometry::GeometryCollection(GeometryCollection::default())
                } else {
                    Geometry::Point(Point(c))
                }
            }
            2 => Geometry::LineString(self.line(little, dims)?),
            3 => Geometry::Polygon(self.polygon(little, dims)?),
            4..=7 => {
                let n = self.count(little, 5)?;
                let mut parts = Vec::new();
                for _ in 0..n {
                    parts.push(self.geometry(depth + 1)?);
                }
                gathered(base, parts)?
            }
            _ => return Err(format!("a geometry of kind {raw}")),
        })
    }

    fn polygon(&mut self, little: bool, dims: usize) -> Result<Polygon<f64>, String> {
        let n = self.count(little, 4)?;
        let mut rings = Vec::new();
        for _ in 0..n {
            rings.push(self.line(little, dims)?);
        }
        let mut rings = rings.into_iter();
        let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(outer, rings.collect()))
    }
}

fn gathered(base: u32, parts: Vec<Geometry<f64>>) -> Result<Geometry<f64>, String> {
    let odd =
        |g: &Geometry<f64>| format!("a {} within a collection of another kind", super::kind(g));
    Ok(match base {
        4 => Geometry::MultiPoint(MultiPoint(
            parts
                .into_iter()
                .map(|g| match g {
                    Geometry::Point(p) => Ok(p),
                    other => Err(odd(&other)),
                })
                .collect::<Result<_, _>>()?,
        )),
        5 => Geometry::MultiLineString(MultiLineString(
            parts
                .into_iter()
                .map(|g| match g {
                    Geometry::LineString(l) => Ok(l),
                    other => Err(odd(&other)),
                })
                .collect::<Result<_, _>>()?,
        )),
        6 => Geometry::MultiPolygon(MultiPolygon(
            parts
                .into_iter()
                .map(|g| match g {
                    Geometry::Polygon(p) => Ok(p),
                    other => Err(odd(&other)),
                })
                .collect::<Result<_, _>>()?,
        )),
        _ => Geometry::GeometryCollection(GeometryCollection(parts)),
    })
}

/// A geometry's bytes, little-endian, two dimensions.
pub fn write(geometry: &Geometry<f64>, out: &mut Vec<u8>) {
    let head = |out: &mut Vec<u8>, kind: u32| {
        out.push(1);
        out.extend(kind.to_le_bytes());
    };
    let count = |out: &mut Vec<u8>, n: usize| out.extend((n as u32).to_le_bytes());
    let coord = |out: &mut Vec<u8>, c: &Coord<f64>| {
        out.extend(c.x.to_le_bytes());
        out.extend(c.y.to_le_bytes());
    };
    let line = |out: &mut Vec<u8>, l: &LineString<f64>| {
        count(out, l.0.len());
        for c in &l.0 {
            coord(out, c);
        }
    };
    match geometry {
        Geometry::Point(p) => {
            head(out, 1);
            coord(out, &p.0);
        }
        Geometry::LineString(l) => {
            head(out, 2);
            line(out, l);
        }
        Geometry::Polygon(p) => {
            head(out, 3);
            count(out, 1 + p.interiors().len());
            line(out, p.exterior());
            for ring in p.interiors() {
                line(out, ring);
            }
        }
        Geometry::MultiPoint(all) => {
            head(out, 4);
            count(out, all.0.len());
            for p in &all.0 {
                write(&Geometry::Point(*p), out);
            }
        }
        Geometry::MultiLineString(all) => {
            head(out, 5);
            count(out, all.0.len());
            for l in &all.0 {
                write(&Geometry::LineString(l.clone()), out);
            }
        }
        Geometry::MultiPolygon(all) => {
            head(out, 6);
            count(out, all.0.len());
            for p in &all.0 {
                write(&Geometry::Polygon(p.clone()), out);
            }
        }
        Geometry::GeometryCollection(all) => {
            head(out, 7);
            count(out, all.0.len());
            for g in &all.0 {
                write(g, out);
            }
        }
        Geometry::Line(l) => write(&Geometry::LineString(LineString(vec![l.start, l.end])), out),
        Geometry::Rect(r) => write(&Geometry::Polygon(r.to_polygon()), out),
        Geometry::Triangle(t) => write(&Geometry::Polygon(t.to_polygon()), out),
    }
}
