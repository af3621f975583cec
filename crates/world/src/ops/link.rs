//! Opening links: to bots, public chats, and by invitation.

use crate::ids::{AccountId, ChatId, GroupKind, Timestamp};
use crate::link::{Link, LinkAction, StartPayload, invite_hash};
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::Bot;
use crate::state::group::{AdminRights, Group, InviteLink, MemberStatus, Permissions};

/// What the user's app shows after a link was opened.
#[derive(Debug, Clone)]
pub enum Opened<'w> {
    /// A bot, with what the link wants of it.
    Bot(OpenedBot<'w>),
    /// A public group or channel.
    Chat(ChatId),
    /// A group or channel by an invite link.
    Invite(ChatId, &'w InviteLink),
}

/// A bot whose link was opened.
#[derive(Debug, Clone)]
pub struct OpenedBot<'w> {
    /// The bot that the link leads to.
    pub bot: &'w Bot,
    /// What the link asked for.
    pub action: LinkAction,
    /// Whether the Start button is shown instead of the text field.
    pub start_offered: bool,
    /// The rights with which the bot is to be added to a group or channel: the link's, or those that the bot suggests.
    pub rights: AdminRights,
    /// The groups or channels to which the user may add it so.
    pub chats: Vec<ChatId>,
}

impl World {
    /// The user opens a link, or a username. Nothing changes in the world: only pressing Start or joining does that.
    ///
    /// > If a user opens a link with a parameter, the Start button is shown even if the bot was started already.
    ///
    /// # Errors
    /// [`Refusal::LinkInvalid`], [`Refusal::BotNotFound`], [`Refusal::StartParamInvalid`],
    /// [`Refusal::StartParamTooLong`], [`Refusal::InviteLinkInvalid`], [`Refusal::InviteLinkExpired`], and those of a user who
    /// may not act.
    pub fn open_link(&self, user: AccountId, link: &str, now: Timestamp) -> Result<Opened<'_>, Refusal> {
        self.active_user(user)?;
        if let Some(hash) = invite_hash(link) {
            return self.open_invite(user, &hash, now);
        }
        let link = Link::parse(link).ok_or(Refusal::LinkInvalid)?;
        let Some(id) = self.by_username(&link.username) else {
            return self.chat_by_username(&link.username).map(Opened::Chat).ok_or(Refusal::BotNotFound);
        };
        self.open_bot(user, id, link, now).map(Opened::Bot)
    }

    fn open_bot(
        &self,
        user: AccountId,
        id: AccountId,
        link: Link,
        now: Timestamp,
    ) -> Result<OpenedBot<'_>, Refusal> {
        let bot = self.active_bot(id)?;
        let dialog = self.dialog(user, ChatId::private(user, id));
        let is_empty = dialog.is_none_or(|dialog| dialog.last_message().is_none());
        let payload = match &link.action {
            LinkAction::Start(payload) | LinkAction::StartGroup(payload) => payload.as_str(),
            LinkAction::Open | LinkAction::StartChannel | LinkAction::StartApp(_) => "",
        };
        if !payload.is_empty() {
            StartPayload::parse(payload)?;
        }
        let has_payload = matches!(&link.action, LinkAction::Start(payload) if !payload.is_empty());
        let for_channels = link.action == LinkAction::StartChannel;
        let is_adding = for_channels || matches!(link.action, LinkAction::StartGroup(_));
        let suggested = bot.settings.default_rights(for_channels);
        let rights = if link.admin.is_empty() { suggested } else { rights_named(&link.admin) };
        let chats =
            if is_adding { self.chats_to_add_to(user, for_channels, rights, now) } else { Vec::new() };
        let start_offered = is_empty || has_payload;
        Ok(OpenedBot { bot, action: link.action, start_offered, rights, chats })
    }

    fn open_invite(&self, user: AccountId, hash: &str, now: Timestamp) -> Result<Opened<'_>, Refusal> {
        let chat = self.chat_by_link(hash).ok_or(Refusal::InviteLinkInvalid)?;
        let group = self.group(chat).filter(|group| !group.is_deleted).ok_or(Refusal::InviteLinkInvalid)?;
        let link = group.links.get(hash).ok_or(Refusal::InviteLinkInvalid)?;
        // Who is in the chat opens it by any of its links.
        match link.is_valid(now) || self.takes_part(chat, user, now) {
            true => Ok(Opened::Invite(chat, link)),
            false => Err(Refusal::InviteLinkExpired),
        }
    }

    /// The groups, or channels, to which the user may add a bot with these rights.
    fn chats_to_add_to(
        &self,
        user: AccountId,
        for_channels: bool,
        rights: AdminRights,
        now: Timestamp,
    ) -> Vec<ChatId> {
        let may_add = |chat: &ChatId| {
            let Some(group) = self.group(*chat) else { return false };
            let exists = !group.is_deleted && group.upgraded_to.is_none();
            let fits = (group.kind == GroupKind::Channel) == for_channels;
            exists && fits && may_add_bot(self.status(*chat, user, now), group, rights)
        };
        self.groups_of(user).filter(may_add).collect()
    }
}

/// In channels bots are administrators only.
fn may_add_bot(status: &MemberStatus, group: &Group, rights: AdminRights) -> bool {
    let own = status.rights();
    match status.is_administrator() {
        true if group.is_channel() || !rights.is_empty() => own.contains(AdminRights::PROMOTE_MEMBERS),
        true => own.contains(AdminRights::INVITE_USERS),
        false if group.is_channel() || !rights.is_empty() => false,
        false => status.permissions(group.profile.permissions).contains(Permissions::INVITE_USERS),
    }
}

/// The rights of a link's `admin=`; unknown names are ignored, as apps do.
fn rights_named(names: &[String]) -> AdminRights {
    let known = |name: &str| match name {
        "change_info" => AdminRights::CHANGE_INFO,
        "post_messages" => AdminRights::POST_MESSAGES,
        "edit_messages" => AdminRights::EDIT_MESSAGES,
        "delete_messages" => AdminRights::DELETE_MESSAGES,
        "restrict_members" => AdminRights::RESTRICT_MEMBERS,
        "invite_users" => AdminRights::INVITE_USERS,
        "pin_messages" => AdminRights::PIN_MESSAGES,
        "manage_topics" => AdminRights::MANAGE_TOPICS,
        "promote_members" => AdminRights::PROMOTE_MEMBERS,
        "manage_video_chats" => AdminRights::MANAGE_VIDEO_CHATS,
        "anonymous" => AdminRights::ANONYMOUS,
        "manage_chat" => AdminRights::MANAGE_CHAT,
        "post_stories" => AdminRights::POST_STORIES,
        "edit_stories" => AdminRights::EDIT_STORIES,
        "delete_stories" => AdminRights::DELETE_STORIES,
        "manage_direct_messages" => AdminRights::MANAGE_DIRECT_MESSAGES,
        _ => AdminRights::empty(),
    };
    names.iter().map(|name| known(name)).collect()
}
