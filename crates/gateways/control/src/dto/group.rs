use super::{AccountName, InputPermissions, described};
use crate::problem::Problem;
use parlor_view::ViewContext;
use parlor_wire_bot_api::objects;
use parlor_world::ids::{BoxId, GroupKind};
use parlor_world::ops::group::GroupEdit;
use parlor_world::state::group::{self as world, MemberStatus};
use parlor_world::{AccountId, ChatId, Refusal, Timestamp, World};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group, supergroup or channel, with what only its owner's app knows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Group {
    /// As `getChat` has it; an `invite_link` is the owner's primary one.
    #[schema(value_type = described::ChatFullInfo)]
    pub(crate) chat: objects::ChatFullInfo,
    /// The account that owns it; `null` if it has left.
    pub(crate) owner_id: Option<i64>,
    pub(crate) member_count: u32,
    /// Accounts that have asked to join.
    pub(crate) pending_join_request_count: usize,
    /// Whether posts of the channel name their authors.
    pub(crate) has_signatures: bool,
    /// Whether its owner deleted it.
    pub(crate) is_deleted: bool,
    /// The supergroup that this basic group became.
    pub(crate) upgraded_to_chat_id: Option<i64>,
}

/// The account that owns a group or channel.
pub(crate) fn owner_of(world: &World, chat: ChatId, now: Timestamp) -> Option<AccountId> {
    let mut administrators = world.group(chat)?.administrators.iter();
    let is_owner =
        |account: &&AccountId| matches!(world.status(chat, **account, now), MemberStatus::Owner(_));
    administrators.find(is_owner).copied()
}

impl Group {
    /// `None` if there is no such chat.
    pub(crate) fn of(world: &World, chat: ChatId, now: Timestamp) -> Option<Self> {
        let group = world.group(chat)?;
        let owner = owner_of(world, chat, now);
        let context = ViewContext::new(world, owner.unwrap_or(AccountId(0)), chat);
        Some(Self {
            chat: parlor_view::full_chat(&context),
            owner_id: owner.map(|owner| owner.0),
            member_count: group.member_count,
            pending_join_request_count: group.pending.len(),
            has_signatures: group.profile.has_signatures,
            is_deleted: group.is_deleted,
            upgraded_to_chat_id: group.upgraded_to.map(|to| BoxId::from(to).0),
        })
    }
}

/// The kinds of groups, and channels.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupType {
    Group,
    Supergroup,
    Channel,
}

impl From<GroupType> for GroupKind {
    fn from(own: GroupType) -> Self {
        match own {
            GroupType::Group => Self::Basic,
            GroupType::Supergroup => Self::Supergroup,
            GroupType::Channel => Self::Channel,
        }
    }
}

/// A group, supergroup or channel to create.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGroup {
    #[serde(rename = "type")]
    pub(crate) kind: GroupType,
    #[schema(min_length = 1, max_length = 128)]
    pub(crate) title: String,
    /// The user who owns it.
    pub(crate) owner: AccountName,
    /// As the Bot API writes it: -1 to -999999999999 for a group, -1000000000001 to -1997852516352 for a supergroup or
    /// channel; made if absent.
    #[schema(maximum = -1)]
    pub(crate) id: Option<i64>,
    /// With a username it is public. Not for basic groups.
    #[schema(pattern = "^([A-Za-z][A-Za-z0-9_]{4,31})?$")]
    pub(crate) username: Option<String>,
    #[serde(default)]
    #[schema(max_length = 255)]
    pub(crate) description: String,
    /// A supergroup with topics.
    #[serde(default)]
    pub(crate) is_forum: bool,
    /// Members beside the owner. Bots are in channels as administrators only.
    #[serde(default)]
    pub(crate) members: Vec<AccountName>,
    /// Administrators beside the owner, with every right but to be anonymous.
    #[serde(default)]
    pub(crate) administrators: Vec<AccountName>,
}

impl NewGroup {
    /// MTProto's id of the chat.
    ///
    /// # Errors
    /// [`Refusal::ChatIdUnavailable`] for the id of another kind of chat.
    pub(crate) fn id(&self) -> Result<Option<i64>, Refusal> {
        let Some(id) = self.id else { return Ok(None) };
        match (ChatId::from_bot_api(id, AccountId(0)), self.kind) {
            (ChatId::Group(id), GroupType::Group) => Ok(Some(id.0)),
            (ChatId::Channel(id), GroupType::Supergroup | GroupType::Channel) => Ok(Some(id.0)),
            _ => Err(Refusal::ChatIdUnavailable),
        }
    }

    /// What its owner chooses.
    pub(crate) fn profile(&self) -> world::GroupProfile {
        world::GroupProfile {
            title: self.title.as_str().into(),
            description: self.description.as_str().into(),
            username: self.username.as_deref().filter(|name| !name.is_empty()).map(Into::into),
            is_forum: self.is_forum,
            ..world::GroupProfile::default()
        }
    }
}

/// Changes to a group or channel: absent fields stay as they are, `null` removes a value.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GroupPatch {
    /// Who changes it; the owner if absent.
    pub(crate) by: Option<AccountName>,
    #[schema(min_length = 1, max_length = 128)]
    pub(crate) title: Option<String>,
    #[schema(max_length = 255)]
    pub(crate) description: Option<String>,
    #[serde(deserialize_with = "super::present")]
    #[schema(value_type = Option<String>, pattern = "^([A-Za-z][A-Za-z0-9_]{4,31})?$")]
    pub(crate) username: Option<Option<String>>,
    /// What all members may do.
    pub(crate) permissions: Option<InputPermissions>,
    /// Seconds between two messages of a member: 0, 10, 30, 60, 300, 900 or 3600.
    pub(crate) slow_mode_delay: Option<u32>,
    /// Seconds after which messages vanish; 0 is never.
    pub(crate) message_auto_delete_time: Option<u32>,
    /// Posts of a channel name their authors.
    pub(crate) has_signatures: Option<bool>,
    /// A supergroup with topics.
    pub(crate) is_forum: Option<bool>,
    /// Messages can't be forwarded.
    pub(crate) has_protected_content: Option<bool>,
    /// Only members may write in a channel's discussion group.
    pub(crate) join_to_send_messages: Option<bool>,
    /// Who joins a public supergroup must be approved.
    pub(crate) join_by_request: Option<bool>,
    /// Only administrators see the members.
    pub(crate) has_hidden_members: Option<bool>,
    /// A channel's discussion group: a supergroup's Bot API id, or 0 for none.
    pub(crate) linked_chat_id: Option<i64>,
}

impl GroupPatch {
    /// # Errors
    /// A bad request, for a discussion group that is no supergroup.
    pub(crate) fn edits(self) -> Result<Vec<GroupEdit>, Problem> {
        let linked = |id| match (id, ChatId::from_bot_api(id, AccountId(0))) {
            (0, _) => Ok(GroupEdit::Linked(None)),
            (_, ChatId::Channel(channel)) => Ok(GroupEdit::Linked(Some(channel))),
            _ => Err(Problem::bad_request("a discussion group is a supergroup")),
        };
        let edits = [
            self.title.map(GroupEdit::Title),
            self.description.map(GroupEdit::Description),
            self.username.map(GroupEdit::Username),
            self.permissions.map(|permissions| GroupEdit::Permissions(permissions.into())),
            self.slow_mode_delay.map(GroupEdit::SlowMode),
            self.message_auto_delete_time.map(GroupEdit::AutoDelete),
            self.has_signatures.map(GroupEdit::Signatures),
            self.is_forum.map(GroupEdit::Forum),
            self.has_protected_content.map(GroupEdit::Protected),
            self.join_to_send_messages.map(GroupEdit::JoinToSend),
            self.join_by_request.map(GroupEdit::JoinByRequest),
            self.has_hidden_members.map(GroupEdit::HiddenMembers),
            self.linked_chat_id.map(linked).transpose()?,
        ];
        Ok(edits.into_iter().flatten().collect())
    }
}

/// A member of a group or channel, or who is banned from it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct GroupMember {
    #[schema(value_type = described::ChatMember)]
    pub(crate) member: objects::ChatMember,
    /// When it came, in Unix seconds; 0 if it is not there.
    pub(crate) joined: i64,
    /// The account that added it; `null` if it came by itself.
    pub(crate) added_by: Option<i64>,
}

impl GroupMember {
    /// What an account is there, as `viewer` sees it.
    pub(crate) fn of(context: &ViewContext<'_>, world: &World, account: AccountId, now: Timestamp) -> Self {
        let chat = context.chat();
        let status = world.status(chat, account, now);
        let known = world.member(chat, account).filter(|_| status.is_present());
        Self {
            member: parlor_view::chat_member(context, account, status),
            joined: known.map_or(0, |member| member.joined),
            added_by: known.and_then(|member| member.added_by).map(|account| account.0),
        }
    }
}
