use super::{Answer, MessageDetails, described};
use parlor_view::ViewContext;
use parlor_wire_bot_api::objects;
use parlor_world::state::message_box::Entry;
use parlor_world::state::update::{ActionShown, Update};
use parlor_world::state::update_queue::UpdateKind;
use parlor_world::{AccountId, MessageVersion, World};
use serde::Serialize;
use utoipa::ToSchema;

/// An event for a user's app. Its type determines which fields are present.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Event {
    /// The name of an update of the Bot API: `message`, `edited_message`, `channel_post`, `edited_channel_post`,
    /// `message_reaction`, `my_chat_member`; or the name of an event that the Bot API does not have: `messages_deleted`, `message_pinned`,
    /// `message_unpinned`, `messages_read`, `callback_query_answered`, `chat_changed` (a group or channel, the user's
    /// membership there, or its requests to join: read the dialog again), `chat_action`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The number in the user's log, or in the supergroup's or channel's own; absent for chat actions, which are not
    /// stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
    /// Where a later stream goes on after this event, as its `after`; absent for chat actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// Unix time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date: Option<i64>,
    /// The other account of the dialog; a group's or channel's is negative.
    pub(crate) chat_id: i64,
    /// The update as the Bot API would send it to the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<described::Update>)]
    pub(crate) update: Option<Box<objects::Update>>,
    /// The rest of the `DialogMessage` whose `message` is in the update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<MessageDetails>,
    /// The deleted messages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) message_ids: Vec<i64>,
    /// The message that was pinned or unpinned, or the last one that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<i64>,
    /// Whether the read messages are the user's own, which the other account has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_outgoing: Option<bool>,
    /// The press that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) callback_query_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<Answer>,
    /// The action of the sender, such as `typing`; absent when it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<&'static str>,
    /// The sender of a chat action.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<described::User>)]
    pub(crate) from: Option<objects::User>,
}

impl Event {
    /// Returns the event of an entry in a user's log.
    pub(crate) fn of(world: &World, user: AccountId, entry: &Entry) -> Self {
        let chat = parlor_view::chat_of(world, user, &entry.update);
        let base = Self {
            number: Some(entry.position),
            date: Some(entry.at.date()),
            chat_id: chat.bot_api_id(user),
            ..Self::default()
        };
        let update = || Some(Box::new(parlor_view::log_update(world, user, entry)));
        let details = |version: MessageVersion| {
            let context = ViewContext::new(world, user, chat);
            world.message_version(version).map(|own| MessageDetails::of(&context, own))
        };
        match &entry.update {
            Update::Message(version) | Update::MessageEdited(version) => {
                let details = details(*version);
                Self { kind: kind(world, user, &entry.update), update: update(), details, ..base }
            }
            Update::ReactionsChanged { .. } => Self { kind: "message_reaction", update: update(), ..base },
            Update::BlockChanged { .. } => Self { kind: "my_chat_member", update: update(), ..base },
            Update::MessagesDeleted { messages, .. } => {
                let message_ids = messages.iter().map(|id| i64::from(id.0)).collect();
                Self { kind: "messages_deleted", message_ids, ..base }
            }
            Update::MessagePinned { message, is_pinned, .. } => {
                let kind = if *is_pinned { "message_pinned" } else { "message_unpinned" };
                Self { kind, message_id: Some(message.0.into()), ..base }
            }
            Update::Read { by, up_to, .. } => Self {
                kind: "messages_read",
                message_id: Some(up_to.0.into()),
                is_outgoing: Some(*by != user),
                ..base
            },
            Update::QueryAnswered { query, answer, .. } => Self {
                kind: "callback_query_answered",
                callback_query_id: Some(query.to_string()),
                answer: Some(answer.as_ref().into()),
                ..base
            },
            Update::GroupChanged { .. } => Self { kind: "chat_changed", ..base },
            // Only bots get button presses, join requests and changes of members.
            Update::ButtonPressed { .. } | Update::JoinRequested { .. } | Update::MemberChanged(_) => {
                Self { kind: kind(world, user, &entry.update), update: update(), ..base }
            }
        }
    }

    /// Returns the event of a chat action, which is in no log.
    pub(crate) fn action(world: &World, user: AccountId, shown: &ActionShown) -> Self {
        let action = shown.action.map(|action| action.name());
        let from = Some(parlor_view::viewed_account(world, user, shown.by));
        Self { kind: "chat_action", action, from, chat_id: shown.chat.bot_api_id(user), ..Self::default() }
    }
}

/// The Bot API's name for an update.
fn kind(world: &World, user: AccountId, update: &Update) -> &'static str {
    world.update_kind(update, user).map_or("update", UpdateKind::name)
}
