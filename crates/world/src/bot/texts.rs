use super::check_language;
use crate::{BotId, Command, Event, Refusal, Timestamp, World};
use serde::{Deserialize, Serialize};

/// Which of a bot's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TextKind {
    /// Its name.
    Name,
    /// "What can this bot do?": shown while the chat is empty.
    Description,
    /// "About": on the profile page and with shared links.
    ShortDescription,
    /// The site on which people log in by it; set by BotFather only.
    Domain,
    /// Shown to who types the bot's username for inline mode; set by BotFather only.
    InlinePlaceholder,
}

impl TextKind {
    /// Characters that it may have.
    pub fn limit(self) -> usize {
        match self {
            Self::Name => 64,
            Self::Description => 512,
            Self::ShortDescription => 120,
            Self::Domain => 253,
            Self::InlinePlaceholder => 64,
        }
    }
}

/// `setMyName`, `setMyDescription`, `setMyShortDescription`.
pub struct SetText {
    /// Whose.
    pub bot: BotId,
    /// Which.
    pub kind: TextKind,
    /// Two letters, or empty for all users without a text of their own language.
    pub language: String,
    /// Empty removes it.
    pub text: String,
}

impl Command for SetText {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.living_bot(self.bot)?;
        check_language(&self.language)?;
        let text = self.text.trim();
        if text.chars().count() > self.kind.limit() {
            return Err(Refusal::BotTextTooLong(self.kind));
        }
        // A bot always has a name: emptying the one for all languages is a request to keep it.
        let keeps = self.kind == TextKind::Name && self.language.is_empty() && text.is_empty();
        if !keeps && bot.settings.text(self.kind, &self.language) != text {
            let (language, text) = (self.language.clone(), text.to_owned());
            events.push(Event::BotTextSet { bot: self.bot, kind: self.kind, language, text });
        }
        Ok(())
    }
}

pub(crate) fn apply_text(world: &mut World, bot: BotId, kind: TextKind, language: &str, text: &str) {
    let Some(bot) = world.bots.get_mut(&bot) else { return };
    bot.settings.set_text(kind, language, text);
}
