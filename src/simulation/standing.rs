//! What stands before the run begins: firebreaks and roads as barriers with their widths, and as what
//! the fire may leak through.

use std::sync::Arc;

use crate::base::geo::Polyline;
use crate::base::random::Streams;
use crate::base::units::Metres;
use crate::fire::barriers::{BarrierKind, Barriers, StandingLine};
use crate::fire::behavior::belt::{BeltFire, PlantedBelt, isolation_width};
use crate::fire::behavior::breach::BreakModel;
use crate::fire::behavior::spotting::SpotModel;
use crate::fire::breaks::{Break, BreakWatch, LeakKind};
use crate::fire::embers::Embers;
use crate::scenario::schema::{BreakKind, BreakOption, Firebreak, SpotOption};
use crate::world::World as Site;

/// Where in a year a belt was planted, cleared or maintained, when only the year is known \[J\].
const MIDDLE_OF_YEAR: f64 = 0.5;
/// Days in a year.
const DAYS_A_YEAR: f64 = 365.25;

/// Barriers that stand before a run, and the length of each, metres: the same whatever the day.
#[derive(Clone)]
struct Standing {
    barriers: Barriers,
    lengths_m: Arc<Vec<f64>>,
}

/// Firebreaks and roads that stop fire, and the watch over those that may leak.
pub fn barriers(site: &Site, streams: Streams) -> (Barriers, BreakWatch) {
    let lines = lines(site);
    let standing = site.worked_out(|| Standing::of(site, &lines));
    let mut watch = BreakWatch::new(streams);
    let numbered = lines.into_iter().zip(standing.lengths_m.iter()).zip(0..);
    for (((_, leak), length_m), line) in numbered {
        if let Some(of) = leak {
            watch.add_line(line, *length_m, of);
        }
    }
    (standing.barriers, watch)
}

impl Standing {
    fn of(site: &Site, lines: &[(StandingLine<'_>, Option<Break>)]) -> Self {
        let length = |line: &StandingLine<'_>| Polyline::new(line.path.to_vec()).length();
        let all: Vec<StandingLine<'_>> = lines.iter().map(|(line, _)| *line).collect();
        Self {
            barriers: Barriers::standing(site.grid, &all),
            lengths_m: Arc::new(all.iter().map(length).collect()),
        }
    }
}

/// Every line that stops fire, and how it leaks on the day of the run.
fn lines(site: &Site) -> Vec<(StandingLine<'_>, Option<Break>)> {
    let options = &site.scenario.file.fire;
    let model = match options.breaks {
        BreakOption::Wilson1988 => Some(BreakModel::Wilson1988),
        BreakOption::Mees1993 => Some(BreakModel::Mees1993),
        BreakOption::Holds => None,
    };
    let line = |path, width_m, kind, leak: Option<Break>| {
        let line = StandingLine {
            path,
            width_m,
            kind,
            leaks: leak.is_some(),
        };
        (line, leak)
    };
    let mut lines = Vec::new();
    let today = year_of(site);
    for firebreak in &site.firebreaks {
        let leak = model.map(|model| standing_break(site, firebreak, model, today));
        let kind = BarrierKind::Firebreak;
        lines.push(line(&firebreak.path[..], firebreak.width_m, kind, leak));
    }
    for road in &site.roads {
        let Some(class) = site.scenario.catalogue.road_classes.get(&road.class) else {
            continue;
        };
        if !class.stops_fire {
            continue;
        }
        let width = road.width_m.unwrap_or(class.width_m.value);
        let leak = model.filter(|_| options.roads_leak).map(|model| Break {
            id: road.id.clone(),
            kind: LeakKind::Road,
            model,
            width_m: width,
            width_cv: options.built_width_cv,
            drawn_m: width,
            edge_trees: None,
            intensity_factor: 1.0,
        });
        lines.push(line(&road.path[..], width, BarrierKind::Road, leak));
    }
    lines
}

/// How a firebreak would resist on the day of a world; none where the scenario has every break hold.
pub fn resistance(site: &Site, of: &Firebreak) -> Option<Break> {
    let model = match site.scenario.file.fire.breaks {
        BreakOption::Wilson1988 => BreakModel::Wilson1988,
        BreakOption::Mees1993 => BreakModel::Mees1993,
        BreakOption::Holds => return None,
    };
    Some(standing_break(site, of, model, year_of(site)))
}

/// A firebreak in its present state.
fn standing_break(site: &Site, of: &Firebreak, model: BreakModel, today: f64) -> Break {
    let rules = &site.scenario.catalogue.belts;
    let years_since = |year: i32| (today - f64::from(year) - MIDDLE_OF_YEAR).max(0.0);
    let width = Metres(of.width_m);
    let base = Break {
        id: of.id.clone(),
        kind: LeakKind::Isolation,
        model,
        width_m: of.width_m,
        width_cv: of
            .width_cv
            .unwrap_or(site.scenario.file.fire.built_width_cv),
        drawn_m: of.width_m,
        edge_trees: Some(of.edge_trees),
        intensity_factor: 1.0,
    };
    match of.kind {
        BreakKind::Isolation => {
            // One of no known date is taken as freshly cleared.
            let days = of
                .maintained
                .max(of.built)
                .map_or(0.0, |year| years_since(year) * DAYS_A_YEAR);
            Break {
                width_m: isolation_width(width, days, rules).0,
                ..base
            }
        }
        BreakKind::Planted => {
            // One of no known date is taken as grown.
            let grown_y = rules.closure_max.value / rules.closure_per_y.value;
            let belt = PlantedBelt {
                age_y: of.built.map_or(grown_y, years_since),
                closure: of.closure,
                weeds: of.weeds,
                since_maintenance_y: of.maintained.map(years_since),
                width,
                drought: 0.0,
            };
            let BeltFire {
                intensity_factor,
                effective_width,
                edge_trees,
                ..
            } = belt.state(rules).fire(rules);
            Break {
                kind: LeakKind::Planted,
                width_m: effective_width.0,
                edge_trees: Some(of.edge_trees || edge_trees),
                intensity_factor,
                ..base
            }
        }
    }
}

/// The scenario's start as a year with its fraction.
fn year_of(site: &Site) -> f64 {
    let start = site.clock.start();
    f64::from(start.year()) + f64::from(start.day_of_year() - 1) / DAYS_A_YEAR
}

/// The firebrands of a scenario; none when it has none.
pub fn embers(site: &Site, streams: Streams) -> Option<Embers> {
    let model = match site.scenario.file.fire.spotting {
        SpotOption::Off => return None,
        SpotOption::AlbiniMaximum => SpotModel::AlbiniMaximum,
        SpotOption::SardoyLognormal => SpotModel::SardoyLognormal,
        SpotOption::HimotoTanaka2005 => SpotModel::HimotoTanaka2005,
    };
    let rules = site.scenario.catalogue.spotting.clone();
    Some(Embers::new(model, rules, streams))
}
