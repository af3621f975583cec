use super::described;
use parlor_view::ViewContext;
use parlor_wire_bot_api::objects;
use parlor_world::AccountId;
use parlor_world::state::message as world;
use parlor_world::state::query::QueryAnswer;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A message in a user's dialog.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct DialogMessage {
    /// The message as the user sees it, with the user's ids.
    #[schema(value_type = described::Message)]
    pub(crate) message: objects::Message,
    #[serde(flatten)]
    pub(crate) details: MessageDetails,
}

/// Facts about a message that the user's app knows and the Bot API's `Message` does not contain.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct MessageDetails {
    /// The message's id for each account, by the account's id.
    pub(crate) ids: BTreeMap<String, i64>,
    /// Whether the user sent it.
    pub(crate) is_outgoing: bool,
    /// Whether the account that received it has read it.
    pub(crate) is_read: bool,
    /// Whether it was sent with `disable_notification`.
    pub(crate) is_silent: bool,
    /// The message that it replies to, even if that one was deleted.
    pub(crate) reply_to_message_id: Option<i64>,
    /// The custom keyboard that it shows or removes.
    #[schema(value_type = Option<described::ReplyKeyboard>)]
    pub(crate) reply_keyboard: Option<parlor_view::ReplyKeyboard>,
    /// The reactions of each account, by the account's id; accounts without reactions are left out.
    #[schema(value_type = BTreeMap<String, Vec<described::ReactionType>>)]
    pub(crate) reactions: BTreeMap<String, Vec<objects::ReactionType>>,
}

impl DialogMessage {
    pub(crate) fn of(context: &ViewContext<'_>, own: &world::Message) -> Self {
        Self { message: parlor_view::message(context, own), details: MessageDetails::of(context, own) }
    }
}

impl MessageDetails {
    pub(crate) fn of(context: &ViewContext<'_>, own: &world::Message) -> Self {
        let key = |(account, value): (AccountId, _)| (account.to_string(), value);
        let ids = context.ids(own).map(|(account, id)| (account.to_string(), i64::from(id.0)));
        Self {
            ids: ids.collect(),
            is_outgoing: context.is_outgoing(own),
            is_read: context.is_read(own),
            is_silent: own.is_silent(),
            reply_to_message_id: own.reply().map(|reply| i64::from(context.id(&reply.to).0)),
            reply_keyboard: own.markup().and_then(parlor_view::reply_keyboard),
            reactions: context.reactions(own).into_iter().map(key).collect(),
        }
    }
}

/// The bot's answer to a press, as the app shows it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Answer {
    pub(crate) text: Option<String>,
    /// Whether it is shown as an alert that the user closes.
    pub(crate) show_alert: bool,
    /// The URL that the app opens.
    pub(crate) url: Option<String>,
    pub(crate) cache_time: u32,
}

impl From<&QueryAnswer> for Answer {
    fn from(own: &QueryAnswer) -> Self {
        Self {
            text: Some(own.text.clone()).filter(|text| !text.is_empty()),
            show_alert: own.show_alert,
            url: own.url.clone(),
            cache_time: own.cache_time,
        }
    }
}
