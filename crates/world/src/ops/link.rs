//! Opening links to bots.

use crate::ids::{AccountId, ChatId};
use crate::link::{Link, LinkAction, StartPayload};
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::Bot;

/// What the user's app shows after a link was opened.
#[derive(Debug, Clone)]
pub struct Opened<'w> {
    /// The bot that the link leads to.
    pub bot: &'w Bot,
    /// What the link asked for.
    pub action: LinkAction,
    /// Whether the Start button is shown instead of the text field.
    pub start_offered: bool,
}

impl World {
    /// The user opens a link, or a username. Nothing changes in the world: only pressing Start does that.
    ///
    /// > If a user opens a link with a parameter, the Start button is shown even if the bot was started already.
    ///
    /// # Errors
    /// [`Refusal::LinkInvalid`], [`Refusal::BotNotFound`], [`Refusal::StartParamInvalid`],
    /// [`Refusal::StartParamTooLong`], and those of a user who may not act.
    pub fn open_link(&self, user: AccountId, link: &str) -> Result<Opened<'_>, Refusal> {
        self.active_user(user)?;
        let link = Link::parse(link).ok_or(Refusal::LinkInvalid)?;
        let id = self.by_username(&link.username).ok_or(Refusal::BotNotFound)?;
        let bot = self.active_bot(id)?;
        let dialog = self.dialog(user, ChatId::private(user, id));
        let is_empty = dialog.is_none_or(|dialog| dialog.last_message().is_none());
        let has_payload = match &link.action {
            LinkAction::Start(payload) if !payload.is_empty() => {
                StartPayload::parse(payload)?;
                true
            }
            _ => false,
        };
        Ok(Opened { bot, action: link.action, start_offered: is_empty || has_payload })
    }
}
