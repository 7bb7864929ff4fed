//! Land cover by rules: built land, water, fields in the bottoms, forest on the hills to the stated
//! share, and what grows in it by height, aspect and soil.

use std::collections::BTreeSet;

use super::relief::Relief;
use super::sites::{Land, Settlement, Tract};
use crate::authoring::noise::Noise;
use crate::base::geo::{Raster, slope_aspect};
use crate::scenario::schema::AreaKind;

/// Forest share of the county. Stated for the prefecture: 45.9 %.
pub const FOREST_SHARE: f64 = 0.459;

/// Codes of `assets/catalogue/covers.ron`.
pub mod code {
    /// Flooded paddy.
    pub const PADDY_WET: u8 = 1;
    /// Paddy in dry stubble.
    pub const PADDY_STUBBLE: u8 = 2;
    /// Tall grass.
    pub const TALL_GRASS: u8 = 3;
    /// Shrub and grass.
    pub const SHRUB_GRASS: u8 = 4;
    /// Dense fern and brush.
    pub const FERN_BRUSH: u8 = 5;
    /// Tea-oil camellia.
    pub const TEA_OIL: u8 = 6;
    /// Masson pine.
    pub const MASSON_PINE: u8 = 7;
    /// Masson pine over fern.
    pub const MASSON_PINE_FERN: u8 = 8;
    /// Chinese fir.
    pub const CHINESE_FIR: u8 = 9;
    /// Bamboo.
    pub const BAMBOO: u8 = 10;
    /// Evergreen broadleaf.
    pub const BROADLEAF: u8 = 11;
    /// Orchard and green crops.
    pub const ORCHARD_CROP: u8 = 13;
    /// Water.
    pub const WATER: u8 = 14;
    /// Built land.
    pub const BUILT: u8 = 15;
    /// Bare rock.
    pub const BARE: u8 = 16;

    /// Whether a code is forest.
    pub fn is_forest(code: u8) -> bool {
        (TEA_OIL..=12).contains(&code)
    }

    /// Whether a code burns.
    pub fn burns(code: u8) -> bool {
        (PADDY_STUBBLE..=12).contains(&code)
    }
}

/// Everything the rules look at.
pub struct Setting<'a> {
    /// Relief on cells of 30 m.
    pub relief: &'a Relief,
    /// Open water.
    pub water: &'a [bool],
    /// The same land on cells of 60 m.
    pub land: &'a Land,
    /// Cells of the county.
    pub county: &'a [bool],
    /// Towns and villages.
    pub settlements: &'a [Settlement],
    /// Farms and park.
    pub tracts: &'a [Tract],
}

/// Makes the land cover of a seed.
pub fn build(setting: &Setting, seed: u64) -> Raster<u8> {
    let grid = setting.relief.height.grid;
    let fields = Fields::new(seed);
    let mut cover = Raster::filled(grid, 0u8);
    built_land(setting, &fields, &mut cover);
    let mut scores = vec![f32::NAN; grid.len()];
    let (mut park, mut farms) = (BTreeSet::new(), BTreeSet::new());
    for tract in setting.tracts {
        let set = if tract.kind == AreaKind::Reserve {
            &mut park
        } else {
            &mut farms
        };
        set.extend(tract.cells.iter().copied());
    }
    let half = |i: usize| (i / grid.cols / 2) * setting.land.grid.cols + (i % grid.cols) / 2;
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let i = row * grid.cols + col;
            if setting.water[i] {
                cover.data[i] = code::WATER;
            }
            if cover.data[i] != 0 {
                continue;
            }
            let p = grid.centre(col, row);
            let (slope, _) = slope_aspect(&setting.relief.height, col, row);
            let above = setting.relief.above_stream[i] as f64;
            let z = setting.relief.height.data[i] as f64;
            let tract = if park.contains(&half(i)) {
                2.5
            } else if farms.contains(&half(i)) {
                1.6
            } else {
                0.0
            };
            // Worn hills: cut over, burnt, or too poor for trees.
            let worn = fields.worn.fractal(p.x / 900.0, p.y / 900.0, 4) - 0.12 * tract;
            let crest = z > 720.0 && above > 60.0;
            if slope > 0.07 && (worn > 0.34 || crest && worn > 0.0) {
                cover.data[i] = open_hill(&fields, p.x, p.y, worn);
                continue;
            }
            let patch = fields.patch.fractal(p.x / 1600.0, p.y / 1600.0, 5);
            scores[i] = (4.5 * slope.min(0.5)
                + above.min(120.0) / 45.0
                + (z - 140.0) / 260.0
                + 0.9 * patch
                + tract) as f32;
        }
    }
    let least = forest_score(setting, &cover, &scores);
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let i = row * grid.cols + col;
            if cover.data[i] != 0 {
                continue;
            }
            let p = grid.centre(col, row);
            let (slope, aspect) = slope_aspect(&setting.relief.height, col, row);
            let site = Site {
                x: p.x,
                y: p.y,
                z: setting.relief.height.data[i] as f64,
                above: setting.relief.above_stream[i] as f64,
                drained: setting.relief.drained[i],
                slope,
                aspect,
                park: park.contains(&half(i)),
            };
            cover.data[i] = if scores[i] >= least {
                fields.forest(&site)
            } else {
                fields.farmland(&site)
            };
        }
    }
    cover
}

/// The score above which land is forest, so that the county's share comes out.
fn forest_score(setting: &Setting, cover: &Raster<u8>, scores: &[f32]) -> f32 {
    let county = setting.county.iter().filter(|inside| **inside).count();
    let mut open: Vec<f32> = (0..scores.len())
        .filter(|&i| setting.county[i] && cover.data[i] == 0)
        .map(|i| scores[i])
        .collect();
    open.sort_by(f32::total_cmp);
    let wanted = (FOREST_SHARE * county as f64) as usize;
    open.len()
        .checked_sub(wanted)
        .and_then(|k| open.get(k))
        .copied()
        .unwrap_or(f32::NEG_INFINITY)
}

fn open_hill(fields: &Fields, x: f64, y: f64, worn: f64) -> u8 {
    let kind = fields.kind.fractal(x / 600.0, y / 600.0, 3);
    if worn > 0.78 {
        code::BARE
    } else if kind > 0.22 {
        code::FERN_BRUSH
    } else if kind < -0.25 {
        code::TALL_GRASS
    } else {
        code::SHRUB_GRASS
    }
}

/// Towns and villages as ragged patches, and hamlets along the foot of the hills.
fn built_land(setting: &Setting, fields: &Fields, cover: &mut Raster<u8>) {
    let grid = cover.grid;
    for place in setting.settlements {
        let reach = 1.6 * place.radius_m;
        let (c0, r0) = grid.nearest(crate::base::geo::Point::new(
            place.at.x - reach,
            place.at.y + reach,
        ));
        let (c1, r1) = grid.nearest(crate::base::geo::Point::new(
            place.at.x + reach,
            place.at.y - reach,
        ));
        for row in r0..=r1 {
            for col in c0..=c1 {
                let p = grid.centre(col, row);
                let ragged = 1.0 + 0.55 * fields.kind.fractal(p.x / 240.0, p.y / 240.0, 3);
                let steep = slope_aspect(&setting.relief.height, col, row).0;
                if p.distance(place.at) < place.radius_m * ragged && steep < 0.2 {
                    cover.set(col, row, code::BUILT);
                }
            }
        }
    }
    for row in 0..grid.rows {
        for col in 0..grid.cols {
            let i = row * grid.cols + col;
            let foot = (2.5..9.0).contains(&setting.relief.above_stream[i])
                && setting.relief.height.data[i] < 260.0;
            if foot && fields.house.uniform(col as i64 / 2, row as i64 / 2) < 0.045 {
                cover.data[i] = code::BUILT;
            }
        }
    }
}

struct Site {
    x: f64,
    y: f64,
    z: f64,
    above: f64,
    drained: f64,
    slope: f64,
    aspect: f64,
    park: bool,
}

struct Fields {
    patch: Noise,
    worn: Noise,
    kind: Noise,
    stand: Noise,
    soil: Noise,
    plot: Noise,
    house: Noise,
}

impl Fields {
    fn new(seed: u64) -> Self {
        let field = |name: &str| Noise::new(seed, &format!("county cover {name}"));
        Self {
            patch: field("patch"),
            worn: field("worn"),
            kind: field("kind"),
            stand: field("stand"),
            soil: field("soil"),
            plot: field("plot"),
            house: field("house"),
        }
    }

    fn forest(&self, site: &Site) -> u8 {
        let stand = self.stand.fractal(site.x / 700.0, site.y / 700.0, 4);
        let soil = self.soil.fractal(site.x / 2600.0, site.y / 2600.0, 3);
        // Slopes facing north-west to east keep their moisture.
        let shady = !(110.0..300.0).contains(&site.aspect);
        if site.park && stand < 0.42 {
            return code::BROADLEAF;
        }
        if site.drained > 4e4 && site.above < 18.0 && site.z > 170.0 && stand > -0.25 {
            return code::BAMBOO;
        }
        if (180.0..650.0).contains(&site.z) && stand + 0.5 * soil > 0.5 {
            return code::BAMBOO;
        }
        if site.z < 230.0 && site.slope < 0.24 && stand - 0.7 * soil > 0.2 {
            return code::TEA_OIL;
        }
        if site.z > 480.0 && stand - soil > 0.35 {
            return code::BROADLEAF;
        }
        let fir = if shady { -0.08 } else { -0.34 } + if site.z > 260.0 { 0.12 } else { -0.08 };
        if stand < fir {
            return code::CHINESE_FIR;
        }
        if self.kind.fractal(site.x / 800.0, site.y / 800.0, 3) > 0.08 {
            code::MASSON_PINE_FERN
        } else {
            code::MASSON_PINE
        }
    }

    fn farmland(&self, site: &Site) -> u8 {
        let wild = self.kind.fractal(site.x / 380.0, site.y / 380.0, 3);
        // Below six degrees: paddy where water can be led to it.
        let paddy = site.slope < 0.105 && (site.z < 150.0 && site.above < 16.0 || site.above < 7.0);
        if paddy {
            // Early April: the larger plots are flooded for the first rice, the rest lie in stubble.
            let plot = self.plot.fractal(site.x / 260.0, site.y / 260.0, 2);
            return if plot > 0.05 - 0.1 * (8.0 - site.above).clamp(-2.0, 1.0) {
                code::PADDY_WET
            } else {
                code::PADDY_STUBBLE
            };
        }
        if site.slope < 0.2 && wild < 0.12 {
            code::ORCHARD_CROP
        } else if wild > 0.35 {
            code::TALL_GRASS
        } else {
            code::SHRUB_GRASS
        }
    }
}
