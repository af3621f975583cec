use super::{Settings, check_language, two_letters};
use crate::refusal::CommandFault;
use crate::{BotId, Command, Event, Refusal, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};

/// A command with what the menu says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotCommand {
    /// Without the slash.
    pub command: String,
    /// 1 to 256 characters.
    pub description: String,
}

/// For whom a list of commands is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CommandScope {
    /// Everybody without a narrower list.
    Default,
    /// All private chats.
    AllPrivateChats,
    /// All groups.
    AllGroupChats,
    /// Administrators of all groups.
    AllChatAdministrators,
    /// One private chat.
    Chat(UserId),
}

/// > at most 100 commands can be specified
const MAX_COMMANDS: usize = 100;

/// `setMyCommands` and, with an empty list, `deleteMyCommands`.
pub struct SetCommands {
    /// Whose.
    pub bot: BotId,
    /// For whom.
    pub scope: CommandScope,
    /// Two letters, or empty for all languages.
    pub language: String,
    /// Empty removes the list.
    pub commands: Vec<BotCommand>,
}

impl Command for SetCommands {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.living_bot(self.bot)?;
        check_language(&self.language)?;
        let commands = self.commands.iter().map(clean).collect::<Result<Vec<_>, _>>();
        let commands = commands.map_err(Refusal::CommandInvalid)?;
        if commands.len() > MAX_COMMANDS {
            return Err(Refusal::CommandInvalid(CommandFault::TooMany));
        }
        if bot.settings.commands(&self.scope, &self.language) != commands {
            let (scope, language) = (self.scope.clone(), self.language.clone());
            events.push(Event::CommandsSet { bot: self.bot, scope, language, commands });
        }
        Ok(())
    }
}

/// What TDLib trims and checks, then what the server does.
fn clean(raw: &BotCommand) -> Result<BotCommand, CommandFault> {
    let command = raw.command.trim();
    let command = command.strip_prefix('/').unwrap_or(command);
    let description = raw.description.trim();
    if command.is_empty() {
        return Err(CommandFault::Empty);
    }
    if command.chars().count() > 32 {
        return Err(CommandFault::TooLong);
    }
    if description.is_empty() {
        return Err(CommandFault::DescriptionEmpty);
    }
    if description.chars().count() > 256 {
        return Err(CommandFault::DescriptionTooLong);
    }
    if !command.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return Err(CommandFault::Characters);
    }
    Ok(BotCommand { command: command.to_owned(), description: description.to_owned() })
}

impl Settings {
    /// The list of just that scope and language.
    pub fn commands(&self, scope: &CommandScope, language: &str) -> &[BotCommand] {
        self.commands.get(&(scope.clone(), language.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The list that a user sees in the private chat: the first that is set of chat, all private chats, default,
    /// each first in the user's language, then for all languages.
    pub fn shown_commands(&self, user: UserId, language: &str) -> &[BotCommand] {
        let scopes = [CommandScope::Chat(user), CommandScope::AllPrivateChats, CommandScope::Default];
        let languages = [two_letters(language), ""];
        let lists = scopes.iter().flat_map(|scope| languages.map(|language| self.commands(scope, language)));
        lists.into_iter().find(|list| !list.is_empty()).unwrap_or(&[])
    }
}

pub(crate) fn apply_commands(
    world: &mut World,
    bot: BotId,
    scope: &CommandScope,
    language: &str,
    commands: &[BotCommand],
) {
    let Some(bot) = world.bots.get_mut(&bot) else { return };
    bot.settings.set_commands(scope, language, commands);
}
