//! The folder of a search: the proposal and its rivals as layouts, the stages, all of it as JSON.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::told::{Stage, Told};
use super::{Found, SearchError, Settings};
use crate::base::geo::Point;
use crate::files::geojson::{Geometry, write_features};
use crate::results::scorecard::round;
use crate::studies::batch::folder::{names, save};
use crate::studies::batch::unwritable;
use crate::studies::layouts::LayoutFile;
use crate::studies::layouts::network::Kind;
use crate::world::World;

/// The proposal.
pub const SEARCH: &str = "search";
/// The layout laid by chance.
pub const RANDOM: &str = "random";
/// The layout along the highest ridges.
pub const RIDGE: &str = "ridge";
/// The comparison on the test fires.
pub const JUDGED: &str = "judged";

/// Makes the folder, which must have nothing in it.
///
/// # Errors
/// Folders with something in them; what the disk says.
pub fn begin(path: &Path) -> Result<(), SearchError> {
    if !names(path)?.is_empty() {
        return Err(SearchError::NotEmpty(path.to_owned()));
    }
    fs::create_dir_all(path).map_err(|e| unwritable(path, &e))?;
    // A folder in which nothing can be written is found out before an hour of burning.
    let trial = path.join("search.json.part");
    fs::write(&trial, "").map_err(|e| unwritable(&trial, &e))?;
    fs::remove_file(&trial).map_err(|e| unwritable(&trial, &e))?;
    Ok(())
}

/// Where a layout lies.
fn place(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.geojson"))
}

/// The layouts of a folder as they are taken in by a comparison: added to the scenario's breaks.
pub fn layouts(folder: &Path, against: &[&str]) -> Vec<LayoutFile> {
    let of = |name: &str| LayoutFile {
        name: name.to_owned(),
        path: place(folder, name),
        adds: true,
    };
    std::iter::once(of(SEARCH))
        .chain(against.iter().map(|n| of(n)))
        .collect()
}

/// Writes the proposal, its rivals and the stages.
///
/// # Errors
/// What the disk says.
pub fn write(
    folder: &Path,
    world: &World,
    settings: &Settings,
    found: &Found,
    stages: &[Stage],
) -> Result<(), SearchError> {
    let fields = |id: &str| {
        let mut fields = Map::new();
        fields.insert("id".into(), json!(id));
        fields.insert("kind".into(), json!(Kind::from(settings.kind).word()));
        fields.insert("width_m".into(), json!(found.width_m));
        fields.insert("edge_trees".into(), json!(true));
        fields
    };
    let proposal = found.chosen.iter().map(|c| {
        let mut fields = fields(&c.id);
        fields.insert("cost_cny".into(), json!(round(c.cost_cny, 0)));
        fields.insert("year".into(), json!(c.year));
        fields.insert("along".into(), json!(c.along));
        fields.insert("length_m".into(), json!(round(c.length_m, 1)));
        fields.insert("gain_ha".into(), json!(round(c.gain_ha, 4)));
        fields.insert("gain_cny".into(), json!(round(c.gain_cny, 0)));
        fields.insert("fires_met".into(), json!(c.fires_met));
        (fields, Geometry::Line(c.path.clone()))
    });
    layout(folder, world, SEARCH, proposal)?;
    for (name, courses) in [(RANDOM, &found.random), (RIDGE, &found.ridge)] {
        let rival = |(n, course): (usize, &Vec<Point>)| {
            let fields = fields(&format!("{name}-{:03}", n + 1));
            (fields, Geometry::Line(course.clone()))
        };
        layout(folder, world, name, courses.iter().enumerate().map(rival))?;
    }
    let mut text =
        "year,stretches,km,cost_cny,upkeep_cny_y,gain_ha,gain_cny,gain_ha_so_far,gain_cny_so_far,gain_ha_per_km,gain_cny_per_yuan\n"
            .to_owned();
    for s in stages {
        use std::fmt::Write as _;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{},{},{:.3},{:.0},{:.0},{:.4},{:.0},{:.4},{:.0},{:.4},{:.6}",
            s.year,
            s.stretches,
            s.km,
            s.cost_cny,
            s.upkeep_cny_y,
            s.gain_ha,
            s.gain_cny,
            s.gain_ha_so_far,
            s.gain_cny_so_far,
            s.gain_ha / s.km.max(1e-9),
            s.gain_cny / s.cost_cny.max(1e-9),
        );
    }
    save(folder, "stages.csv", text.as_bytes())?;
    Ok(())
}

fn layout(
    folder: &Path,
    world: &World,
    name: &str,
    features: impl Iterator<Item = (Map<String, Json>, Geometry)>,
) -> Result<(), SearchError> {
    write_features(&place(folder, name), &world.crs, features)?;
    Ok(())
}

/// Writes `search.json`, last of all.
///
/// # Errors
/// What the disk says.
pub fn conclude(folder: &Path, told: &Told) -> Result<(), SearchError> {
    // Plain data with string keys always serialises.
    let mut text = serde_json::to_string_pretty(told).unwrap_or_default();
    text.push('\n');
    save(folder, "search.json", text.as_bytes())?;
    Ok(())
}
