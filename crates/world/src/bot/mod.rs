//! What a bot says about itself: name, descriptions, commands, menu button.

mod commands;
mod menu_button;
mod texts;

pub(crate) use commands::apply_commands;
pub use commands::{BotCommand, CommandScope, SetCommands};
pub(crate) use menu_button::apply_menu_button;
pub use menu_button::{MenuButton, SetMenuButton};
pub(crate) use texts::apply_text;
pub use texts::{SetText, TextKind};

use crate::{Refusal, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything a bot may set about itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    texts: BTreeMap<(TextKind, String), String>,
    commands: BTreeMap<(CommandScope, String), Vec<BotCommand>>,
    menu_button: MenuButton,
    menu_buttons: BTreeMap<UserId, MenuButton>,
}

impl Settings {
    pub(crate) fn named(name: &str) -> Self {
        let texts = BTreeMap::from([((TextKind::Name, String::new()), name.to_owned())]);
        Self { texts, ..Self::default() }
    }

    pub(crate) fn set_text(&mut self, kind: TextKind, language: &str, text: &str) {
        let key = (kind, language.to_owned());
        if text.is_empty() {
            self.texts.remove(&key);
        } else {
            self.texts.insert(key, text.to_owned());
        }
    }

    pub(crate) fn set_commands(&mut self, scope: &CommandScope, language: &str, commands: &[BotCommand]) {
        let key = (scope.clone(), language.to_owned());
        if commands.is_empty() {
            self.commands.remove(&key);
        } else {
            self.commands.insert(key, commands.to_vec());
        }
    }

    /// The text in just that language; empty if it was not set.
    pub fn text(&self, kind: TextKind, language: &str) -> &str {
        self.texts.get(&(kind, language.to_owned())).map_or("", String::as_str)
    }

    /// The text that a user with that language sees: his language's, or the one for all.
    pub fn shown_text(&self, kind: TextKind, language: &str) -> &str {
        let own = self.text(kind, two_letters(language));
        if own.is_empty() { self.text(kind, "") } else { own }
    }

    /// The name that a user with that language sees.
    pub fn name(&self, language: &str) -> &str {
        self.shown_text(TextKind::Name, language)
    }
}

/// Users have IETF tags, bots' texts are by ISO 639-1 code.
pub(crate) fn two_letters(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or_default()
}

/// Bots set texts and commands for a two-letter code or for everybody.
fn check_language(language: &str) -> Result<(), Refusal> {
    let two = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if two || language.is_empty() { Ok(()) } else { Err(Refusal::LanguageCodeInvalid) }
}
