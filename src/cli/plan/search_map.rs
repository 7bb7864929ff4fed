//! The picture of a search: how often the ground burnt in training, the breaks that are there, and the proposal by year.

use std::path::Path;

use crate::base::geo::{Extent, Raster};
use crate::base::message::Message;
use crate::cli::output::{Failure, Output};
use crate::results::picture::{LineStyle, MapLine, write_png};
use crate::results::run_map::{StudyMap, study_map};
use crate::results::sentences::Teller;
use crate::scenario::schema::BreakKind;
use crate::studies::search::{Found, Settings};
use crate::world::World;

type Colour = (u8, u8, u8);

/// Ground that burnt in no training fire.
const GROUND: Colour = (240, 240, 236);
/// From seldom to often.
const RISING: [Colour; 4] = [
    (254, 230, 184),
    (253, 197, 128),
    (244, 150, 92),
    (214, 96, 70),
];
/// Upper ends of the classes as shares of the greatest number; the last is all of it.
const SHARES: [f64; 3] = [0.125, 0.25, 0.5];
/// Ground around what is shown, metres.
const MARGIN_M: f64 = 500.0;

/// Draws `search.png`.
pub fn draw(
    world: &World,
    settings: &Settings,
    found: &Found,
    folder: &Path,
    output: Output,
) -> Result<(), Failure> {
    let path = folder.join("search.png");
    let fail = |e: String| Failure::write(&path, e);
    let whole = world.landscape.cover.grid;
    let shown = Extent::around(found.chosen.iter().flat_map(|c| c.path.iter().copied()))
        .map_or(whole.extent(), |e| e.widened(MARGIN_M));
    let (grid, ..) = whole.crop(shown).unwrap_or((whole, 0, 0));
    let most = found.burnt.iter().map(|(_, n)| *n).max().unwrap_or(1);
    let class_of = |n: u32| {
        let share = f64::from(n) / f64::from(most);
        1 + SHARES.iter().filter(|end| share > **end).count() as u8
    };
    let mut class = Raster::filled(grid, 0_u8);
    // A planning cell has 30 m; finer ground takes what lies nearest.
    let reach = libm::round(15.0 / grid.cell) as i64;
    for (at, n) in &found.burnt {
        let Some((c, r)) = grid.cell_at(*at) else {
            continue;
        };
        for row in (r as i64 - reach).max(0)..=(r as i64 + reach).min(grid.rows as i64 - 1) {
            for col in (c as i64 - reach).max(0)..=(c as i64 + reach).min(grid.cols as i64 - 1) {
                class.set(col as usize, row as usize, class_of(*n));
            }
        }
    }
    let count = |share: f64| libm::floor(share * f64::from(most)).max(1.0);
    let classes = RISING.iter().enumerate().map(|(i, colour)| {
        let to = SHARES.get(i).map_or(f64::from(most), |s| count(*s));
        (*colour, format!("≤ {to:.0}"))
    });
    let there = world.firebreaks.iter().map(|b| MapLine {
        points: b.path.clone(),
        style: match b.kind {
            BreakKind::Planted => LineStyle::PlantedBelt,
            BreakKind::Isolation => LineStyle::IsolationBelt,
        },
    });
    let proposed = found.chosen.iter().map(|c| MapLine {
        points: c.path.clone(),
        style: match c.year {
            1 => LineStyle::ProposedFirst,
            2 => LineStyle::ProposedSecond,
            _ => LineStyle::ProposedLater,
        },
    });
    let teller = Teller::new(world, output.language);
    let km: f64 = found.chosen.iter().map(|c| c.length_m / 1000.0).sum();
    let subtitle = Message::new("search-map-of")
        .with("budget", settings.budget.to_string())
        .with("km", format!("{km:.1}"))
        .with("fires", found.training.fires as f64);
    let image = study_map(
        world,
        &teller,
        StudyMap {
            title: super::map_title(&teller, output, "search-map"),
            subtitles: vec![output.say(&subtitle)],
            extent: Some(grid.extent()),
            class: &class,
            heading: output.text("search-map-burnt"),
            classes: std::iter::once((GROUND, "0".to_owned()))
                .chain(classes)
                .collect(),
            lines: there.chain(proposed).collect(),
            marks: super::station_marks(&teller),
        },
    )
    .map_err(|e| fail(e.to_string()))?;
    write_png(&image, &path).map_err(|e| fail(e.to_string()))
}
