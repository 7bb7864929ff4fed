//! Pictures of a comparison of layouts: its maps as classes over the relief, with the breaks.

use std::path::Path;

use crate::base::geo::Raster;
use crate::base::message::Message;
use crate::cli::output::{Failure, Output};
use crate::files::geotiff;
use crate::results::picture::{LineStyle, MapLine, write_png};
use crate::results::run_map::{StudyMap, study_map};
use crate::results::sentences::Teller;
use crate::scenario::schema::BreakKind;
use crate::studies::layouts::comparison::Comparison;
use crate::studies::layouts::folder::map_name;
use crate::studies::layouts::{Layout, Study};

type Colour = (u8, u8, u8);

/// Ground of no class.
const GROUND: Colour = (240, 240, 236);
/// From little to much: told apart by everybody, and in grey print.
const RISING: [Colour; 5] = [
    (254, 230, 184),
    (253, 187, 118),
    (240, 120, 62),
    (196, 50, 40),
    (110, 10, 40),
];
/// Less and more, from much less to much more.
const BOTH_WAYS: [Colour; 6] = [
    (5, 88, 160),
    (92, 160, 208),
    (190, 218, 235),
    (253, 208, 178),
    (232, 120, 70),
    (166, 40, 10),
];
/// Upper ends of the classes as shares of the greatest value.
const SHARES: [f64; 5] = [1.0 / 16.0, 1.0 / 8.0, 1.0 / 4.0, 1.0 / 2.0, 1.0];
/// The same for more and less.
const DIFFERENCE_SHARES: [f64; 2] = [1.0 / 8.0, 1.0 / 2.0];
/// Upper ends of the classes of flame length, metres.
const FLAMES_M: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// A map cut into classes.
struct Classed {
    class: Raster<u8>,
    classes: Vec<(Colour, String)>,
}

/// What all pictures share.
struct Sheet<'a> {
    study: &'a Study,
    folder: &'a Path,
    output: Output,
    fires: usize,
}

/// Draws all maps of a comparison.
pub fn draw(
    study: &Study,
    comparison: &Comparison,
    folder: &Path,
    output: Output,
) -> Result<(), Failure> {
    let sheet = Sheet {
        study,
        folder,
        output,
        fires: comparison.fires,
    };
    // One scale for all layouts, or they could not be compared by eye.
    let (mut most, mut most_apart) = (0.0_f64, 0.0_f64);
    for (i, layout) in study.layouts.iter().enumerate() {
        most = most.max(greatest(&sheet.read("burn_probability", layout)?));
        if i != study.reference {
            most_apart = most_apart.max(greatest(&sheet.read("difference", layout)?));
        }
    }
    for (i, layout) in study.layouts.iter().enumerate() {
        let map = sheet.read("burn_probability", layout)?;
        let classed = rising(&map, &SHARES.map(|s| s * most), 0.0, percent);
        sheet.draw("burn_probability", layout, classed)?;
        let map = sheet.read("flame_length", layout)?;
        let classed = rising(&map, &FLAMES_M, -1.0, |v| format!("{v:.0} m"));
        sheet.draw("flame_length", layout, classed)?;
        if i != study.reference {
            let map = sheet.read("difference", layout)?;
            sheet.draw("difference", layout, both_ways(&map, most_apart, output))?;
        }
    }
    Ok(())
}

fn greatest(map: &Raster<f32>) -> f64 {
    map.data
        .iter()
        .map(|v| f64::from(v.abs()))
        .fold(0.0, f64::max)
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 10.0 {
        format!("{percent:.0} %")
    } else {
        // Two digits that count.
        let digits = (1 - libm::floor(libm::log10(percent.max(1e-6))) as i32).clamp(0, 6) as usize;
        format!("{percent:.digits$} %")
    }
}

/// Classes up to each of some ends, and beyond the last where there are colours left; nothing at or below `none`.
fn rising(map: &Raster<f32>, ends: &[f64], none: f64, told: impl Fn(f64) -> String) -> Classed {
    let last = RISING.len().min(ends.len() + 1);
    let of = |v: &f32| {
        let v = f64::from(*v);
        if v <= none {
            0
        } else {
            (ends
                .iter()
                .filter(|end| v > **end + 1e-9)
                .count()
                .min(last - 1)
                + 1) as u8
        }
    };
    let classes = (0..last).map(|i| {
        let name = match (i.checked_sub(1).map(|b| told(ends[b])), ends.get(i)) {
            (None, end) => format!("≤ {}", end.map_or_else(String::new, |e| told(*e))),
            (Some(from), Some(to)) => format!("{from} – {}", told(*to)),
            (Some(from), None) => format!("> {from}"),
        };
        (RISING[i], name)
    });
    Classed {
        class: Raster {
            grid: map.grid,
            data: map.data.iter().map(of).collect(),
        },
        classes: std::iter::once((GROUND, "0".to_owned()))
            .chain(classes)
            .collect(),
    }
}

/// Classes of less and more.
fn both_ways(map: &Raster<f32>, most: f64, output: Output) -> Classed {
    let of = |v: &f32| {
        let v = f64::from(*v);
        let size = DIFFERENCE_SHARES
            .iter()
            .filter(|share| v.abs() > **share * most)
            .count() as u8;
        if v == 0.0 {
            0
        } else if v < 0.0 {
            3 - size
        } else {
            4 + size
        }
    };
    let [few, many] = DIFFERENCE_SHARES.map(|s| percent(s * most));
    let more = |key: &str, amount: String| output.say(&Message::new(key).with("amount", amount));
    let names = [
        more("layouts-map-less", format!("> {many}")),
        more("layouts-map-less", format!("{few} – {many}")),
        more("layouts-map-less", format!("≤ {few}")),
        more("layouts-map-more", format!("≤ {few}")),
        more("layouts-map-more", format!("{few} – {many}")),
        more("layouts-map-more", format!("> {many}")),
    ];
    let same = (GROUND, output.text("layouts-map-same"));
    Classed {
        class: Raster {
            grid: map.grid,
            data: map.data.iter().map(of).collect(),
        },
        classes: std::iter::once(same)
            .chain(BOTH_WAYS.into_iter().zip(names))
            .collect(),
    }
}

impl Sheet<'_> {
    fn read(&self, map: &str, layout: &Layout) -> Result<Raster<f32>, Failure> {
        let path = self.folder.join(map_name(map, &layout.name));
        geotiff::read_f32(&path)
            .map(|image| image.raster)
            .map_err(|e| Failure::file(&e))
    }

    fn draw(&self, map: &str, layout: &Layout, classed: Classed) -> Result<(), Failure> {
        let world = &self.study.fires_of;
        let teller = Teller::new(world, self.output.language);
        let key = format!("layouts-map-{}", map.replace('_', "-"));
        let title = format!(
            "{} · {}",
            teller.name(&world.scenario.file.title),
            self.output.text(&key)
        );
        let reference = &self.study.layouts[self.study.reference].name;
        let subtitle = Message::new("layouts-map-of")
            .with("name", layout.name.as_str())
            .with("reference", reference.as_str())
            .with("fires", self.fires as f64);
        let breaks = layout.firebreaks.iter().map(|b| MapLine {
            points: b.path.clone(),
            style: match b.kind {
                BreakKind::Planted => LineStyle::PlantedBelt,
                BreakKind::Isolation => LineStyle::IsolationBelt,
            },
        });
        let roads = layout.roads.iter().map(|r| MapLine {
            points: r.path.clone(),
            style: LineStyle::ProposedRoad,
        });
        let path = self
            .folder
            .join(map_name(map, &layout.name).replace(".tif", ".png"));
        let image = study_map(
            world,
            &teller,
            StudyMap {
                title,
                subtitles: vec![self.output.say(&subtitle)],
                extent: Some(classed.class.grid.extent()),
                class: &classed.class,
                heading: self.output.text(&key),
                classes: classed.classes,
                lines: breaks.chain(roads).collect(),
                marks: super::station_marks(&teller),
            },
        )
        .map_err(|e| Failure::write(&path, e))?;
        write_png(&image, &path).map_err(|e| Failure::write(&path, e))
    }
}
