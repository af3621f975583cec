use crate::event::{BotEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::{BotTextKind, Refusal};
use crate::state::World;
use crate::state::bot_settings::check_language;

/// `setMyName`, `setMyDescription`, `setMyShortDescription`.
pub struct SetBotText {
    /// Which bot's.
    pub bot: AccountId,
    /// Which.
    pub kind: BotTextKind,
    /// Two letters, or empty for all users without a text of their own language.
    pub language: String,
    /// Empty removes it.
    pub text: String,
}

impl Command for SetBotText {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.active_bot(self.bot)?;
        check_language(&self.language)?;
        let text = self.text.trim();
        if text.chars().count() > self.kind.limit() {
            return Err(Refusal::BotTextTooLong(self.kind));
        }
        // A bot always has a name: emptying the one for all languages is a request to keep it.
        let keeps = self.kind == BotTextKind::Name && self.language.is_empty() && text.is_empty();
        if !keeps && bot.settings.text(self.kind, &self.language) != text {
            let (language, text) = (self.language.clone(), text.to_owned());
            events.push(BotEvent::TextSet { bot: self.bot, kind: self.kind, language, text }.into());
        }
        Ok(())
    }
}
