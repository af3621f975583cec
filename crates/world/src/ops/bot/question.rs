use crate::event::{BotEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::bot_questions::Question;

/// BotFather asks a user something, or (`None`) no longer does.
pub(crate) struct AskQuestion {
    pub(crate) user: AccountId,
    pub(crate) question: Option<Question>,
}

impl Command for AskQuestion {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if world.questions.get(&self.user) != self.question.as_ref() {
            let (user, question) = (self.user, self.question.clone());
            events.push(BotEvent::QuestionAsked { user, question }.into());
        }
        Ok(())
    }
}
