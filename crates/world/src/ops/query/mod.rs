//! Users ask, bots answer in time.

mod answer;
mod press;

pub use answer::AnswerQuery;
pub use press::PressButton;

use crate::event::QueryEvent;
use crate::ids::Timestamp;
use crate::state::World;

pub(crate) fn apply(world: &mut World, at: Timestamp, event: &QueryEvent) {
    match event {
        QueryEvent::ButtonPressed { query, chat, by, message, .. } => {
            press::apply(world, at, *query, *chat, *by, *message);
        }
        QueryEvent::Answered { query, answer } => {
            if let Some(query) = world.queries.get_mut(query) {
                query.answer = Some(answer.clone());
            }
        }
    }
}
