//! The report of a comparison of layouts: measures with intervals, differences in a director's words, which break
//! segments were met and held, maps. The folder is read leniently: what is there is shown.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::data::{Pixels, address, png};
use super::document::{Block, Column, Document, KeyFigure, Section, Table};
use super::figures::{DASH, maybe, number, plain};
use super::pairs::{is_separable, measure_heading, measure_name, sentence};
use super::plots::{Dot, DotPanel, dots};
use super::{Made, ReportError, Sheet, csv};
use crate::base::language::{Language, keys, render, text};
use crate::base::message::Message;
use crate::results::file_picture;
use crate::results::scorecard::program;
use crate::studies::statistics::Interval;

/// Name of the file that says what was compared.
const FILE: &str = "comparison.json";
/// Format that is understood.
const FORMAT: u64 = 1;
/// Largest picture that a page carries, bytes.
const MOST_PICTURE: u64 = 6 << 20;
/// Most pictures in a page.
const MOST_PICTURES: usize = 16;
/// Most segments in the page; the table beside it has all.
const MOST_SEGMENTS: usize = 40;

/// A mean with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
struct Measure {
    mean: f64,
    #[serde(default)]
    low: Option<f64>,
    #[serde(default)]
    high: Option<f64>,
}

impl Measure {
    fn words(self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => {
                format!(
                    "{} ({}\u{a0}\u{2013}\u{a0}{})",
                    plain(self.mean),
                    plain(low),
                    plain(high)
                )
            }
            _ => plain(self.mean),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Layout {
    name: String,
    #[serde(default)]
    network: BTreeMap<String, Value>,
    #[serde(default)]
    measures: BTreeMap<String, Measure>,
    #[serde(default)]
    cost: Value,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Sentence {
    #[serde(default)]
    en: String,
    #[serde(default)]
    zh: String,
}

/// Two layouts on the same fires; the difference is `b` less `a`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Pair {
    a: String,
    b: String,
    measure: String,
    difference: f64,
    #[serde(default)]
    low: Option<f64>,
    #[serde(default)]
    high: Option<f64>,
    #[serde(default)]
    separable: Option<bool>,
    #[serde(default)]
    fires_needed: Option<f64>,
    #[serde(default)]
    sentence: Option<Sentence>,
}

impl Pair {
    fn interval(&self) -> Interval {
        Interval {
            mean: self.difference,
            low: self.low.unwrap_or(self.difference),
            high: self.high.unwrap_or(self.difference),
        }
    }

    fn is_separable(&self) -> bool {
        self.separable
            .unwrap_or_else(|| self.low.is_some() && is_separable(&self.interval()))
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Segment {
    #[serde(default)]
    layout: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    met: f64,
    #[serde(default)]
    held: f64,
    #[serde(default)]
    breached: f64,
    #[serde(default)]
    held_by_crew: f64,
}

/// A list of which what cannot be understood is left out.
fn lenient<T: for<'de> Deserialize<'de>>(list: &Value) -> Vec<T> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| serde_json::from_value(item.clone()).ok())
        .collect()
}

/// Makes the report of a comparison.
pub fn report(folder: &Path, language: Language) -> Result<Made, ReportError> {
    let path = folder.join(FILE);
    let words = fs::read_to_string(&path).map_err(|e| ReportError::read(&path, &e))?;
    let tree: Value = serde_json::from_str(&words).map_err(|e| ReportError::read(&path, &e))?;
    let version = |found: String, here: String| ReportError::Version {
        path: path.clone(),
        found,
        here,
    };
    if tree["format"] != FORMAT {
        let found = format!("format {}", tree["format"]);
        return Err(version(found, format!("format {FORMAT}")));
    }
    if let Some(found) = tree["program"].as_str()
        && found != program()
    {
        return Err(version(found.to_owned(), program()));
    }
    let page = Page {
        language,
        layouts: lenient(&tree["layouts"]),
        pairs: lenient(&tree["pairs"]),
        segments: lenient(&tree["segments"]),
        tree: &tree,
    };
    let mut sections = vec![page.section("measures", "report-section-measures", page.measures())];
    if !page.pairs.is_empty() {
        sections.push(page.section(
            "differences",
            "report-section-differences",
            page.differences(),
        ));
    }
    let maps = page.maps(folder)?;
    if !maps.is_empty() {
        sections.push(page.section("maps", "report-section-maps", maps));
    }
    if !page.segments.is_empty() {
        sections.push(page.section("segments", "report-section-segments", page.segment_blocks()));
    }
    if let Some(block) = page.networks() {
        sections.push(page.section("network", "report-section-network", vec![block]));
    }
    sections.push(page.section(
        "methods",
        "report-section-methods",
        vec![Block::Words(vec![text(
            language,
            "report-comparison-methods",
        )])],
    ));
    sections.push(page.section("hashes", "report-section-hashes", page.hashes()));
    Ok(Made {
        document: Document {
            language,
            title: page.title(),
            subtitle: page.subtitle(),
            kind: text(language, "report-kind-comparison"),
            headline: page.headline(),
            notices: page.notices(),
            figures: page.figures(),
            sections,
            footer: String::new(),
        },
        sheets: page.sheets(folder),
        there: vec![
            (FILE, "report-holds-comparison"),
            ("layouts.csv", "report-holds-measures"),
            ("pairs.csv", "report-holds-differences"),
            ("segments.csv", "report-holds-segments"),
            ("network.csv", "report-holds-network"),
            ("fires.csv", "report-holds-fires"),
            ("failures.csv", "report-holds-failures"),
        ],
    })
}

struct Page<'a> {
    language: Language,
    layouts: Vec<Layout>,
    pairs: Vec<Pair>,
    segments: Vec<Segment>,
    tree: &'a Value,
}

impl Page<'_> {
    fn word(&self, key: &str) -> String {
        text(self.language, key)
    }

    fn say(&self, message: &Message) -> String {
        render(self.language, message)
    }

    fn section(&self, id: &'static str, title: &str, blocks: Vec<Block>) -> Section {
        Section {
            id,
            title: self.word(title),
            blocks,
        }
    }

    /// What a measure is called.
    fn measure(&self, name: &str) -> String {
        measure_name(self.language, own_name(name))
    }

    /// The same as a heading.
    fn heading(&self, name: &str) -> String {
        measure_heading(self.language, own_name(name))
    }

    fn scenario(&self, field: &str) -> Option<&str> {
        self.tree["scenario"][field].as_str()
    }

    fn title(&self) -> String {
        let title = &self.tree["scenario"]["title"];
        let own = title[self.language.choose("en", "zh")].as_str();
        let name = own.or(title.as_str()).or(self.scenario("name"));
        name.or(self.tree["scenario"].as_str())
            .map_or_else(|| self.word("report-kind-comparison"), str::to_owned)
    }

    fn subtitle(&self) -> String {
        let names: Vec<&str> = self.layouts.iter().map(|l| l.name.as_str()).collect();
        self.say(
            &Message::new("report-comparison-subtitle")
                .with("layouts", names.join(&self.word("report-comma")))
                .with("fires", maybe(self.tree["fires"].as_f64())),
        )
    }

    fn notices(&self) -> Vec<String> {
        if self.tree["scenario"]["synthetic"] == true {
            vec![self.word("story-synthetic")]
        } else {
            Vec::new()
        }
    }

    /// The sentence of a pair: the folder's own, else one made of its numbers.
    fn sentence(&self, pair: &Pair) -> String {
        let own = pair
            .sentence
            .as_ref()
            .map(|s| self.language.choose(&s.en, &s.zh));
        match own {
            Some(words) if !words.is_empty() => words.to_owned(),
            _ => {
                let fires = self.tree["fires"].as_u64().unwrap_or(0) as usize;
                let mut words = sentence(
                    self.language,
                    &pair.measure,
                    [&pair.b, &pair.a],
                    &pair.interval(),
                    fires,
                );
                if let Some(needed) = pair.fires_needed.filter(|_| !pair.is_separable()) {
                    let more = Message::new("report-fires-needed").with("fires", number(needed, 0));
                    words.push_str(&self.word("report-space"));
                    words.push_str(&self.say(&more));
                }
                words
            }
        }
    }

    fn headline(&self) -> Vec<String> {
        let burnt = self.pairs.iter().filter(|p| p.measure == "burnt_ha");
        let mut told: Vec<String> = burnt.take(5).map(|p| self.sentence(p)).collect();
        if told.is_empty() {
            told = self
                .pairs
                .iter()
                .take(5)
                .map(|p| self.sentence(p))
                .collect();
        }
        if told.is_empty() {
            told.push(self.say(
                &Message::new("report-comparison-plain").with("layouts", self.layouts.len() as f64),
            ));
        }
        told
    }

    fn figures(&self) -> Vec<KeyFigure> {
        self.layouts
            .iter()
            .take(6)
            .filter_map(|layout| {
                let burnt = layout.measures.get("burnt_ha")?;
                Some(KeyFigure {
                    label: layout.name.clone(),
                    value: self
                        .say(&Message::new("score-hectares").with("value", plain(burnt.mean))),
                    note: match (burnt.low, burnt.high) {
                        (Some(low), Some(high)) => self.say(
                            &Message::new("report-interval")
                                .with("low", plain(low))
                                .with("high", plain(high)),
                        ),
                        _ => String::new(),
                    },
                })
            })
            .collect()
    }

    /// All measures of all layouts, in order of their names, the burnt area first.
    fn all_measures(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self
            .layouts
            .iter()
            .flat_map(|l| l.measures.keys().map(String::as_str))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.sort_by_key(|m| *m != "burnt_ha");
        all
    }

    fn measures(&self) -> Vec<Block> {
        let all = self.all_measures();
        let panels: Vec<DotPanel> = all
            .iter()
            .map(|measure| DotPanel {
                label: self.measure(measure),
                zero: false,
                dots: self
                    .layouts
                    .iter()
                    .enumerate()
                    .filter_map(|(i, layout)| {
                        let m = layout.measures.get(*measure)?;
                        Some(Dot {
                            name: layout.name.clone(),
                            mean: m.mean,
                            low: m.low.unwrap_or(m.mean),
                            high: m.high.unwrap_or(m.mean),
                            style: i,
                        })
                    })
                    .collect(),
            })
            .collect();
        let caption = self.word("report-measures-figure");
        let mut columns = vec![Column::words(self.word("report-column-layout"))];
        columns.extend(all.iter().map(|m| Column::number(self.heading(m))));
        let rows = self
            .layouts
            .iter()
            .map(|layout| {
                let mut row = vec![layout.name.clone()];
                row.extend(all.iter().map(|m| {
                    layout
                        .measures
                        .get(*m)
                        .map_or_else(|| DASH.to_owned(), |m| m.words())
                }));
                row
            })
            .collect();
        let mut blocks = Vec::new();
        if !panels.is_empty() {
            blocks.push(Block::Figure(dots(&caption, &panels), caption));
        }
        blocks.push(Block::Table(Table {
            caption: self.word("report-measures-caption"),
            columns,
            rows,
            note: self.word("report-interval-note"),
        }));
        blocks.extend(self.costs());
        blocks
    }

    /// Costs and what they buy, as far as they are numbers.
    fn costs(&self) -> Option<Block> {
        let of = |layout: &Layout| leaves(&layout.cost, "");
        self.numbers("report-cost-caption", &of)
    }

    fn networks(&self) -> Option<Block> {
        let of = |layout: &Layout| {
            layout
                .network
                .iter()
                .flat_map(|(name, value)| leaves(value, name))
                .collect()
        };
        self.numbers("report-network-caption", &of)
    }

    /// A table of a row a number and a column a layout.
    fn numbers(
        &self,
        caption: &str,
        of: &dyn Fn(&Layout) -> Vec<(String, String)>,
    ) -> Option<Block> {
        let found: Vec<BTreeMap<String, String>> = self
            .layouts
            .iter()
            .map(|layout| of(layout).into_iter().collect())
            .collect();
        let mut names: Vec<&String> = found.iter().flat_map(BTreeMap::keys).collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return None;
        }
        let mut columns = vec![Column::words(self.word("report-column-what"))];
        columns.extend(self.layouts.iter().map(|l| Column::number(l.name.as_str())));
        let rows = names
            .iter()
            .map(|name| {
                let mut row = vec![self.heading(name)];
                row.extend(found.iter().map(|layout| {
                    layout
                        .get(*name)
                        .cloned()
                        .unwrap_or_else(|| DASH.to_owned())
                }));
                row
            })
            .collect();
        Some(Block::Table(Table {
            caption: self.word(caption),
            columns,
            rows,
            note: String::new(),
        }))
    }

    fn differences(&self) -> Vec<Block> {
        let mut measures: Vec<&str> = self.pairs.iter().map(|p| p.measure.as_str()).collect();
        measures.sort_unstable();
        measures.dedup();
        measures.sort_by_key(|m| *m != "burnt_ha");
        let panels: Vec<DotPanel> = measures
            .iter()
            .map(|measure| DotPanel {
                label: self.say(
                    &Message::new("report-difference-of").with("measure", self.measure(measure)),
                ),
                zero: true,
                dots: self
                    .pairs
                    .iter()
                    .filter(|p| p.measure == *measure)
                    .enumerate()
                    .map(|(i, pair)| {
                        let interval = pair.interval();
                        let name = Message::new("report-minus")
                            .with("first", pair.b.as_str())
                            .with("second", pair.a.as_str());
                        Dot {
                            name: self.say(&name),
                            mean: interval.mean,
                            low: interval.low,
                            high: interval.high,
                            style: i,
                        }
                    })
                    .collect(),
            })
            .collect();
        let words = |key: &str| Column::words(self.word(key));
        let figure = |key: &str| Column::number(self.word(key));
        let rows = self
            .pairs
            .iter()
            .map(|p| {
                vec![
                    p.b.clone(),
                    p.a.clone(),
                    self.heading(&p.measure),
                    plain(p.difference),
                    maybe(p.low),
                    maybe(p.high),
                    self.word(if p.is_separable() {
                        "report-separable"
                    } else {
                        "report-not-separable"
                    }),
                    p.fires_needed
                        .map_or_else(|| DASH.to_owned(), |fires| number(fires, 0)),
                ]
            })
            .collect();
        let caption = self.word("report-comparison-differences-figure");
        vec![
            Block::Words(
                self.pairs
                    .iter()
                    .filter(|p| ["burnt_ha", "value_lost_cny"].contains(&p.measure.as_str()))
                    .take(12)
                    .map(|p| self.sentence(p))
                    .collect(),
            ),
            Block::Figure(dots(&caption, &panels), caption),
            Block::Table(Table {
                caption: self.word("report-comparison-differences-caption"),
                columns: vec![
                    words("report-column-first"),
                    words("report-column-second"),
                    words("report-column-measure"),
                    figure("report-column-difference"),
                    figure("report-column-low"),
                    figure("report-column-high"),
                    words("report-column-verdict"),
                    figure("report-column-fires-needed"),
                ],
                rows,
                note: String::new(),
            }),
        ]
    }

    /// The folder's pictures; rasters without one are drawn.
    fn maps(&self, folder: &Path) -> Result<Vec<Block>, ReportError> {
        let mut names: Vec<PathBuf> = fs::read_dir(folder)
            .map_err(|e| ReportError::read(folder, &e))?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        names.sort();
        let is = |path: &Path, ending: &str| path.extension().is_some_and(|e| e == ending);
        let mut blocks = Vec::new();
        for path in &names {
            if blocks.len() == MOST_PICTURES {
                break;
            }
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let address = if is(path, "png") {
                let small = fs::metadata(path).is_ok_and(|m| m.len() <= MOST_PICTURE);
                if !small {
                    continue;
                }
                address(&fs::read(path).map_err(|e| ReportError::read(path, &e))?)
            } else if is(path, "tif") && !path.with_extension("png").is_file() {
                let image = file_picture::of_raster(path, false)?;
                let pixels = Pixels {
                    bytes: image.as_raw(),
                    width: image.width(),
                    height: image.height(),
                    colour: image::ExtendedColorType::Rgba8,
                };
                png(pixels, path)?
            } else {
                continue;
            };
            blocks.push(Block::Picture(address, self.picture_name(&stem)));
        }
        Ok(blocks)
    }

    /// What a picture shows, out of its file's name: `burn_probability_base`.
    fn picture_name(&self, stem: &str) -> String {
        for kind in ["burn_probability", "flame_length", "difference"] {
            if let Some(layout) = stem.strip_prefix(kind) {
                let key = format!("report-picture-{}", kind.replace('_', "-"));
                let layout = layout.trim_start_matches('_');
                return self.say(&Message::new(&key).with("layout", layout));
            }
        }
        stem.to_owned()
    }

    fn segment_blocks(&self) -> Vec<Block> {
        let mut sorted: Vec<&Segment> = self.segments.iter().collect();
        sorted.sort_by(|a, b| b.met.total_cmp(&a.met));
        let sum = |of: fn(&Segment) -> f64| self.segments.iter().map(of).sum::<f64>();
        let words = self.say(
            &Message::new("report-segments-words")
                .with("met", number(sum(|s| s.met), 0))
                .with("held", number(sum(|s| s.held), 0))
                .with("breached", number(sum(|s| s.breached), 0))
                .with("crew", number(sum(|s| s.held_by_crew), 0)),
        );
        let rows = sorted
            .iter()
            .take(MOST_SEGMENTS)
            .map(|s| {
                vec![
                    s.layout.clone(),
                    s.id.clone(),
                    self.kind_name(&s.kind),
                    number(s.met, 0),
                    number(s.held, 0),
                    number(s.breached, 0),
                    number(s.held_by_crew, 0),
                ]
            })
            .collect();
        let column = |key: &str| Column::words(self.word(key));
        let figure = |key: &str| Column::number(self.word(key));
        let note = if sorted.len() > MOST_SEGMENTS {
            self.say(
                &Message::new("report-more-rows")
                    .with("shown", MOST_SEGMENTS as f64)
                    .with("all", sorted.len() as f64)
                    .with("file", "segments.csv"),
            )
        } else {
            String::new()
        };
        vec![
            Block::Words(vec![words]),
            Block::Table(Table {
                caption: self.word("report-segments-caption"),
                columns: vec![
                    column("report-column-layout"),
                    column("report-column-segment"),
                    column("report-column-barrier"),
                    figure("report-column-met-count"),
                    figure("report-moment-held"),
                    figure("report-moment-breached"),
                    figure("report-column-held-by-crew"),
                ],
                rows,
                note,
            }),
        ]
    }

    fn kind_name(&self, kind: &str) -> String {
        let key = format!("report-barrier-{}", kind.replace('_', "-"));
        if keys(self.language).contains(&key) {
            self.word(&key)
        } else {
            kind.to_owned()
        }
    }

    fn hashes(&self) -> Vec<Block> {
        let scenario = &self.tree["scenario"];
        let words = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(n) => n.as_f64().map(plain),
            _ => None,
        };
        let facts = [
            ("report-hash-scenario-name", &scenario["name"]),
            ("report-hash-scenario", &scenario["hash"]),
            ("report-hash-scenario", &scenario["scenario_hash"]),
            ("report-hash-catalogue", &self.tree["catalogue_hash"]),
            ("report-hash-seeds", &self.tree["seeds"]),
            ("report-hash-policy", &self.tree["policy"]),
            ("report-hash-fires", &self.tree["fires"]),
            ("report-figure-failed", &self.tree["failed"]),
            ("report-hash-program", &self.tree["program"]),
            ("report-hash-sources", &self.tree["program_hash"]),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((self.word(key), words(value)?)))
        .collect();
        vec![
            Block::Words(vec![self.word("report-hashes-words")]),
            Block::Facts(facts),
        ]
    }

    /// The tables that the folder does not have itself.
    fn sheets(&self, folder: &Path) -> Vec<Sheet> {
        let mut sheets = Vec::new();
        let mut add = |own: &str, name, holds, bytes| {
            if !folder.join(own).is_file() {
                sheets.push(Sheet { name, holds, bytes });
            }
        };
        add(
            "layouts.csv",
            "report_measures.csv",
            "report-holds-measures",
            self.measures_csv(),
        );
        add(
            "pairs.csv",
            "report_pairs.csv",
            "report-holds-differences",
            self.pairs_csv(),
        );
        add(
            "segments.csv",
            "report_segments.csv",
            "report-holds-segments",
            self.segments_csv(),
        );
        sheets
    }

    fn measures_csv(&self) -> Vec<u8> {
        let text = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
        let rows: Vec<Vec<String>> = self
            .layouts
            .iter()
            .flat_map(|layout| {
                layout.measures.iter().map(|(name, m)| {
                    vec![
                        layout.name.clone(),
                        name.clone(),
                        m.mean.to_string(),
                        text(m.low),
                        text(m.high),
                    ]
                })
            })
            .collect();
        csv(&["layout", "measure", "mean", "low_95", "high_95"], &rows)
    }

    fn pairs_csv(&self) -> Vec<u8> {
        let text = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
        let rows: Vec<Vec<String>> = self
            .pairs
            .iter()
            .map(|p| {
                vec![
                    p.a.clone(),
                    p.b.clone(),
                    p.measure.clone(),
                    p.difference.to_string(),
                    text(p.low),
                    text(p.high),
                    p.is_separable().to_string(),
                    text(p.fires_needed),
                ]
            })
            .collect();
        let header = [
            "a",
            "b",
            "measure",
            "b_minus_a",
            "low_95",
            "high_95",
            "separable",
            "fires_needed",
        ];
        csv(&header, &rows)
    }

    fn segments_csv(&self) -> Vec<u8> {
        let rows: Vec<Vec<String>> = self
            .segments
            .iter()
            .map(|s| {
                vec![
                    s.layout.clone(),
                    s.id.clone(),
                    s.kind.clone(),
                    s.met.to_string(),
                    s.held.to_string(),
                    s.breached.to_string(),
                    s.held_by_crew.to_string(),
                ]
            })
            .collect();
        let header = [
            "layout",
            "id",
            "kind",
            "met",
            "held",
            "breached",
            "held_by_crew",
        ];
        csv(&header, &rows)
    }
}

/// A measure as the messages name it.
fn own_name(measure: &str) -> &str {
    match measure {
        "escaped" => "escaped_share",
        // Of a network it is what stands, not what burnt.
        "forest_ha" => "forest_there_ha",
        other => other,
    }
}

/// The numbers and words of a tree, with their names from the root: `length_m.planted`.
fn leaves(value: &Value, name: &str) -> Vec<(String, String)> {
    let below = |key: &str| {
        if name.is_empty() {
            key.to_owned()
        } else {
            format!("{name}.{key}")
        }
    };
    match value {
        Value::Object(map) if map.contains_key("mean") => {
            let interval: Option<Measure> = serde_json::from_value(value.clone()).ok();
            let words = interval.map_or_else(|| DASH.to_owned(), Measure::words);
            vec![(name.to_owned(), words)]
        }
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| leaves(value, &below(key)))
            .collect(),
        Value::Number(n) => vec![(name.to_owned(), n.as_f64().map_or_else(String::new, plain))],
        Value::String(s) => vec![(name.to_owned(), s.clone())],
        Value::Bool(b) => vec![(name.to_owned(), b.to_string())],
        Value::Null | Value::Array(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_understood_is_left_out() {
        let list = serde_json::json!([
            {"name": "base", "measures": {"burnt_ha": {"mean": 3.0}}},
            {"title": "no name"},
            7
        ]);
        let layouts: Vec<Layout> = lenient(&list);
        assert_eq!(layouts.len(), 1);
        assert_eq!(layouts[0].measures["burnt_ha"].words(), "3");
        let tree = serde_json::json!({"length_m": {"planted": 1234.0}, "gaps": [1], "ok": true});
        assert_eq!(
            leaves(&tree, ""),
            [
                ("length_m.planted".to_owned(), "1,234".to_owned()),
                ("ok".to_owned(), "true".to_owned())
            ]
        );
    }
}
