//! Measured canopy on the landscape's grid, in one set of units.

use std::collections::HashMap;

use crate::base::geo::{Grid, Raster};
use crate::base::message::Message;
use crate::files::cache;
use crate::scenario::Scenario;
use crate::scenario::schema::{CanopyLayers, CanopyUnits, CoverCoding, CrownOption};
use crate::scenario::text::FieldPath;

use super::files::{check_same_grid, check_system, loaded, named_file};
use super::findings::{Findings, number};

/// Measured canopy of each landscape cell; 0 where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct CanopyRasters {
    /// Ground covered by crowns, percent, 0 to 100.
    pub cover_pct: Raster<u8>,
    /// Height of the stand, decimetres.
    pub height_dm: Raster<u16>,
    /// Height of the crowns' base, decimetres; not above the stand.
    pub base_dm: Raster<u16>,
    /// Bulk density of the crowns, g/m3.
    pub bulk_density_g_m3: Raster<u16>,
    /// Number of each cell's canopy in `classes`.
    pub class: Raster<u16>,
    /// Every canopy that occurs, in the order in which it first does.
    pub classes: Vec<CanopyClass>,
}

/// One canopy: units as in [`CanopyRasters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CanopyClass {
    /// Ground covered by crowns, percent.
    pub cover_pct: u8,
    /// Height of the stand, decimetres.
    pub height_dm: u16,
    /// Height of the crowns' base, decimetres.
    pub base_dm: u16,
    /// Bulk density of the crowns, g/m3.
    pub bulk_density_g_m3: u16,
}

/// Numbers the canopies of all cells. Measured layers come in steps, so there are thousands at most;
/// where there are more, further ones take the number of the one seen last.
fn classify(
    cover: &[u8],
    height: &[u16],
    base: &[u16],
    density: &[u16],
) -> (Vec<u16>, Vec<CanopyClass>) {
    // Looked up by key only, never iterated.
    let mut known: HashMap<CanopyClass, u16> = HashMap::new();
    let mut classes = Vec::new();
    let mut last: Option<(CanopyClass, u16)> = None;
    let numbers = (0..cover.len())
        .map(|i| {
            let class = CanopyClass {
                cover_pct: cover[i],
                height_dm: height[i],
                base_dm: base[i],
                bulk_density_g_m3: density[i],
            };
            if let Some((_, number)) = last.filter(|(c, _)| *c == class) {
                return number;
            }
            let number = match known.get(&class) {
                Some(&number) => number,
                None if classes.len() < usize::from(u16::MAX) => {
                    classes.push(class);
                    let number = classes.len() as u16 - 1;
                    known.insert(class, number);
                    number
                }
                None => last.map_or(0, |(_, number)| number),
            };
            last = Some((class, number));
            number
        })
        .collect();
    (numbers, classes)
}

/// One of the four layers: its field, what turns its values into ours, and the most they may be.
struct Layer<'a> {
    field: &'static str,
    file: &'a str,
    factor: f64,
    most: f64,
}

/// The highest stand that is believed, decimetres: the tallest tree stands 116 m.
const HIGHEST_DM: f64 = 1_200.0;
/// The densest crowns that are believed, g/m3; several times what closed stands have [judged].
const DENSEST_G_M3: f64 = 1_000.0;

/// Loads the canopy layers that the scenario names; none, with errors, when one is unfit.
pub(super) fn load(
    scenario: &Scenario,
    landscape: &Grid,
    findings: &mut Findings<'_>,
) -> Option<CanopyRasters> {
    let root = FieldPath::of("landscape").field("canopy");
    let layers = scenario.file.landscape.canopy.as_ref()?;
    let [cover, height, base, density] = layers_of(layers);
    // Every layer is looked at, so that every fault is told at once.
    let mut read = |layer: Layer<'_>| read_layer(scenario, &layer, landscape, &root, findings);
    let (cover, height, base, density) = (read(cover), read(height), read(base), read(density));
    let (cover, height, mut base, density) = (cover?, height?, base?, density?);
    let mut above = Cells::default();
    for (i, (base, &height)) in base.iter_mut().zip(&height).enumerate() {
        if *base > height {
            if height > 0 {
                above.note(i);
            }
            *base = height;
        }
    }
    if let Some(message) = above.message("check-canopy-base", landscape) {
        findings.add(findings.warning(&root.field("base_height"), message));
    }
    let grid = *landscape;
    let cover: Vec<u8> = cover.into_iter().map(|v| v as u8).collect();
    let (numbers, classes) = classify(&cover, &height, &base, &density);
    Some(CanopyRasters {
        class: Raster {
            grid,
            data: numbers,
        },
        classes,
        cover_pct: Raster { grid, data: cover },
        height_dm: Raster { grid, data: height },
        base_dm: Raster { grid, data: base },
        bulk_density_g_m3: Raster {
            grid,
            data: density,
        },
    })
}

/// Canopy without a crown fire model, or the other way round, is most likely an oversight.
pub(super) fn check_use(scenario: &Scenario, findings: &mut Findings<'_>) {
    let file = &scenario.file;
    let off = file.fire.crown == CrownOption::Off;
    if file.landscape.canopy.is_some() && off {
        let at = FieldPath::of("landscape").field("canopy");
        let message = Message::new("check-canopy-crown-off");
        findings.add(findings.warning(&at, message));
    }
    let bare =
        file.landscape.canopy.is_none() && file.landscape.coding == CoverCoding::StandardFuel;
    if bare && !off {
        let at = FieldPath::of("fire").field("crown");
        findings.add(findings.warning(&at, Message::new("check-crown-no-canopy")));
    }
}

fn layers_of(layers: &CanopyLayers) -> [Layer<'_>; 4] {
    let (metres, density) = match layers.units {
        // Metres times 10 are decimetres; kg/m3 times 100 are 10 g/m3.
        CanopyUnits::Landfire => (1.0, 10.0),
        CanopyUnits::Metric => (10.0, 1_000.0),
    };
    let layer = |field, file, factor, most| Layer {
        field,
        file,
        factor,
        most,
    };
    [
        layer("cover", layers.cover.as_str(), 1.0, 100.0),
        layer("height", layers.height.as_str(), metres, HIGHEST_DM),
        layer(
            "base_height",
            layers.base_height.as_str(),
            metres,
            HIGHEST_DM,
        ),
        layer(
            "bulk_density",
            layers.bulk_density.as_str(),
            density,
            DENSEST_G_M3,
        ),
    ]
}

/// A layer's values in our units, rounded; none, with errors, when it is unfit.
fn read_layer(
    scenario: &Scenario,
    layer: &Layer<'_>,
    landscape: &Grid,
    root: &FieldPath,
    findings: &mut Findings<'_>,
) -> Option<Vec<u16>> {
    let at = root.field(layer.field);
    let path = named_file(scenario.folder(), layer.file, &at, findings)?;
    let image = loaded(cache::read_f32(&path, scenario.folder()), &at, findings)?;
    check_system(image.epsg, scenario.file.site.epsg, &at, findings);
    check_same_grid(landscape, &image.raster.grid, &at, findings)?;
    let nodata = image.nodata.map(|v| v as f32);
    let void = |v: f32| !v.is_finite() || nodata == Some(v) || v == 32767.0 || v <= -9999.0;
    let (mut wrong, mut first) = (Cells::default(), 0.0);
    let factor = layer.factor;
    let values = image.raster.data.iter().enumerate().map(|(i, &v)| {
        if void(v) {
            return 0;
        }
        let ours = f64::from(v) * factor;
        if !(0.0..=layer.most).contains(&ours) {
            if wrong.count == 0 {
                first = f64::from(v);
            }
            wrong.note(i);
        }
        libm::round(ours.clamp(0.0, layer.most)) as u16
    });
    let values: Vec<u16> = values.collect();
    match wrong.message("check-canopy-range", landscape) {
        Some(message) => {
            let most = layer.most / factor;
            let message = message
                .with("found", number(first))
                .with("expected", format!("0..{most}"));
            let help = Message::new("check-help-canopy-units");
            findings.add(findings.error(&at, message).with_help(help));
            None
        }
        None => Some(values),
    }
}

/// Cells that something was found in: how many, and the first.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cells {
    pub(super) count: u64,
    first: usize,
}

impl Cells {
    pub(super) fn note(&mut self, cell: usize) {
        if self.count == 0 {
            self.first = cell;
        }
        self.count += 1;
    }

    /// A message with `cells`, `column` and `row`; none when there are none.
    pub(super) fn message(self, key: &str, grid: &Grid) -> Option<Message> {
        (self.count > 0).then(|| {
            Message::new(key)
                .with("cells", self.count as f64)
                .with("column", (self.first % grid.cols) as f64)
                .with("row", (self.first / grid.cols) as f64)
        })
    }
}
