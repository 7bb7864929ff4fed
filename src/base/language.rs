//! The languages of the interface: from message keys to sentences, through Fluent.
//!
//! The texts lie in `assets/i18n/en/*.ftl` and `assets/i18n/zh-CN/*.ftl`, one file a topic, the same
//! keys in both; they are compiled into the program.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_templates::LanguageIdentifier;
use fluent_templates::fluent_bundle::concurrent::FluentBundle;
use fluent_templates::fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_templates::fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::message::{Argument, Message};

// FILES: (code of the language, file name, text), written by build.rs.
include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}

/// The name of a language that the program does not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("language '{0}' is not known; expected en or zh-CN")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language of the machine's locale: Chinese for `zh*`, English for everything else.
    pub fn detect() -> Self {
        sys_locale::get_locale().map_or(Self::English, |locale| Self::of_locale(&locale))
    }

    /// BCP 47 code: `en` or `zh-CN`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Of two texts the one in this language.
    pub fn choose<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads `en`, `en-GB`, `zh`, `zh-CN`, `zh_CN.UTF-8` and the like.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let primary = text.split(['-', '_', '.']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Ok(Self::English),
            "zh" => Ok(Self::Chinese),
            _ => Err(UnknownLanguage(text.to_owned())),
        }
    }
}

/// The text of a key that takes no arguments. A key that is not in the catalogue comes back in
/// brackets.
pub fn text(language: Language, key: &str) -> String {
    format(language, key, &BTreeMap::new())
}

/// A message in a language. Numbers appear as the caller rounded them, with `.` as the decimal sign
/// and no grouping; a number that is not finite appears as a dash. A key that is not in the
/// catalogue comes back in brackets.
pub fn render(language: Language, message: &Message) -> String {
    format(language, &message.key, &message.args)
}

/// All keys of a language.
pub fn keys(language: Language) -> BTreeSet<String> {
    blocks(language).into_keys().collect()
}

/// The arguments that each key of a language names. A name given in both languages travels as two
/// arguments, `en` and `zh` or `unit-en` and `unit-zh`, of which each language uses its own; here they
/// count as one, `name` or `unit`.
pub fn arguments(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let own = language.choose("en", "zh");
    let shared = |name: String| match name.strip_suffix(own) {
        Some("") => "name".to_owned(),
        Some(stem) => stem
            .strip_suffix('-')
            .map_or_else(|| name.clone(), str::to_owned),
        None => name,
    };
    blocks(language)
        .into_iter()
        .map(|(key, block)| (key, names_in(&block).into_iter().map(shared).collect()))
        .collect()
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| Language::ALL.map(bundle));

/// The catalogue of one language. Text that does not parse is left out (a test keeps it from
/// happening); its keys then show in brackets.
fn bundle(language: Language) -> Bundle {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks are for mixed writing directions, which neither language has; terminals and
    // CSV readers show them as garbage.
    bundle.set_use_isolating(false);
    for (_, _, text) in files(language) {
        let resource = match FluentResource::try_new((*text).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn format(language: Language, key: &str, args: &BTreeMap<String, Argument>) -> String {
    let bundle = &BUNDLES[language as usize];
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return format!("[{key}]");
    };
    let mut fluent = FluentArgs::new();
    for (name, value) in args {
        fluent.set(name.as_str(), fluent_value(value));
    }
    // Fluent puts `{$name}` where an argument is missing, which shows the fault in its place.
    bundle
        .format_pattern(pattern, Some(&fluent), &mut Vec::new())
        .into_owned()
}

fn fluent_value(value: &Argument) -> FluentValue<'_> {
    match value {
        Argument::Number(number) if number.is_finite() => {
            // The sixth decimal is a tenth of a metre in degrees; what lies beyond is dust of
            // binary fractions (0.1 + 0.2).
            let plain = libm::round(number * 1e6) / 1e6;
            // Adding zero turns -0 into 0.
            FluentValue::Number(FluentNumber::new(
                plain + 0.0,
                FluentNumberOptions::default(),
            ))
        }
        Argument::Number(_) => FluentValue::from("\u{2013}"),
        Argument::Text(text) => FluentValue::from(text.as_str()),
    }
}

fn files(
    language: Language,
) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    FILES
        .iter()
        .filter(move |(code, _, _)| *code == language.code())
}

/// Each message of a language with its text: a key begins a line, what belongs to it is indented.
fn blocks(language: Language) -> BTreeMap<String, String> {
    let mut blocks: BTreeMap<String, String> = BTreeMap::new();
    for (_, _, text) in files(language) {
        let mut current: Option<String> = None;
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                current = line.split_once('=').map(|(key, _)| key.trim().to_owned());
            } else if line.starts_with(['#', '-']) {
                current = None;
            }
            if let Some(key) = &current {
                let block = blocks.entry(key.clone()).or_default();
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    blocks
}

/// The names after `$` signs.
fn names_in(block: &str) -> BTreeSet<String> {
    block
        .split('$')
        .skip(1)
        .map(|rest| {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
                .unwrap_or(rest.len());
            rest[..end].to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things_about_the_same_arguments() {
        let (english, chinese) = (arguments(Language::English), arguments(Language::Chinese));
        let only = |a: &BTreeMap<String, _>, b: &BTreeMap<String, BTreeSet<String>>| {
            a.keys()
                .filter(|key| !b.contains_key(*key))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(
            only(&english, &chinese),
            Vec::<String>::new(),
            "missing in Chinese"
        );
        assert_eq!(
            only(&chinese, &english),
            Vec::<String>::new(),
            "missing in English"
        );
        for (key, names) in &english {
            assert_eq!(Some(names), chinese.get(key), "arguments of {key}");
        }
        assert!(!english.is_empty());
    }

    #[test]
    fn every_message_file_parses_and_no_key_is_given_twice() {
        for language in Language::ALL {
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            for (_, name, text) in files(language) {
                let parsed = FluentResource::try_new((*text).to_owned());
                assert!(
                    parsed.is_ok(),
                    "{name}: {:?}",
                    parsed.err().map(|(_, faults)| faults)
                );
                for line in text
                    .lines()
                    .filter(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()))
                {
                    let key = line.split('=').next().unwrap_or_default().trim().to_owned();
                    if let Some(first) = seen.insert(key.clone(), name) {
                        panic!("{} has {key} in {first} and in {name}", language.code());
                    }
                }
            }
            for key in keys(language) {
                assert!(
                    BUNDLES[language as usize]
                        .get_message(&key)
                        .is_some_and(|m| m.value().is_some()),
                    "{key} has no text in {}",
                    language.code()
                );
            }
        }
    }

    #[test]
    fn a_missing_key_shows_itself_in_brackets() {
        assert_eq!(text(Language::English, "no-such-key"), "[no-such-key]");
        assert_eq!(
            render(Language::Chinese, &Message::new("no-such-key")),
            "[no-such-key]"
        );
    }

    #[test]
    fn numbers_stand_plainly_and_without_direction_marks() {
        let band = |from: f64, to: f64| {
            Message::new("map-band-hours")
                .with("from", from)
                .with("to", to)
        };
        assert_eq!(
            render(Language::English, &band(0.0, 0.1 + 0.2)),
            "0\u{2013}0.3 h"
        );
        assert_eq!(
            render(Language::Chinese, &band(1.0, 12345.5)),
            "1～12345.5小时"
        );
        assert_eq!(
            render(Language::English, &band(-0.0, f64::NAN)),
            "0\u{2013}\u{2013} h"
        );
    }

    #[test]
    fn a_chinese_locale_speaks_chinese_and_every_other_english() {
        assert_eq!(Language::of_locale("zh-CN"), Language::Chinese);
        assert_eq!(Language::of_locale("zh_TW.UTF-8"), Language::Chinese);
        assert_eq!(Language::of_locale("de-DE"), Language::English);
        assert_eq!("zh-CN".parse(), Ok(Language::Chinese));
        assert_eq!("EN".parse(), Ok(Language::English));
        assert_eq!(
            "fr".parse::<Language>(),
            Err(UnknownLanguage("fr".to_owned()))
        );
        for language in Language::ALL {
            assert_eq!(language.code().parse(), Ok(language));
        }
    }
}
