use super::Settings;
use crate::{BotId, Command, DialogId, Event, Refusal, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};

/// The button beside the text field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MenuButton {
    /// Nothing of its own: the bot's default, at last the list of commands.
    #[default]
    Default,
    /// Opens the list of commands.
    Commands,
    /// Launches a mini app.
    WebApp { text: String, url: String },
}

/// `setChatMenuButton`.
pub struct SetMenuButton {
    /// Whose.
    pub bot: BotId,
    /// For one user, or the default for all.
    pub user: Option<UserId>,
    /// The new one.
    pub button: MenuButton,
}

impl Command for SetMenuButton {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.living_bot(self.bot)?;
        if let Some(user) = self.user
            && !world.dialogs.contains_key(&DialogId { user, bot: self.bot })
        {
            return Err(Refusal::ChatNotFound);
        }
        if let MenuButton::WebApp { text, url } = &self.button
            && (text.is_empty() || text.chars().count() > 64 || !url.starts_with("https://"))
        {
            return Err(Refusal::MenuButtonInvalid);
        }
        // `default` is what one user's button goes back to; for everybody there is nothing to go back to.
        let changes_nothing = self.user.is_none() && self.button == MenuButton::Default;
        if !changes_nothing && *bot.settings.menu_button(self.user) != self.button {
            events.push(Event::MenuButtonSet { bot: self.bot, user: self.user, button: self.button.clone() });
        }
        Ok(())
    }
}

impl Settings {
    /// Returns what was set for that user, which may be `Default`; or what everybody else has, which is never `Default`.
    pub fn menu_button(&self, user: Option<UserId>) -> &MenuButton {
        match user {
            Some(user) => self.menu_buttons.get(&user).unwrap_or(&MenuButton::Default),
            None if self.menu_button == MenuButton::Default => &MenuButton::Commands,
            None => &self.menu_button,
        }
    }

    /// What the user's app shows.
    pub fn shown_menu_button(&self, user: UserId) -> &MenuButton {
        match self.menu_button(Some(user)) {
            MenuButton::Default => &self.menu_button,
            own => own,
        }
    }
}

pub(crate) fn apply_menu_button(world: &mut World, bot: BotId, user: Option<UserId>, button: &MenuButton) {
    let Some(bot) = world.bots.get_mut(&bot) else { return };
    match (user, button) {
        (Some(user), MenuButton::Default) => drop(bot.settings.menu_buttons.remove(&user)),
        (Some(user), own) => drop(bot.settings.menu_buttons.insert(user, own.clone())),
        (None, button) => bot.settings.menu_button = button.clone(),
    }
}
