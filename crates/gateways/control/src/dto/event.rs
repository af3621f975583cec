use super::{Answer, MessageDetails, described, user_view};
use parlor_wire_bot_api::objects;
use parlor_world::updates::{Entry, Update};
use parlor_world::{AccountId, Side, World, message};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that a user's app is told. Which fields there are depends on the type; the others are absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Event {
    /// The name of an update of the Bot API: `message`, `edited_message`, `message_reaction`, `my_chat_member`; or what
    /// the Bot API never tells: `messages_deleted`, `message_pinned`, `message_unpinned`, `messages_read`,
    /// `callback_query_answered`, `chat_action`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Counts up in the user's log; absent in a chat action, which is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
    /// Unix time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<i64>,
    /// The other account of the dialog.
    pub(crate) chat_id: i64,
    /// The update as the Bot API would tell it to the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<described::Update>)]
    pub(crate) update: Option<Box<objects::Update>>,
    /// The rest of the `DialogMessage` whose `message` is in the update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<MessageDetails>,
    /// The messages that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) message_ids: Vec<i64>,
    /// The message that was pinned or unpinned, or the last one that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<i64>,
    /// Whether the user's own messages were read, by the other account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_outgoing: Option<bool>,
    /// Which press was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) callback_query_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Answer>,
    /// What the bot is doing: `typing`; absent when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<&'static str>,
}

impl Event {
    /// An entry of a user's log.
    pub(crate) fn of(world: &World, entry: &Entry) -> Self {
        let dialog = entry.update.dialog();
        let base =
            Self { number: Some(entry.number), date: Some(entry.at.date()), ..Self::in_chat(&entry.update) };
        let update = || {
            let update = parlor_view::update(world, AccountId::User(dialog.user), entry);
            Some(Box::new(update))
        };
        let details = |own: &message::Message| Some(MessageDetails::of(&user_view(world, dialog), own));
        match &entry.update {
            Update::Message { message, .. } => {
                Self { kind: "message", update: update(), details: details(message), ..base }
            }
            Update::Edited { message, .. } => {
                Self { kind: "edited_message", update: update(), details: details(message), ..base }
            }
            Update::Reactions { .. } => Self { kind: "message_reaction", update: update(), ..base },
            Update::Blocked { .. } => Self { kind: "my_chat_member", update: update(), ..base },
            Update::Deleted { messages, .. } => {
                let message_ids = messages.iter().map(|id| i64::from(id.0)).collect();
                Self { kind: "messages_deleted", message_ids, ..base }
            }
            Update::Pinned { message, pinned, .. } => {
                let kind = if *pinned { "message_pinned" } else { "message_unpinned" };
                Self { kind, message_id: Some(message.0.into()), ..base }
            }
            Update::Read { by, up_to, .. } => Self {
                kind: "messages_read",
                message_id: Some(up_to.0.into()),
                is_outgoing: Some(*by == Side::Bot),
                ..base
            },
            Update::CallbackAnswered { id, answer, .. } => Self {
                kind: "callback_query_answered",
                callback_query_id: Some(id.to_string()),
                answer: Some(answer.as_ref().into()),
                ..base
            },
            Update::ChatAction { .. } => Self::live(&entry.update),
            // Bots are told of presses and of requests to join, users never.
            Update::Callback { .. } => Self { kind: "callback_query", update: update(), ..base },
            Update::JoinRequested { .. } => Self { kind: "chat_join_request", update: update(), ..base },
        }
    }

    /// A chat action, which no log keeps.
    pub(crate) fn live(update: &Update) -> Self {
        let action = match update {
            Update::ChatAction { action, .. } => action.map(|action| action.name()),
            _ => None,
        };
        Self { kind: "chat_action", action, ..Self::in_chat(update) }
    }

    fn in_chat(update: &Update) -> Self {
        Self { chat_id: update.dialog().bot.0, ..Self::default() }
    }
}
