//! Help in the user's language: clap's commands and arguments with their texts from Fluent.

use std::ffi::OsString;

use clap::Command;

use crate::base::language::{Language, keys, text};

/// The language asked for by `--lang`, or the locale's.
pub fn language_of(arguments: &[OsString]) -> Language {
    let mut words = arguments.iter().filter_map(|a| a.to_str());
    while let Some(word) = words.next() {
        let asked = match word.strip_prefix("--lang=") {
            Some(asked) => Some(asked),
            None if word == "--lang" => words.next(),
            None => continue,
        };
        if let Some(language) = asked.and_then(|a| a.parse().ok()) {
            return language;
        }
    }
    Language::detect()
}

/// A command with the help texts of a language.
pub fn in_language(mut command: Command, language: Language) -> Command {
    // Only a built command has its `--help`, its `--version` and the global arguments everywhere.
    command.build();
    translated(command, language)
}

fn translated(command: Command, language: Language) -> Command {
    let word = |key: &str| text(language, key);
    // clap wants headings that live as long as the program; they are made once in it.
    let kept = |key: &str| -> &'static str { word(key).leak() };
    let about = word(&format!("cli-about-{}", command.get_name()));
    let known = keys(language);
    let template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}",
        word("cli-usage")
    );
    command
        .about(about)
        .help_template(template)
        .subcommand_help_heading(kept("cli-heading-commands"))
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "cli-heading-arguments"
            } else {
                "cli-heading-options"
            };
            let key = format!("cli-arg-{}", arg.get_id().as_str().replace('_', "-"));
            let arg = arg.help_heading(kept(heading));
            if known.contains(&key) {
                arg.help(word(&key))
            } else {
                arg
            }
        })
        .mut_subcommands(|sub| translated(sub, language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn texts_of(command: &Command, language: Language) {
        let known = keys(language);
        let about = format!("cli-about-{}", command.get_name());
        assert!(known.contains(&about), "{about}");
        for arg in command.get_arguments() {
            let key = format!("cli-arg-{}", arg.get_id().as_str().replace('_', "-"));
            assert!(known.contains(&key), "{key} of {}", command.get_name());
        }
        for sub in command.get_subcommands() {
            texts_of(sub, language);
        }
    }

    #[test]
    fn every_command_and_argument_is_explained_in_both_languages() {
        let mut command = super::super::Arguments::command();
        command.build();
        for language in Language::ALL {
            texts_of(&command, language);
        }
    }

    #[test]
    fn the_language_is_known_before_the_arguments_are() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(
            language_of(&words("fireline run a.ron --lang zh-CN")),
            Language::Chinese
        );
        assert_eq!(
            language_of(&words("fireline --lang=en run")),
            Language::English
        );
        let help = in_language(super::super::Arguments::command(), Language::Chinese)
            .render_help()
            .to_string();
        assert!(help.contains("检查想定文件"), "{help}");
        assert!(help.contains("用法："), "{help}");
    }
}
