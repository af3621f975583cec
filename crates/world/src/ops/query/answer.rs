use crate::event::{Event, QueryEvent};
use crate::ids::{AccountId, QueryId, Timestamp};
use crate::link::{Link, LinkAction};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::query::QueryAnswer;

/// > Text of the notification […] 0-200 characters
const MAX_TEXT: usize = 200;

/// `answerCallbackQuery`.
pub struct AnswerQuery {
    /// Who answers.
    pub bot: AccountId,
    /// What.
    pub query: QueryId,
    /// How.
    pub answer: QueryAnswer,
}

impl Command for AnswerQuery {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let query = world.query(self.query).filter(|query| query.to == self.bot);
        let query = query.ok_or(Refusal::QueryInvalid)?;
        if self.answer.text.chars().count() > MAX_TEXT {
            return Err(Refusal::AnswerTooLong);
        }
        if self.answer.url.as_deref().is_some_and(|url| !leads_to(world, self.bot, url)) {
            return Err(Refusal::AnswerUrlInvalid);
        }
        if query.answer.is_some() {
            // The app has its answer; a second one is dropped without an error. (unverified)
            return Ok(());
        }
        if query.is_expired(now) {
            return Err(Refusal::QueryInvalid);
        }
        events.push(QueryEvent::Answered { query: self.query, answer: self.answer.clone() }.into());
        Ok(())
    }
}

/// > you may use links like t.me/your_bot?start=XXXX that open your bot with a parameter.
fn leads_to(world: &World, bot: AccountId, url: &str) -> bool {
    let link = Link::parse(url).filter(|link| matches!(link.action, LinkAction::Start(_)));
    link.is_some_and(|link| world.by_username(&link.username) == Some(bot))
}
