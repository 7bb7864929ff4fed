//! Map pictures: relief and cover, the fire by arrival hour, lines, places, and a legend.
//!
//! In comes a [`MapPicture`], plain values that know nothing of a world or a run; out comes an image,
//! the same bytes for the same values. Words come from `assets/i18n/*/map.ftl`.

mod canvas;
mod fire;
mod labels;
mod legend;
mod lines;
mod relief;
mod scene;
mod symbols;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder, RgbImage};
use tiny_skia::PathBuilder;

use crate::base::geo::{Extent, Point};
use crate::base::language;
use canvas::{Area, Canvas, Frame, GREY, INK, PAPER, Pen, WHITE};
use fire::Bands;
use labels::Labels;
use legend::{Legend, Swatch};
use relief::Ground;

pub use fire::ramp;
pub use lines::LineStyle;
pub use scene::{AreaStyle, FireLayer, MapArea, MapLine, MapMark, MapPicture};
pub use symbols::Symbol;
pub use text::FONT_FILE;

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// More pixels than fit in memory.
    #[error("a picture of {width} x {height} pixels is too large")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The file could not be written.
    #[error("cannot write the picture {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: image::ImageError,
    },
}

/// Width that lengths of the design are given for, pixels.
const DESIGN_WIDTH: f32 = 1600.0;
/// Shapes of the map, width over height.
const NARROWEST: f64 = 0.85;
const WIDEST: f64 = 1.6;
/// Least width of ground shown, metres.
const LEAST_GROUND_M: f64 = 200.0;

/// Draws a map picture.
pub fn draw(picture: &MapPicture) -> Result<RgbImage, PictureError> {
    let width = picture.width_px.clamp(640, 8000);
    let u = width as f32 / DESIGN_WIDTH;
    let (margin, gap, legend_width) = (24.0 * u, 18.0 * u, 296.0 * u);
    let map_width = (width as f32 - 2.0 * margin - gap - legend_width) as u32;
    // The legend depends on what the frame shows, and the frame's height on the legend's: a frame
    // made higher for its legend shows a little that the legend may lack, never the reverse.
    let loose = frame_of(picture, map_width, 0);
    let contents = Contents::of(picture, &loose);
    let legend = contents.legend(picture, legend_width, u);
    let frame = frame_of(picture, map_width, legend.height() as u32);
    let contents = Contents::of(picture, &frame);
    let legend = contents.legend(picture, legend_width, u);

    let heading = Heading::of(picture, width as f32 - 2.0 * margin, u);
    let notice_lines = picture
        .notice
        .as_ref()
        .map(|notice| text::wrap(notice, 13.0 * u, width as f32 - 2.0 * margin))
        .unwrap_or_default();
    let top = margin + heading.height;
    let body = (frame.height as f32).max(legend.height());
    let foot = if notice_lines.is_empty() {
        0.0
    } else {
        (8.0 + 19.0 * notice_lines.len() as f32) * u
    };
    let height = (top + body + foot + margin) as u32;

    let too_large = || PictureError::TooLarge { width, height };
    let mut page = Canvas::new(width, height, PAPER).ok_or_else(too_large)?;
    let map = draw_map(picture, &frame, &contents, u, true).ok_or_else(too_large)?;
    heading.draw(&mut page, margin, margin);
    page.lay(&map, margin as i32, top as i32);
    let neat = Area {
        x: libm::floorf(margin),
        y: libm::floorf(top),
        w: frame.width as f32,
        h: frame.height as f32,
    };
    let panel = Area {
        x: neat.x + neat.w + gap,
        y: neat.y,
        w: legend_width,
        h: body,
    };
    if let Some(path) = panel.path() {
        page.fill(&path, WHITE);
        page.stroke(&path, Pen::solid((GREY.0, GREY.1, GREY.2, 120), u));
    }
    if let Some(path) = neat.path() {
        page.stroke(&path, Pen::solid(INK, 1.6 * u));
    }
    legend.draw(&mut page, panel.x, panel.y);
    for (i, line) in notice_lines.iter().enumerate() {
        let baseline = neat.y + body + (22.0 + 19.0 * i as f32) * u;
        page.write(line, 13.0 * u, (margin, baseline), (150, 40, 30, 255));
    }
    RgbImage::from_raw(width, height, rgb_of(&page)).ok_or_else(too_large)
}

/// Draws the map alone, without heading, legend, scale and frame, and gives the ground it shows.
/// `unit` is the size of type and signs, 1 for a page of the design's width.
pub fn draw_ground(picture: &MapPicture, unit: f32) -> Result<(RgbImage, Extent), PictureError> {
    let width = picture.width_px.clamp(640, 8000);
    let frame = frame_of(picture, width, 0);
    let contents = Contents::of(picture, &frame);
    let too_large = || PictureError::TooLarge {
        width,
        height: frame.height,
    };
    let map = draw_map(picture, &frame, &contents, unit, false).ok_or_else(too_large)?;
    let rgb = rgb_of(&map);
    let image = RgbImage::from_raw(width, frame.height, rgb).ok_or_else(too_large)?;
    Ok((image, frame.extent))
}

fn rgb_of(page: &Canvas) -> Vec<u8> {
    page.pixmap
        .pixels()
        .iter()
        .flat_map(|p| [p.red(), p.green(), p.blue()])
        .collect()
}

/// Writes a picture as PNG.
pub fn write_png(image: &RgbImage, path: &Path) -> Result<(), PictureError> {
    let fault = |source| PictureError::Write {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::create(path).map_err(|e| fault(e.into()))?;
    PngEncoder::new_with_quality(
        BufWriter::new(file),
        CompressionType::Default,
        FilterType::Adaptive,
    )
    .write_image(
        image.as_raw(),
        image.width(),
        image.height(),
        image::ExtendedColorType::Rgb8,
    )
    .map_err(fault)
}

/// The frame around the wanted extent, in one of the map's shapes and at least `least_height`
/// pixels high; moved into the raster where it would show ground that is not there.
fn frame_of(picture: &MapPicture, width: u32, least_height: u32) -> Frame {
    let Extent { min, max } = picture.extent;
    let (wide, high) = (
        (max.x - min.x).max(LEAST_GROUND_M),
        (max.y - min.y).max(LEAST_GROUND_M),
    );
    let shape = (wide / high).clamp(NARROWEST, WIDEST);
    let height = libm::ceil(f64::from(width) / shape).max(f64::from(least_height));
    let metres_per_px = (wide / f64::from(width)).max(high / height);
    let land = picture.elevation.grid.extent();
    let (x0, y0) = (
        place(
            f64::midpoint(min.x, max.x),
            f64::from(width) * metres_per_px,
            (land.min.x, land.max.x),
        ),
        place(
            f64::midpoint(min.y, max.y),
            height * metres_per_px,
            (land.min.y, land.max.y),
        ),
    );
    Frame {
        extent: Extent {
            min: Point::new(x0, y0),
            max: Point::new(
                x0 + f64::from(width) * metres_per_px,
                y0 + height * metres_per_px,
            ),
        },
        width,
        height: height as u32,
        metres_per_px,
    }
}

/// Where a span of `length` begins that should be centred on `centre` but stay inside the land; as
/// wanted where it is longer than the land.
fn place(centre: f64, length: f64, (from, to): (f64, f64)) -> f64 {
    let start = centre - length / 2.0;
    if length >= to - from {
        (from + to - length) / 2.0
    } else {
        start.clamp(from, to - length)
    }
}

/// What occurs within a frame.
struct Contents {
    bands: Option<Bands>,
    lines: BTreeSet<LineStyle>,
    marks: BTreeSet<Symbol>,
    areas: BTreeSet<AreaStyle>,
    covers: BTreeSet<(u8, u8, u8)>,
}

impl Contents {
    fn of(picture: &MapPicture, frame: &Frame) -> Self {
        let shows = |points: &[Point]| {
            Extent::around(points.iter().copied()).is_some_and(|b| {
                b.min.x <= frame.extent.max.x
                    && b.max.x >= frame.extent.min.x
                    && b.min.y <= frame.extent.max.y
                    && b.max.y >= frame.extent.min.y
            })
        };
        // A long line's box may meet the frame where the line does not: look at its pieces.
        let line_shows = |line: &MapLine| line.points.windows(2).any(shows);
        let codes = relief::codes_shown(picture.cover, frame);
        Self {
            bands: picture
                .fire
                .as_ref()
                .and_then(|layer| Bands::of(layer, frame)),
            lines: picture
                .lines
                .iter()
                .filter(|line| line_shows(line))
                .map(|line| line.style)
                .collect(),
            marks: picture
                .marks
                .iter()
                .filter(|mark| frame.extent.contains(mark.at))
                .map(|mark| mark.symbol)
                .collect(),
            areas: picture
                .areas
                .iter()
                .filter(|area| shows(&area.ring))
                .map(|area| area.style)
                .collect(),
            covers: (0..=255_u8)
                .filter(|&code| codes[code as usize])
                .map(|code| (picture.cover_colour)(code))
                .collect(),
        }
    }

    fn legend(&self, picture: &MapPicture, width: f32, u: f32) -> Legend {
        let tongue = picture.language;
        let word = |key: &str| language::text(tongue, key);
        let mut legend = Legend::new(width, u);
        if let (Some(bands), Some(layer)) = (&self.bands, &picture.fire) {
            legend.section(
                word("map-section-fire"),
                legend::fire_entries(bands, layer, tongue),
            );
        }
        let mut lines: Vec<(Swatch, String)> = LineStyle::ALL
            .into_iter()
            .rev()
            .filter(|style| self.lines.contains(style))
            // The fire's own section shows its edge.
            .filter(|style| *style != LineStyle::Perimeter || self.bands.is_none())
            .map(|style| (Swatch::Line(style), word(style.key())))
            .collect();
        lines.extend(
            AreaStyle::ALL
                .into_iter()
                .filter(|style| self.areas.contains(style))
                .map(|style| (Swatch::Outline(style), word(style.key()))),
        );
        legend.section(word("map-section-lines"), lines);
        legend.section(
            word("map-section-marks"),
            Symbol::ALL
                .into_iter()
                .rev()
                .filter(|symbol| self.marks.contains(symbol))
                .map(|symbol| (Swatch::Sign(symbol), word(symbol.key())))
                .collect(),
        );
        legend.section(
            picture
                .cover_title
                .clone()
                .unwrap_or_else(|| word("map-section-cover")),
            picture
                .cover_legend
                .iter()
                .filter(|(colour, _)| self.covers.contains(colour))
                .map(|(colour, name)| (Swatch::Cover(relief::tinted(*colour)), name.clone()))
                .collect(),
        );
        legend
    }
}

/// Title and subtitles, broken into lines.
struct Heading {
    title: Vec<String>,
    subtitles: Vec<String>,
    height: f32,
    unit: f32,
}

impl Heading {
    fn of(picture: &MapPicture, width: f32, u: f32) -> Self {
        let title = text::wrap(&picture.title, 28.0 * u, width);
        let subtitles: Vec<String> = picture
            .subtitles
            .iter()
            .flat_map(|line| text::wrap(line, 15.0 * u, width))
            .collect();
        let height = (34.0 * title.len() as f32 + 21.0 * subtitles.len() as f32 + 14.0) * u;
        Self {
            title,
            subtitles,
            height,
            unit: u,
        }
    }

    fn draw(&self, page: &mut Canvas, x: f32, y: f32) {
        let u = self.unit;
        let mut baseline = y + 24.0 * u;
        for line in &self.title {
            page.write_bold(line, 28.0 * u, (x, baseline), INK);
            baseline += 34.0 * u;
        }
        baseline -= 7.0 * u;
        for line in &self.subtitles {
            page.write(line, 15.0 * u, (x, baseline), GREY);
            baseline += 21.0 * u;
        }
    }
}

/// Draws the map inside its frame; none when it is too large.
fn draw_map(
    picture: &MapPicture,
    frame: &Frame,
    contents: &Contents,
    u: f32,
    furniture: bool,
) -> Option<Canvas> {
    let mut ground = relief::paint(picture, frame);
    if let Some(bands) = &contents.bands {
        bands.paint(&mut ground, frame);
    }
    let mut canvas = Canvas::new(frame.width, frame.height, PAPER)?;
    copy_ground(&ground, &mut canvas);

    // Lines grow thinner as the map widens, but never vanish.
    let line_unit = u * (libm::pow(14.0 / frame.metres_per_px, 0.3).clamp(0.6, 1.25)) as f32;
    let map = frame.area();
    let mut labels = Labels::new(Area {
        x: 3.0,
        y: 3.0,
        w: map.w - 6.0,
        h: map.h - 6.0,
    });
    draw_areas(picture, frame, &mut canvas, line_unit);
    let paths = line_paths(picture, frame);
    let is_road = |style: &LineStyle| *style <= LineStyle::FireRoad;
    let is_of_the_fire = |style: &LineStyle| *style >= LineStyle::Perimeter;
    draw_lines(&paths, is_road, &mut canvas, line_unit);
    draw_lines(
        &paths,
        |style| !is_road(style) && !is_of_the_fire(style),
        &mut canvas,
        line_unit,
    );
    let times = match (&contents.bands, &picture.fire) {
        (Some(bands), Some(layer)) => {
            bands.draw_edges(&mut canvas, frame, layer, picture.language, line_unit)
        }
        _ => Vec::new(),
    };
    // Crews' line runs along the fire's edge: it must not vanish under it.
    draw_lines(&paths, is_of_the_fire, &mut canvas, line_unit);
    if furniture {
        labels.reserve(legend::scale_bar(
            &mut canvas,
            map,
            frame.metres_per_px,
            picture.language,
            u,
        ));
        labels.reserve(legend::north_arrow(&mut canvas, map, picture.language, u));
    }
    draw_marks(picture, frame, &mut canvas, &mut labels, u);
    for (words, places) in &times {
        labels.centred(&mut canvas, words, 12.0 * u, places, INK);
    }
    for area in &picture.areas {
        if let (Some(words), Some(at)) = (&area.label, middle(&area.ring)) {
            labels.centred(
                &mut canvas,
                words,
                14.0 * u,
                &[frame.pixel(at)],
                area.style.ink(),
            );
        }
    }
    Some(canvas)
}

fn copy_ground(ground: &Ground, canvas: &mut Canvas) {
    for (out, [r, g, b]) in canvas
        .pixmap
        .data_mut()
        .chunks_exact_mut(4)
        .zip(&ground.rgb)
    {
        out.copy_from_slice(&[*r, *g, *b, 255]);
    }
}

fn draw_areas(picture: &MapPicture, frame: &Frame, canvas: &mut Canvas, unit: f32) {
    // Everything outside the county is veiled; a county in several parts is one path.
    let mut veil = PathBuilder::new();
    let mut bounded = false;
    for area in picture
        .areas
        .iter()
        .filter(|area| area.style == AreaStyle::Boundary)
    {
        frame.trace_ring(&area.ring, &mut veil);
        bounded = true;
    }
    if bounded {
        let map = frame.area();
        veil.move_to(-1.0, -1.0);
        veil.line_to(map.w + 1.0, -1.0);
        veil.line_to(map.w + 1.0, map.h + 1.0);
        veil.line_to(-1.0, map.h + 1.0);
        veil.close();
        if let Some(path) = veil.finish() {
            canvas.fill_even_odd(&path, (250, 249, 246, 165));
        }
    }
    for style in AreaStyle::ALL {
        let mut path = PathBuilder::new();
        for area in picture.areas.iter().filter(|area| area.style == style) {
            frame.trace_ring(&area.ring, &mut path);
        }
        if let Some(path) = path.finish() {
            canvas.fill(&path, style.wash());
            lines::draw_area_outline(canvas, &path, style.ink(), unit);
        }
    }
}

/// The lines in view, those of one style as one path.
fn line_paths(picture: &MapPicture, frame: &Frame) -> Vec<(LineStyle, tiny_skia::Path)> {
    LineStyle::ALL
        .into_iter()
        .filter_map(|style| {
            let mut path = PathBuilder::new();
            for line in picture.lines.iter().filter(|line| line.style == style) {
                frame.trace(&line.points, &mut path);
            }
            path.finish().map(|path| (style, path))
        })
        .collect()
}

/// Draws the lines of some styles: all rims before all bodies, so that crossings are open.
fn draw_lines(
    paths: &[(LineStyle, tiny_skia::Path)],
    chosen: impl Fn(&LineStyle) -> bool,
    canvas: &mut Canvas,
    unit: f32,
) {
    let chosen: Vec<_> = paths.iter().filter(|(style, _)| chosen(style)).collect();
    for (style, path) in &chosen {
        lines::draw_casing(canvas, path, *style, unit);
    }
    for (style, path) in &chosen {
        lines::draw_body(canvas, path, *style, unit);
    }
}

fn draw_marks(
    picture: &MapPicture,
    frame: &Frame,
    canvas: &mut Canvas,
    labels: &mut Labels,
    u: f32,
) {
    let shown = || picture.marks.iter().filter(|m| frame.extent.contains(m.at));
    let mut counts: BTreeMap<Symbol, usize> = BTreeMap::new();
    for mark in shown() {
        *counts.entry(mark.symbol).or_default() += 1;
    }
    let mut marks: Vec<(&MapMark, (f32, f32), f32)> = shown()
        .map(|mark| {
            let r = mark.symbol.radius(frame.metres_per_px) * u;
            let crowd = crowding(mark.symbol, counts[&mark.symbol]);
            (mark, frame.pixel(mark.at), r * crowd)
        })
        .collect();
    marks.sort_by_key(|(mark, ..)| mark.symbol);
    for (mark, (x, y), r) in &marks {
        symbols::draw(canvas, mark.symbol, *x, *y, *r);
        let area = Area {
            x: x - 0.8 * r,
            y: y - 0.8 * r,
            w: 1.6 * r,
            h: 1.6 * r,
        };
        if mark.symbol >= Symbol::Township {
            labels.reserve(area);
        } else {
            labels.reserve_minor(area);
        }
    }
    // The most important choose their places first.
    for (mark, (x, y), r) in marks.iter().rev() {
        if let Some(words) = &mark.label {
            let important = mark.symbol >= Symbol::Township;
            let size = if important { 14.0 } else { 12.5 } * u;
            labels.beside(canvas, words, size, (*x, *y, *r), important);
        }
    }
}

/// How much smaller marks of a kind are drawn where there are very many of it: every building of a town
/// as a dot, so that the ground still shows.
fn crowding(symbol: Symbol, count: usize) -> f32 {
    const MANY: f32 = 150.0;
    if symbol >= Symbol::Township {
        return 1.0;
    }
    (MANY / count as f32).sqrt().clamp(0.3, 1.0)
}

/// Mean of a ring's points, good enough to put a name on.
fn middle(ring: &[Point]) -> Option<Point> {
    let n = ring.len() as f64;
    let sum = ring.iter().fold(Point::new(0.0, 0.0), |s, p| {
        Point::new(s.x + p.x, s.y + p.y)
    });
    (!ring.is_empty()).then(|| Point::new(sum.x / n, sum.y / n))
}
