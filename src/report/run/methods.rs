//! Which models made the run, from which sources, and the hashes that name it.

use super::super::document::Block;
use super::read::{Names, Run};
use crate::base::language::{Language, text};
use crate::base::message::Message;
use crate::protocol::{Extrapolation, Record};
use crate::scenario::schema::{FireOptions, SpreadModel};

/// The end of a message key out of the name of a choice: `ScottReinhardt` is `scott-reinhardt`.
fn key_of(choice: &impl std::fmt::Debug) -> String {
    let mut key = String::new();
    for c in format!("{choice:?}").chars() {
        if c.is_ascii_uppercase() && !key.is_empty() {
            key.push('-');
        }
        key.push(c.to_ascii_lowercase());
    }
    key
}

/// The models, as a scenario chose them.
pub fn models(language: Language, fire: &FireOptions) -> Vec<(String, String)> {
    let word = |key: &str| text(language, key);
    let chosen = |title: &str, choice: &dyn std::fmt::Debug| {
        let key = format!("report-{title}-{}", key_of(&choice));
        (word(&format!("report-{title}")), word(&key))
    };
    let spread = match &fire.spread {
        SpreadModel::Rothermel1972 => "report-spread-rothermel1972",
        SpreadModel::WangZhengfei(_) => "report-spread-wang",
    };
    let yes_no = |value: bool| word(if value { "report-on" } else { "report-off" });
    vec![
        (word("report-spread"), word(spread)),
        chosen("length-to-width", &fire.length_to_width),
        chosen("crown", &fire.crown),
        chosen("spotting", &fire.spotting),
        chosen("breaks", &fire.breaks),
        chosen("built-line", &fire.built_line),
        chosen("moisture", &fire.moisture),
        (word("report-terrain-wind"), yes_no(fire.terrain_wind)),
        (word("report-reignition"), yes_no(fire.reignition)),
        (word("report-front"), word("report-front-words")),
        (word("report-chance"), word("report-chance-words")),
        (word("report-score"), word("report-score-words")),
    ]
}

/// The models of a run, and where they were used beyond their data.
pub fn methods(run: &Run, names: &Names<'_>) -> Vec<Block> {
    let mut facts = models(run.language, &run.scenario.file.fire);
    for line in &run.lines {
        if let Record::Extrapolated { model, count } = &line.record {
            let key = match model {
                Extrapolation::Breaks => "report-beyond-breaks",
                Extrapolation::Weather => "report-beyond-weather",
                Extrapolation::Slope => "report-beyond-slope",
            };
            facts.push((
                names.text("report-beyond"),
                names.say(Message::new(key).with("count", *count as f64)),
            ));
        }
    }
    vec![
        Block::Words(vec![names.text("report-methods-words")]),
        Block::Facts(facts),
    ]
}

/// Seed and hashes.
pub fn hashes(run: &Run, names: &Names<'_>) -> Vec<Block> {
    let fact = |key: &str, value: &str| (names.text(key), value.to_owned());
    vec![
        Block::Words(vec![names.text("report-hashes-words")]),
        Block::Facts(vec![
            fact("report-hash-scenario-name", &run.card.scenario),
            fact("report-hash-seed", &run.card.seed.to_string()),
            fact("report-hash-policy", &run.card.policy),
            fact("report-hash-scenario", &run.hashes[0]),
            fact("report-hash-catalogue", &run.hashes[1]),
            fact("report-hash-program", &format!("fireline {}", run.program)),
            fact("report-hash-state", &run.card.state_hash),
            fact("report-hash-journal", &run.journal_head),
        ]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::language::{Language, keys};
    use crate::scenario::schema::{
        BreakOption, BuiltLineOption, CrownOption, LengthToWidthOption, MoistureSource, SpotOption,
    };

    #[test]
    fn every_choice_of_a_model_has_its_words() {
        let all = [
            (
                "length-to-width",
                key_of(&LengthToWidthOption::Anderson1983),
            ),
            ("length-to-width", key_of(&LengthToWidthOption::Andrews2018)),
            ("crown", key_of(&CrownOption::Off)),
            ("crown", key_of(&CrownOption::Rothermel1991)),
            ("crown", key_of(&CrownOption::ScottReinhardt)),
            ("crown", key_of(&CrownOption::Cruz2005)),
            ("spotting", key_of(&SpotOption::Off)),
            ("spotting", key_of(&SpotOption::AlbiniMaximum)),
            ("spotting", key_of(&SpotOption::SardoyLognormal)),
            ("spotting", key_of(&SpotOption::HimotoTanaka2005)),
            ("breaks", key_of(&BreakOption::Wilson1988)),
            ("breaks", key_of(&BreakOption::Mees1993)),
            ("breaks", key_of(&BreakOption::Holds)),
            ("built-line", key_of(&BuiltLineOption::Mees1993)),
            ("built-line", key_of(&BuiltLineOption::Holds)),
            ("moisture", key_of(&MoistureSource::Stated)),
            ("moisture", key_of(&MoistureSource::Weather)),
        ];
        let known = keys(Language::English);
        for (title, choice) in all {
            let key = format!("report-{title}-{choice}");
            assert!(known.contains(&key), "{key}");
        }
    }
}
