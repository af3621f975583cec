use super::{AccountName, Dialog, described};
use parlor_view::ViewContext;
use parlor_wire_bot_api::objects;
use parlor_world::state::group as world;
use parlor_world::{AccountId, ChatId, Timestamp, World};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An invite link, whole whoever made it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct InviteLink {
    #[serde(flatten)]
    #[schema(value_type = described::ChatInviteLink)]
    pub(crate) link: objects::ChatInviteLink,
    /// What stands after `t.me/+`.
    pub(crate) hash: String,
    /// When it was made, in Unix seconds.
    pub(crate) created: i64,
    /// How many have joined by it.
    pub(crate) used: u32,
}

impl InviteLink {
    pub(crate) fn of(world: &World, chat: ChatId, own: &world::InviteLink) -> Self {
        // Each administrator sees its own links whole.
        let context = ViewContext::new(world, own.creator, chat);
        Self {
            link: parlor_view::invite_link(&context, own),
            hash: own.hash.to_string(),
            created: own.created,
            used: own.used,
        }
    }
}

/// How an invite link is.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LinkChoice {
    /// The administrator whose link it is; the owner if absent.
    pub(crate) by: Option<AccountName>,
    /// Seen by administrators only.
    #[schema(max_length = 32)]
    name: String,
    /// When it ends, in Unix seconds.
    expire_date: Option<i64>,
    /// How many may join by it.
    #[schema(minimum = 1, maximum = 99999)]
    member_limit: Option<u32>,
    /// Whoever opens it asks to join, and an administrator decides.
    creates_join_request: bool,
    /// Of a paid membership in a channel: 2592000 seconds.
    subscription_period: Option<u32>,
    /// Stars for each period.
    #[schema(minimum = 1, maximum = 10000)]
    subscription_price: Option<u32>,
}

impl From<LinkChoice> for world::LinkOptions {
    fn from(own: LinkChoice) -> Self {
        Self {
            name: own.name.into(),
            expires: own.expire_date,
            limit: own.member_limit,
            needs_approval: own.creates_join_request,
            subscription: own.subscription_period.zip(own.subscription_price),
        }
    }
}

/// An account that asked to join and waits.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct PendingRequest {
    #[schema(value_type = described::User)]
    pub(crate) user: objects::User,
    pub(crate) bio: Option<String>,
    /// When it asked, in Unix seconds.
    pub(crate) date: i64,
    /// The link by which it asked; `null` in a public chat.
    pub(crate) invite_link: Option<String>,
}

impl PendingRequest {
    /// Those of a chat, the oldest first.
    pub(crate) fn list(world: &World, chat: ChatId, viewer: AccountId) -> Vec<Self> {
        let mut pending: Vec<_> =
            world.group(chat).into_iter().flat_map(|group| group.pending.values()).collect();
        pending.sort_by_key(|pending| pending.date);
        let request = |own: &world::PendingJoin| Self {
            user: parlor_view::viewed_account(world, viewer, own.account),
            bio: world.user(own.account).and_then(|user| user.profile.bio.as_deref()).map(str::to_owned),
            date: own.date,
            invite_link: own.link.as_ref().map(|hash| format!("https://t.me/+{hash}")),
        };
        pending.into_iter().map(request).collect()
    }
}

/// The card that an app shows before the user joins.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct JoinCard {
    #[schema(value_type = described::Chat)]
    pub(crate) chat: objects::Chat,
    pub(crate) description: String,
    pub(crate) member_count: u32,
    /// Whether the user asks to join, and an administrator decides.
    pub(crate) request_needed: bool,
    /// Whether the user has asked, and waits.
    pub(crate) is_asked: bool,
    /// Stars for a month of membership.
    pub(crate) subscription_price: Option<u32>,
}

impl JoinCard {
    /// By an invite link, or a public chat's username.
    pub(crate) fn of(
        world: &World,
        user: AccountId,
        chat: ChatId,
        link: Option<&world::InviteLink>,
    ) -> Option<Self> {
        let group = world.group(chat)?;
        let profile = &group.profile;
        Some(Self {
            chat: parlor_view::group_chat(world, chat),
            description: profile.description.to_string(),
            member_count: group.member_count,
            request_needed: link.map_or(profile.join_by_request, |link| link.options.needs_approval),
            is_asked: group.pending.contains_key(&user),
            subscription_price: link.and_then(|link| link.options.subscription).map(|(_, price)| price),
        })
    }
}

/// What came of joining.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct JoinResult {
    /// The group or channel.
    pub(crate) chat_id: i64,
    /// The user is not in it yet: an administrator must approve.
    pub(crate) is_asked: bool,
    /// The chat, if the user is in it.
    pub(crate) dialog: Option<Dialog>,
}

impl JoinResult {
    pub(crate) fn of(world: &World, now: Timestamp, user: AccountId, chat: ChatId, is_asked: bool) -> Self {
        let dialog = (!is_asked).then(|| Dialog::of(world, now, user, chat));
        Self { chat_id: chat.bot_api_id(user), is_asked, dialog }
    }
}

/// A topic of a forum.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Topic {
    #[serde(flatten)]
    #[schema(value_type = described::ForumTopic)]
    pub(crate) topic: objects::ForumTopic,
    /// Only administrators write in it.
    pub(crate) is_closed: bool,
    /// Not in the list of topics; General only.
    pub(crate) is_hidden: bool,
    /// The account that made it.
    pub(crate) creator_id: i64,
}

impl From<&world::Topic> for Topic {
    fn from(own: &world::Topic) -> Self {
        Self {
            topic: objects::ForumTopic {
                message_thread_id: i64::from(own.id.0),
                name: own.name.to_string(),
                icon_color: i64::from(own.icon_color),
                icon_custom_emoji_id: own.icon.map(|icon| icon.to_string()),
                ..objects::ForumTopic::default()
            },
            is_closed: own.is_closed,
            is_hidden: own.is_hidden,
            creator_id: own.creator.0,
        }
    }
}
