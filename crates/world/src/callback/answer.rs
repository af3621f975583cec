use crate::link::{Link, LinkAction};
use crate::updates::Update;
use crate::{BotId, CallbackId, Command, DialogId, Event, Refusal, Timestamp, World};
use serde::{Deserialize, Serialize};

/// > Text of the notification […] 0-200 characters
const MAX_TEXT: usize = 200;

/// What the user's app shows when the bot answers a press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Empty shows nothing.
    pub text: String,
    /// In a box that must be closed, instead of a note at the top.
    pub show_alert: bool,
    /// Opened by the app; empty for none.
    pub url: String,
    /// For how many seconds the app may answer the same press by itself.
    pub cache_time: u32,
}

/// `answerCallbackQuery`.
pub struct AnswerCallback {
    /// Who answers.
    pub bot: BotId,
    /// What.
    pub id: CallbackId,
    /// How.
    pub answer: Answer,
}

impl Command for AnswerCallback {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let callback = world.callbacks.get(&self.id).filter(|callback| callback.dialog.bot == self.bot);
        let callback = callback.ok_or(Refusal::QueryInvalid)?;
        if self.answer.text.chars().count() > MAX_TEXT {
            return Err(Refusal::AnswerTooLong);
        }
        if !self.answer.url.is_empty() && !leads_to(world, self.bot, &self.answer.url) {
            return Err(Refusal::AnswerUrlInvalid);
        }
        if callback.answer.is_some() {
            // The app has its answer; a second one is lost without a word. (unverified)
            return Ok(());
        }
        if callback.expired(now) {
            return Err(Refusal::QueryInvalid);
        }
        events.push(Event::CallbackAnswered {
            id: self.id,
            dialog: callback.dialog,
            answer: self.answer.clone(),
        });
        Ok(())
    }
}

/// > you may use links like t.me/your_bot?start=XXXX that open your bot with a parameter.
fn leads_to(world: &World, bot: BotId, url: &str) -> bool {
    let link = Link::parse(url).filter(|link| matches!(link.action, LinkAction::Start(_)));
    link.is_some_and(|link| world.by_username(&link.username) == Some(crate::AccountId::Bot(bot)))
}

pub(crate) fn apply_answered(
    world: &mut World,
    at: Timestamp,
    id: CallbackId,
    dialog: DialogId,
    answer: &Answer,
) {
    if let Some(callback) = world.callbacks.get_mut(&id) {
        callback.answer = Some(answer.clone());
    }
    world.tell_user(at, Update::CallbackAnswered { id, dialog, answer: Box::new(answer.clone()) });
}
