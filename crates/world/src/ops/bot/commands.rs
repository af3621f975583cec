use crate::event::{BotEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::{CommandFault, Refusal};
use crate::state::World;
use crate::state::bot_settings::{BotCommand, CommandScope, check_language};

/// > at most 100 commands can be specified
const MAX_COMMANDS: usize = 100;

/// `setMyCommands` and, with an empty list, `deleteMyCommands`.
pub struct SetCommands {
    /// Which bot's.
    pub bot: AccountId,
    /// Whom they are for.
    pub scope: CommandScope,
    /// Two letters, or empty for all languages.
    pub language: String,
    /// Empty removes the list.
    pub commands: Vec<BotCommand>,
}

impl Command for SetCommands {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.active_bot(self.bot)?;
        check_language(&self.language)?;
        let commands = self.commands.iter().map(normalize).collect::<Result<Vec<_>, _>>();
        let commands = commands.map_err(Refusal::CommandInvalid)?;
        if commands.len() > MAX_COMMANDS {
            return Err(Refusal::CommandInvalid(CommandFault::TooMany));
        }
        if bot.settings.commands(&self.scope, &self.language) != commands {
            let (scope, language) = (self.scope.clone(), self.language.clone());
            events.push(BotEvent::CommandsSet { bot: self.bot, scope, language, commands }.into());
        }
        Ok(())
    }
}

/// What TDLib trims and checks, then what the server does.
fn normalize(raw: &BotCommand) -> Result<BotCommand, CommandFault> {
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
