//! A run folder read and checked: journal, scorecard, scenario, arrival, built line. The world of the scenario is
//! built again where its files are still there; without it the map has no ground.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::ReportError;
use crate::base::clock::Clock;
use crate::base::geo::{Crs, Point, Raster};
use crate::base::language::{Language, render, text};
use crate::base::message::Message;
use crate::files::{geojson, geotiff};
use crate::protocol::{AlarmSource, Line, Record, verify};
use crate::results::Scorecard;
use crate::results::scorecard::program;
use crate::results::sentences::Teller;
use crate::scenario::Scenario;
use crate::scenario::schema::Name;
use crate::world::World;

/// Most bytes of a file of text that is read.
const MOST_BYTES: u64 = 1 << 31;

/// A run folder.
#[derive(Debug)]
pub struct Run {
    /// The language of the report.
    pub language: Language,
    /// The scenario as the folder keeps it.
    pub scenario: Scenario,
    /// The world, where its files could be read.
    pub world: Option<World>,
    /// Seconds to civil time.
    pub clock: Clock,
    /// The journal.
    pub lines: Vec<Line>,
    /// The scorecard.
    pub card: Scorecard,
    /// When the run ended, seconds.
    pub end_s: f64,
    /// When the fire came to each cell, seconds; NaN where it did not.
    pub arrival: Raster<f32>,
    /// Line built by crews, and its length in metres.
    pub built: Vec<BuiltLine>,
    /// Hashes of the scenario as it was written and of the catalogue.
    pub hashes: [String; 2],
    /// The program's version as the journal has it.
    pub program: String,
    /// blake3 of the journal's last line.
    pub journal_head: String,
    /// What must not be overlooked.
    pub notices: Vec<String>,
}

/// A piece of line that crews built.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BuiltLine {
    /// Its length, metres.
    #[serde(default)]
    pub length_m: f64,
    /// Its course.
    pub path: Vec<Point>,
}

fn read_text(folder: &Path, file: &'static str) -> Result<(PathBuf, String), ReportError> {
    let path = folder.join(file);
    let size = match fs::metadata(&path) {
        Ok(about) => about.len(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(ReportError::Missing {
                folder: folder.to_owned(),
                file,
            });
        }
        Err(e) => return Err(ReportError::read(&path, &e)),
    };
    if size > MOST_BYTES {
        return Err(ReportError::read(
            &path,
            &format!("{size} > {MOST_BYTES} bytes"),
        ));
    }
    let text = fs::read_to_string(&path).map_err(|e| ReportError::read(&path, &e))?;
    Ok((path, text))
}

/// What the first line of a journal says of its run.
struct Start {
    hashes: [String; 2],
    seed: u64,
    program: String,
}

/// The first line; it is looked at before the rest, so that another version's journal is told as such.
fn start_of(path: &Path, text: &str) -> Result<Start, ReportError> {
    let first = text.lines().next().unwrap_or_default();
    let line: serde_json::Value = serde_json::from_str(first).unwrap_or_default();
    let args = &line["args"];
    let word = |field: &str| args[field].as_str().map(str::to_owned);
    let (Some(scenario), Some(catalogue), Some(program), Some(seed)) = (
        word("scenario_hash"),
        word("catalogue_hash"),
        word("program"),
        args["seed"].as_u64(),
    ) else {
        return Err(ReportError::read(path, &"no run_started record in line 1"));
    };
    let here = env!("CARGO_PKG_VERSION");
    if program != here {
        return Err(ReportError::Version {
            path: path.to_owned(),
            found: format!("fireline {program}"),
            here: format!("fireline {here}"),
        });
    }
    Ok(Start {
        hashes: [scenario, catalogue],
        seed,
        program,
    })
}

fn check_card(
    path: &Path,
    card: &Scorecard,
    start: &Start,
    state: &str,
) -> Result<(), ReportError> {
    let unlike = |field, found: &str, expected: &str| {
        Err(ReportError::Unlike {
            path: path.to_owned(),
            field,
            found: found.to_owned(),
            expected: expected.to_owned(),
        })
    };
    if card.program != program() {
        return Err(ReportError::Version {
            path: path.to_owned(),
            found: card.program.clone(),
            here: program(),
        });
    }
    if card.state_hash != state {
        return unlike("state_hash", &card.state_hash, state);
    }
    if card.seed != start.seed {
        return unlike("seed", &card.seed.to_string(), &start.seed.to_string());
    }
    Ok(())
}

impl Run {
    /// Reads a run folder.
    ///
    /// # Errors
    /// Files that are missing, damaged, cut, of another version or of another run.
    pub fn read(folder: &Path, language: Language) -> Result<Self, ReportError> {
        let (journal_path, journal) = read_text(folder, "journal.jsonl")?;
        let start = start_of(&journal_path, &journal)?;
        let lines = verify(&journal).map_err(|fault| ReportError::Journal {
            path: journal_path.clone(),
            fault,
        })?;
        let ended = lines.last().and_then(|line| match &line.record {
            Record::RunEnded { state_hash, .. } => Some((line.t_s, state_hash.clone())),
            _ => None,
        });
        let Some((end_s, state)) = ended else {
            return Err(ReportError::Unended {
                path: journal_path,
                line: lines.len(),
            });
        };
        let (card_path, card) = read_text(folder, "scorecard.json")?;
        let card: Scorecard =
            serde_json::from_str(&card).map_err(|e| ReportError::read(&card_path, &e))?;
        check_card(&card_path, &card, &start, &state)?;

        let (scenario_path, _) = read_text(folder, "scenario.ron")?;
        let scenario = Scenario::read(&scenario_path).map_err(ReportError::Scenario)?;
        let file = &scenario.file;
        let clock = Clock::new(&file.start, &file.site.time_zone)
            .map_err(|e| ReportError::read(&scenario_path, &e))?;
        let crs =
            Crs::from_epsg(file.site.epsg).map_err(|e| ReportError::read(&scenario_path, &e))?;
        let mut notices = Vec::new();
        let world = world_of(&scenario, &start.hashes, language, &mut notices);

        let arrival_path = folder.join("arrival.tif");
        if !arrival_path.is_file() {
            return Err(ReportError::Missing {
                folder: folder.to_owned(),
                file: "arrival.tif",
            });
        }
        let bands = geotiff::read_bands_f32(&arrival_path)?;
        let Some(mut arrival) = bands.bands.into_iter().next() else {
            return Err(ReportError::read(&arrival_path, &"no band"));
        };
        // The file has minutes after the start.
        for minutes in &mut arrival.data {
            *minutes *= 60.0;
        }
        let line_path = folder.join("line.geojson");
        let built = if line_path.is_file() {
            geojson::read_features(&line_path, &crs)?
        } else {
            Vec::new()
        };
        let journal_head = journal.lines().last().unwrap_or_default();
        Ok(Self {
            language,
            clock,
            lines,
            card,
            end_s,
            arrival,
            built,
            hashes: start.hashes,
            program: start.program,
            journal_head: blake3::hash(journal_head.as_bytes()).to_hex().to_string(),
            notices,
            scenario,
            world,
        })
    }

    /// Names and sentences in the report's language.
    pub fn names(&self) -> Names<'_> {
        Names {
            run: self,
            teller: self.world.as_ref().map(|w| Teller::new(w, self.language)),
        }
    }

    /// Seconds after the start of a time written in ISO 8601.
    pub fn seconds(&self, iso: &str) -> Option<f64> {
        let when: jiff::Timestamp = iso.parse().ok()?;
        let start = self.clock.start().timestamp();
        Some(when.duration_since(start).as_secs_f64())
    }

    /// Minutes between two times written in ISO 8601.
    pub fn minutes_between(&self, from: Option<&str>, to: Option<&str>) -> Option<f64> {
        Some((self.seconds(to?)? - self.seconds(from?)?) / 60.0)
    }

    /// Time of day of a time written in ISO 8601; a dash when there is none.
    pub fn time(&self, iso: Option<&str>) -> String {
        iso.and_then(|iso| self.seconds(iso)).map_or_else(
            || super::super::figures::DASH.to_owned(),
            |t| self.clock.hour_minute(t),
        )
    }
}

/// The scenario's world. Where it cannot be had, the notices say why and the report does without.
fn world_of(
    scenario: &Scenario,
    hashes: &[String; 2],
    language: Language,
    notices: &mut Vec<String>,
) -> Option<World> {
    // The copy says which text it was made of, and with which catalogue.
    let says = |hash: &str| {
        scenario
            .text
            .lines()
            .take(3)
            .any(|line| line.ends_with(hash))
    };
    if !hashes.iter().all(|hash| says(hash)) || scenario.catalogue_hash != hashes[1] {
        notices.push(text(language, "report-scenario-other"));
        return None;
    }
    match World::build(scenario.clone()) {
        Ok((world, _)) => Some(world),
        Err(found) => {
            let reason = found
                .first()
                .map(|d| format!("{}: {}", d.file.display(), render(language, &d.message)))
                .unwrap_or_default();
            notices.push(render(
                language,
                &Message::new("report-world-missing").with("reason", reason),
            ));
            None
        }
    }
}

/// Names and sentences; plainer where the world could not be had.
pub struct Names<'a> {
    run: &'a Run,
    teller: Option<Teller<'a>>,
}

impl Names<'_> {
    /// A message.
    pub fn say(&self, message: Message) -> String {
        render(self.run.language, &message)
    }

    /// A key without arguments.
    pub fn text(&self, key: &str) -> String {
        text(self.run.language, key)
    }

    /// A name.
    pub fn name<'n>(&self, name: &'n Name) -> &'n str {
        self.run.language.choose(&name.en, &name.zh)
    }

    /// The name of a unit, station, value or road; its id when there is none.
    pub fn called(&self, id: &str) -> String {
        if let Some(teller) = &self.teller {
            return teller.called(id).to_owned();
        }
        let units = &self.run.scenario.file.units;
        units
            .iter()
            .find(|unit| unit.id == id)
            .map_or(id, |unit| self.name(&unit.name))
            .to_owned()
    }

    /// Who gave an alarm, `camera:ID` and the like.
    pub fn who(&self, by: &str) -> String {
        let (source, id) = by.split_once(':').unwrap_or(("", by));
        let source = match source {
            "camera" => AlarmSource::Camera,
            "patrol" => AlarmSource::Patrol,
            "caller" => AlarmSource::Caller,
            "satellite" => AlarmSource::Satellite,
            _ => return by.to_owned(),
        };
        self.teller
            .as_ref()
            .map_or_else(|| by.to_owned(), |teller| teller.who(source, id))
    }

    /// Where a place is, in words.
    pub fn place(&self, at: Point) -> String {
        match &self.teller {
            Some(teller) => teller.place(at),
            None => self.say(
                Message::new("place-coordinates")
                    .with("x", libm::round(at.x))
                    .with("y", libm::round(at.y)),
            ),
        }
    }

    /// A dispatch policy.
    pub fn policy(&self, name: &str) -> String {
        super::super::pairs::policy_name(self.run.language, name)
    }

    /// A line of the journal as a sentence; its kind where the world could not be had.
    pub fn sentence(&self, line: &Line) -> String {
        match &self.teller {
            Some(teller) => teller.sentence(line),
            None => serde_json::to_value(&line.record)
                .ok()
                .and_then(|v| v["kind"].as_str().map(|kind| kind.replace('_', "-")))
                .map(|kind| self.text(&format!("kind-{kind}")))
                .unwrap_or_default(),
        }
    }
}
