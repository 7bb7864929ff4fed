//! `fireline inspect FILE` for a file that is no scenario: what it is, its grid, its values, a picture.

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbaImage;

use super::output::{Exit, Failure, Output, print, print_json};
use crate::authoring::from_files::layers::{Role, Source, candidates};
use crate::base::message::Message;
use crate::files::describe::{
    BandReport, Content, Description, Range, RasterInfo, SystemInfo, VectorInfo, WeatherInfo,
    describe,
};
use crate::files::raster;
use crate::results::run_folder::RUNS;
use crate::results::{file_picture, story};

/// Larger rasters are not drawn.
const MOST_DRAWN: usize = 200_000_000;
/// Classes are listed up to so many, the commonest first.
const CLASSES_SHOWN: usize = 12;

pub fn run(path: &Path, json: bool, out: Option<&Path>, output: Output) -> Result<Exit, Failure> {
    let found = describe(path).map_err(|e| Failure::file(&e))?;
    let picture = draw(&found, out)?;
    if json {
        print_json(&found)?;
    } else {
        print(&format!("{}\n", table(&found, output)))?;
        if !output.quiet {
            for remark in &found.remarks {
                print(&format!("{remark}\n"))?;
            }
        }
    }
    if let (Some(picture), false) = (picture, output.quiet) {
        let message =
            Message::new("cli-picture-written").with("path", picture.display().to_string());
        super::output::note(&output.say(&message));
    }
    Ok(Exit::Done)
}

/// Draws rasters and features; none for other files.
fn draw(found: &Description, out: Option<&Path>) -> Result<Option<PathBuf>, Failure> {
    let image: Option<RgbaImage> = match &found.content {
        Content::Raster(_) => {
            let header = raster::header(&found.file).map_err(|e| Failure::file(&e))?;
            if header.lattice.cells() > MOST_DRAWN {
                return Ok(None);
            }
            let source = Source {
                file: found.file.clone(),
                header,
            };
            let relief = candidates(&[source])
                .iter()
                .any(|c| c.role == Role::Elevation && c.band.band == 0);
            Some(file_picture::of_raster(&found.file, relief).map_err(|e| Failure::file(&e))?)
        }
        Content::Vector { .. } => {
            file_picture::of_vector(&found.file).map_err(|e| Failure::file(&e))?
        }
        _ => None,
    };
    let Some(image) = image else {
        return Ok(None);
    };
    let folder = out.unwrap_or(Path::new(RUNS));
    fs::create_dir_all(folder).map_err(|e| Failure::write(folder, e))?;
    let stem = found.file.file_name().unwrap_or_default().to_string_lossy();
    let path = folder.join(format!("{stem}.png"));
    image
        .save_with_format(&path, image::ImageFormat::Png)
        .map_err(|e| Failure::write(&path, e))?;
    if matches!(found.content, Content::Raster(_)) {
        file_picture::write_place(&path, &found.file).map_err(|e| Failure::file(&e))?;
    }
    Ok(Some(path))
}

/// A number with as many places as it needs, at most six digits that matter.
fn short(v: f64) -> String {
    if v.is_nan() {
        return "–".to_owned();
    }
    if v == libm::trunc(v) && v.abs() < 1e15 {
        return format!("{v}");
    }
    let places = (5 - libm::floor(libm::log10(v.abs())) as i32).clamp(0, 9) as usize;
    let text = format!("{v:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn table(found: &Description, output: Output) -> String {
    let word = |key: &str| output.text(key);
    let mut table = story::new_table();
    table.set_header([word("inspect-item"), word("inspect-value")]);
    let mut rows: Vec<(String, String)> = vec![
        (word("inspect-file"), found.file.display().to_string()),
        (word("inspect-format"), found.format.clone()),
        (
            word("inspect-bytes"),
            output.say(
                &Message::new("inspect-kib")
                    .with("value", libm::round(found.bytes as f64 / 102.4) / 10.0),
            ),
        ),
    ];
    match &found.content {
        Content::Raster(info) => raster_rows(info, output, &mut rows),
        Content::Vector { layers } => {
            for layer in layers {
                vector_rows(layer, output, &mut rows);
            }
        }
        Content::Weather(info) => weather_rows(info, output, &mut rows),
        Content::System(info) => rows.push((word("inspect-system"), system_text(info))),
        Content::Table { entries } => rows.push((word("inspect-entries"), entries.to_string())),
        Content::Companion { of, there } => {
            let key = if *there {
                "inspect-belongs"
            } else {
                "inspect-belongs-missing"
            };
            rows.push((
                word("inspect-part"),
                output.say(&Message::new(key).with("file", of.display().to_string())),
            ));
        }
        Content::Text { first_line } => rows.push((word("inspect-first-line"), first_line.clone())),
    }
    for (label, value) in rows {
        table.add_row([label, value]);
    }
    table.to_string()
}

fn system_text(info: &SystemInfo) -> String {
    format!("{}\n{}", info.name, info.definition)
}

fn system_row(info: Option<&SystemInfo>, output: Output, rows: &mut Vec<(String, String)>) {
    rows.push((
        output.text("inspect-system"),
        info.map_or_else(|| output.text("inspect-no-system"), system_text),
    ));
}

fn box_text([w, s, e, n]: [f64; 4]) -> String {
    format!("{} .. {}, {} .. {}", short(w), short(e), short(s), short(n))
}

fn raster_rows(info: &RasterInfo, output: Output, rows: &mut Vec<(String, String)>) {
    let word = |key: &str| output.text(key);
    system_row(info.system.as_ref(), output, rows);
    rows.push((
        word("inspect-grid"),
        output.say(
            &Message::new("inspect-grid-cells")
                .with("cols", info.cols as f64)
                .with("rows", info.rows as f64)
                .with("width", short(info.cell[0]))
                .with("height", short(info.cell[1])),
        ),
    ));
    rows.push((word("inspect-bounds"), box_text(info.bounds)));
    if let Some(degrees) = info.lon_lat {
        rows.push((word("inspect-degrees"), box_text(degrees)));
    }
    for (i, band) in info.bands.iter().enumerate() {
        let label = output.say(
            &Message::new("inspect-band")
                .with("number", (i + 1) as f64)
                .with("name", band.name.clone().unwrap_or_default()),
        );
        rows.push((label, band_text(band, output)));
    }
}

fn band_text(band: &BandReport, output: Output) -> String {
    let nodata = band.nodata.map_or_else(
        || output.text("inspect-none"),
        |v| {
            if v.is_nan() {
                "nan".to_owned()
            } else {
                short(v)
            }
        },
    );
    let mut text = output.say(
        &Message::new("inspect-band-values")
            .with("kind", band.kind.as_str())
            .with("nodata", nodata)
            .with("least", short(band.least))
            .with("most", short(band.most))
            .with("mean", short(band.mean))
            .with("voids", band.voids as f64),
    );
    if let Some(classes) = &band.classes
        && !classes.is_empty()
    {
        let mut by_count = classes.clone();
        by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
        let shown: Vec<String> = by_count
            .iter()
            .take(CLASSES_SHOWN)
            .map(|(v, n)| format!("{}: {n}", short(*v)))
            .collect();
        let more = if by_count.len() > CLASSES_SHOWN {
            ", …"
        } else {
            ""
        };
        text.push('\n');
        text.push_str(
            &output.say(
                &Message::new("inspect-classes")
                    .with("count", classes.len() as f64)
                    .with("list", format!("{}{more}", shown.join(", "))),
            ),
        );
    }
    text
}

fn vector_rows(layer: &VectorInfo, output: Output, rows: &mut Vec<(String, String)>) {
    let word = |key: &str| output.text(key);
    rows.push((
        word("inspect-layer"),
        output.say(
            &Message::new("inspect-layer-features")
                .with("name", layer.name.as_str())
                .with("count", layer.features as f64)
                .with("geometry", layer.geometry.as_str()),
        ),
    ));
    system_row(layer.system.as_ref(), output, rows);
    if let Some(bounds) = layer.bounds {
        rows.push((word("inspect-bounds"), box_text(bounds)));
    }
    if !layer.fields.is_empty() {
        rows.push((word("inspect-fields"), layer.fields.join(", ")));
    }
}

fn weather_rows(info: &WeatherInfo, output: Output, rows: &mut Vec<(String, String)>) {
    let word = |key: &str| output.text(key);
    rows.push((word("inspect-observations"), info.observations.to_string()));
    rows.push((
        word("inspect-period"),
        format!("{} .. {}", info.from, info.until),
    ));
    let height = info
        .wind_height_m
        .map_or_else(|| word("inspect-not-said"), |h| format!("{} m", short(h)));
    rows.push((word("inspect-wind-height"), height));
    let range = |r: &Option<Range>| match r {
        Some(r) => output.say(
            &Message::new("inspect-range")
                .with("least", short(r.least))
                .with("most", short(r.most))
                .with("mean", short(r.mean))
                .with("count", r.count as f64),
        ),
        None => word("inspect-none"),
    };
    for (key, value) in [
        ("inspect-temperature", &info.temperature_c),
        ("inspect-humidity", &info.humidity_pct),
        ("inspect-wind", &info.wind_m_s),
        ("inspect-rain", &info.rain_mm),
    ] {
        rows.push((word(key), range(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_shown_with_what_matters() {
        for (v, text) in [
            (30.0, "30"),
            (0.000277778, "0.000277778"),
            (335984.1302, "335984"),
            (12.5, "12.5"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(short(v), text);
        }
    }
}
