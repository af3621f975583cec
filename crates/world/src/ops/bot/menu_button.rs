use crate::event::{BotEvent, Event};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::bot_settings::MenuButton;

/// `setChatMenuButton`.
pub struct SetMenuButton {
    /// Which bot's.
    pub bot: AccountId,
    /// For one user, or the default for all.
    pub user: Option<AccountId>,
    /// The new one.
    pub button: MenuButton,
}

impl Command for SetMenuButton {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let settings = &world.active_bot(self.bot)?.settings;
        if let Some(user) = self.user
            && world.dialog(self.bot, ChatId::private(user, self.bot)).is_none()
        {
            return Err(Refusal::ChatNotFound);
        }
        if let MenuButton::WebApp { text, url } = &self.button
            && (text.is_empty() || text.chars().count() > 64 || !url.starts_with("https://"))
        {
            return Err(Refusal::MenuButtonInvalid);
        }
        // `default` is what one user's button goes back to; the button for all others has nothing to go back to.
        let changes_nothing = self.user.is_none() && self.button == MenuButton::Default;
        if !changes_nothing && *settings.menu_button(self.user) != self.button {
            let (bot, user, button) = (self.bot, self.user, self.button.clone());
            events.push(BotEvent::MenuButtonSet { bot, user, button }.into());
        }
        Ok(())
    }
}
