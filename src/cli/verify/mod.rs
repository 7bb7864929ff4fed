//! `fireline verify`: the program against known answers.
//!
//! Without a case the whole suite, otherwise one case with its own numbers. Every way ends with 1
//! when a limit is missed.

mod cases;
mod ellipse;
mod plots;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::output::{Exit, Failure, Output, print, print_json};
use crate::base::message::Message;
use crate::results::story::new_table;
use crate::studies::verify::{Outcome, Plot, Verdict, suite};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    case: Option<cases::Case>,
    #[arg(long, global = true)]
    json: bool,
    #[arg(long, global = true, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    match &arguments.case {
        Some(case) => case.run(&How {
            json: arguments.json,
            out: arguments.out.as_deref(),
            output,
        }),
        None => run_suite(arguments, output),
    }
}

/// Where the answer of a case goes.
struct How<'a> {
    json: bool,
    out: Option<&'a Path>,
    output: Output,
}

impl How<'_> {
    /// Prints and writes what a case gave.
    fn give<R: Serialize>(
        &self,
        name: &'static str,
        outcome: &Outcome<R>,
    ) -> Result<Exit, Failure> {
        let passed = outcome.passed();
        let answer = Answer {
            family: name,
            result: Some(&outcome.result),
            passed,
            verdicts: lines(name, &outcome.verdicts, self.output),
        };
        self.put(name, &answer, &outcome.verdicts, Some(&outcome.plot))
    }

    /// Prints and writes verdicts that have nothing behind them.
    fn give_verdicts(&self, name: &'static str, verdicts: &[Verdict]) -> Result<Exit, Failure> {
        let answer = Answer::<()> {
            family: name,
            result: None,
            passed: verdicts.iter().all(|v| v.passed),
            verdicts: lines(name, verdicts, self.output),
        };
        self.put(name, &answer, verdicts, None)
    }

    fn put<R: Serialize>(
        &self,
        name: &str,
        answer: &Answer<'_, R>,
        verdicts: &[Verdict],
        plot: Option<&Plot>,
    ) -> Result<Exit, Failure> {
        if let Some(folder) = self.out {
            make(folder)?;
            save_json(&folder.join("verify.json"), answer)?;
            if let Some(plot) = plot {
                plots::draw(plot, &folder.join(format!("{name}.svg")), self.output)?;
            }
        }
        if self.json {
            print_json(answer)?;
        } else {
            report(verdicts, self.output)?;
        }
        Ok(exit(answer.passed))
    }
}

/// What `--json` says about one case.
#[derive(Serialize)]
struct Answer<'a, R: Serialize> {
    family: &'a str,
    #[serde(flatten)]
    result: Option<&'a R>,
    passed: bool,
    verdicts: Vec<Line<'a>>,
}

/// A verdict in words.
#[derive(Serialize)]
struct Line<'a> {
    family: &'a str,
    case: String,
    source: String,
    expected: f64,
    got: f64,
    error_pct: f64,
    limit_pct: f64,
    passed: bool,
}

fn lines<'a>(family: &'a str, verdicts: &[Verdict], output: Output) -> Vec<Line<'a>> {
    verdicts
        .iter()
        .map(|v| Line {
            family,
            case: output.say(&v.case),
            source: output.say(&v.source),
            expected: v.expected,
            got: v.got,
            error_pct: v.error_pct,
            limit_pct: v.limit_pct,
            passed: v.passed,
        })
        .collect()
}

fn run_suite(arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let families = suite();
    let all: Vec<Line<'_>> = families
        .iter()
        .flat_map(|f| lines(f.name, &f.verdicts, output))
        .collect();
    let passed = families.iter().all(crate::studies::verify::Family::passed);
    if let Some(folder) = &arguments.out {
        make(folder)?;
        save_json(&folder.join("verify.json"), &all)?;
        for family in &families {
            if let Some(plot) = &family.plot {
                plots::draw(plot, &folder.join(format!("{}.svg", family.name)), output)?;
            }
        }
    }
    if arguments.json {
        print_json(&all)?;
    } else {
        let verdicts: Vec<Verdict> = families.into_iter().flat_map(|f| f.verdicts).collect();
        report(&verdicts, output)?;
    }
    Ok(exit(passed))
}

fn exit(passed: bool) -> Exit {
    if passed { Exit::Done } else { Exit::Failed }
}

/// The table and its summary.
fn report(verdicts: &[Verdict], output: Output) -> Result<(), Failure> {
    let mut table = new_table();
    table.set_header(
        [
            "case", "source", "expected", "got", "error", "limit", "verdict",
        ]
        .map(|key| output.text(&format!("verify-{key}"))),
    );
    for v in verdicts {
        table.add_row([
            output.say(&v.case),
            output.say(&v.source),
            figure(v.expected),
            figure(v.got),
            format!("{:+.3} %", v.error_pct),
            format!("{} %", v.limit_pct),
            output.text(if v.passed {
                "verify-passed"
            } else {
                "verify-failed"
            }),
        ]);
    }
    let passed = verdicts.iter().filter(|v| v.passed).count();
    let summary = Message::new("verify-summary")
        .with("passed", passed as f64)
        .with("all", verdicts.len() as f64);
    print(&format!("{table}\n{}\n", output.say(&summary)))
}

/// A number with five digits that count; areas and counts whole.
fn figure(value: f64) -> String {
    let size = value.abs();
    if size >= 10_000.0 || value == libm::round(value) {
        format!("{value:.0}")
    } else if size >= 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.4}")
    }
}

fn within(name: &str, found: f64, min: f64, max: f64) -> Result<(), Failure> {
    if (min..=max).contains(&found) {
        return Ok(());
    }
    let message = Message::new("cli-range")
        .with("name", name)
        .with("found", found)
        .with("min", min)
        .with("max", max);
    Err(Failure::Message(Exit::Usage, message))
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|e| Failure::write(folder, e))
}

fn save_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Failure::write(path, e))?;
    fs::write(path, format!("{text}\n")).map_err(|e| Failure::write(path, e))
}
