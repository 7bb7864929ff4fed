//! Elevation, cover and canopy of the scenario out of rasters.

use std::collections::BTreeMap;

use super::crosswalk::{Coded, FuelMap, preset_names};
use super::layers::{self, BandRef, Role, Source};
use super::sources::name_of;
use super::target::{Target, system_error, system_of};
use super::warp::{Quantity, Warp};
use super::{ImportError, Note};
use crate::base::geo::{Grid, Raster, System, SystemError, Transform};
use crate::base::message::Message;
use crate::files::raster::{self, Lattice, RasterFormat, Window};
use crate::scenario::Catalogue;
use crate::scenario::schema::{CanopyUnits, CustomFuel};

/// Values that stand for "no data" in rasters that do not say so.
const VOID_CODES: [i64; 4] = [-9999, 32767, -32768, -3_400_000];
/// Holes of the elevation are filled so many cells from their rims.
const FILL_CELLS: usize = 8;
/// Canopy where a stand grows and a layer is missing: cover, percent; height, metres; base as a share of
/// the height; bulk density, kg/m3. Judged: the middle of what LANDFIRE's closed stands have.
const CANOPY_COVER_PCT: f32 = 60.0;
const CANOPY_HEIGHT_M: f32 = 15.0;
const CANOPY_BASE_SHARE: f32 = 0.4;
const CANOPY_DENSITY_KG_M3: f32 = 0.12;

/// Canopy layers in percent, metres, metres, kg/m3.
#[derive(Debug, Clone)]
pub struct Canopy {
    /// Ground covered by crowns.
    pub cover: Raster<f32>,
    /// Height of the stand.
    pub height: Raster<f32>,
    /// Height of the crowns' base.
    pub base: Raster<f32>,
    /// Bulk density of the crowns.
    pub density: Raster<f32>,
}

/// The landscape's layers on one grid.
#[derive(Debug, Clone)]
pub struct Terrain {
    /// Elevation, metres; [`NO_ELEVATION`] where nothing is known and nothing burns.
    pub elevation: Raster<f32>,
    /// Cover numbers; 0 where nothing is known.
    pub cover: Raster<u8>,
    /// What the numbers mean.
    pub coded: Coded,
    /// Canopy, where the files say anything of it.
    pub canopy: Option<Canopy>,
}

/// "No data" of the elevation.
pub const NO_ELEVATION: f32 = -9999.0;

/// Bands by role, several for a mosaic.
pub type Chosen = BTreeMap<Role, Vec<BandRef>>;

/// Which bands make which layer: as the user says, else the surest; several of the same rank that lie
/// beside each other make a mosaic.
pub fn choose(
    sources: &[Source],
    wished: &BTreeMap<Role, BandRef>,
    notes: &mut Vec<Note>,
) -> Chosen {
    let mut chosen: Chosen = wished.iter().map(|(r, b)| (*r, vec![b.clone()])).collect();
    let candidates = layers::candidates(sources);
    for role in Role::ALL {
        if wished.contains_key(&role) {
            continue;
        }
        let all: Vec<_> = candidates.iter().filter(|c| c.role == role).collect();
        let Some(best) = all.first() else { continue };
        let lattice = |band: &BandRef| {
            sources
                .iter()
                .find(|s| s.file == band.file)
                .map(|s| s.header.lattice)
        };
        let mut taken: Vec<BandRef> = Vec::new();
        for candidate in &all {
            let Some(new) = lattice(&candidate.band) else {
                continue;
            };
            let beside = candidate.rank == best.rank
                && taken.iter().filter_map(lattice).all(|old| {
                    let margin = 2.0 * old.dx;
                    new.west >= old.east() - margin
                        || new.east() <= old.west + margin
                        || new.south() >= old.north - margin
                        || new.north <= old.south() + margin
                });
            if taken.is_empty() || beside {
                taken.push(candidate.band.clone());
            } else {
                notes.push(Note::warning(
                    Message::new("import-layer-second")
                        .with("role", role.word())
                        .with("file", candidate.band.to_string())
                        .with("chosen", best.band.to_string()),
                ));
            }
        }
        chosen.insert(role, taken);
    }
    chosen
}

/// What a user says of fuels and canopy.
pub struct Meaning<'a> {
    /// `--fuel-map`.
    pub fuel_map: Option<&'a str>,
    /// A lookup table that was found.
    pub lookup: Option<&'a std::path::Path>,
    /// Units of the canopy layers.
    pub canopy_units: Option<CanopyUnits>,
    /// Custom fuel models.
    pub custom: &'a [CustomFuel],
    /// The catalogue.
    pub catalogue: &'a Catalogue,
}

/// Reads the layers and brings them onto the grid.
pub fn build(
    sources: &[Source],
    chosen: &Chosen,
    assumed: Option<&System>,
    target: &Target,
    meaning: &Meaning<'_>,
    notes: &mut Vec<Note>,
) -> Result<Terrain, ImportError> {
    let reader = Reader {
        sources,
        assumed,
        target,
    };
    let fuel_bands = &chosen[&Role::Fuel];
    let codes = reader.layer(fuel_bands, Role::Fuel)?;
    let map = fuel_map(fuel_bands, &codes, meaning, notes)?;
    let (mut cover, coded) = cover_of(&codes, &map, fuel_bands, meaning, notes)?;
    drop(codes);
    say_layer(Role::Fuel, fuel_bands, notes);

    let mut elevation = if let Some(bands) = chosen.get(&Role::Elevation) {
        say_layer(Role::Elevation, bands, notes);
        reader.layer(bands, Role::Elevation)?
    } else {
        notes.push(Note::assumed(Message::new("import-flat")));
        vec![0.0; target.grid.len()]
    };
    for role in [Role::Slope, Role::Aspect] {
        if let Some(bands) = chosen.get(&role) {
            notes.push(Note::read(
                Message::new("import-derived")
                    .with("role", role.word())
                    .with("file", bands[0].to_string()),
            ));
        }
    }
    finish_elevation(&mut elevation, &mut cover, target, notes);
    let canopy = canopy(&reader, chosen, &cover, meaning.canopy_units, notes)?;
    let grid = target.grid;
    Ok(Terrain {
        elevation: Raster {
            grid,
            data: elevation,
        },
        cover: Raster { grid, data: cover },
        coded,
        canopy,
    })
}

impl Terrain {
    /// The part of the map where anything is known, if that is smaller; a raster that was turned into
    /// another system leaves empty corners and margins.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let grid = self.cover.grid;
        let (mut c0, mut c1, mut r0, mut r1) = (grid.cols, 0, grid.rows, 0);
        for (i, _) in self.cover.data.iter().enumerate().filter(|(_, c)| **c != 0) {
            let (col, row) = (i % grid.cols, i / grid.cols);
            (c0, c1) = (c0.min(col), c1.max(col + 1));
            (r0, r1) = (r0.min(row), r1.max(row + 1));
        }
        if c0 >= c1 || (c1 - c0, r1 - r0) == (grid.cols, grid.rows) {
            return self;
        }
        let part = Grid {
            cols: c1 - c0,
            rows: r1 - r0,
            cell: grid.cell,
            west: grid.west + c0 as f64 * grid.cell,
            north: grid.north - r0 as f64 * grid.cell,
        };
        Self {
            elevation: cut(&self.elevation, part, c0, r0),
            cover: cut(&self.cover, part, c0, r0),
            coded: self.coded,
            canopy: self.canopy.map(|c| Canopy {
                cover: cut(&c.cover, part, c0, r0),
                height: cut(&c.height, part, c0, r0),
                base: cut(&c.base, part, c0, r0),
                density: cut(&c.density, part, c0, r0),
            }),
        }
    }
}

fn cut<T: Copy>(raster: &Raster<T>, part: Grid, col: usize, row: usize) -> Raster<T> {
    let cols = raster.grid.cols;
    let mut data = Vec::with_capacity(part.len());
    for r in row..row + part.rows {
        data.extend_from_slice(&raster.data[r * cols + col..][..part.cols]);
    }
    Raster { grid: part, data }
}

fn say_layer(role: Role, bands: &[BandRef], notes: &mut Vec<Note>) {
    let files: Vec<String> = bands.iter().map(BandRef::to_string).collect();
    notes.push(Note::read(
        Message::new("import-layer")
            .with("role", role.word())
            .with("file", files.join(", ")),
    ));
}

struct Reader<'a> {
    sources: &'a [Source],
    assumed: Option<&'a System>,
    target: &'a Target,
}

impl Reader<'_> {
    /// Bands on the target's grid, the later ones where the earlier have nothing.
    fn layer(&self, bands: &[BandRef], role: Role) -> Result<Vec<f32>, ImportError> {
        let quantity = if role == Role::Fuel {
            Quantity::Code
        } else {
            Quantity::Measure
        };
        let mut all: Option<Vec<f32>> = None;
        for band in bands {
            let known = self.sources.iter().find(|s| s.file == band.file);
            let source = match known {
                Some(source) => source.clone(),
                None => Source {
                    file: band.file.clone(),
                    header: raster::header(&band.file)?,
                },
            };
            let system = system_of(&source, self.assumed)?;
            let transform = if system.same_as(&self.target.system) {
                None
            } else {
                Some(Transform::new(&self.target.system, &system).map_err(|e| system_error(&e))?)
            };
            // A tile of a continent may hold a county.
            let touched = window(
                &self.target.grid,
                &source.header.lattice,
                transform.as_ref(),
            )
            .map_err(|e| system_error(&e))?;
            let Some(touched) = touched else { continue };
            let sheet = raster::read_window(&band.file, Some(&[band.band]), touched)?;
            let read = &sheet.bands[0];
            let mut values = read.samples.to_f32(read.info.nodata);
            if matches!(RasterFormat::of(&band.file)?, Some(RasterFormat::Lcp)) {
                in_metric(&mut values, role, raster::lcp_units(&band.file)?);
            }
            let warp = Warp::new(self.target.grid, sheet.lattice, transform.as_ref())
                .map_err(|e| system_error(&e))?;
            let warped = warp.apply(&values, quantity);
            match &mut all {
                None => all = Some(warped),
                Some(all) => {
                    for (old, new) in all.iter_mut().zip(warped) {
                        if old.is_nan() {
                            *old = new;
                        }
                    }
                }
            }
        }
        Ok(all.unwrap_or_else(|| vec![f32::NAN; self.target.grid.len()]))
    }
}

/// The part of a lattice that a grid touches, with a rim for interpolation; none when they do not meet.
fn window(
    grid: &Grid,
    lattice: &Lattice,
    transform: Option<&Transform>,
) -> Result<Option<Window>, SystemError> {
    /// Places along each side of the grid, and cells of the rim.
    const PLACES: usize = 64;
    const RIM: f64 = 3.0;
    let extent = grid.extent();
    let (mut least, mut most) = (
        (f64::INFINITY, f64::INFINITY),
        (f64::NEG_INFINITY, f64::NEG_INFINITY),
    );
    for i in 0..=PLACES {
        let p = extent.min.towards(extent.max, i as f64 / PLACES as f64);
        for (x, y) in [
            (p.x, extent.min.y),
            (p.x, extent.max.y),
            (extent.min.x, p.y),
            (extent.max.x, p.y),
        ] {
            let (x, y) = match transform {
                Some(t) => t.point(x, y)?,
                None => (x, y),
            };
            let (c, r) = (
                (x - lattice.west) / lattice.dx,
                (lattice.north - y) / lattice.dy,
            );
            least = (least.0.min(c), least.1.min(r));
            most = (most.0.max(c), most.1.max(r));
        }
    }
    let span = |least: f64, most: f64, n: usize| {
        let from = libm::floor(least - RIM).clamp(0.0, n as f64) as usize;
        let to = libm::ceil(most + RIM).clamp(0.0, n as f64) as usize;
        (from, to.saturating_sub(from))
    };
    let (col, cols) = span(least.0, most.0, lattice.cols);
    let (row, rows) = span(least.1, most.1, lattice.rows);
    Ok((cols > 0 && rows > 0).then_some(Window {
        col,
        row,
        cols,
        rows,
    }))
}

/// Values of a landscape file in metres, percent and kg/m3, by the units that the file names.
fn in_metric(values: &mut [f32], role: Role, units: raster::LcpUnits) {
    const M_PER_FT: f32 = 0.3048;
    /// kg/m3 of one pound a cubic foot.
    const KG_M3_PER_LB_FT3: f32 = 16.018_46;
    let length = |code: i16| match code {
        2 => M_PER_FT,
        3 => 0.1,
        4 => 0.1 * M_PER_FT,
        _ => 1.0,
    };
    if role == Role::CanopyCover && units.cover == 0 {
        // Categories of FARSITE, by the middle of each: 1-20, 21-50, 51-80, 81-100 percent.
        for v in values.iter_mut().filter(|v| !v.is_nan()) {
            *v = match *v as i32 {
                i32::MIN..=0 => 0.0,
                1 => 10.0,
                2 => 35.0,
                3 => 65.0,
                _ => 90.0,
            };
        }
        return;
    }
    let factor = match role {
        Role::Elevation if units.elevation == 1 => M_PER_FT,
        Role::CanopyHeight => length(units.height),
        Role::CanopyBase => length(units.base),
        Role::CanopyDensity => match units.density {
            2 => KG_M3_PER_LB_FT3,
            3 => 0.01,
            4 => KG_M3_PER_LB_FT3 / 1000.0,
            _ => 1.0,
        },
        _ => 1.0,
    };
    if factor != 1.0 {
        for v in values.iter_mut() {
            *v *= factor;
        }
    }
}

/// Codes that occur with how often; an error where a value is no code.
fn occurring(values: &[f32], band: &BandRef) -> Result<BTreeMap<i64, u64>, ImportError> {
    let mut counts = BTreeMap::new();
    for &v in values {
        if v.is_nan() {
            continue;
        }
        if libm::truncf(v) != v || counts.len() > 5_000 {
            return Err(ImportError::refused(
                Message::new("import-not-codes")
                    .with("file", band.to_string())
                    .with("found", f64::from(v)),
                Some(Message::new("import-help-fuel-layer")),
            ));
        }
        *counts.entry(v as i64).or_default() += 1;
    }
    Ok(counts)
}

fn fuel_map(
    bands: &[BandRef],
    values: &[f32],
    meaning: &Meaning<'_>,
    notes: &mut Vec<Note>,
) -> Result<FuelMap, ImportError> {
    if let Some(named) = meaning.fuel_map {
        let map = FuelMap::named(named)?;
        say_map(&map, named, notes);
        return Ok(map);
    }
    if let Some(path) = meaning.lookup {
        let map = FuelMap::read(path)?;
        say_map(&map, &name_of(path), notes);
        return Ok(map);
    }
    let file = &bands[0].file;
    let name: String = name_of(file)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    for (mark, preset) in [
        ("worldcover", "worldcover"),
        ("globeland30", "globeland30"),
        ("glcfcs30", "glc_fcs30"),
        ("kitral", "kitral"),
    ] {
        if name.contains(mark) {
            let map = FuelMap::named(preset)?;
            say_map(&map, preset, notes);
            return Ok(map);
        }
    }
    let counts = occurring(values, &bands[0])?;
    let is_void = |c: i64| c == 0 || VOID_CODES.contains(&c);
    let codes: Vec<i64> = counts.keys().copied().filter(|&c| !is_void(c)).collect();
    let (_, unknown) = FuelMap::Numbers.code(&codes, meaning.catalogue, meaning.custom)?;
    let is_lcp = matches!(RasterFormat::of(file)?, Some(RasterFormat::Lcp));
    let only_thirteen = codes.iter().all(|c| (1..=13).contains(c));
    let ambiguous = only_thirteen && !is_lcp && !layers::is_thirteen(file) && !codes.is_empty();
    if unknown.is_empty() && !ambiguous {
        say_map(&FuelMap::Numbers, "", notes);
        return Ok(FuelMap::Numbers);
    }
    let key = if unknown.is_empty() {
        "import-codes-ambiguous"
    } else {
        "import-codes-unknown"
    };
    let shown: Vec<String> = if unknown.is_empty() { &codes } else { &unknown }
        .iter()
        .take(12)
        .map(|c| format!("{c} ({})", counts[c]))
        .collect();
    Err(ImportError::refused(
        Message::new(key)
            .with("file", bands[0].to_string())
            .with("found", shown.join(", ")),
        Some(Message::new("import-help-fuel-map").with("expected", preset_names())),
    ))
}

fn say_map(map: &FuelMap, name: &str, notes: &mut Vec<Note>) {
    let note = match map {
        FuelMap::Numbers => Note::read(Message::new("import-map-numbers")),
        FuelMap::Covers => Note::read(Message::new("import-map-covers")),
        FuelMap::Table { source, file, .. } => {
            let message = Message::new("import-map-table")
                .with("name", name)
                .with("source", source.as_str());
            if file.is_some() {
                Note::read(message)
            } else {
                // The presets say themselves that their fuels are a judgement.
                Note::assumed(message)
            }
        }
    };
    notes.push(note);
}

fn cover_of(
    values: &[f32],
    map: &FuelMap,
    bands: &[BandRef],
    meaning: &Meaning<'_>,
    notes: &mut Vec<Note>,
) -> Result<(Vec<u8>, Coded), ImportError> {
    let counts = occurring(values, &bands[0])?;
    let codes: Vec<i64> = counts.keys().copied().collect();
    let (mut coded, unknown) = map.code(&codes, meaning.catalogue, meaning.custom)?;
    let is_void = |c: i64| VOID_CODES.contains(&c) || c == 0;
    let (voids, strange): (Vec<i64>, Vec<i64>) = unknown.into_iter().partition(|&c| is_void(c));
    if !strange.is_empty() {
        let shown: Vec<String> = strange
            .iter()
            .take(12)
            .map(|c| format!("{c} ({})", counts[c]))
            .collect();
        return Err(ImportError::refused(
            Message::new("import-codes-unknown")
                .with("file", bands[0].to_string())
                .with("found", shown.join(", ")),
            Some(Message::new("import-help-fuel-map").with("expected", preset_names())),
        ));
    }
    for code in voids {
        notes.push(Note::warning(
            Message::new("import-void-code")
                .with("code", code as f64)
                .with("cells", counts[&code] as f64),
        ));
        coded.numbers.insert(code, 0);
    }
    let cover: Vec<u8> = values
        .iter()
        .map(|&v| {
            if v.is_nan() {
                0
            } else {
                coded.numbers.get(&(v as i64)).copied().unwrap_or(0)
            }
        })
        .collect();
    Ok((cover, coded))
}

/// Fills small holes from their rims; where a hole stays, nothing burns.
fn finish_elevation(
    elevation: &mut [f32],
    cover: &mut [u8],
    target: &Target,
    notes: &mut Vec<Note>,
) {
    let (cols, rows) = (target.grid.cols, target.grid.rows);
    let voids = |z: &[f32]| z.iter().filter(|v| v.is_nan()).count();
    let before = voids(elevation);
    if before == 0 {
        return;
    }
    // Only holes under fuel matter; the rest of the sheet's surroundings stay empty.
    let mut holes: Vec<usize> = (0..elevation.len())
        .filter(|&i| elevation[i].is_nan() && cover[i] != 0)
        .collect();
    let mut filled = 0;
    for _ in 0..FILL_CELLS {
        let mut next = Vec::with_capacity(holes.len());
        let mut found = Vec::new();
        for &i in &holes {
            let (col, row) = (i % cols, i / cols);
            let (mut sum, mut n) = (0.0_f64, 0);
            for r in row.saturating_sub(1)..=(row + 1).min(rows - 1) {
                for c in col.saturating_sub(1)..=(col + 1).min(cols - 1) {
                    let z = elevation[r * cols + c];
                    if !z.is_nan() {
                        sum += f64::from(z);
                        n += 1;
                    }
                }
            }
            if n > 0 {
                found.push((i, (sum / f64::from(n)) as f32));
            } else {
                next.push(i);
            }
        }
        filled += found.len();
        for (i, z) in found {
            elevation[i] = z;
        }
        holes = next;
    }
    if filled > 0 {
        notes.push(Note::assumed(
            Message::new("import-elevation-filled").with("cells", filled as f64),
        ));
    }
    if !holes.is_empty() {
        notes.push(Note::warning(
            Message::new("import-elevation-missing").with("cells", holes.len() as f64),
        ));
    }
    for i in holes {
        cover[i] = 0;
    }
    for z in elevation.iter_mut().filter(|z| z.is_nan()) {
        *z = NO_ELEVATION;
    }
}

fn canopy(
    reader: &Reader<'_>,
    chosen: &Chosen,
    cover: &[u8],
    units: Option<CanopyUnits>,
    notes: &mut Vec<Note>,
) -> Result<Option<Canopy>, ImportError> {
    let roles = [
        Role::CanopyCover,
        Role::CanopyHeight,
        Role::CanopyBase,
        Role::CanopyDensity,
    ];
    let mut found: Vec<Option<Vec<f32>>> = Vec::new();
    for role in roles {
        found.push(match chosen.get(&role) {
            Some(bands) => {
                say_layer(role, bands, notes);
                Some(reader.layer(bands, role)?)
            }
            None => None,
        });
    }
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    for values in found.iter_mut().flatten() {
        for v in values.iter_mut() {
            if v.is_nan() || *v < 0.0 || *v == 32767.0 {
                *v = 0.0;
            }
        }
    }
    let most = |values: &Option<Vec<f32>>| {
        values
            .as_ref()
            .map_or(0.0, |v| v.iter().copied().fold(0.0_f32, f32::max))
    };
    let in_landfire = match units {
        Some(units) => units == CanopyUnits::Landfire,
        // No tree is 130 m high and no stand holds 1.5 kg/m3 of needles: such numbers are LANDFIRE's
        // decimetres and hundredths.
        None => most(&found[1]) > 130.0 || most(&found[2]) > 130.0 || most(&found[3]) > 1.5,
    };
    notes.push(Note::read(Message::new(if in_landfire {
        "import-canopy-landfire"
    } else {
        "import-canopy-metric"
    })));
    if in_landfire {
        for (values, factor) in found.iter_mut().zip([1.0, 0.1, 0.1, 0.01]) {
            if let Some(values) = values {
                for v in values.iter_mut() {
                    *v *= factor;
                }
            }
        }
    }
    for (values, (most, role)) in found.iter().zip([
        (100.0, Role::CanopyCover),
        (120.0, Role::CanopyHeight),
        (120.0, Role::CanopyBase),
        (1.0, Role::CanopyDensity),
    ]) {
        let worst = values
            .as_ref()
            .map_or(0.0, |v| v.iter().copied().fold(0.0_f32, f32::max));
        if worst > most {
            return Err(ImportError::refused(
                Message::new("import-canopy-range")
                    .with("role", role.word())
                    .with("found", f64::from(worst))
                    .with("most", f64::from(most)),
                Some(Message::new("import-help-canopy-units")),
            ));
        }
    }
    let [c, h, b, d]: [Option<Vec<f32>>; 4] = match found.try_into() {
        Ok(four) => four,
        Err(_) => return Ok(None),
    };
    let n = cover.len();
    let stand: Vec<bool> = (0..n)
        .map(|i| {
            let over = |v: &Option<Vec<f32>>| v.as_ref().is_some_and(|v| v[i] > 0.0);
            cover[i] != 0 && (over(&h) || h.is_none() && (over(&c) || over(&b) || over(&d)))
        })
        .collect();
    let mut estimate =
        |given: Option<Vec<f32>>, role: Role, value: &dyn Fn(usize) -> f32, said: f32| {
            given.unwrap_or_else(|| {
                notes.push(Note::assumed(
                    Message::new("import-canopy-missing")
                        .with("role", role.word())
                        .with("value", libm::round(f64::from(said) * 100.0) / 100.0),
                ));
                (0..n)
                    .map(|i| if stand[i] { value(i) } else { 0.0 })
                    .collect()
            })
        };
    let c = estimate(
        c,
        Role::CanopyCover,
        &|_| CANOPY_COVER_PCT,
        CANOPY_COVER_PCT,
    );
    let known_base = b.clone();
    let h = estimate(
        h,
        Role::CanopyHeight,
        &|i| {
            known_base.as_ref().map_or(CANOPY_HEIGHT_M, |b| {
                CANOPY_HEIGHT_M.max(b[i] / CANOPY_BASE_SHARE)
            })
        },
        CANOPY_HEIGHT_M,
    );
    let known_height = h.clone();
    let mut b = estimate(
        b,
        Role::CanopyBase,
        &|i| known_height[i] * CANOPY_BASE_SHARE,
        CANOPY_BASE_SHARE,
    );
    let d = estimate(
        d,
        Role::CanopyDensity,
        &|_| CANOPY_DENSITY_KG_M3,
        CANOPY_DENSITY_KG_M3,
    );
    for (base, &height) in b.iter_mut().zip(&h) {
        *base = base.min(height);
    }
    let grid = reader.target.grid;
    let layer = |data| Raster { grid, data };
    Ok(Some(Canopy {
        cover: layer(c),
        height: layer(h),
        base: layer(b),
        density: layer(d),
    }))
}
