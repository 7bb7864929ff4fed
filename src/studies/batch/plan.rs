//! What a batch consists of: scenarios, variants, seeds, policies, and which of them are this shard's.
//!
//! Runs are numbered from 0: scenario by scenario, in it variant by variant, in it seed by seed, in it policy by
//! policy. The runs of one scenario, variant and seed are a *group*: they meet the same fires, are run one
//! after the other, and share the fire that nobody fights. Shards take groups in turn.

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::operations::policy::PolicyName;

/// Version of the layout of results.
pub const FORMAT: u32 = 2;

/// blake3 of the program's sources, hexadecimal: of two programs that give it alike the results can be put together.
pub const PROGRAM_HASH: &str = env!("FIRELINE_SOURCE_HASH");

/// Whose journals are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Nobody's.
    #[default]
    None,
    /// Those of runs that failed, as far as they came.
    Failed,
    /// All.
    All,
}

/// A scenario of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioPlan {
    /// Its short name, unique in the batch.
    pub name: String,
    /// Where it was read, as it was given.
    pub path: PathBuf,
    /// blake3 of its text.
    pub scenario_hash: String,
    /// blake3 of its catalogue.
    pub catalogue_hash: String,
    /// blake3 of the files that it names.
    pub inputs_hash: String,
}

/// The design of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesignPlan {
    /// Its columns.
    pub columns: Vec<String>,
    /// Number of rows.
    pub rows: usize,
    /// blake3 of the file.
    pub hash: String,
}

/// A part of a batch, one-based: `1/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which, 1 to `of`.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("'{text}' found, a shard and their number expected, for example 1/3");
        let (part, of) = text.split_once('/').ok_or_else(wrong)?;
        let (part, of) = (
            part.parse().map_err(|_| wrong())?,
            of.parse().map_err(|_| wrong())?,
        );
        if part == 0 || part > of {
            return Err(wrong());
        }
        Ok(Self { part, of })
    }
}

/// Everything that decides the results of a batch; `batch.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// [`FORMAT`].
    pub format: u32,
    /// Program and version.
    pub program: String,
    /// [`PROGRAM_HASH`].
    pub program_hash: String,
    /// The scenarios.
    pub scenarios: Vec<ScenarioPlan>,
    /// The design; none for the scenarios as they stand.
    pub design: Option<DesignPlan>,
    /// Seeds, the last one left out.
    pub seeds: Range<u64>,
    /// Policies by name.
    pub policies: Vec<String>,
    /// Whether the fire that nobody fights is run.
    pub counterfactual: bool,
    /// Whose journals are kept.
    pub keep: Keep,
    /// The part that lies here; none for all.
    pub shard: Option<Shard>,
}

/// A scenario, variant and seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Index of the scenario.
    pub scenario: usize,
    /// Row of the design, from 0; none for the scenario as it stands.
    pub variant: Option<usize>,
    /// The seed.
    pub seed: u64,
}

impl Plan {
    fn variants(&self) -> u64 {
        self.design.as_ref().map_or(1, |d| d.rows as u64)
    }

    /// Number of groups of the whole batch.
    pub fn groups(&self) -> u64 {
        self.scenarios.len() as u64 * self.variants() * (self.seeds.end - self.seeds.start)
    }

    /// A group by its number.
    pub fn group(&self, number: u64) -> Group {
        let seeds = self.seeds.end - self.seeds.start;
        let of_scenario = self.variants() * seeds;
        Group {
            scenario: (number / of_scenario) as usize,
            variant: (self.design.as_ref()).map(|_| (number % of_scenario / seeds) as usize),
            seed: self.seeds.start + number % seeds,
        }
    }

    /// Number of a group's run under a policy, by the policy's index.
    pub fn run_number(&self, group: u64, policy: usize) -> u64 {
        group * self.policies.len() as u64 + policy as u64
    }

    /// Whether a group is this shard's.
    pub fn is_mine(&self, group: u64) -> bool {
        self.shard.is_none_or(|s| group % s.of == s.part - 1)
    }

    /// The policies.
    pub fn policy_names(&self) -> Vec<PolicyName> {
        let of = |name: &String| PolicyName::ALL.into_iter().find(|p| p.name() == name);
        self.policies.iter().filter_map(of).collect()
    }

    /// The field that differs from another plan's in a way that would change results, with both values; where the
    /// scenarios lie does not. `but_shard` leaves the shard out.
    pub fn difference(
        &self,
        other: &Self,
        but_shard: bool,
    ) -> Option<(&'static str, String, String)> {
        let scenario = |s: &ScenarioPlan| {
            format!(
                "{} {} {} {}",
                s.name, s.scenario_hash, s.catalogue_hash, s.inputs_hash
            )
        };
        let told = |plan: &Self| -> [(&'static str, String); 9] {
            let scenarios: Vec<String> = plan.scenarios.iter().map(scenario).collect();
            [
                ("format", plan.format.to_string()),
                ("program", format!("{} {}", plan.program, plan.program_hash)),
                ("scenarios", scenarios.join(", ")),
                (
                    "design",
                    plan.design
                        .as_ref()
                        .map_or_else(String::new, |d| d.hash.clone()),
                ),
                ("seeds", format!("{}..{}", plan.seeds.start, plan.seeds.end)),
                ("policies", plan.policies.join(",")),
                ("counterfactual", plan.counterfactual.to_string()),
                ("keep", format!("{:?}", plan.keep)),
                (
                    "shard",
                    if but_shard {
                        String::new()
                    } else {
                        plan.shard.map_or_else(String::new, |s| s.to_string())
                    },
                ),
            ]
        };
        let pairs = told(self).into_iter().zip(told(other));
        pairs
            .into_iter()
            .find(|((_, a), (_, b))| a != b)
            .map(|((name, a), (_, b))| (name, a, b))
    }

    /// The bytes of `batch.json`.
    pub fn to_json(&self) -> String {
        // Plain data with string keys always serialises.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn plan() -> Plan {
        let scenario = |name: &str| ScenarioPlan {
            name: name.to_owned(),
            path: PathBuf::from(format!("{name}.ron")),
            scenario_hash: format!("{name}-hash"),
            catalogue_hash: "catalogue".to_owned(),
            inputs_hash: "inputs".to_owned(),
        };
        Plan {
            format: FORMAT,
            program: "fireline".to_owned(),
            program_hash: PROGRAM_HASH.to_owned(),
            scenarios: vec![scenario("a"), scenario("b")],
            design: Some(DesignPlan {
                columns: vec!["cell_m".to_owned()],
                rows: 2,
                hash: "design".to_owned(),
            }),
            seeds: 5..8,
            policies: vec!["run-card".to_owned(), "nearest".to_owned()],
            counterfactual: true,
            keep: Keep::None,
            shard: None,
        }
    }

    #[test]
    fn groups_are_numbered_by_scenario_variant_and_seed_and_shared_out_in_turn() {
        let mut plan = plan();
        assert_eq!(plan.groups(), 12);
        let all: Vec<_> = (0..12)
            .map(|g| plan.group(g))
            .map(|g| (g.scenario, g.variant, g.seed))
            .collect();
        assert_eq!(all[0], (0, Some(0), 5));
        assert_eq!(all[2], (0, Some(0), 7));
        assert_eq!(all[3], (0, Some(1), 5));
        assert_eq!(all[6], (1, Some(0), 5));
        assert_eq!(all[11], (1, Some(1), 7));
        assert_eq!(plan.run_number(3, 1), 7);
        let mut mine = vec![0; 12];
        for part in 1..=5 {
            plan.shard = Some(Shard { part, of: 5 });
            for g in 0..12 {
                mine[g as usize] += u32::from(plan.is_mine(g));
            }
        }
        assert_eq!(mine, vec![1; 12], "every group is one shard's");
    }

    #[test]
    fn shards_are_written_one_based() {
        assert_eq!("2/3".parse(), Ok(Shard { part: 2, of: 3 }));
        for text in ["0/3", "4/3", "1", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn plans_differ_by_what_changes_results() {
        let one = plan();
        let mut two = plan();
        two.scenarios[0].path = PathBuf::from("elsewhere/a.ron");
        assert_eq!(one.difference(&two, false), None);
        two.seeds = 5..9;
        assert_eq!(one.difference(&two, false).unwrap().0, "seeds");
        let mut shard = plan();
        shard.shard = Some(Shard { part: 1, of: 2 });
        assert_eq!(one.difference(&shard, true), None);
        assert_eq!(one.difference(&shard, false).unwrap().0, "shard");
    }
}
