//! What a bot says about itself: name, descriptions, commands, menu button.

use super::group::AdminRights;
use crate::ids::{AccountId, ChatId};
use crate::refusal::{BotTextKind, Refusal};
use crate::serde_default::is_default;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A command with what the menu says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotCommand {
    /// Without the slash.
    pub command: String,
    /// 1 to 256 characters.
    pub description: String,
}

/// Whom a list of commands is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandScope {
    /// Users without a narrower list.
    Default,
    /// All private chats.
    AllPrivateChats,
    /// All groups.
    AllGroupChats,
    /// Administrators of all groups.
    AllChatAdministrators,
    /// One private chat.
    Chat(AccountId),
    /// One group.
    Group(ChatId),
    /// The administrators of one group.
    GroupAdministrators(ChatId),
    /// One member of one group.
    GroupMember(ChatId, AccountId),
}

/// The button beside the text field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenuButton {
    /// Nothing of its own: the bot's default, at last the list of commands.
    #[default]
    Default,
    /// Opens the list of commands.
    Commands,
    /// Launches a mini app.
    WebApp { text: String, url: String },
}

/// Everything a bot may set about itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BotSettings {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    texts: BTreeMap<(BotTextKind, String), String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    commands: BTreeMap<(CommandScope, String), Vec<BotCommand>>,
    #[serde(default, skip_serializing_if = "is_default")]
    menu_button: MenuButton,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    menu_buttons: BTreeMap<AccountId, MenuButton>,
    /// The rights that apps suggest when the bot is added to a group, and to a channel.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) default_rights: (AdminRights, AdminRights),
}

impl BotSettings {
    pub(crate) fn named(name: &str) -> Self {
        let texts = BTreeMap::from([((BotTextKind::Name, String::new()), name.to_owned())]);
        Self { texts, ..Self::default() }
    }

    pub(crate) fn set_text(&mut self, kind: BotTextKind, language: &str, text: &str) {
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
    pub fn text(&self, kind: BotTextKind, language: &str) -> &str {
        self.texts.get(&(kind, language.to_owned())).map_or("", String::as_str)
    }

    /// The text that a user with that language sees: the one in that language, or the one for all languages.
    pub fn shown_text(&self, kind: BotTextKind, language: &str) -> &str {
        let own = self.text(kind, two_letters(language));
        if own.is_empty() { self.text(kind, "") } else { own }
    }

    /// The name that a user with that language sees.
    pub fn name(&self, language: &str) -> &str {
        self.shown_text(BotTextKind::Name, language)
    }
}

/// Users have IETF tags, bots' texts are by ISO 639-1 code.
pub(crate) fn two_letters(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or_default()
}

/// Bots set texts and commands for a two-letter code or for all languages.
pub(crate) fn check_language(language: &str) -> Result<(), Refusal> {
    let two = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if two || language.is_empty() { Ok(()) } else { Err(Refusal::LanguageCodeInvalid) }
}

impl BotSettings {
    /// The list of just that scope and language.
    pub fn commands(&self, scope: &CommandScope, language: &str) -> &[BotCommand] {
        self.commands.get(&(scope.clone(), language.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The list that a user sees in the private chat: the first that is set of chat, all private chats, default,
    /// each first in the user's language, then for all languages.
    pub fn shown_commands(&self, user: AccountId, language: &str) -> &[BotCommand] {
        let scopes = [CommandScope::Chat(user), CommandScope::AllPrivateChats, CommandScope::Default];
        self.first_list(scopes.iter(), language)
    }

    /// The list that a member of a group sees: the first that is set of member, administrators of the group, the group, all
    /// administrators, all groups, default, each first in the member's language, then for all languages.
    pub fn shown_commands_in_group(
        &self,
        chat: ChatId,
        account: AccountId,
        is_administrator: bool,
        language: &str,
    ) -> &[BotCommand] {
        let scopes = [
            Some(CommandScope::GroupMember(chat, account)),
            is_administrator.then_some(CommandScope::GroupAdministrators(chat)),
            Some(CommandScope::Group(chat)),
            is_administrator.then_some(CommandScope::AllChatAdministrators),
            Some(CommandScope::AllGroupChats),
            Some(CommandScope::Default),
        ];
        self.first_list(scopes.iter().flatten(), language)
    }

    fn first_list<'s>(
        &self,
        scopes: impl Iterator<Item = &'s CommandScope>,
        language: &str,
    ) -> &[BotCommand] {
        let languages = [two_letters(language), ""];
        let lists = scopes.flat_map(|scope| languages.map(|language| self.commands(scope, language)));
        lists.into_iter().find(|list| !list.is_empty()).unwrap_or(&[])
    }

    /// The rights that apps suggest when the bot is added to a group or a channel.
    pub fn default_rights(&self, for_channels: bool) -> AdminRights {
        if for_channels { self.default_rights.1 } else { self.default_rights.0 }
    }

    /// Returns what was set for that user, which may be `Default`; or the one for all others, which is never `Default`.
    pub fn menu_button(&self, user: Option<AccountId>) -> &MenuButton {
        match user {
            Some(user) => self.menu_buttons.get(&user).unwrap_or(&MenuButton::Default),
            None if self.menu_button == MenuButton::Default => &MenuButton::Commands,
            None => &self.menu_button,
        }
    }

    /// What the user's app shows.
    pub fn shown_menu_button(&self, user: AccountId) -> &MenuButton {
        match self.menu_button(Some(user)) {
            MenuButton::Default => &self.menu_button,
            own => own,
        }
    }

    pub(crate) fn set_menu_button(&mut self, user: Option<AccountId>, button: &MenuButton) {
        match (user, button) {
            (Some(user), MenuButton::Default) => drop(self.menu_buttons.remove(&user)),
            (Some(user), own) => drop(self.menu_buttons.insert(user, own.clone())),
            (None, button) => self.menu_button = button.clone(),
        }
    }
}
