//! One fire against another: two runs, or a run against a perimeter or detections that were observed.
//!
//! In come run folders, rasters, outlines or points; out come how far the burnt areas agree, by how much
//! the times differ, and both as a raster. `b` is taken for what was observed.

use std::path::{Path, PathBuf};

use geo::Geometry;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::base::geo::{Grid, Point, Raster, System, SystemError, Transform};
use crate::files::raster::{self, Lattice, RasterFormat};
use crate::files::vector::{self, VectorFormat};
use crate::files::{FileError, geotiff};

/// Cell of the comparison where both sides are outlines, metres.
const OUTLINE_CELL_M: f64 = 10.0;
/// Most cells of a comparison.
const MOST_CELLS: f64 = 100_000_000.0;
/// A detection hits when fire came within so many metres: half a pixel of VIIRS (375 m).
pub const DETECTION_REACH_M: f64 = 187.5;

/// What the files do not say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// System of files that name none.
    pub assumed: Option<System>,
    /// Start of the fire's clock, for files with civil times; a run's own where there is a run.
    pub start: Option<Timestamp>,
    /// Time zone of civil times without one.
    pub zone: Option<TimeZone>,
    /// Burnt counts what burnt by so many minutes after the start; all when left out.
    pub at_min: Option<f64>,
}

/// Why two fires cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A system cannot be used.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The sides do not fit.
    #[error("{0}")]
    Unfit(String),
}

/// How far two burnt areas agree. Shares are 0 to 1; none where they are not defined.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Agreement {
    /// Burnt in the first, hectares.
    pub a_ha: f64,
    /// Burnt in the second.
    pub b_ha: f64,
    /// Burnt in both.
    pub both_ha: f64,
    /// First less second, hectares.
    pub difference_ha: f64,
    /// Jaccard (1901): both over either.
    pub jaccard: Option<f64>,
    /// Sorensen (1948), Dice (1945): twice both over the sum.
    pub sorensen: Option<f64>,
    /// Cohen (1960) over the cells of the compared map.
    pub kappa: Option<f64>,
    /// Share of the second that the first leaves out.
    pub omission: Option<f64>,
    /// Share of the first that is not in the second.
    pub commission: Option<f64>,
    /// The map that was compared, hectares; kappa depends on it.
    pub map_ha: f64,
    /// Cell of the comparison, metres.
    pub cell_m: f64,
}

/// Differences of arrival times, first less second, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct TimeErrors {
    /// Cells or detections with both times.
    pub count: usize,
    /// Mean.
    pub mean_min: f64,
    /// Mean of the absolute differences.
    pub mean_absolute_min: f64,
    /// Root of the mean square.
    pub rms_min: f64,
    /// Median of the absolute differences.
    pub median_absolute_min: f64,
    /// Nine in ten absolute differences are smaller.
    pub p90_absolute_min: f64,
}

/// Detections against a burnt area.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Detections {
    /// Points compared.
    pub count: usize,
    /// Points within reach of the burnt area.
    pub hits: usize,
    /// Reach, metres.
    pub reach_m: f64,
    /// Mean distance of the others from the burnt area, metres; none without others.
    pub mean_miss_m: Option<f64>,
}

/// The comparison; `fireline compare --json`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    /// The first.
    pub a: PathBuf,
    /// The second.
    pub b: PathBuf,
    /// Burnt counts up to here, minutes after the start; none for all.
    pub at_min: Option<f64>,
    /// Agreement of areas; none where the second is points.
    pub areas: Option<Agreement>,
    /// Differences of times; none where a side has no times.
    pub times: Option<TimeErrors>,
    /// Points against the first; none where the second is an area.
    pub detections: Option<Detections>,
    /// What was decided on the way: one sentence each.
    pub remarks: Vec<String>,
}

/// The comparison with its map.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// In numbers.
    pub comparison: Comparison,
    /// 1 burnt in both, 2 only in the first, 3 only in the second, 0 neither; none for points.
    pub map: Option<Raster<u8>>,
    /// First less second, minutes; NaN where a time is missing.
    pub time_difference: Option<Raster<f32>>,
    /// System of both.
    pub system: System,
}

/// One side as it was read.
struct Side {
    system: System,
    /// When its clock starts.
    start: Option<Timestamp>,
    what: What,
}

enum What {
    /// Minutes of arrival, NaN where nothing burnt.
    Raster {
        lattice: Lattice,
        arrival: Vec<f32>,
        timed: bool,
    },
    /// Rings of outlines (even-odd) with the minutes by which they had burnt.
    Outlines(Vec<(Vec<Vec<Point>>, Option<f64>)>),
    Points(Vec<(Point, Option<f64>)>),
}

/// Compares two fires.
pub fn compare(a: &Path, b: &Path, options: &Options) -> Result<Compared, CompareError> {
    let mut remarks = Vec::new();
    let first = read(a, options, None, &mut remarks)?;
    let second = read(b, options, first.start, &mut remarks)?;
    if matches!(first.what, What::Points(_)) {
        return Err(CompareError::Unfit(format!(
            "{} holds points; the first must be an area: a run, a raster or outlines",
            a.display()
        )));
    }
    // Both on one clock.
    let shift = match (first.start, second.start) {
        (Some(x), Some(y)) => (y.as_second() - x.as_second()) as f64 / 60.0,
        _ => 0.0,
    };
    let system = first.system.clone();
    let grid = common_grid(&first, &second, &system)?;
    let at = |side: &Side, shift: f64| burn(side, &system, grid, shift);
    let (a_arrival, a_timed) = at(&first, 0.0)?;
    let until = options.at_min.unwrap_or(f64::INFINITY);
    let burnt = |v: f32| !v.is_nan() && f64::from(v) <= until;
    if options.at_min.is_some() && !a_timed {
        return Err(CompareError::Unfit(format!(
            "{} has no times, so --at-min means nothing",
            a.display()
        )));
    }
    let mut comparison = Comparison {
        a: a.to_owned(),
        b: b.to_owned(),
        at_min: options.at_min,
        areas: None,
        times: None,
        detections: None,
        remarks: Vec::new(),
    };
    if let What::Points(points) = &second.what {
        let points = moved(points, &second.system, &system, shift)?;
        let arrival = Raster {
            grid,
            data: a_arrival,
        };
        let (detections, times) = detected(&arrival, &points, a_timed, until, &mut remarks);
        comparison.detections = Some(detections);
        comparison.times = times;
        comparison.remarks = remarks;
        return Ok(Compared {
            comparison,
            map: None,
            time_difference: None,
            system,
        });
    }
    let (b_arrival, b_timed) = at(&second, shift)?;
    let until_b = if b_timed { until } else { f64::INFINITY };
    let b_burnt = |v: f32| !v.is_nan() && f64::from(v) <= until_b;
    let map: Vec<u8> = a_arrival
        .iter()
        .zip(&b_arrival)
        .map(|(&x, &y)| match (burnt(x), b_burnt(y)) {
            (true, true) => 1,
            (true, false) => 2,
            (false, true) => 3,
            (false, false) => 0,
        })
        .collect();
    comparison.areas = Some(agreement(&map, grid));
    let mut time_difference = None;
    if a_timed && b_timed {
        let differences: Vec<f32> = a_arrival
            .iter()
            .zip(&b_arrival)
            .map(|(&x, &y)| {
                if burnt(x) && b_burnt(y) {
                    x - y
                } else {
                    f32::NAN
                }
            })
            .collect();
        let errors: Vec<f64> = differences
            .iter()
            .filter(|d| !d.is_nan())
            .map(|&d| f64::from(d))
            .collect();
        comparison.times = time_errors(errors);
        time_difference = Some(Raster {
            grid,
            data: differences,
        });
    } else {
        remarks.push("a side has no times, so times are not compared".to_owned());
    }
    comparison.remarks = remarks;
    Ok(Compared {
        comparison,
        map: Some(Raster { grid, data: map }),
        time_difference,
        system,
    })
}

fn agreement(map: &[u8], grid: Grid) -> Agreement {
    let count = |code: u8| {
        map.iter()
            .map(|&c| f64::from(u8::from(c == code)))
            .sum::<f64>()
    };
    let (both, only_a, only_b, neither) = (count(1), count(2), count(3), count(0));
    let n = both + only_a + only_b + neither;
    let ha = grid.cell * grid.cell / 10_000.0;
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let agreed = (both + neither) / n;
    let (a, b) = ((both + only_a) / n, (both + only_b) / n);
    let by_chance = a * b + (1.0 - a) * (1.0 - b);
    Agreement {
        a_ha: (both + only_a) * ha,
        b_ha: (both + only_b) * ha,
        both_ha: both * ha,
        difference_ha: (only_a - only_b) * ha,
        jaccard: share(both, both + only_a + only_b),
        sorensen: share(2.0 * both, 2.0 * both + only_a + only_b),
        kappa: share(agreed - by_chance, 1.0 - by_chance),
        omission: share(only_b, both + only_b),
        commission: share(only_a, both + only_a),
        map_ha: n * ha,
        cell_m: grid.cell,
    }
}

fn time_errors(mut errors: Vec<f64>) -> Option<TimeErrors> {
    if errors.is_empty() {
        return None;
    }
    let n = errors.len() as f64;
    let mean_min = errors.iter().sum::<f64>() / n;
    let rms_min = libm::sqrt(errors.iter().map(|e| e * e).sum::<f64>() / n);
    for e in &mut errors {
        *e = e.abs();
    }
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| errors[((share * n) as usize).min(errors.len() - 1)];
    Some(TimeErrors {
        count: errors.len(),
        mean_min,
        mean_absolute_min: errors.iter().sum::<f64>() / n,
        rms_min,
        median_absolute_min: at(0.5),
        p90_absolute_min: at(0.9),
    })
}

/// Points against the burnt area: whether fire came near, and how far its time is from theirs.
fn detected(
    arrival: &Raster<f32>,
    points: &[(Point, Option<f64>)],
    timed: bool,
    until: f64,
    remarks: &mut Vec<String>,
) -> (Detections, Option<TimeErrors>) {
    let (grid, arrival) = (arrival.grid, &arrival.data);
    let (mut hits, mut misses, mut errors) = (0, Vec::new(), Vec::new());
    let reach_cells = libm::ceil(DETECTION_REACH_M / grid.cell) as i64;
    let burnt_cells: Vec<Point> = (0..arrival.len())
        .filter(|&i| !arrival[i].is_nan() && f64::from(arrival[i]) <= until)
        .map(|i| grid.centre(i % grid.cols, i / grid.cols))
        .collect();
    for &(at, minutes) in points {
        let (c, r) = grid.fractional(at);
        let (col, row) = (libm::floor(c) as i64, libm::floor(r) as i64);
        let mut nearest: Option<(f64, f32)> = None;
        for y in row - reach_cells..=row + reach_cells {
            for x in col - reach_cells..=col + reach_cells {
                if x < 0 || y < 0 || x >= grid.cols as i64 || y >= grid.rows as i64 {
                    continue;
                }
                let v = arrival[y as usize * grid.cols + x as usize];
                if v.is_nan() || f64::from(v) > until {
                    continue;
                }
                let d = grid.centre(x as usize, y as usize).distance(at);
                if d <= DETECTION_REACH_M.max(grid.cell) && nearest.is_none_or(|n| (d, v) < n) {
                    nearest = Some((d, v));
                }
            }
        }
        if let Some((_, v)) = nearest {
            hits += 1;
            if let (true, Some(minutes)) = (timed, minutes) {
                errors.push(f64::from(v) - minutes);
            }
        } else {
            let d = burnt_cells
                .iter()
                .map(|p| p.distance(at))
                .fold(f64::INFINITY, f64::min);
            if d.is_finite() {
                misses.push(d);
            }
        }
    }
    if timed && errors.is_empty() && hits > 0 {
        remarks.push("the detections have no times that could be compared".to_owned());
    }
    let mean_miss_m =
        (!misses.is_empty()).then(|| misses.iter().sum::<f64>() / misses.len() as f64);
    (
        Detections {
            count: points.len(),
            hits,
            reach_m: DETECTION_REACH_M,
            mean_miss_m,
        },
        time_errors(errors),
    )
}

/// Reads a side; `start` is the other side's clock for times that are civil.
fn read(
    path: &Path,
    options: &Options,
    other_start: Option<Timestamp>,
    remarks: &mut Vec<String>,
) -> Result<Side, CompareError> {
    let arrival = path.join("arrival.tif");
    let file = if path.is_dir() {
        if !arrival.is_file() {
            return Err(FileError::Content {
                file: path.to_owned(),
                found: "a folder without arrival.tif".to_owned(),
                expected: "a run folder, a raster, outlines or points".to_owned(),
            }
            .into());
        }
        arrival.as_path()
    } else {
        path
    };
    if RasterFormat::of(file)?.is_some() {
        return read_raster(file, options, remarks);
    }
    if VectorFormat::of(file)?.is_some() {
        return read_features(file, options, other_start, remarks);
    }
    Err(FileError::Content {
        file: path.to_owned(),
        found: "no raster and no features".to_owned(),
        expected: "a run folder, a raster, outlines or points".to_owned(),
    }
    .into())
}

fn no_system(file: &Path) -> CompareError {
    FileError::Content {
        file: file.to_owned(),
        found: "no coordinate system".to_owned(),
        expected: "one, in the file or by --source-epsg".to_owned(),
    }
    .into()
}

fn read_raster(
    file: &Path,
    options: &Options,
    remarks: &mut Vec<String>,
) -> Result<Side, CompareError> {
    let sheet = raster::read(file, Some(&[0]))?;
    let system = sheet
        .system
        .clone()
        .or_else(|| options.assumed.clone())
        .ok_or_else(|| no_system(file))?;
    let band = &sheet.bands[0];
    let name = band.info.name.clone().unwrap_or_default();
    let mut values = band.samples.to_f32(band.info.nodata);
    for v in &mut values {
        // Rasters of arrivals that name no "no data" have a negative number for it.
        if *v < 0.0 {
            *v = f32::NAN;
        }
    }
    // A mask says burnt or not; arrivals rise from the first minute on.
    let only_flags = values.iter().all(|v| v.is_nan() || *v == 0.0 || *v == 1.0);
    if only_flags {
        remarks.push(format!(
            "{} holds 0 and 1 only: 1 was taken for burnt, without times",
            file.display()
        ));
        for v in &mut values {
            *v = if *v == 1.0 { 0.0 } else { f32::NAN };
        }
    }
    // A run says in its band's name when its clock starts.
    let own = name
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.trim_end_matches(')').parse::<Timestamp>().ok());
    Ok(Side {
        system,
        start: own.or(options.start),
        what: What::Raster {
            lattice: sheet.lattice,
            arrival: values,
            timed: !only_flags,
        },
    })
}

fn read_features(
    file: &Path,
    options: &Options,
    other_start: Option<Timestamp>,
    remarks: &mut Vec<String>,
) -> Result<Side, CompareError> {
    let start = options.start.or(other_start);
    let (mut outlines, mut points) = (Vec::new(), Vec::new());
    let mut system: Option<System> = None;
    let mut timeless = 0;
    for layer in vector::read(file, None)? {
        let own = layer
            .system
            .clone()
            .or_else(|| options.assumed.clone())
            .ok_or_else(|| no_system(file))?;
        if let Some(first) = &system
            && !first.same_as(&own)
        {
            return Err(CompareError::Unfit(format!(
                "{} has layers in several systems",
                file.display()
            )));
        }
        system = Some(own);
        for feature in &layer.features {
            let minutes = minutes_of(&feature.properties, start, options.zone.as_ref());
            timeless += usize::from(minutes.is_none());
            match &feature.geometry {
                Geometry::Polygon(p) => outlines.push((rings(p), minutes)),
                Geometry::MultiPolygon(m) => {
                    outlines.push((m.0.iter().flat_map(rings).collect(), minutes));
                }
                Geometry::Point(p) => points.push((Point::new(p.x(), p.y()), minutes)),
                Geometry::MultiPoint(m) => {
                    points.extend(m.0.iter().map(|p| (Point::new(p.x(), p.y()), minutes)));
                }
                _ => {}
            }
        }
    }
    let system = system.ok_or_else(|| no_system(file))?;
    let what = match (outlines.is_empty(), points.is_empty()) {
        (false, true) => What::Outlines(outlines),
        (true, false) => What::Points(points),
        (true, true) => {
            return Err(FileError::Content {
                file: file.to_owned(),
                found: "neither areas nor points".to_owned(),
                expected: "perimeters as areas, or detections as points".to_owned(),
            }
            .into());
        }
        (false, false) => {
            remarks.push(format!(
                "{} holds areas and points; only the areas were compared",
                file.display()
            ));
            What::Outlines(outlines)
        }
    };
    if timeless > 0 {
        remarks.push(format!(
            "{} features of {} have no time",
            timeless,
            file.display()
        ));
    }
    Ok(Side {
        system,
        start,
        what,
    })
}

fn rings(polygon: &geo::Polygon) -> Vec<Vec<Point>> {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .map(|r| r.0.iter().map(|c| Point::new(c.x, c.y)).collect())
        .collect()
}

/// Minutes after the start that a feature's attributes speak of: `minutes`, `at_min`, a civil time or a
/// time with its offset, or the acquisition date and time (UTC) of NASA FIRMS.
fn minutes_of(
    properties: &Map<String, Json>,
    start: Option<Timestamp>,
    zone: Option<&TimeZone>,
) -> Option<f64> {
    let get = |names: &[&str]| {
        names.iter().find_map(|n| {
            properties
                .iter()
                .find(|(k, v)| k.eq_ignore_ascii_case(n) && !v.is_null())
                .map(|(_, v)| v)
        })
    };
    let text = |v: &Json| match v {
        Json::String(s) => Some(s.trim().to_owned()),
        Json::Number(n) => Some(n.to_string()),
        _ => None,
    };
    if let Some(minutes) = get(&["minutes", "at_min"]).and_then(|v| text(v)?.parse::<f64>().ok()) {
        return Some(minutes);
    }
    let start = start?;
    let after = |at: Timestamp| (at.as_millisecond() - start.as_millisecond()) as f64 / 60_000.0;
    if let (Some(date), Some(time)) = (get(&["acq_date"]), get(&["acq_time"])) {
        let digits: String = text(time)?.chars().filter(char::is_ascii_digit).collect();
        let digits = format!("{digits:0>4}");
        let at: DateTime = format!(
            "{}T{}:{}",
            text(date)?.replace('/', "-"),
            &digits[..2],
            &digits[2..4]
        )
        .parse()
        .ok()?;
        return Some(after(at.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp()));
    }
    let words = text(get(&[
        "time",
        "datetime",
        "timestamp",
        "date_time",
        "时间",
    ])?)?;
    if let Ok(at) = words.parse::<Timestamp>() {
        return Some(after(at));
    }
    let civil: DateTime = words.replace(' ', "T").parse().ok()?;
    let at = civil.to_zoned_datetime(zone?.clone()).ok()?;
    Some(after(at.timestamp()))
}

/// A grid that holds both sides, in the first one's system: the first raster's cells, else 10 m.
fn common_grid(a: &Side, b: &Side, system: &System) -> Result<Grid, CompareError> {
    let cell = match (&a.what, &b.what) {
        (What::Raster { lattice, .. }, _) => lattice.dx,
        (_, What::Raster { lattice, .. }) if b.system.same_as(system) => lattice.dx,
        _ => OUTLINE_CELL_M,
    };
    if system.is_geographic() || (system.metres_per_unit() - 1.0).abs() > 1e-9 {
        return Err(CompareError::Unfit(format!(
            "the first is in {}, which is not in metres; areas need a projected system",
            system.name()
        )));
    }
    let origin = match &a.what {
        What::Raster { lattice, .. } => (lattice.west, lattice.north),
        _ => (0.0, 0.0),
    };
    let mut extent = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    for side in [a, b] {
        for p in corners(side, system)? {
            extent = [
                extent[0].min(p.x),
                extent[1].min(p.y),
                extent[2].max(p.x),
                extent[3].max(p.y),
            ];
        }
    }
    let west = origin.0 + libm::floor((extent[0] - origin.0) / cell + 1e-6) * cell;
    let north = origin.1 + libm::ceil((extent[3] - origin.1) / cell - 1e-6) * cell;
    let cols = libm::ceil((extent[2] - west) / cell - 1e-6).max(1.0);
    let rows = libm::ceil((north - extent[1]) / cell - 1e-6).max(1.0);
    if (cols * rows).is_nan() || cols * rows > MOST_CELLS {
        return Err(CompareError::Unfit(format!(
            "the two lie so far apart that {cols} x {rows} cells would be compared; are both in the right system?"
        )));
    }
    Grid::new(cols as usize, rows as usize, cell, west, north)
        .map_err(|e| CompareError::Unfit(e.to_string()))
}

/// Places that bound a side, in a system.
fn corners(side: &Side, system: &System) -> Result<Vec<Point>, CompareError> {
    let own: Vec<Point> = match &side.what {
        What::Raster { lattice: l, .. } => {
            let (w, s, e, n) = (l.west, l.south(), l.east(), l.north);
            vec![
                Point::new(w, s),
                Point::new(w, n),
                Point::new(e, s),
                Point::new(e, n),
            ]
        }
        What::Outlines(all) => all
            .iter()
            .flat_map(|(r, _)| r.iter().flatten().copied())
            .collect(),
        What::Points(all) => all.iter().map(|(p, _)| *p).collect(),
    };
    if side.system.same_as(system) {
        return Ok(own);
    }
    let transform = Transform::new(&side.system, system)?;
    own.into_iter()
        .map(|p| {
            let (x, y) = transform.point(p.x, p.y)?;
            Ok(Point::new(x, y))
        })
        .collect()
}

fn moved(
    points: &[(Point, Option<f64>)],
    from: &System,
    to: &System,
    shift: f64,
) -> Result<Vec<(Point, Option<f64>)>, CompareError> {
    let transform = if from.same_as(to) {
        None
    } else {
        Some(Transform::new(from, to)?)
    };
    points
        .iter()
        .map(|&(p, minutes)| {
            let p = match &transform {
                Some(t) => {
                    let (x, y) = t.point(p.x, p.y)?;
                    Point::new(x, y)
                }
                None => p,
            };
            Ok((p, minutes.map(|m| m + shift)))
        })
        .collect()
}

/// Minutes of arrival on the grid, NaN where nothing burnt, and whether they mean anything.
fn burn(
    side: &Side,
    system: &System,
    grid: Grid,
    shift: f64,
) -> Result<(Vec<f32>, bool), CompareError> {
    match &side.what {
        What::Points(_) => Ok((Vec::new(), false)),
        What::Raster {
            lattice,
            arrival,
            timed,
        } => {
            let back = if side.system.same_as(system) {
                None
            } else {
                Some(Transform::new(system, &side.system)?)
            };
            let mut out = vec![f32::NAN; grid.len()];
            for row in 0..grid.rows {
                for col in 0..grid.cols {
                    let p = grid.centre(col, row);
                    let (x, y) = match &back {
                        Some(t) => t.point(p.x, p.y)?,
                        None => (p.x, p.y),
                    };
                    let (c, r) = (
                        libm::floor((x - lattice.west) / lattice.dx),
                        libm::floor((lattice.north - y) / lattice.dy),
                    );
                    if c >= 0.0
                        && r >= 0.0
                        && (c as usize) < lattice.cols
                        && (r as usize) < lattice.rows
                    {
                        out[row * grid.cols + col] =
                            arrival[r as usize * lattice.cols + c as usize] + shift as f32;
                    }
                }
            }
            Ok((out, *timed))
        }
        What::Outlines(all) => {
            let forward = if side.system.same_as(system) {
                None
            } else {
                Some(Transform::new(&side.system, system)?)
            };
            let mut out = vec![f32::NAN; grid.len()];
            let mut timed = true;
            for (rings, minutes) in all {
                let rings: Vec<Vec<Point>> = rings
                    .iter()
                    .map(|ring| {
                        ring.iter()
                            .map(|p| match &forward {
                                Some(t) => t.point(p.x, p.y).map(|(x, y)| Point::new(x, y)),
                                None => Ok(*p),
                            })
                            .collect::<Result<_, _>>()
                    })
                    .collect::<Result<_, _>>()?;
                timed &= minutes.is_some();
                let value = minutes.map_or(0.0, |m| m + shift) as f32;
                // Where outlines of several times lie on each other the earliest says when it burnt.
                fill(&rings, grid, |i| {
                    if out[i].is_nan() || value < out[i] {
                        out[i] = value;
                    }
                });
            }
            Ok((out, timed))
        }
    }
}

/// Calls `set` for every cell whose centre lies inside rings (even-odd).
fn fill(rings: &[Vec<Point>], grid: Grid, mut set: impl FnMut(usize)) {
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); grid.rows];
    for ring in rings {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            if a.y == b.y {
                continue;
            }
            let (low, high) = if a.y < b.y { (*a, b) } else { (b, *a) };
            // Rows whose centres lie in [low, high).
            let first =
                libm::ceil((grid.north - high.y) / grid.cell - 0.5 + 1e-12).max(0.0) as usize;
            let last = libm::floor((grid.north - low.y) / grid.cell - 0.5);
            if last < 0.0 {
                continue;
            }
            for row in first..=(last as usize).min(grid.rows - 1) {
                let y = grid.north - (row as f64 + 0.5) * grid.cell;
                if y < low.y || y >= high.y {
                    continue;
                }
                let x = low.x + (y - low.y) / (high.y - low.y) * (high.x - low.x);
                crossings[row].push((x - grid.west) / grid.cell);
            }
        }
    }
    for (row, xs) in crossings.iter_mut().enumerate() {
        xs.sort_by(f64::total_cmp);
        for pair in xs.chunks_exact(2) {
            let from = libm::ceil(pair[0] - 0.5).max(0.0) as usize;
            let to = libm::floor(pair[1] - 0.5);
            if to < 0.0 {
                continue;
            }
            for col in from..=(to as usize).min(grid.cols - 1) {
                set(row * grid.cols + col);
            }
        }
    }
}

/// Writes `difference.tif` (1 both, 2 only the first, 3 only the second) and, where there are times,
/// `time_difference.tif`. Gives the files.
pub fn write_maps(compared: &Compared, folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut written = Vec::new();
    let epsg = compared.system.epsg().unwrap_or(0);
    if let Some(map) = &compared.map {
        let path = folder.join("difference.tif");
        geotiff::write_u8(
            &path,
            map,
            epsg,
            0,
            "1 burnt in both, 2 only in the first, 3 only in the second",
        )?;
        written.push(path);
    }
    if let Some(times) = &compared.time_difference {
        let path = folder.join("time_difference.tif");
        let nodata = -99_999.0;
        let data = times
            .data
            .iter()
            .map(|v| if v.is_nan() { nodata } else { *v })
            .collect();
        let raster = Raster {
            grid: times.grid,
            data,
        };
        geotiff::write_f32(
            &path,
            &raster,
            epsg,
            nodata,
            "arrival, first less second, minutes",
        )?;
        written.push(path);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn write_run(path: &Path, west: f64, arrival: &[f32], cols: usize, name: &str) {
        let rows = arrival.len() / cols;
        let grid = Grid::new(cols, rows, 10.0, west, 3_000_000.0).unwrap();
        let raster = Raster {
            grid,
            data: arrival.to_vec(),
        };
        geotiff::write_f32(path, &raster, 32649, -9999.0, name).unwrap();
    }

    const N: f32 = -9999.0;

    #[test]
    fn shares_are_those_of_the_confusion_table() {
        // 4 both, 2 only a, 1 only b, 3 neither: worked out by hand.
        let grid = Grid::new(10, 1, 100.0, 0.0, 0.0).unwrap();
        let a = agreement(&[1, 1, 1, 1, 2, 2, 3, 0, 0, 0], grid);
        let near = |x: Option<f64>, y: f64| (x.unwrap() - y).abs() < 1e-12;
        assert!(near(a.jaccard, 4.0 / 7.0));
        assert!(near(a.sorensen, 8.0 / 11.0));
        assert!(near(a.omission, 0.2));
        assert!(near(a.commission, 1.0 / 3.0));
        // Observed agreement 0.7, by chance 0.6 * 0.5 + 0.4 * 0.5 = 0.5.
        assert!(near(a.kappa, 0.4));
        assert_eq!((a.a_ha, a.b_ha, a.difference_ha), (6.0, 5.0, 1.0));
    }

    #[test]
    fn two_runs_on_shifted_windows_are_laid_on_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a.tif"), folder.path().join("b.tif"));
        write_run(
            &a,
            600_000.0,
            &[0.0, 5.0, 10.0, N],
            4,
            "arrival (2025-04-04T14:00:00+08:00)",
        );
        // One cell further east, and its clock starts two minutes later.
        write_run(
            &b,
            600_010.0,
            &[5.0, 10.0, 20.0, N],
            4,
            "arrival (2025-04-04T14:02:00+08:00)",
        );
        let made = compare(&a, &b, &Options::default()).unwrap();
        let areas = made.comparison.areas.unwrap();
        assert_eq!(made.map.unwrap().data, [2, 1, 1, 3, 0]);
        assert!((areas.jaccard.unwrap() - 0.5).abs() < 1e-12);
        let times = made.comparison.times.unwrap();
        // 5 - 7 and 10 - 12.
        assert_eq!((times.count, times.mean_min, times.rms_min), (2, -2.0, 2.0));
        let early = Options {
            at_min: Some(6.0),
            ..Options::default()
        };
        let made = compare(&a, &b, &early).unwrap();
        assert_eq!(made.map.unwrap().data, [2, 2, 0, 0, 0]);
    }

    #[test]
    fn an_outline_is_filled_by_centres_and_its_hole_left_out() {
        let grid = Grid::new(6, 6, 10.0, 0.0, 60.0).unwrap();
        let square = |a: f64, b: f64| {
            vec![
                Point::new(a, a),
                Point::new(b, a),
                Point::new(b, b),
                Point::new(a, b),
                Point::new(a, a),
            ]
        };
        let mut cells = Vec::new();
        fill(&[square(0.0, 50.0), square(10.0, 30.0)], grid, |i| {
            cells.push(i);
        });
        assert_eq!(cells.len(), 25 - 4);
        assert!(!cells.contains(&(3 * 6 + 1)));
    }

    #[test]
    fn detections_hit_within_reach_and_their_times_count() {
        let folder = tempfile::tempdir().unwrap();
        let a = folder.path().join("a.tif");
        write_run(
            &a,
            600_000.0,
            &[0.0, 30.0, N, N],
            4,
            "arrival (2025-04-04T14:00:00+08:00)",
        );
        let system = System::from_epsg(32649).unwrap();
        let to = Transform::new(&system, &System::wgs84()).unwrap();
        let point = |x: f64, y: f64, properties: Json| {
            let (lon, lat) = to.point(x, y).unwrap();
            json!({"type": "Feature", "properties": properties,
                   "geometry": {"type": "Point", "coordinates": [lon, lat]}})
        };
        let text = json!({"type": "FeatureCollection", "features": [
            // 06:10 UTC is ten minutes after the start.
            point(600_005.0, 2_999_995.0, json!({"acq_date": "2025-04-04", "acq_time": "0610"})),
            point(600_016.0, 2_999_995.0, json!({"time": "2025-04-04T14:20:00+08:00"})),
            point(601_016.0, 2_999_995.0, json!({})),
        ]});
        let b = folder.path().join("b.geojson");
        std::fs::write(&b, text.to_string()).unwrap();
        let made = compare(&a, &b, &Options::default()).unwrap();
        let found = made.comparison.detections.unwrap();
        assert_eq!((found.count, found.hits), (3, 2));
        assert!((found.mean_miss_m.unwrap() - 1001.0).abs() < 1.0);
        let times = made.comparison.times.unwrap();
        assert_eq!(times.count, 2);
        // 0 - 10 and 30 - 20.
        assert!(times.mean_min.abs() < 1e-9 && (times.rms_min - 10.0).abs() < 1e-9);
        assert!(compare(&b, &a, &Options::default()).is_err());
    }
}
