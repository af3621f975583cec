use super::chat::count;
use super::full_user::bot_info_in_group;
use super::member::Participant;
use super::{Named, Viewer, channel_pts, invite_link, length};
use parlor_wire_tl::{enums, types};
use parlor_world::ids::{ChannelId, GroupId, GroupKind};
use parlor_world::state::group::{AdminRights, Group, MemberStatus};
use parlor_world::{AccountId, ChatId, Timestamp, World};

/// Accounts that wait to be let in and are named beside their number.
///
/// > recent_requesters: IDs of users who requested to join recently
const RECENT_REQUESTERS: usize = 3;

/// The profile page of a group or channel.
pub(crate) fn full_chat(
    world: &World,
    viewer: Viewer,
    chat: ChatId,
    group: &Group,
    now: Timestamp,
) -> enums::MessagesChatFull {
    let me = viewer.me;
    let page = Page { world, me, chat, group, now, status: world.status(chat, me, now) };
    let mut named = Named::default();
    named.add_chat(chat);
    group.bots.iter().for_each(|bot| named.add_account(*bot));
    page.requesters().for_each(|account| named.add_account(AccountId(account)));
    let full_chat = match chat {
        ChatId::Channel(channel) => {
            group.profile.linked.into_iter().for_each(|linked| named.add_chat(ChatId::Channel(linked)));
            group.upgraded_from.into_iter().for_each(|from| named.add_chat(ChatId::Group(from)));
            page.channel(channel)
        }
        ChatId::Group(_) | ChatId::Private(..) => {
            world.present_members(chat, now).for_each(|(account, _)| named.add_account(account));
            page.basic_group()
        }
    };
    let (users, chats) = (named.users(world, me), named.shown_chats(world, me, now));
    types::MessagesChatFull { full_chat, chats, users }.into()
}

struct Page<'w> {
    world: &'w World,
    me: AccountId,
    chat: ChatId,
    group: &'w Group,
    now: Timestamp,
    status: &'w MemberStatus,
}

impl Page<'_> {
    fn basic_group(&self) -> enums::ChatFull {
        let profile = &self.group.profile;
        let pending = self.pending();
        types::ChatFull {
            can_set_username: self.is_owner(),
            id: self.chat.bot_api_id(self.me).saturating_neg(),
            about: profile.description.to_string(),
            participants: participants(self.world, self.me, self.chat, self.group, self.now),
            notify_settings: types::PeerNotifySettings::default().into(),
            exported_invite: self.primary_link(),
            bot_info: Some(self.bots()).filter(|bots| !bots.is_empty()),
            pinned_msg_id: self.pinned(),
            ttl_period: number(profile.auto_delete),
            requests_pending: pending,
            recent_requesters: pending.map(|_| self.requesters().collect()),
            available_reactions: Some(all_reactions()),
            ..Default::default()
        }
        .into()
    }

    fn channel(&self, channel: ChannelId) -> enums::ChatFull {
        let (group, profile) = (self.group, &self.group.profile);
        let is_administrator = self.status.is_administrator();
        let dialog = self.world.dialog(self.me, self.chat);
        let read = dialog.and_then(|dialog| dialog.dialog.read_up_to).map_or(0, |id| id.0);
        let unread = dialog.map_or(0, |dialog| dialog.unread());
        let pending = self.pending();
        let old = group.upgraded_from.and_then(|from| self.world.dialog(self.me, ChatId::Group(from)));
        let (kicked, banned) = if is_administrator { self.banned() } else { (None, None) };
        types::ChannelFull {
            can_view_participants: is_administrator
                || group.kind == GroupKind::Supergroup && !profile.has_hidden_members,
            can_set_username: self.is_owner(),
            can_delete_channel: self.is_owner(),
            participants_hidden: profile.has_hidden_members,
            id: channel.0,
            about: profile.description.to_string(),
            participants_count: Some(count(group)),
            admins_count: is_administrator.then(|| length(group.administrators.len())),
            kicked_count: kicked,
            banned_count: banned,
            read_inbox_max_id: read,
            unread_count: length(unread),
            chat_photo: types::PhotoEmpty { id: 0 }.into(),
            notify_settings: types::PeerNotifySettings::default().into(),
            exported_invite: self.primary_link(),
            bot_info: self.bots(),
            migrated_from_chat_id: group.upgraded_from.map(|GroupId(id)| id),
            migrated_from_max_id: group.upgraded_from.map(|_| {
                let last = old.and_then(|dialog| dialog.last_message());
                last.map_or(0, |message| message.id_for(self.me).0)
            }),
            pinned_msg_id: self.pinned(),
            linked_chat_id: profile.linked.map(|linked| linked.0),
            slowmode_seconds: number(profile.slow_mode),
            pts: channel_pts(self.world, channel),
            ttl_period: number(profile.auto_delete),
            requests_pending: pending,
            recent_requesters: pending.map(|_| self.requesters().collect()),
            available_reactions: Some(all_reactions()),
            ..Default::default()
        }
        .into()
    }

    fn is_owner(&self) -> bool {
        matches!(self.status, MemberStatus::Owner(_))
    }

    fn may_invite(&self) -> bool {
        self.status.rights().contains(AdminRights::INVITE_USERS)
    }

    /// > exported_invite: Chat invite
    ///
    /// It is the viewer's own primary link.
    fn primary_link(&self) -> Option<enums::ExportedChatInvite> {
        let link = self.group.primary_link(self.me).filter(|_| self.may_invite())?;
        Some(invite_link(Some(self.group), link, self.me, self.world.is_bot(self.me)))
    }

    fn bots(&self) -> Vec<enums::BotInfo> {
        let bots = self.group.bots.iter().filter_map(|bot| self.world.bot(*bot));
        bots.map(|bot| bot_info_in_group(self.world, self.me, bot, self.chat, self.status)).collect()
    }

    fn pinned(&self) -> Option<i32> {
        let pinned = self.world.dialog(self.me, self.chat)?.pinned().next()?;
        Some(pinned.id_for(self.me).0)
    }

    /// How many wait; shown to those who may let them in.
    fn pending(&self) -> Option<i32> {
        let count = length(self.group.pending.len());
        (self.may_invite() && count > 0).then_some(count)
    }

    fn requesters(&self) -> impl Iterator<Item = i64> {
        let may_see = self.may_invite();
        let pending = self.group.pending.keys().filter(move |_| may_see);
        pending.take(RECENT_REQUESTERS).map(|account| account.0)
    }

    /// How many are banned, and how many restricted.
    fn banned(&self) -> (Option<i32>, Option<i32>) {
        let (mut kicked, mut restricted) = (0, 0);
        for (_, member) in self.world.members(self.chat) {
            match member.status.at(self.now) {
                MemberStatus::Banned(_) => kicked += 1,
                MemberStatus::Restricted(_) => restricted += 1,
                _ => {}
            }
        }
        (Some(kicked), Some(restricted))
    }
}

/// Who is in a basic group; only those who are in it themselves see that.
fn participants(
    world: &World,
    me: AccountId,
    chat: ChatId,
    group: &Group,
    now: Timestamp,
) -> enums::ChatParticipants {
    let chat_id = chat.bot_api_id(me).saturating_neg();
    if !world.takes_part(chat, me, now) {
        return types::ChatParticipantsForbidden { chat_id, self_participant: None }.into();
    }
    let owner = world.members(chat).find(|(_, member)| matches!(member.status, MemberStatus::Owner(_)));
    let owner = owner.map_or(me, |(account, _)| account);
    let present = world.present_members(chat, now);
    let shown = present.filter_map(|(account, member)| {
        Participant::listed(account, member, member.status.at(now)).in_group(owner)
    });
    types::ChatParticipants { chat_id, participants: shown.collect(), version: group.version }.into()
}

/// No chat limits them.
fn all_reactions() -> enums::ChatReactions {
    types::ChatReactionsAll { allow_custom: false }.into()
}

fn number(number: u32) -> Option<i32> {
    i32::try_from(number).ok().filter(|number| *number > 0)
}
