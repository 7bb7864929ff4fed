//! Rasters of a run on the simulation grid, cropped to the burnt extent with a margin: what each burnt
//! cell remembers of the fire that crossed it.

use std::path::Path;

use crate::base::geo::{Extent, Grid, Point, Raster};
use crate::base::units::{KilowattsPerMetre, Metres};
use crate::files::{FileError, geotiff};
use crate::fire::behavior::crown::FlameLengthRule;
use crate::fire::front::{Burnt, Crown, Front, SpreadSource, StartKind};
use crate::scenario::schema::CrownFlame;
use crate::simulation::Outcome;

/// Margin around the burnt extent, metres.
pub const MARGIN_M: f64 = 500.0;
/// "No data" in rasters of measures.
const NODATA: f32 = -9999.0;
/// "No data" in rasters of codes.
const NO_CODE: u8 = 255;
/// Seconds in a minute.
const MINUTE_S: f64 = 60.0;

/// The burnt extent (of fires smaller than a cell: their places); none when there was no fire.
pub fn burnt_extent(outcome: &Outcome) -> Option<Extent> {
    let grid = outcome.front.grid();
    let corners = outcome
        .front
        .burnt_bounds()
        .into_iter()
        .flat_map(|[c0, r0, c1, r1]| {
            let half = grid.cell / 2.0;
            let (a, b) = (grid.centre(c0, r0), grid.centre(c1, r1));
            [
                Point::new(a.x - half, a.y + half),
                Point::new(b.x + half, b.y - half),
            ]
        });
    Extent::around(corners.chain(outcome.fires.iter().map(|f| f.at)))
}

/// When the fire came to each cell, seconds after the start of the run; NaN where it did not.
pub fn arrival_s(outcome: &Outcome) -> Raster<f32> {
    burnt_raster(&outcome.front, window(outcome), f32::NAN, |burnt| {
        burnt.arrival_s as f32
    })
}

/// Writes the rasters of a run folder, see [`CONTENTS`](super::run_folder::CONTENTS).
pub fn write(outcome: &Outcome, folder: &Path) -> Result<(), FileError> {
    let world = &outcome.world;
    let sheet = Sheet {
        window: window(outcome),
        epsg: world.crs.code(),
        start: world.clock.iso(0.0),
        crown_flame: world.scenario.file.fire.crown_flame,
    };
    sheet.write(&outcome.front, folder)
}

/// Flame length of the fire that crossed a cell: Byram's (1959) at the surface, by the scenario's rule
/// where crowns burnt.
pub fn flame_length(burnt: &Burnt, crown_flame: CrownFlame) -> Metres {
    let rule = match (burnt.crown, crown_flame) {
        (Crown::Passive | Crown::Active, CrownFlame::Thomas1963) => FlameLengthRule::Thomas1963,
        (Crown::Surface, _) | (_, CrownFlame::Byram1959) => FlameLengthRule::Byram1959,
    };
    rule.flame_length(KilowattsPerMetre(burnt.intensity_kw_m))
}

/// Code of `origin.tif`.
fn origin_code(kind: StartKind) -> u8 {
    match kind {
        StartKind::Ignition => 0,
        StartKind::Spot => 1,
        StartKind::Breach => 2,
        StartKind::Backfire => 3,
        StartKind::Reignition => 4,
    }
}

/// What all rasters of a run share.
struct Sheet {
    /// The part of the simulation grid that is written: its first column and row in it.
    window: (Grid, usize, usize),
    epsg: u16,
    /// Civil time of the start.
    start: String,
    crown_flame: CrownFlame,
}

impl Sheet {
    fn write<S: SpreadSource>(&self, front: &Front<S>, folder: &Path) -> Result<(), FileError> {
        let measure = |name: &str, about: &str, value: &dyn Fn(&Burnt) -> f64| {
            let raster = burnt_raster(front, self.window, NODATA, |burnt| value(burnt) as f32);
            geotiff::write_f32(&folder.join(name), &raster, self.epsg, NODATA, about)
        };
        let code = |name: &str, about: &str, value: &dyn Fn(&Burnt) -> u8| {
            let raster = burnt_raster(front, self.window, NO_CODE, value);
            geotiff::write_u8(&folder.join(name), &raster, self.epsg, NO_CODE, about)
        };
        let arrival = format!(
            "fire arrival, minutes after the start of the run ({})",
            self.start
        );
        let flames = format!(
            "flame length in the direction the fire moved, metres (Byram 1959; crown fire {})",
            match self.crown_flame {
                CrownFlame::Thomas1963 => "Thomas 1963",
                CrownFlame::Byram1959 => "Byram 1959",
            }
        );
        measure("arrival.tif", &arrival, &|b| b.arrival_s / MINUTE_S)?;
        measure(
            "rate_of_spread.tif",
            "rate of spread in the direction the fire moved, metres a minute on the map",
            &|b| b.rate_m_s * MINUTE_S,
        )?;
        measure(
            "intensity.tif",
            "fireline intensity in the direction the fire moved, kW/m",
            &|b| b.intensity_kw_m,
        )?;
        measure("flame_length.tif", &flames, &|b| {
            flame_length(b, self.crown_flame).value()
        })?;
        code(
            "crown.tif",
            "what burnt: 0 surface, 1 passive crown fire (trees torched), 2 active crown fire",
            &|b| b.crown as u8,
        )?;
        code(
            "origin.tif",
            "how the fire came: 0 ignition, 1 spot fire, 2 breach of a break, 3 backfire, 4 re-ignition",
            &|b| origin_code(b.kind),
        )?;
        code(
            "put_out.tif",
            "whether crews have put the cell out: 1 yes, 0 no",
            &|b| u8::from(b.put_out),
        )
    }
}

/// A value of the burnt cells in a window of the grid, `empty` elsewhere.
fn burnt_raster<S: SpreadSource, T: Copy>(
    front: &Front<S>,
    (grid, col0, row0): (Grid, usize, usize),
    empty: T,
    value: impl Fn(&Burnt) -> T,
) -> Raster<T> {
    let mut raster = Raster::filled(grid, empty);
    for (col, row, burnt) in front.burnt_iter() {
        if col >= col0 && row >= row0 && col - col0 < grid.cols && row - row0 < grid.rows {
            raster.set(col - col0, row - row0, value(&burnt));
        }
    }
    raster
}

/// The part of the simulation grid that is written; without a fire, the middle of the map.
fn window(outcome: &Outcome) -> (Grid, usize, usize) {
    let grid = outcome.front.grid();
    let all = grid.extent();
    let middle = all.min.towards(all.max, 0.5);
    let extent = burnt_extent(outcome).unwrap_or(Extent {
        min: middle,
        max: middle,
    });
    grid.crop(extent.widened(MARGIN_M)).unwrap_or((*grid, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fire::barriers::Barriers;
    use crate::fire::front::{Ellipse, Start};
    use crate::results::run_folder::CONTENTS;

    const HEAT_KJ_M2: f64 = 10_000.0;
    const RATE_M_S: f64 = 0.2;

    /// Round fires of one rate; crowns burn from a column on.
    struct Plain {
        crowns_from: usize,
    }

    impl SpreadSource for Plain {
        fn fuel(&self, _: usize, _: usize) -> u8 {
            1
        }

        fn spread(&self, col: usize, _: usize, _: u8) -> Option<Ellipse> {
            let crown = match col.checked_sub(self.crowns_from) {
                None => Crown::Surface,
                Some(0) => Crown::Passive,
                Some(_) => Crown::Active,
            };
            Some(Ellipse {
                head_m_s: RATE_M_S,
                length_to_width: 1.0,
                heading: (0.0, 1.0),
                gradient: (0.0, 0.0),
                heat_kj_m2: HEAT_KJ_M2,
                crown,
            })
        }

        fn heat_kj_m2(&self, _: u8) -> f64 {
            HEAT_KJ_M2
        }

        fn acceleration_per_s(&self) -> f64 {
            0.0
        }
    }

    fn grid() -> Grid {
        Grid::new(40, 20, 10.0, 500_000.0, 3_000_200.0).unwrap()
    }

    /// Two fires; the eastern one burns crowns, was lit by a firebrand of the other, and has been put
    /// out where it began.
    fn two_fires() -> Front<Plain> {
        let grid = grid();
        let mut front = Front::new(Plain { crowns_from: 20 }, grid, Barriers::new(grid));
        let first = front
            .ignite(&Start::Point(grid.centre(8, 10)), 0.0)
            .unwrap();
        let spot = Start::Point(grid.centre(30, 10));
        front
            .ignite_as(&spot, 10.0, StartKind::Spot, Some(first))
            .unwrap();
        front.advance_to(130.0);
        front.put_out((30, 10));
        front
    }

    fn written(front: &Front<Plain>, crown_flame: CrownFlame) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let sheet = Sheet {
            window: (grid(), 0, 0),
            epsg: 32649,
            start: "2024-04-04T09:00:00+08:00".into(),
            crown_flame,
        };
        sheet.write(front, folder.path()).unwrap();
        folder
    }

    #[test]
    fn every_raster_tells_of_the_same_cells_what_they_remember() {
        let front = two_fires();
        let folder = written(&front, CrownFlame::Thomas1963);
        for name in CONTENTS
            .iter()
            .filter(|name| Path::new(name).extension().is_some_and(|e| e == "tif"))
        {
            let image = geotiff::read_f32(&folder.path().join(name)).unwrap();
            assert_eq!(
                (image.raster.grid, image.epsg),
                (grid(), Some(32649)),
                "{name}"
            );
            let told = image
                .raster
                .data
                .iter()
                .filter(|&&v| Some(f64::from(v)) != image.nodata)
                .count();
            assert_eq!(told as u64, front.burnt_cells(), "{name}");
        }
        let at = |name: &str, col, row| {
            let image = geotiff::read_f32(&folder.path().join(name)).unwrap();
            f64::from(image.raster.get(col, row))
        };
        // A cell east of the start: 10 m at 0.2 m/s, 12 m a minute, 0.2 x 10,000 kW/m.
        for (name, value) in [
            ("arrival.tif", 50.0 / 60.0),
            ("rate_of_spread.tif", 12.0),
            ("intensity.tif", 2000.0),
            ("flame_length.tif", 0.0775 * libm::pow(2000.0, 0.46)),
            ("crown.tif", 0.0),
            ("origin.tif", 0.0),
            ("put_out.tif", 0.0),
        ] {
            let got = at(name, 9, 10);
            assert!(
                (got - value).abs() <= 1e-3 * value,
                "{name}: {got}, not {value}"
            );
        }
        assert_eq!(at("crown.tif", 30, 10), 2.0);
        assert_eq!(at("origin.tif", 30, 10), 1.0);
        assert_eq!(at("put_out.tif", 30, 10), 1.0);
        assert_eq!(at("put_out.tif", 31, 10), 0.0);
    }

    #[test]
    fn flames_of_crown_fire_follow_the_rule_of_the_scenario() {
        let front = two_fires();
        let length = |rule, col| {
            let folder = written(&front, rule);
            let path = folder.path().join("flame_length.tif");
            let raster = geotiff::read_f32(&path).unwrap().raster;
            f64::from(raster.get(col, 10))
        };
        let byram = length(CrownFlame::Byram1959, 31);
        // Thomas: 0.0266 I^(2/3) m.
        let thomas = length(CrownFlame::Thomas1963, 31);
        assert!((thomas - 0.0266 * libm::pow(2000.0, 2.0 / 3.0)).abs() < 0.01 * thomas);
        assert!((byram - 0.0775 * libm::pow(2000.0, 0.46)).abs() < 0.001 * byram);
        assert_eq!(
            length(CrownFlame::Byram1959, 9),
            length(CrownFlame::Thomas1963, 9)
        );
    }

    #[test]
    fn a_passive_crown_fire_has_the_flames_of_a_crown_fire() {
        let mut burnt = two_fires().burnt_at(31, 10).unwrap();
        let active = flame_length(&burnt, CrownFlame::Thomas1963);
        burnt.crown = Crown::Passive;
        assert_eq!(flame_length(&burnt, CrownFlame::Thomas1963), active);
        burnt.crown = Crown::Surface;
        assert!(flame_length(&burnt, CrownFlame::Thomas1963).0 < active.0);
    }

    #[test]
    fn each_way_a_fire_comes_has_a_code_of_its_own() {
        let codes = [
            StartKind::Ignition,
            StartKind::Spot,
            StartKind::Breach,
            StartKind::Backfire,
            StartKind::Reignition,
        ]
        .map(origin_code);
        assert_eq!(codes, [0, 1, 2, 3, 4]);
    }
}
