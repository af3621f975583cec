//! What a bot says about itself is changed.

mod commands;
mod default_rights;
mod menu_button;
mod question;
mod text;

pub use commands::SetCommands;
pub use default_rights::SetDefaultRights;
pub use menu_button::SetMenuButton;
pub(crate) use question::AskQuestion;
pub use text::SetBotText;

use crate::event::BotEvent;
use crate::state::World;

pub(crate) fn apply(world: &mut World, event: &BotEvent) {
    match event {
        BotEvent::CommandsSet { bot, scope, language, commands } => {
            if let Some(bot) = world.bot_mut(*bot) {
                bot.settings.set_commands(scope, language, commands);
            }
        }
        BotEvent::TextSet { bot, kind, language, text } => {
            if let Some(bot) = world.bot_mut(*bot) {
                bot.settings.set_text(*kind, language, text);
            }
        }
        BotEvent::MenuButtonSet { bot, user, button } => {
            if let Some(bot) = world.bot_mut(*bot) {
                bot.settings.set_menu_button(*user, button);
            }
        }
        BotEvent::DefaultRightsSet { bot, for_channels, rights } => {
            if let Some(bot) = world.bot_mut(*bot) {
                let (groups, channels) = &mut bot.settings.default_rights;
                *(if *for_channels { channels } else { groups }) = *rights;
            }
        }
        BotEvent::QuestionAsked { user, question: Some(question) } => {
            world.questions.insert(*user, question.clone());
        }
        BotEvent::QuestionAsked { user, question: None } => {
            world.questions.remove(user);
        }
    }
}
