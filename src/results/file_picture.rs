//! A look at a file: a raster in colours, features as lines and dots, without a scenario.

use std::path::Path;

use geo::{CoordsIter, Geometry};
use image::{Rgba, RgbaImage};
use tiny_skia::{Color, Paint, PathBuilder, Pixmap, Stroke, Transform};

use crate::base::geo::System;
use crate::files::FileError;
use crate::files::raster::{self, Band, Lattice};
use crate::files::vector;
use crate::files::wkt;
use crate::world::covers;

/// Longest side of the picture, pixels.
const LONGEST: usize = 1400;
/// Values of a band up to so many are drawn as classes.
const MOST_CLASSES: usize = 64;

/// Draws the first band of a raster; `relief` shades it as ground.
pub fn of_raster(path: &Path, relief: bool) -> Result<RgbaImage, FileError> {
    let sheet = raster::read(path, Some(&[0]))?;
    let lattice = sheet.lattice;
    let band = &sheet.bands[0];
    let (width, height, step) = size(&lattice);
    let colour = colours(band);
    let mut image = RgbaImage::new(width as u32, height as u32);
    let value = |col: usize, row: usize| -> f64 {
        let i = row.min(lattice.rows - 1) * lattice.cols + col.min(lattice.cols - 1);
        let v = band.samples.value(i);
        if band.info.nodata == Some(v) {
            f64::NAN
        } else {
            v
        }
    };
    // Cells in degrees are so many metres wide and high, near enough for shading.
    let metres = if sheet.system.as_ref().is_some_and(System::is_geographic) {
        111_000.0
    } else {
        1.0
    };
    for y in 0..height {
        for x in 0..width {
            let (col, row) = ((x as f64 * step.0) as usize, (y as f64 * step.1) as usize);
            let v = value(col, row);
            if v.is_nan() {
                image.put_pixel(x as u32, y as u32, Rgba([255, 255, 255, 0]));
                continue;
            }
            let [r, g, b] = colour.of(v);
            let light = if relief {
                let dx = (value(col + 1, row) - v) / (lattice.dx * metres);
                let dy = (value(col, row + 1) - v) / (lattice.dy * metres);
                shade(dx, dy)
            } else {
                1.0
            };
            let lit = |c: u8| (f64::from(c) * light).clamp(0.0, 255.0) as u8;
            image.put_pixel(x as u32, y as u32, Rgba([lit(r), lit(g), lit(b), 255]));
        }
    }
    Ok(image)
}

/// Width and height of the picture and how many cells a pixel steps over.
fn size(lattice: &Lattice) -> (usize, usize, (f64, f64)) {
    let (cols, rows) = (lattice.cols as f64, lattice.rows as f64);
    let (wide, high) = (cols * lattice.dx, rows * lattice.dy);
    let scale = (LONGEST as f64 / cols.max(rows)).min(1.0);
    // Oblong cells keep their shape.
    let width = libm::round(cols * scale).max(1.0);
    let height = libm::round(width * high / wide).clamp(1.0, 4.0 * LONGEST as f64);
    (
        width as usize,
        height as usize,
        (cols / width, rows / height),
    )
}

/// Light from the north-west at 45 degrees on a slope of `dx` east and `dy` south.
fn shade(dx: f64, dy: f64) -> f64 {
    if dx.is_nan() || dy.is_nan() {
        return 1.0;
    }
    let length = libm::sqrt(dx * dx + dy * dy + 1.0);
    let towards = (0.5 * dx + 0.5 * dy + std::f64::consts::FRAC_1_SQRT_2) / length;
    0.55 + 0.65 * towards.max(0.0)
}

/// Colours of the values of a band.
enum Colours {
    Classes(Vec<(f64, [u8; 3])>),
    Ramp(f64, f64),
}

impl Colours {
    fn of(&self, v: f64) -> [u8; 3] {
        match self {
            Self::Classes(all) => match all.binary_search_by(|(c, _)| c.total_cmp(&v)) {
                Ok(i) => all[i].1,
                Err(_) => [128; 3],
            },
            Self::Ramp(least, most) => {
                // Viridis (Smith & van der Walt 2015), at five places.
                const STOPS: [[f64; 3]; 5] = [
                    [68.0, 1.0, 84.0],
                    [59.0, 82.0, 139.0],
                    [33.0, 145.0, 140.0],
                    [94.0, 201.0, 98.0],
                    [253.0, 231.0, 37.0],
                ];
                let share = ((v - least) / (most - least).max(1e-30)).clamp(0.0, 1.0) * 4.0;
                let i = (share as usize).min(3);
                let t = share - i as f64;
                std::array::from_fn(|k| (STOPS[i][k] * (1.0 - t) + STOPS[i + 1][k] * t) as u8)
            }
        }
    }
}

fn colours(band: &Band) -> Colours {
    let classes = band
        .classes(MOST_CLASSES)
        .filter(|c| c.len() <= MOST_CLASSES);
    let Some(classes) = classes.filter(|c| !c.is_empty()) else {
        return ramp(band);
    };
    let number = |v: f64| {
        u16::try_from(v as i64)
            .ok()
            .filter(|n| covers::is_standard(*n))
    };
    let standard =
        classes.iter().all(|(v, _)| number(*v).is_some()) && classes.iter().any(|(v, _)| *v > 90.0);
    if !standard && classes.len() > 40 {
        return ramp(band);
    }
    Colours::Classes(
        classes
            .iter()
            .enumerate()
            .map(|(i, &(v, _))| {
                let colour = match number(v).filter(|_| standard) {
                    Some(n) => covers::standard_colour(n).into(),
                    None => distinct(i),
                };
                (v, colour)
            })
            .collect(),
    )
}

fn ramp(band: &Band) -> Colours {
    let s = band.statistics();
    // A few odd values must not make one colour of all the others.
    let mut some: Vec<f64> = (0..band.samples.len())
        .step_by((band.samples.len() / 20_000).max(1))
        .map(|i| band.samples.value(i))
        .filter(|v| !v.is_nan() && band.info.nodata != Some(*v))
        .collect();
    some.sort_by(f64::total_cmp);
    let at = |share: f64| {
        some.get((share * (some.len().max(1) - 1) as f64) as usize)
            .copied()
    };
    let (least, most) = (at(0.01).unwrap_or(s.least), at(0.99).unwrap_or(s.most));
    if least < most {
        Colours::Ramp(least, most)
    } else {
        Colours::Ramp(s.least, s.most)
    }
}

/// The `i`-th of many colours that are easily told apart: hues by the golden angle.
fn distinct(i: usize) -> [u8; 3] {
    let hue = (i as f64 * 137.508) % 360.0;
    let light = [0.62, 0.48, 0.74][i % 3];
    let c = (1.0 - (2.0 * light - 1.0_f64).abs()) * 0.55;
    let x = c * (1.0 - ((hue / 60.0) % 2.0 - 1.0).abs());
    let m = light - c / 2.0;
    let (r, g, b) = match hue as u32 / 60 {
        0 => (c, x, 0.0),
        1 => (x, c, 0.0),
        2 => (0.0, c, x),
        3 => (0.0, x, c),
        4 => (x, 0.0, c),
        _ => (c, 0.0, x),
    };
    [r, g, b].map(|v| ((v + m) * 255.0) as u8)
}

/// Writes the world file and the system beside a raster's picture, so that a GIS puts it in its place.
pub fn write_place(picture: &Path, source: &Path) -> Result<(), FileError> {
    let header = raster::header(source)?;
    let lattice = header.lattice;
    let (_, _, step) = size(&lattice);
    let (dx, dy) = (lattice.dx * step.0, lattice.dy * step.1);
    let text = format!(
        "{dx}\n0\n0\n{}\n{}\n{}\n",
        -dy,
        lattice.west + dx / 2.0,
        lattice.north - dy / 2.0
    );
    let world = picture.with_extension("pgw");
    std::fs::write(&world, text).map_err(|e| FileError::write(&world, e))?;
    match &header.system {
        Some(system) => wkt::write_beside(picture, system),
        None => Ok(()),
    }
}

/// Draws the features of all layers, one colour a layer; none when there are none.
pub fn of_vector(path: &Path) -> Result<Option<RgbaImage>, FileError> {
    let layers = vector::read(path, None)?;
    let boxes: Vec<[f64; 4]> = layers.iter().filter_map(|l| l.info().bounds).collect();
    let all = boxes.into_iter().reduce(|a, b| {
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]
    });
    let Some([w, s, e, n]) = all else {
        return Ok(None);
    };
    let middle = f64::midpoint(s, n);
    let geographic = layers
        .iter()
        .any(|l| l.system.as_ref().is_some_and(System::is_geographic));
    // Degrees of longitude shrink with the latitude.
    let squeeze = if geographic {
        libm::cos(middle.to_radians()).max(0.05)
    } else {
        1.0
    };
    let (wide, high) = (((e - w) * squeeze).max(1e-9), (n - s).max(1e-9));
    let margin = 20.0;
    let scale = (LONGEST as f64 - 2.0 * margin) / wide.max(high);
    let (width, height) = (wide * scale + 2.0 * margin, high * scale + 2.0 * margin);
    let pixmap = Pixmap::new(width.max(64.0) as u32, height.max(64.0) as u32);
    let Some(mut pixmap) = pixmap else {
        return Ok(None);
    };
    pixmap.fill(Color::WHITE);
    let place = |x: f64, y: f64| {
        (
            (margin + (x - w) * squeeze * scale) as f32,
            (margin + (n - y) * scale) as f32,
        )
    };
    for (i, layer) in layers.iter().enumerate() {
        let [r, g, b] = distinct(i * 3 + 1);
        let mut paint = Paint::default();
        paint.set_color_rgba8(r, g, b, 255);
        paint.anti_alias = true;
        let mut lines = PathBuilder::new();
        let mut dots = PathBuilder::new();
        for feature in &layer.features {
            trace(&feature.geometry, &place, &mut lines, &mut dots);
        }
        let stroke = Stroke {
            width: 1.2,
            ..Stroke::default()
        };
        if let Some(path) = lines.finish() {
            pixmap.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
        }
        if let Some(path) = dots.finish() {
            pixmap.fill_path(
                &path,
                &paint,
                tiny_skia::FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
    }
    let (width, height) = (pixmap.width(), pixmap.height());
    Ok(RgbaImage::from_raw(width, height, pixmap.take()))
}

fn trace(
    geometry: &Geometry<f64>,
    place: &impl Fn(f64, f64) -> (f32, f32),
    lines: &mut PathBuilder,
    dots: &mut PathBuilder,
) {
    let mut line = |points: &geo::LineString<f64>| {
        for (i, c) in points.0.iter().enumerate() {
            let (x, y) = place(c.x, c.y);
            if i == 0 {
                lines.move_to(x, y);
            } else {
                lines.line_to(x, y);
            }
        }
    };
    match geometry {
        Geometry::LineString(l) => line(l),
        Geometry::MultiLineString(m) => m.0.iter().for_each(line),
        Geometry::Polygon(p) => {
            line(p.exterior());
            p.interiors().iter().for_each(line);
        }
        Geometry::MultiPolygon(m) => {
            for p in &m.0 {
                line(p.exterior());
                p.interiors().iter().for_each(&mut line);
            }
        }
        Geometry::GeometryCollection(all) => {
            for g in &all.0 {
                trace(g, place, lines, dots);
            }
        }
        other => {
            for c in other.coords_iter() {
                let (x, y) = place(c.x, c.y);
                dots.push_circle(x, y, 2.5);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_classes_are_told_apart_and_a_ramp_rises() {
        let mut all: Vec<[u8; 3]> = (0..40).map(distinct).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 40);
        let ramp = Colours::Ramp(0.0, 100.0);
        assert_eq!(ramp.of(-5.0), [68, 1, 84]);
        assert_eq!(ramp.of(100.0), [253, 231, 37]);
    }

    #[test]
    fn ground_that_faces_the_light_is_brighter() {
        // Rising to the south-east is facing north-west.
        assert!(shade(0.5, 0.5) > shade(0.0, 0.0));
        assert!(shade(-0.5, -0.5) < shade(0.0, 0.0));
    }
}
