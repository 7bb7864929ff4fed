//! Which band of which file is which layer of a landscape: by what the bands are called, by the names of
//! files, and by the fixed order of landscape files.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::files::raster::Header;

/// A layer of a landscape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Elevation, metres.
    Elevation,
    /// Slope.
    Slope,
    /// Aspect.
    Aspect,
    /// Fuel model or land cover, codes.
    Fuel,
    /// Canopy cover.
    CanopyCover,
    /// Height of the stand.
    CanopyHeight,
    /// Height of the crowns' base.
    CanopyBase,
    /// Bulk density of the crowns.
    CanopyDensity,
}

impl Role {
    /// All of them, in the order of an eight-band landscape file (LANDFIRE, IFTDSS, FlamMap).
    pub const ALL: [Self; 8] = [
        Self::Elevation,
        Self::Slope,
        Self::Aspect,
        Self::Fuel,
        Self::CanopyCover,
        Self::CanopyHeight,
        Self::CanopyBase,
        Self::CanopyDensity,
    ];

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Elevation => "elevation",
            Self::Slope => "slope",
            Self::Aspect => "aspect",
            Self::Fuel => "fuel",
            Self::CanopyCover => "canopy-cover",
            Self::CanopyHeight => "canopy-height",
            Self::CanopyBase => "canopy-base",
            Self::CanopyDensity => "canopy-density",
        }
    }

    /// Words that name it in the names of files and bands, the surest first.
    fn marks(self) -> &'static [&'static str] {
        match self {
            Self::Elevation => &[
                "elevation",
                "elev",
                "dem",
                "dtm",
                "srtm",
                "dsm",
                "altitude",
                "高程",
            ],
            Self::Slope => &["slope", "slp", "slpd", "slpp", "坡度"],
            Self::Aspect => &["aspect", "asp", "saz", "坡向"],
            Self::Fuel => &[
                "fbfm40",
                "f40",
                "fbfm",
                "fuel",
                "fuels",
                "fuelmodel",
                "fbfm13",
                "f13",
                "landcover",
                "worldcover",
                "globeland30",
                "glc",
                "lulc",
                "landuse",
                "cover",
                "小班",
                "地类",
                "可燃物",
            ],
            Self::CanopyCover => &["cc", "canopycover", "ccov", "郁闭度"],
            Self::CanopyHeight => &["ch", "hm", "canopyheight", "standheight", "树高"],
            Self::CanopyBase => &["cbh", "canopybaseheight"],
            Self::CanopyDensity => &["cbd", "canopybulkdensity"],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A band of a raster file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandRef {
    /// The file.
    pub file: PathBuf,
    /// Number of the band, from 0.
    pub band: usize,
}

impl fmt::Display for BandRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        if self.band == 0 {
            f.write_str(&name)
        } else {
            write!(f, "{name}:{}", self.band + 1)
        }
    }
}

impl FromStr for BandRef {
    type Err = String;

    /// `FILE`, or `FILE:N` for its band N, counted from 1.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((file, band)) = text.rsplit_once(':')
            && let Ok(number) = band.parse::<usize>()
        {
            return if number == 0 {
                Err(format!("band 0 in `{text}`; bands are counted from 1"))
            } else {
                Ok(Self {
                    file: PathBuf::from(file),
                    band: number - 1,
                })
            };
        }
        Ok(Self {
            file: PathBuf::from(text),
            band: 0,
        })
    }
}

/// A raster file that may hold layers.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file.
    pub file: PathBuf,
    /// What it says of itself.
    pub header: Header,
}

/// A band that could be a layer, with how sure that is: the lower the surer.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The layer.
    pub role: Role,
    /// The band.
    pub band: BandRef,
    /// 0 for the surest.
    pub rank: usize,
}

/// Everything in the sources that looks like a layer, the surest first for each, ties by file name.
pub fn candidates(sources: &[Source]) -> Vec<Candidate> {
    let mut all = Vec::new();
    for source in sources {
        let bands = &source.header.bands;
        let named: Vec<Option<(Role, usize)>> = bands
            .iter()
            .map(|b| b.name.as_deref().and_then(role_of))
            .collect();
        let by_name = named.iter().flatten().count();
        let file_role = source
            .file
            .file_stem()
            .and_then(|stem| role_of(&stem.to_string_lossy()));
        for (band, found) in named.iter().enumerate() {
            let role = if bands.len() == 1 {
                // A single band is what its file is called; its own name may be "Band 1".
                file_role.or(*found)
            } else if by_name >= 2 {
                *found
            } else if bands.len() >= Role::ALL.len() {
                Role::ALL.get(band).map(|&role| (role, 0))
            } else {
                None
            };
            if let Some((role, rank)) = role {
                all.push(Candidate {
                    role,
                    band: BandRef {
                        file: source.file.clone(),
                        band,
                    },
                    rank,
                });
            }
        }
    }
    all.sort_by(|a, b| {
        (a.role, a.rank, &a.band.file, a.band.band).cmp(&(
            b.role,
            b.rank,
            &b.band.file,
            b.band.band,
        ))
    });
    all
}

/// The layer that a name speaks of and the number of the word that says so.
fn role_of(name: &str) -> Option<(Role, usize)> {
    let lower = name.to_lowercase();
    // Copernicus GLO-30 and SRTM tiles.
    if lower.starts_with("copernicus_dsm") || is_tile(&lower) {
        return Some((Role::Elevation, 0));
    }
    let joined: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let said = |mark: &&str| {
        words.contains(mark)
            || mark.chars().count() > 5 && joined.contains(*mark)
            || !mark.is_ascii() && lower.contains(*mark)
    };
    // "canopy cover" must not be taken for a land cover, "canopy base height" not for a height.
    [
        Role::CanopyDensity,
        Role::CanopyBase,
        Role::CanopyHeight,
        Role::CanopyCover,
        Role::Slope,
        Role::Aspect,
        Role::Fuel,
        Role::Elevation,
    ]
    .into_iter()
    .find_map(|role| role.marks().iter().position(&said).map(|rank| (role, rank)))
}

/// Names such as `n27e112`.
fn is_tile(lower: &str) -> bool {
    let b = lower.as_bytes();
    b.len() >= 7
        && matches!(b[0], b'n' | b's')
        && b[1..3].iter().all(u8::is_ascii_digit)
        && matches!(b[3], b'e' | b'w')
        && b[4..7].iter().all(u8::is_ascii_digit)
}

/// Whether a file's name says it is for the 13 models of Anderson (1982).
pub fn is_thirteen(file: &Path) -> bool {
    let name = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    name.split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "f13" | "fbfm13"))
}

/// Whether the name of a slope's file says that it is in percent, as LANDFIRE's `SlpP` does.
pub fn is_percent_slope(band: &BandRef) -> bool {
    let name = band
        .file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    name.split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "slpp" | "percent" | "pct"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::raster::{BandInfo, Lattice, SampleType};

    fn source(file: &str, bands: &[Option<&str>]) -> Source {
        let info = |name: Option<&str>| BandInfo {
            name: name.map(str::to_owned),
            kind: SampleType::I16,
            nodata: None,
        };
        Source {
            file: PathBuf::from(file),
            header: Header {
                lattice: Lattice {
                    cols: 2,
                    rows: 2,
                    dx: 30.0,
                    dy: 30.0,
                    west: 0.0,
                    north: 0.0,
                },
                system: None,
                bands: bands.iter().copied().map(info).collect(),
                remarks: Vec::new(),
            },
        }
    }

    fn roles(sources: &[Source]) -> Vec<(Role, String)> {
        candidates(sources)
            .into_iter()
            .map(|c| (c.role, c.band.to_string()))
            .collect()
    }

    #[test]
    fn the_names_that_landfire_cell2fire_and_others_use_are_known() {
        for (name, role) in [
            ("LC20_Elev_220", Role::Elevation),
            ("LC20_SlpP_220", Role::Slope),
            ("LC20_Asp_220", Role::Aspect),
            ("LC22_F40_230", Role::Fuel),
            ("LC22_F13_230", Role::Fuel),
            ("LC22_CC_230", Role::CanopyCover),
            ("LC22_CH_230", Role::CanopyHeight),
            ("LC22_CBH_230", Role::CanopyBase),
            ("LC22_CBD_230", Role::CanopyDensity),
            ("dem", Role::Elevation),
            ("hm", Role::CanopyHeight),
            ("fuels", Role::Fuel),
            ("N27E112", Role::Elevation),
            ("Copernicus_DSM_COG_10_N27_00_E112_00_DEM", Role::Elevation),
            ("ESA_WorldCover_10m_2021_v200_N27E111_Map", Role::Fuel),
            ("canopy cover", Role::CanopyCover),
            ("US_220 Canopy Base Height", Role::CanopyBase),
            ("fuel model", Role::Fuel),
            ("坡度", Role::Slope),
        ] {
            assert_eq!(role_of(name).map(|r| r.0), Some(role), "{name}");
        }
        assert_eq!(role_of("hillshade"), None);
    }

    #[test]
    fn an_eight_band_file_without_names_has_the_fixed_order() {
        let found = roles(&[source("landscape.tif", &[None; 8])]);
        let expected: Vec<_> = Role::ALL
            .into_iter()
            .enumerate()
            .map(|(i, role)| {
                let band = if i == 0 {
                    String::new()
                } else {
                    format!(":{}", i + 1)
                };
                (role, format!("landscape.tif{band}"))
            })
            .collect();
        assert_eq!(found, expected);
        // A picture of three bands is no landscape.
        assert!(roles(&[source("ortho.tif", &[None; 3])]).is_empty());
    }

    #[test]
    fn forty_models_go_before_thirteen() {
        let found = roles(&[
            source("LC22_F13_230.tif", &[None]),
            source("LC22_F40_230.tif", &[Some("Band 1")]),
        ]);
        assert_eq!(found[0].1, "LC22_F40_230.tif");
        assert!(is_thirteen(Path::new("a/LC22_F13_230.tif")));
    }

    #[test]
    fn a_band_is_named_by_its_number_from_one() {
        let band: BandRef = "a/b.tif:4".parse().unwrap();
        assert_eq!((band.file.as_path(), band.band), (Path::new("a/b.tif"), 3));
        assert_eq!("c:/b.tif".parse::<BandRef>().unwrap().band, 0);
        assert!("b.tif:0".parse::<BandRef>().is_err());
    }
}
