//! The report of a batch: what was compared, means with their intervals, distributions, differences in pairs.

mod plots;
mod rows;

use std::path::Path;

use super::document::{Block, Column, Document, KeyFigure, Section, Table};
use super::figures::{number, plain};
use super::pairs::{is_separable, measure_heading, measure_name, policy_name, sentence};
use super::{Made, ReportError, Sheet, csv};
use crate::base::language::{Language, render, text};
use crate::base::message::Message;
use crate::results::scorecard::{program, round};
use crate::scenario::Scenario;
use crate::studies::batch::BatchError;
use crate::studies::batch::folder::{FAILURES, FIRES, PLAN, RUNS, SUMMARY, is_finished, plan_of};
use crate::studies::batch::plan::{PROGRAM_HASH, Plan};
use crate::studies::statistics::{Interval, mean_interval, quantile};
use rows::{Cell, Rows};

/// What is measured, and in which order it is shown.
pub const MEASURES: [&str; 9] = [
    "burnt_ha",
    "forest_ha",
    "saved_ha",
    "value_lost_cny",
    "cost_cny",
    "attacked_min",
    "contained_min",
    "escaped",
    "composite",
];
/// Most scenarios that the headline tells of.
const MOST_TOLD: usize = 8;
/// Most failures in the page.
const MOST_FAILURES: usize = 40;
/// Policies are compared each with each up to so many, above it with the first.
const EACH_WITH_EACH: usize = 4;

/// A difference, the second cell less the first, of the same seeds.
struct Pair {
    scenario: String,
    names: [String; 2],
    measure: &'static str,
    pairs: usize,
    difference: Interval,
}

/// Makes the report of a batch.
pub fn report(folder: &Path, language: Language) -> Result<Made, ReportError> {
    let plan = plan_of(folder)?;
    if plan.program != program() {
        return Err(ReportError::Version {
            path: folder.join(PLAN),
            found: plan.program.clone(),
            here: program(),
        });
    }
    if !is_finished(folder) {
        return Err(BatchError::Unfinished(folder.to_owned()).into());
    }
    let rows = Rows::read(folder, &plan)?;
    let page = Page {
        plan: &plan,
        rows: &rows,
        language,
    };
    let pairs = page.pairs();
    let failures = failures(folder)?;
    let mut sections = vec![
        page.section("means", "report-section-means", page.means()),
        page.section(
            "spread",
            "report-section-distributions",
            plots::distributions(&page),
        ),
    ];
    if !pairs.is_empty() {
        sections.push(page.section(
            "differences",
            "report-section-differences",
            page.differences(&pairs),
        ));
    }
    if !failures.is_empty() {
        let block = page.failures(&failures);
        sections.push(page.section("failures", "report-section-failures", vec![block]));
    }
    sections.push(page.section("methods", "report-section-methods", page.methods()));
    sections.push(page.section("hashes", "report-section-hashes", page.hashes()));
    let document = Document {
        language,
        title: page.title(),
        subtitle: page.subtitle(),
        kind: text(language, "report-kind-batch"),
        headline: page.headline(&pairs, failures.len()),
        notices: page.notices(),
        figures: page.figures(failures.len()),
        sections,
        footer: String::new(),
    };
    Ok(Made {
        document,
        sheets: vec![Sheet {
            name: "report_differences.csv",
            holds: "report-holds-differences",
            bytes: differences_csv(&pairs),
        }],
        there: vec![
            (SUMMARY, "report-holds-summary"),
            (RUNS, "report-holds-runs"),
            (FIRES, "report-holds-fires"),
            (FAILURES, "report-holds-failures"),
            (PLAN, "report-holds-plan"),
        ],
    })
}

/// The rows of `failures.csv`.
fn failures(folder: &Path) -> Result<Vec<Vec<String>>, ReportError> {
    let path = folder.join(FAILURES);
    let bad = |e: csv::Error| ReportError::read(&path, &e);
    let mut reader = ::csv::Reader::from_path(&path).map_err(bad)?;
    let rows: Result<Vec<_>, _> = reader.records().collect();
    let rows = rows.map_err(bad)?;
    Ok(rows
        .iter()
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect())
}

fn differences_csv(pairs: &[Pair]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = pairs
        .iter()
        .map(|p| {
            let figure = |v: f64| round(v, 4).to_string();
            vec![
                p.scenario.clone(),
                p.names[1].clone(),
                p.names[0].clone(),
                p.measure.to_owned(),
                p.pairs.to_string(),
                figure(p.difference.mean),
                figure(p.difference.low),
                figure(p.difference.high),
                is_separable(&p.difference).to_string(),
            ]
        })
        .collect();
    let header = [
        "scenario",
        "a",
        "b",
        "measure",
        "pairs",
        "a_minus_b",
        "low_95",
        "high_95",
        "separable",
    ];
    csv(&header, &rows)
}

/// What the sections are made of.
struct Page<'a> {
    plan: &'a Plan,
    rows: &'a Rows,
    language: Language,
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

    /// What a cell is called within its scenario.
    fn cell_name(&self, cell: &Cell) -> String {
        let policy = policy_name(self.language, &cell.policy);
        if self.plan.design.is_none() {
            return policy;
        }
        self.say(
            &Message::new("report-variant")
                .with("variant", cell.variant.as_str())
                .with("policy", policy),
        )
    }

    fn title(&self) -> String {
        let names: Vec<&str> = self
            .plan
            .scenarios
            .iter()
            .map(|s| s.name.as_str())
            .collect();
        if names.len() <= 3 {
            names.join(&self.word("report-comma"))
        } else {
            self.say(&Message::new("report-scenarios").with("count", names.len() as f64))
        }
    }

    fn subtitle(&self) -> String {
        let policies: Vec<String> = self
            .plan
            .policies
            .iter()
            .map(|p| policy_name(self.language, p))
            .collect();
        let last = self.plan.seeds.end.saturating_sub(1);
        self.say(
            &Message::new("report-batch-subtitle")
                .with("first", self.plan.seeds.start.to_string())
                .with("last", last.to_string())
                .with("policies", policies.join(&self.word("report-comma"))),
        )
    }

    fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if let Some(shard) = self.plan.shard {
            notices.push(self.say(&Message::new("report-shard").with("shard", shard.to_string())));
        }
        if self.plan.program_hash != PROGRAM_HASH {
            notices.push(self.word("report-other-sources"));
        }
        notices
    }

    fn figures(&self, failed: usize) -> Vec<KeyFigure> {
        let box_of = |label: &str, value: String, note: String| KeyFigure {
            label: self.word(label),
            value,
            note,
        };
        let seeds = self.plan.seeds.end.saturating_sub(self.plan.seeds.start);
        let variants = self.rows.variants();
        let runs: usize = self.rows.cells.iter().map(|c| c.runs.len()).sum();
        let count = |n: usize| number(n as f64, 0);
        vec![
            box_of("report-figure-runs", count(runs), String::new()),
            box_of("report-figure-failed", count(failed), String::new()),
            box_of(
                "report-figure-scenarios",
                count(self.plan.scenarios.len()),
                String::new(),
            ),
            box_of("report-figure-variants", count(variants), String::new()),
            box_of(
                "report-figure-seeds",
                number(seeds as f64, 0),
                String::new(),
            ),
            box_of(
                "report-figure-policies",
                count(self.plan.policies.len()),
                String::new(),
            ),
        ]
    }

    fn headline(&self, pairs: &[Pair], failed: usize) -> Vec<String> {
        let runs: usize = self.rows.cells.iter().map(|c| c.runs.len()).sum();
        let mut told = vec![
            self.say(
                &Message::new(if failed == 0 {
                    "report-batch-runs"
                } else {
                    "report-batch-runs-failed"
                })
                .with("runs", number(runs as f64, 0))
                .with("failed", number(failed as f64, 0)),
            ),
        ];
        for scenario in self.plan.scenarios.iter().take(MOST_TOLD) {
            let of: Vec<&Pair> = pairs
                .iter()
                .filter(|p| p.scenario == scenario.name && p.measure == "burnt_ha")
                .collect();
            let mut words: Vec<String> = of
                .iter()
                .take(3)
                .map(|pair| {
                    sentence(
                        self.language,
                        pair.measure,
                        [&pair.names[1], &pair.names[0]],
                        &pair.difference,
                        pair.pairs,
                    )
                })
                .collect();
            if words.is_empty() {
                words = self.alone(&scenario.name);
            }
            let joined = words.join(&self.word("report-space"));
            told.push(
                self.say(
                    &Message::new("report-of-scenario")
                        .with("scenario", scenario.name.as_str())
                        .with("words", joined),
                ),
            );
        }
        told
    }

    /// What is said of a scenario in which nothing was compared.
    fn alone(&self, scenario: &str) -> Vec<String> {
        let of = self.rows.cells.iter().filter(|c| c.scenario == scenario);
        of.take(3)
            .map(|cell| {
                let burnt = cell.interval("burnt_ha");
                let escaped = cell.values("escaped").iter().filter(|v| **v > 0.0).count();
                self.say(
                    &Message::new("report-batch-mean")
                        .with("name", self.cell_name(cell))
                        .with("mean", plain(burnt.mean))
                        .with("low", plain(burnt.low))
                        .with("high", plain(burnt.high))
                        .with("escaped", escaped as f64)
                        .with("runs", cell.runs.len() as f64),
                )
            })
            .collect()
    }

    /// Means with their intervals: a plot and a table a scenario.
    fn means(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Words(vec![self.word("report-means-words")])];
        for scenario in &self.plan.scenarios {
            let cells: Vec<&Cell> = self.rows.of(&scenario.name);
            if cells.is_empty() {
                continue;
            }
            blocks.push(plots::means(self, &scenario.name, &cells));
            let mut columns = vec![
                Column::words(self.word("report-column-policy")),
                Column::number(self.word("report-column-runs")),
            ];
            let shown: Vec<&'static str> = MEASURES
                .into_iter()
                .filter(|m| cells.iter().any(|c| !c.values(m).is_empty()))
                .collect();
            columns.extend(
                shown
                    .iter()
                    .map(|m| Column::number(measure_heading(self.language, m))),
            );
            columns.push(Column::number(self.word("report-column-p90")));
            let rows = cells
                .iter()
                .map(|cell| {
                    let mut row = vec![self.cell_name(cell), cell.runs.len().to_string()];
                    row.extend(shown.iter().map(|m| {
                        let i = cell.interval(m);
                        if cell.values(m).is_empty() {
                            return super::figures::DASH.to_owned();
                        }
                        format!(
                            "{} ({}\u{a0}\u{2013}\u{a0}{})",
                            plain(i.mean),
                            plain(i.low),
                            plain(i.high)
                        )
                    }));
                    let mut burnt = cell.values("burnt_ha");
                    burnt.sort_by(f64::total_cmp);
                    row.push(super::figures::maybe(quantile(&burnt, 0.9)));
                    row
                })
                .collect();
            blocks.push(Block::Table(Table {
                caption: self.say(
                    &Message::new("report-means-caption").with("scenario", scenario.name.as_str()),
                ),
                columns,
                rows,
                note: String::new(),
            }));
        }
        blocks
    }

    /// All differences: policies of a variant, variants of a policy.
    fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for scenario in &self.plan.scenarios {
            let cells = self.rows.of(&scenario.name);
            let policies = self.plan.policies.len();
            for (i, first) in cells.iter().enumerate() {
                for second in &cells[i + 1..] {
                    let same_variant = first.variant == second.variant;
                    let same_policy = first.policy == second.policy;
                    let is_first =
                        |cell: &Cell| cells.first().is_some_and(|c| c.variant == cell.variant);
                    let leads = Some(&first.policy) == self.plan.policies.first();
                    let wanted = (same_variant && (policies <= EACH_WITH_EACH || leads))
                        || (same_policy && is_first(first));
                    if wanted {
                        self.add_pairs(&scenario.name, first, second, &mut pairs);
                    }
                }
            }
        }
        pairs
    }

    fn add_pairs(&self, scenario: &str, first: &Cell, second: &Cell, pairs: &mut Vec<Pair>) {
        for measure in MEASURES {
            let other = first.by_seed(measure);
            let differences: Vec<f64> = second
                .by_seed(measure)
                .into_iter()
                .filter_map(|(seed, value)| Some(value - other.get(&seed)?))
                .collect();
            if differences.is_empty() {
                continue;
            }
            let names = [first, second].map(|cell| self.cell_name(cell));
            let stream = format!(
                "report/{scenario}/{}/{}/{}/{}/{measure}",
                first.variant, first.policy, second.variant, second.policy
            );
            pairs.push(Pair {
                scenario: scenario.to_owned(),
                names,
                measure,
                pairs: differences.len(),
                difference: mean_interval(&differences, &stream),
            });
        }
    }

    fn differences(&self, pairs: &[Pair]) -> Vec<Block> {
        let mut blocks = vec![Block::Words(vec![self.word("report-differences-words")])];
        for scenario in &self.plan.scenarios {
            let of: Vec<&Pair> = pairs
                .iter()
                .filter(|p| p.scenario == scenario.name)
                .collect();
            if of.is_empty() {
                continue;
            }
            blocks.push(plots::differences(self, &scenario.name, &of));
            let rows = of
                .iter()
                .map(|p| {
                    vec![
                        p.names[1].clone(),
                        p.names[0].clone(),
                        measure_name(self.language, p.measure),
                        p.pairs.to_string(),
                        plain(p.difference.mean),
                        plain(p.difference.low),
                        plain(p.difference.high),
                        self.word(if is_separable(&p.difference) {
                            "report-separable"
                        } else {
                            "report-not-separable"
                        }),
                    ]
                })
                .collect();
            let words = |key: &str| Column::words(self.word(key));
            let figure = |key: &str| Column::number(self.word(key));
            blocks.push(Block::Table(Table {
                caption: self.say(
                    &Message::new("report-differences-caption")
                        .with("scenario", scenario.name.as_str()),
                ),
                columns: vec![
                    words("report-column-first"),
                    words("report-column-second"),
                    words("report-column-measure"),
                    figure("report-column-pairs"),
                    figure("report-column-difference"),
                    figure("report-column-low"),
                    figure("report-column-high"),
                    words("report-column-verdict"),
                ],
                rows,
                note: String::new(),
            }));
        }
        blocks
    }

    fn failures(&self, failures: &[Vec<String>]) -> Block {
        let words = |key: &str| Column::words(self.word(key));
        let note = if failures.len() > MOST_FAILURES {
            self.say(
                &Message::new("report-more-rows")
                    .with("shown", MOST_FAILURES as f64)
                    .with("all", failures.len() as f64)
                    .with("file", FAILURES),
            )
        } else {
            String::new()
        };
        Block::Table(Table {
            caption: self.word("report-failures-caption"),
            columns: vec![
                words("report-column-run"),
                words("report-column-scenario"),
                words("report-column-variant"),
                words("report-column-seed"),
                words("report-column-policy"),
                words("report-column-stage"),
                words("report-column-cause"),
            ],
            rows: failures.iter().take(MOST_FAILURES).cloned().collect(),
            note,
        })
    }

    fn methods(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Words(vec![
            self.word("report-batch-methods"),
            self.word(if self.plan.counterfactual {
                "report-batch-unfought"
            } else {
                "report-batch-no-unfought"
            }),
        ])];
        for planned in &self.plan.scenarios {
            // The scenario itself is asked only while it is the one that was run.
            let read = Scenario::read(planned.path.as_ref()).ok();
            let Some(scenario) = read.filter(|s| s.hash == planned.scenario_hash) else {
                continue;
            };
            blocks.push(Block::Words(vec![self.say(
                &Message::new("report-models-of").with("scenario", planned.name.as_str()),
            )]));
            let models = super::run::models(self.language, &scenario.file.fire);
            blocks.push(Block::Facts(models));
        }
        blocks
    }

    fn hashes(&self) -> Vec<Block> {
        let fact = |key: &str, value: &str| (self.word(key), value.to_owned());
        let mut facts = vec![
            fact(
                "report-hash-seeds",
                &format!("{}..{}", self.plan.seeds.start, self.plan.seeds.end),
            ),
            fact("report-hash-policy", &self.plan.policies.join(", ")),
            fact("report-hash-program", &self.plan.program),
            fact("report-hash-sources", &self.plan.program_hash),
        ];
        for scenario in &self.plan.scenarios {
            facts.push(fact("report-hash-scenario-name", &scenario.name));
            facts.push(fact("report-hash-scenario", &scenario.scenario_hash));
            facts.push(fact("report-hash-catalogue", &scenario.catalogue_hash));
            facts.push(fact("report-hash-inputs", &scenario.inputs_hash));
        }
        vec![
            Block::Words(vec![self.word("report-hashes-words")]),
            Block::Facts(facts),
        ]
    }
}
