//! @BotFather: the one bot that is part of the world itself.
//!
//! It has no program. Whatever a user writes to it, or presses, is answered in the same step, by the same commands that
//! everyone uses: so it works over every protocol, in every world, on any clock, and its open questions survive a
//! restart. Start with `answer`; the conversation is `conversation.rs`, /mybots is `menus.rs`.

mod conversation;
mod menus;
mod words;

use crate::engine::Effects;
use crate::event::{Event, MessageEvent, QueryEvent, Recorded};
use crate::ids::{AccountId, ChatId, MessageId, QueryId, Timestamp};
use crate::state::World;
use crate::state::account::BOT_FATHER;
use conversation::Conversation;

/// Something that a user sent to BotFather.
#[derive(Debug)]
pub(crate) struct Incoming {
    user: AccountId,
    input: Input,
}

#[derive(Debug)]
enum Input {
    Text(String),
    /// A press on a button of one of its messages, by BotFather's own id, with the button's data.
    Press(QueryId, MessageId, String),
}

/// What there is to answer, if the event is for BotFather.
pub(crate) fn incoming(world: &World, event: &Event) -> Option<Incoming> {
    // Asked first: every message comes here, and few are for BotFather.
    let is_incoming =
        |chat: ChatId, user: AccountId| user != BOT_FATHER && chat.other(user) == Some(BOT_FATHER);
    match event {
        Event::Message(MessageEvent::Sent(message)) if is_incoming(message.chat, message.from) => {
            let text = message.text_for(message.from)?;
            Some(Incoming { user: message.from, input: Input::Text(text.text.into()) })
        }
        Event::Query(QueryEvent::ButtonPressed { query, chat, by, message, data })
            if is_incoming(*chat, *by) =>
        {
            let message = world.message_by_key(*message)?.id_for(BOT_FATHER);
            Some(Incoming { user: *by, input: Input::Press(*query, message, data.clone()) })
        }
        _ => None,
    }
}

/// Answers, in the same step.
pub(crate) fn answer(
    world: &mut World,
    now: Timestamp,
    journal: &mut Vec<Recorded>,
    effects: &mut Effects,
    Incoming { user, input }: Incoming,
) {
    let conversation = Conversation { world, now, journal, effects, user };
    match input {
        Input::Text(text) => conversation.answer(&text),
        Input::Press(query, message, data) => conversation.pressed(query, message, &data),
    }
}
