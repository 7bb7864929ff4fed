//! `fireline plan roads`: what hangs on which road, and what a new one would save.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::{Map, json};

use super::isochrones::{classes, legend, sorted, write_arrival};
use super::{Departing, Folder, map_title, minutes, progress, station_marks, tenth};
use crate::base::geo::Point;
use crate::base::message::Message;
use crate::cli::output::{Exit, Failure, Output, print, print_json};
use crate::files::geojson::{Geometry, read_features, write_features};
use crate::results::picture::{LineStyle, MapLine};
use crate::results::run_map::{StudyMap, study_map};
use crate::results::sentences::Teller;
use crate::results::story::new_table;
use crate::scenario::schema::Road;
use crate::studies::access::{Access, Arrival, Change, Cut, Link, NOTED_MIN};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Arguments {
    scenario: PathBuf,
    #[command(flatten)]
    departing: Departing,
    #[arg(long, value_name = "MINUTES", default_value_t = 60.0, value_parser = minutes)]
    within: f64,
    #[arg(long, value_name = "ID")]
    cut: Vec<String>,
    #[arg(long, value_name = "FILE")]
    link: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 3)]
    links: usize,
    #[arg(long, value_name = "CLASS", default_value = "fire_road")]
    class: String,
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Answer {
    scenario: String,
    at: String,
    vehicle: String,
    stations: Vec<String>,
    /// Who sets out, when and from where, in words.
    #[serde(skip)]
    head: String,
    within_min: f64,
    places_cut: usize,
    bridges_cut: usize,
    burnable_ha: f64,
    within_ha: f64,
    median_min: Option<f64>,
    /// Single cuts that change an arrival, the worst first.
    cuts: Vec<CutRow>,
    /// Whole roads closed, as asked with `--cut`.
    closed: Vec<CutRow>,
    /// New links, each after those before it.
    links: Vec<LinkRow>,
    /// The roads of `--link`, all of them together.
    given: Option<LinkRow>,
    /// Roads on which heavy vehicles back before they can turn, the longest way first.
    backing: Vec<BackingRow>,
}

#[derive(Debug, Clone, Serialize)]
struct BackingRow {
    road: String,
    name: Option<String>,
    /// Where the way is longest.
    x: f64,
    y: f64,
    /// How far a vehicle backs from there; none where it can turn nowhere.
    length_m: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
struct CutRow {
    road: String,
    name: Option<String>,
    x: f64,
    y: f64,
    is_bridge: bool,
    is_only_way: bool,
    cut_off_km: f64,
    later_ha: f64,
    mean_delay_min: f64,
    no_longer_within_ha: f64,
    county_mean_min: f64,
    areas: String,
}

#[derive(Debug, Serialize)]
struct LinkRow {
    from_x: f64,
    from_y: f64,
    to_x: f64,
    to_y: f64,
    length_m: f64,
    sooner_ha: f64,
    mean_gain_min: f64,
    newly_within_ha: f64,
    /// Time saved, summed over the ground, hectare-hours.
    saved_ha_h: f64,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let world = output.load(&arguments.scenario)?;
    check_class(&world, &arguments.class, "--class", Exit::Usage)?;
    let given = given_roads(arguments, &world)?;
    let (access, vehicle) = arguments.departing.access(&world)?;
    let before = access.arrival();
    let within = arguments.within;
    let mut closed = Vec::new();
    for id in &arguments.cut {
        let cut = access
            .without_road(&before, within, id)
            .map_err(|e| Failure::Message(Exit::Invalid, e.message()))?;
        closed.extend(cut);
    }
    let places = access.places_to_cut(&before);
    let bar = progress(places.len() as u64, output);
    let cuts = access.cuts(&before, &places, within, || bar.inc(1));
    bar.finish_and_clear();
    let links = access.new_links(&arguments.class, arguments.links, within);
    let given_link = (!given.is_empty()).then(|| access.with_roads(&before, within, &given).1);
    let teller = Teller::new(&world, output.language);
    let all = sorted(&access, &before);
    let reached = all.partition_point(|&m| f64::from(m) <= within);
    let burnable_ha = all.len() as f64 * access.cell_ha();
    let answer = Answer {
        scenario: world.scenario.path.display().to_string(),
        at: world.clock.iso(arguments.departing.at * 60.0),
        stations: arguments.departing.station.clone(),
        head: arguments.departing.told(&teller, &vehicle, output),
        vehicle,
        within_min: within,
        places_cut: places.len(),
        bridges_cut: places.iter().filter(|e| access.is_bridge(**e)).count(),
        burnable_ha: tenth(burnable_ha),
        within_ha: tenth(reached as f64 * access.cell_ha()),
        median_min: all
            .get(all.len() / 2)
            .filter(|m| m.is_finite())
            .map(|&m| tenth(f64::from(m))),
        cuts: cuts.iter().map(|c| cut_row(c, &world, &teller)).collect(),
        closed: closed.iter().map(|c| cut_row(c, &world, &teller)).collect(),
        links: links.iter().map(|l| link_row(l, burnable_ha)).collect(),
        given: given_link.as_ref().map(|l| link_row(l, burnable_ha)),
        backing: backing(&world, &teller),
    };
    if let Some(out) = &arguments.out {
        let found = Found {
            cuts: &cuts[..cuts.len().min(arguments.top)],
            links: &links,
            given: &given,
        };
        write(out, arguments, (&access, &before), &answer, &found, &teller)?.tell(output);
    }
    if arguments.json {
        print_json(&answer)?;
    } else {
        print(&text(&answer, arguments.top, output))?;
    }
    Ok(Exit::Done)
}

/// A class that the catalogue does not have; `place` says where it was found.
fn check_class(world: &World, class: &str, place: &str, exit: Exit) -> Result<(), Failure> {
    let classes = &world.scenario.catalogue.road_classes;
    if classes.contains_key(class) {
        return Ok(());
    }
    let known: Vec<&str> = classes.keys().map(String::as_str).collect();
    let message = Message::new("plan-no-class")
        .with("place", place)
        .with("found", class)
        .with("have", known.join(", "));
    Err(Failure::Message(exit, message))
}

/// The roads of `--link`.
fn given_roads(arguments: &Arguments, world: &World) -> Result<Vec<Road>, Failure> {
    let Some(path) = &arguments.link else {
        return Ok(Vec::new());
    };
    let roads: Vec<Road> = read_features(path, &world.crs).map_err(|e| Failure::file(&e))?;
    if roads.is_empty() {
        let message = Message::new("plan-no-links").with("path", path.display().to_string());
        return Err(Failure::Message(Exit::Invalid, message));
    }
    for road in &roads {
        let place = format!("{}, {}", path.display(), road.id);
        check_class(world, &road.class, &place, Exit::Invalid)?;
    }
    Ok(roads)
}

fn cut_row(cut: &Cut, world: &World, teller: &Teller<'_>) -> CutRow {
    let at = cut.piece.0.towards(cut.piece.1, 0.5);
    let Change {
        mean_min,
        later_ha,
        noted_min,
        beyond_ha,
        ..
    } = cut.change;
    let areas: Vec<String> = cut
        .areas
        .iter()
        .map(|&(i, ha)| format!("{} {ha:.0} ha", teller.name(&world.areas[i].name)))
        .collect();
    let called = teller.called(&cut.road);
    CutRow {
        name: (called != cut.road).then(|| called.to_owned()),
        road: cut.road.clone(),
        x: tenth(at.x),
        y: tenth(at.y),
        is_bridge: cut.is_bridge,
        is_only_way: cut.cut_off_m > 0.0,
        cut_off_km: libm::round(cut.cut_off_m / 10.0) / 100.0,
        later_ha: tenth(later_ha),
        mean_delay_min: tenth(noted_min),
        no_longer_within_ha: tenth(beyond_ha),
        county_mean_min: libm::round(mean_min * 1000.0) / 1000.0,
        areas: areas.join("; "),
    }
}

fn link_row(link: &Link, burnable_ha: f64) -> LinkRow {
    let end = |p: Option<&Point>| p.copied().unwrap_or_default();
    let (from, to) = (end(link.path.first()), end(link.path.last()));
    LinkRow {
        from_x: tenth(from.x),
        from_y: tenth(from.y),
        to_x: tenth(to.x),
        to_y: tenth(to.y),
        length_m: libm::round(link.length_m),
        sooner_ha: tenth(link.change.sooner_ha),
        mean_gain_min: tenth(0.0 - link.change.noted_min),
        newly_within_ha: tenth(0.0 - link.change.beyond_ha),
        saved_ha_h: tenth(0.0 - link.change.mean_min * burnable_ha / 60.0),
    }
}

/// The roads on which heavy vehicles back before they can turn.
fn backing(world: &World, teller: &Teller<'_>) -> Vec<BackingRow> {
    let network = &world.network;
    let back_m = network.backing_m();
    // The farthest node of each road.
    let mut farthest: BTreeMap<usize, (f64, Point)> = BTreeMap::new();
    for edge in network.graph.edge_indices() {
        let Some((a, b)) = network.graph.edge_endpoints(edge) else {
            continue;
        };
        for node in [a, b] {
            let here = (back_m[node.index()], network.graph[node].at);
            let road = farthest.entry(network.graph[edge].road).or_insert(here);
            if here.0 > road.0 {
                *road = here;
            }
        }
    }
    // Half the way between two places to turn, as it is assumed where nobody has looked, is no finding.
    let usual_m = world.scenario.catalogue.traffic.turn_every_m.value;
    let mut all: Vec<(usize, (f64, Point))> = farthest
        .into_iter()
        .filter(|(_, far)| far.0 > usual_m)
        .collect();
    all.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
    let row = |(road, (length_m, at)): (usize, (f64, Point))| {
        let id = &world.roads[road].id;
        let called = teller.called(id);
        BackingRow {
            name: (called != id).then(|| called.to_owned()),
            road: id.clone(),
            x: tenth(at.x),
            y: tenth(at.y),
            length_m: length_m.is_finite().then(|| libm::round(length_m)),
        }
    };
    all.into_iter().map(row).collect()
}

fn text(answer: &Answer, top: usize, output: Output) -> String {
    let head = Message::new("plan-roads-head")
        .with("within", answer.within_min.to_string())
        .with("reached", format!("{:.0}", answer.within_ha))
        .with("all", format!("{:.0}", answer.burnable_ha));
    let only = answer.cuts.iter().filter(|c| c.is_only_way).count();
    let late = answer.cuts.iter().filter(|c| c.later_ha > 0.0).count();
    let found = Message::new("plan-roads-found")
        .with("places", answer.places_cut.to_string())
        .with("bridges", answer.bridges_cut.to_string())
        .with("only", only.to_string())
        .with("late", late.to_string())
        .with("minutes", NOTED_MIN.to_string());
    let mut parts = vec![format!(
        "{}\n{}\n{}\n",
        answer.head,
        output.say(&head),
        output.say(&found)
    )];
    let yes = |is| output.text(if is { "plan-yes" } else { "plan-no" });
    let cuts = |rows: &[CutRow]| {
        let mut table = new_table();
        table.set_header(
            [
                "plan-road",
                "plan-place",
                "plan-bridge",
                "plan-only-way",
                "plan-cut-off",
                "plan-later",
                "plan-delay",
                "plan-beyond",
                "plan-areas",
            ]
            .map(|key| output.text(key)),
        );
        for c in rows {
            table.add_row([
                c.name.clone().unwrap_or_else(|| c.road.clone()),
                format!("{:.0}, {:.0}", c.x, c.y),
                yes(c.is_bridge),
                yes(c.is_only_way),
                format!("{:.1}", c.cut_off_km),
                format!("{:.0}", c.later_ha),
                format!("{:+.0}", c.mean_delay_min),
                format!("{:.0}", c.no_longer_within_ha),
                c.areas.clone(),
            ]);
        }
        table
    };
    let shown = &answer.cuts[..answer.cuts.len().min(top)];
    parts.push(format!("{}\n", cuts(shown)));
    if !answer.closed.is_empty() {
        let heading = output.text("plan-closed");
        parts.push(format!("\n{heading}\n{}\n", cuts(&answer.closed)));
    }
    for (key, rows) in [
        ("plan-new-links", answer.links.iter().collect::<Vec<_>>()),
        ("plan-given-links", answer.given.iter().collect()),
    ] {
        if rows.is_empty() {
            continue;
        }
        let mut table = new_table();
        table.set_header(
            [
                "plan-from",
                "plan-to",
                "plan-length",
                "plan-sooner",
                "plan-saved",
                "plan-newly",
                "plan-saved-all",
            ]
            .map(|key| output.text(key)),
        );
        for l in rows {
            table.add_row([
                format!("{:.0}, {:.0}", l.from_x, l.from_y),
                format!("{:.0}, {:.0}", l.to_x, l.to_y),
                format!("{:.0}", l.length_m),
                format!("{:.0}", l.sooner_ha),
                format!("{:.0}", l.mean_gain_min),
                format!("{:.0}", l.newly_within_ha),
                format!("{:.0}", l.saved_ha_h),
            ]);
        }
        parts.push(format!("\n{}\n{table}\n", output.text(key)));
    }
    if !answer.backing.is_empty() {
        let mut table = new_table();
        let heads = ["plan-road", "plan-place", "plan-backing"];
        table.set_header(heads.map(|key| output.text(key)));
        for b in answer.backing.iter().take(top) {
            table.add_row([
                b.name.clone().unwrap_or_else(|| b.road.clone()),
                format!("{:.0}, {:.0}", b.x, b.y),
                b.length_m
                    .map_or_else(|| output.text("plan-no-turn"), |m| format!("{m:.0}")),
            ]);
        }
        let message = Message::new("plan-backing-head").with("roads", answer.backing.len() as f64);
        parts.push(format!("\n{}\n{table}\n", output.say(&message)));
    }
    parts.concat()
}

struct Found<'a> {
    cuts: &'a [Cut],
    links: &'a [Link],
    given: &'a [Road],
}

fn write(
    out: &Path,
    arguments: &Arguments,
    (access, before): (&Access<'_>, &Arrival),
    answer: &Answer,
    found: &Found<'_>,
    teller: &Teller<'_>,
) -> Result<Folder, Failure> {
    let world = teller.world();
    let output = Output {
        language: teller.language(),
        quiet: true,
    };
    let mut folder = Folder::new(out)?;
    folder.json("roads.json", answer)?;
    folder.csv("cuts.csv", &answer.cuts)?;
    folder.csv("new_links.csv", &answer.links)?;
    write_arrival(&mut folder, world, before)?;
    folder.file("cuts.geojson", |p| {
        let features = found.cuts.iter().zip(&answer.cuts).map(|(cut, row)| {
            let mut properties = Map::new();
            properties.insert("road".into(), json!(row.road));
            properties.insert("later_ha".into(), json!(row.later_ha));
            properties.insert("mean_delay_min".into(), json!(row.mean_delay_min));
            properties.insert("cut_off_km".into(), json!(row.cut_off_km));
            let course = vec![cut.piece.0, cut.piece.1];
            (properties, Geometry::Line(course))
        });
        write_features(p, &world.crs, features)
    })?;
    // As a scenario takes them: add the file to its roads.
    folder.file("new_links.geojson", |p| {
        let features = found.links.iter().enumerate().map(|(i, link)| {
            let mut properties = Map::new();
            properties.insert("id".into(), json!(format!("new-link-{}", i + 1)));
            properties.insert("class".into(), json!(arguments.class));
            (properties, Geometry::Line(link.path.clone()))
        });
        write_features(p, &world.crs, features)
    })?;
    let class = classes(access, before);
    let line = |points: Vec<Point>, style| MapLine { points, style };
    let cuts = found
        .cuts
        .iter()
        .map(|c| line(world_road(world, c), LineStyle::CriticalRoad));
    let links = found
        .links
        .iter()
        .map(|l| line(l.path.clone(), LineStyle::ProposedRoad));
    let given = found
        .given
        .iter()
        .map(|r| line(r.path.clone(), LineStyle::ProposedRoad));
    let image = study_map(
        world,
        teller,
        StudyMap {
            title: map_title(teller, output, "plan-roads-title"),
            subtitles: vec![answer.head.clone()],
            extent: None,
            class: &class,
            heading: output.text("plan-isochrones-legend"),
            classes: legend(output),
            lines: cuts.chain(links).chain(given).collect(),
            marks: station_marks(teller),
        },
    )
    .map_err(|e| Failure::write(out, e))?;
    folder.picture("roads.png", &image)?;
    Ok(folder)
}

/// The road of a cut, whole: a piece between two bends would be a speck on the map.
fn world_road(world: &World, cut: &Cut) -> Vec<Point> {
    let road = world.roads.iter().find(|r| r.id == cut.road);
    road.map_or_else(|| vec![cut.piece.0, cut.piece.1], |r| r.path.clone())
}
