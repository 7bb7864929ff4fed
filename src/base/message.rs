//! Message keys: what the program says, before anybody has chosen a language.
//!
//! A [`Message`] is a key with arguments. [`super::language`] turns it into English or Chinese where
//! it is shown; the rooms between never hold a rendered sentence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One argument of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Argument {
    /// A number; its unit belongs to the message key.
    Number(f64),
    /// A name or identifier, shown as it is.
    Text(String),
}

impl From<f64> for Argument {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Argument {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// A key of the message catalogue in `assets/i18n` with its arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The key, for example `reason-too-hot`.
    pub key: String,
    /// The arguments by name, in a fixed order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Argument>,
}

impl Message {
    /// A message without arguments.
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: BTreeMap::new(),
        }
    }

    /// The same message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Argument>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }
}
