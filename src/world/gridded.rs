//! Weather on a grid of its own: wind and fuel moisture, interpolated between cells.

use crate::base::geo::{Extent, Grid, Point, Raster};
use crate::base::message::Message;
use crate::files::geotiff;
use crate::scenario::Scenario;
use crate::scenario::schema::{BandMeaning, WeatherGrid, WindHeight};
use crate::scenario::text::FieldPath;

use super::canopy::Cells;
use super::checks::settings::not_negative;
use super::files::{check_system, loaded, named_file};
use super::findings::{Findings, number};
use super::weather::WIND_20FT_OVER_10M;

/// Bands of fuel moisture, in the order of [`GriddedWeather::moisture_pct`].
const MOISTURES: [BandMeaning; 5] = [
    BandMeaning::Dead1hPct,
    BandMeaning::Dead10hPct,
    BandMeaning::Dead100hPct,
    BandMeaning::LiveHerbPct,
    BandMeaning::LiveWoodyPct,
];

/// What one multi-band raster says of the weather, from `at_s` until the next.
#[derive(Debug, Clone, PartialEq)]
pub struct GriddedWeather {
    /// Seconds after the start.
    pub at_s: f64,
    /// Where its cells are; they cover the landscape.
    pub grid: Grid,
    /// Wind 10 m above open ground, m/s: the way it blows, towards the east and towards the north.
    /// None where the weather records say the wind.
    pub wind: Option<(Raster<f32>, Raster<f32>)>,
    /// Moisture, percent of dry weight: dead 1-hour, 10-hour, 100-hour, live herbaceous, live woody.
    /// None where it is not gridded.
    pub moisture_pct: [Option<Raster<f32>>; 5],
}

impl GriddedWeather {
    /// Wind towards the east and north at a place, m/s at 10 m, between the centres of four cells.
    pub fn wind_at(&self, p: Point) -> Option<(f64, f64)> {
        let (east, north) = self.wind.as_ref()?;
        Some((east.bilinear(p), north.bilinear(p)))
    }

    /// Moisture of one class at a place, percent, between the centres of four cells.
    pub fn moisture_pct_at(&self, class: usize, p: Point) -> Option<f64> {
        Some(self.moisture_pct.get(class)?.as_ref()?.bilinear(p))
    }
}

/// Loads the weather grids that the scenario names; those with errors are left out.
pub(super) fn load(
    scenario: &Scenario,
    landscape: Option<&Grid>,
    findings: &mut Findings<'_>,
) -> Vec<GriddedWeather> {
    let root = FieldPath::of("weather_grids");
    let written = &scenario.file.weather_grids;
    let mut grids = Vec::new();
    for (i, layer) in written.iter().enumerate() {
        let at = root.index(i);
        check_time(scenario, i, &at, findings);
        let meanings_fine = check_meanings(layer, &at, findings);
        if let Some(grid) = read_grid(scenario, layer, landscape, &at, findings)
            && meanings_fine
        {
            grids.push(grid);
        }
    }
    grids
}

fn check_time(scenario: &Scenario, i: usize, at: &FieldPath, findings: &mut Findings<'_>) {
    let written = &scenario.file.weather_grids;
    let time = written[i].at_min;
    let horizon = scenario.file.horizon_min;
    let at = at.field("at_min");
    let fine = not_negative(time) && time <= horizon;
    findings.range(&at, time, fine, &format!("0..{horizon}"));
    let before = i.checked_sub(1).map(|i| written[i].at_min);
    if let Some(before) = before.filter(|&before| time <= before) {
        let message = Message::new("check-weather-order")
            .with("found", number(time))
            .with("before", number(before));
        findings.add(findings.error(&at, message));
    }
}

/// Each meaning at most once, wind in one of its two forms and whole, and something that is read.
fn check_meanings(layer: &WeatherGrid, at: &FieldPath, findings: &mut Findings<'_>) -> bool {
    use BandMeaning as B;
    let at = at.field("bands");
    let has = |meaning| layer.bands.contains(&meaning);
    let mut fine = true;
    let mut refuse = |at: &FieldPath, message: Message| {
        findings.add(findings.error(at, message));
        fine = false;
    };
    for (i, band) in layer.bands.iter().enumerate() {
        if *band != B::Unused && layer.bands[..i].contains(band) {
            let message = Message::new("check-band-twice").with("found", format!("{band:?}"));
            refuse(&at.index(i), message);
        }
    }
    for (one, other) in [
        (B::WindSpeedMs, B::WindFromDeg),
        (B::WindEastMs, B::WindNorthMs),
    ] {
        for (given, missing) in [(one, other), (other, one)] {
            if has(given) && !has(missing) {
                let message = Message::new("check-band-half-wind")
                    .with("found", format!("{given:?}"))
                    .with("expected", format!("{missing:?}"));
                refuse(&at, message);
            }
        }
    }
    if (has(B::WindSpeedMs) || has(B::WindFromDeg)) && (has(B::WindEastMs) || has(B::WindNorthMs)) {
        refuse(&at, Message::new("check-band-two-winds"));
    }
    if layer.bands.iter().all(|&b| b == B::Unused) {
        refuse(&at, Message::new("check-band-none"));
    }
    fine
}

fn read_grid(
    scenario: &Scenario,
    layer: &WeatherGrid,
    landscape: Option<&Grid>,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<GriddedWeather> {
    let file_at = at.field("file");
    let path = named_file(scenario.folder(), &layer.file, &file_at, findings)?;
    let read = loaded(geotiff::read_bands_f32(&path), &file_at, findings)?;
    check_system(read.epsg, scenario.file.site.epsg, &file_at, findings);
    if read.bands.len() != layer.bands.len() {
        let message = Message::new("check-band-count")
            .with("found", read.bands.len() as f64)
            .with("expected", layer.bands.len() as f64);
        let help = Message::new("check-help-bands");
        findings.add(findings.error(&at.field("bands"), message).with_help(help));
        return None;
    }
    let grid = read.bands.first()?.grid;
    let landscape = landscape?;
    let other_system = read
        .epsg
        .is_some_and(|code| code != scenario.file.site.epsg);
    // In another system the distances would mean nothing.
    if other_system || !check_covers(&grid, landscape.extent(), &file_at, findings) {
        return None;
    }
    let mut fine = true;
    for (i, (band, meaning)) in read.bands.iter().zip(&layer.bands).enumerate() {
        fine &= check_values(
            band,
            *meaning,
            landscape.extent(),
            &at.field("bands").index(i),
            findings,
        );
    }
    fine.then(|| gathered(scenario, layer, grid, &read.bands))
}

/// The bands by what they mean, winds as components at 10 m.
fn gathered(
    scenario: &Scenario,
    layer: &WeatherGrid,
    grid: Grid,
    bands: &[Raster<f32>],
) -> GriddedWeather {
    use BandMeaning as B;
    let to_ten_metres = match scenario.file.wind_height {
        WindHeight::TenMetres => 1.0,
        WindHeight::TwentyFeet => 1.0 / WIND_20FT_OVER_10M,
    };
    let band = |meaning| {
        let i = layer.bands.iter().position(|&b| b == meaning)?;
        bands.get(i)
    };
    let component = |f: &dyn Fn(f64, f64) -> f64, a: &Raster<f32>, b: &Raster<f32>| {
        let pairs = a.data.iter().zip(&b.data);
        let data = pairs
            .map(|(&a, &b)| (f(f64::from(a), f64::from(b)) * to_ten_metres) as f32)
            .collect();
        Raster { grid, data }
    };
    let wind = match (
        (band(B::WindSpeedMs), band(B::WindFromDeg)),
        (band(B::WindEastMs), band(B::WindNorthMs)),
    ) {
        ((Some(speed), Some(from)), _) => Some((
            component(&|v, d: f64| -v * libm::sin(d.to_radians()), speed, from),
            component(&|v, d: f64| -v * libm::cos(d.to_radians()), speed, from),
        )),
        (_, (Some(east), Some(north))) => Some((
            component(&|e, _| e, east, north),
            component(&|_, n| n, east, north),
        )),
        _ => None,
    };
    GriddedWeather {
        at_s: layer.at_min * 60.0,
        grid,
        wind,
        moisture_pct: MOISTURES.map(|meaning| band(meaning).cloned()),
    }
}

/// Whether the grid reaches over the landscape; says by how much it falls short on which side.
fn check_covers(
    grid: &Grid,
    landscape: Extent,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> bool {
    let extent = grid.extent();
    let short = [
        extent.min.x - landscape.min.x,
        landscape.max.x - extent.max.x,
        extent.min.y - landscape.min.y,
        landscape.max.y - extent.max.y,
    ];
    // Files round their georeference differently; a hundredth of a cell moves nothing.
    if short.iter().all(|&by| by <= 0.01 * grid.cell) {
        return true;
    }
    let metres = |by: f64| number(libm::round(by.max(0.0) * 10.0) / 10.0);
    let message = Message::new("check-grid-short")
        .with("west", metres(short[0]))
        .with("east", metres(short[1]))
        .with("south", metres(short[2]))
        .with("north", metres(short[3]));
    let help = Message::new("check-help-grid-short");
    findings.add(findings.error(at, message).with_help(help));
    false
}

/// Values over the landscape, and one cell around it, are there and can be what they claim to be.
fn check_values(
    band: &Raster<f32>,
    meaning: BandMeaning,
    landscape: Extent,
    at: &FieldPath,
    findings: &mut Findings<'_>,
) -> bool {
    use BandMeaning as B;
    let (least, most, expected) = match meaning {
        B::Unused => return true,
        B::WindSpeedMs => (0.0, 115.0, "0..115"),
        B::WindFromDeg => (0.0, 360.0, "0..360"),
        B::WindEastMs | B::WindNorthMs => (-115.0, 115.0, "-115..115"),
        _ => (f32::MIN_POSITIVE, 500.0, "> 0, ≤ 500"),
    };
    let grid = &band.grid;
    let around = Extent {
        min: Point::new(landscape.min.x - grid.cell, landscape.min.y - grid.cell),
        max: Point::new(landscape.max.x + grid.cell, landscape.max.y + grid.cell),
    };
    let (mut void, mut wrong, mut first) = (Cells::default(), Cells::default(), 0.0);
    for (i, &v) in band.data.iter().enumerate() {
        if (least..=most).contains(&v)
            || !around.contains(grid.centre(i % grid.cols, i / grid.cols))
        {
            continue;
        }
        if v.is_nan() {
            void.note(i);
        } else {
            if wrong.count == 0 {
                first = f64::from(v);
            }
            wrong.note(i);
        }
    }
    let meaning = format!("{meaning:?}");
    if let Some(message) = void.message("check-band-void", grid) {
        let message = message.with("field", meaning.as_str());
        let help = Message::new("check-help-band-void");
        findings.add(findings.error(at, message).with_help(help));
    }
    if let Some(message) = wrong.message("check-band-range", grid) {
        let message = message
            .with("field", meaning)
            .with("found", number(first))
            .with("expected", expected);
        findings.add(findings.error(at, message));
    }
    void.count + wrong.count == 0
}
