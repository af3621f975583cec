use super::{Answer, Message};
use parlor_world::Side;
use parlor_world::message::Reaction;
use parlor_world::updates::Update;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that a user's app is told. Which fields there are depends on the type.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Event {
    /// `message`, `edited`, `deleted`, `pinned`, `unpinned`, `reactions`, `blocked`, `unblocked`,
    /// `callback_answered`, `read`, `chat_action`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Counts up in the user's log; absent in what is only shown and forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
    /// The other side of the dialog.
    pub(crate) bot_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Message>,
    /// Messages, by the user's ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) message_ids: Vec<i32>,
    /// Who did it: `user` or `bot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<&'static str>,
    /// The reactions of that side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reactions: Option<Vec<String>>,
    /// Which press was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) callback_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Answer>,
    /// `typing` and its kind; absent when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chat_action: Option<&'static str>,
}

/// The API's shape of an update of a user's log.
pub(crate) fn event(number: Option<i64>, update: &Update) -> Event {
    let base = Event { number, bot_id: update.dialog().bot.0, ..Event::default() };
    let side = |side: &Side| Some(if *side == Side::User { "user" } else { "bot" });
    let emoji = |list: &[Reaction]| list.iter().map(|reaction| reaction.emoji().to_owned()).collect();
    match update {
        Update::Message { message, .. } => {
            Event { kind: "message", by: side(&message.from), message: Some((&**message).into()), ..base }
        }
        Update::Edited { message, .. } => {
            Event { kind: "edited", by: side(&message.from), message: Some((&**message).into()), ..base }
        }
        Update::Deleted { messages, .. } => {
            Event { kind: "deleted", message_ids: messages.iter().map(|id| id.0).collect(), ..base }
        }
        Update::Pinned { message, pinned, .. } => {
            let kind = if *pinned { "pinned" } else { "unpinned" };
            Event { kind, message_ids: vec![message.0], ..base }
        }
        Update::Reactions { message, by, new, .. } => Event {
            kind: "reactions",
            message_ids: vec![message.0],
            by: side(by),
            reactions: Some(emoji(new)),
            ..base
        },
        Update::Blocked { blocked, .. } => {
            Event { kind: if *blocked { "blocked" } else { "unblocked" }, ..base }
        }
        Update::CallbackAnswered { id, answer, .. } => Event {
            kind: "callback_answered",
            callback_id: Some(id.to_string()),
            answer: Some(answer.as_ref().into()),
            ..base
        },
        Update::Read { by, up_to, .. } => {
            Event { kind: "read", by: side(by), message_ids: vec![up_to.0], ..base }
        }
        Update::ChatAction { action, .. } => {
            Event { kind: "chat_action", chat_action: action.map(|action| action.name()), ..base }
        }
        // Bots are told of presses and of wishes to join, users of answers.
        Update::JoinRequested { .. } => Event { kind: "join_requested", ..base },
        Update::Callback { id, .. } => Event { kind: "callback", callback_id: Some(id.to_string()), ..base },
    }
}
