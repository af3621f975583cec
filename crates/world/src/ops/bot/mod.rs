//! What a bot says about itself is changed.

mod commands;
mod menu_button;
mod question;
mod text;

pub use commands::SetCommands;
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
        BotEvent::QuestionAsked { user, question: Some(question) } => {
            world.questions.insert(*user, question.clone());
        }
        BotEvent::QuestionAsked { user, question: None } => {
            world.questions.remove(user);
        }
    }
}
