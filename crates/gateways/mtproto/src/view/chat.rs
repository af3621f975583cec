use super::rights::{admin_rights, banned_rights, default_banned_rights};
use super::seconds;
use parlor_wire_tl::{enums, types};
use parlor_world::ids::{ChannelId, GroupId, GroupKind};
use parlor_world::state::group::{Group, MemberStatus};
use parlor_world::{AccountId, ChatId, Timestamp, World};

/// Where a chat is named: a private one by the other account.
pub(crate) fn chat_peer(chat: ChatId, me: AccountId) -> enums::Peer {
    match chat {
        ChatId::Private(..) => super::peer(chat.other(me).unwrap_or(me)),
        ChatId::Group(GroupId(chat_id)) => types::PeerChat { chat_id }.into(),
        ChatId::Channel(ChannelId(channel_id)) => types::PeerChannel { channel_id }.into(),
    }
}

/// A group or channel as `me` sees it.
pub(crate) fn chat(world: &World, me: AccountId, id: ChatId, now: Timestamp) -> enums::Chat {
    let Some(group) = world.group(id) else {
        return types::ChatEmpty { id: id.bot_api_id(me).saturating_abs() }.into();
    };
    let status = world.status(id, me, now);
    match id {
        ChatId::Channel(channel) => supergroup_or_channel(world, me, channel, group, status),
        ChatId::Group(_) | ChatId::Private(..) => basic_group(world, me, id, group, status),
    }
}

fn basic_group(
    world: &World,
    me: AccountId,
    chat: ChatId,
    group: &Group,
    status: &MemberStatus,
) -> enums::Chat {
    let id = chat.bot_api_id(me).saturating_neg();
    let title = group.profile.title.to_string();
    if matches!(status, MemberStatus::Banned(_)) || world.dialog(me, chat).is_none() {
        return types::ChatForbidden { id, title }.into();
    }
    let migrated_to = group.upgraded_to.map(|channel| input_channel(world, me, channel));
    types::Chat {
        creator: matches!(status, MemberStatus::Owner(_)),
        left: !status.is_present(),
        deactivated: group.is_deleted || migrated_to.is_some(),
        noforwards: group.profile.is_protected,
        id,
        title,
        photo: types::ChatPhotoEmpty {}.into(),
        participants_count: count(group),
        date: seconds(group.created),
        version: group.version,
        migrated_to,
        admin_rights: status.is_administrator().then(|| admin_rights(status.rights(), group.kind)),
        default_banned_rights: Some(default_banned_rights(group.profile.permissions)),
        ..Default::default()
    }
    .into()
}

fn supergroup_or_channel(
    world: &World,
    me: AccountId,
    channel: ChannelId,
    group: &Group,
    status: &MemberStatus,
) -> enums::Chat {
    let (profile, title) = (&group.profile, group.profile.title.to_string());
    let (broadcast, megagroup) = (group.is_channel(), group.kind == GroupKind::Supergroup);
    let access_hash = world.chat_access_hash(me, channel);
    let is_hidden = !status.is_present() && profile.username.is_none();
    if group.is_deleted || is_hidden || matches!(status, MemberStatus::Banned(_)) {
        let until_date = match status {
            MemberStatus::Banned(ban) => ban.until.map(seconds),
            _ => None,
        };
        let id = channel.0;
        return types::ChannelForbidden {
            broadcast,
            megagroup,
            id,
            access_hash,
            title,
            until_date,
            ..Default::default()
        }
        .into();
    }
    let member = world.member(ChatId::Channel(channel), me);
    types::Channel {
        creator: matches!(status, MemberStatus::Owner(_)),
        left: !status.is_present(),
        broadcast,
        megagroup,
        signatures: profile.has_signatures,
        has_link: profile.linked.is_some(),
        slowmode_enabled: profile.slow_mode > 0,
        noforwards: profile.is_protected,
        join_to_send: profile.join_to_send,
        join_request: profile.join_by_request,
        forum: profile.is_forum,
        id: channel.0,
        access_hash: Some(access_hash),
        title,
        username: profile.username.as_deref().map(str::to_owned),
        photo: types::ChatPhotoEmpty {}.into(),
        // > date: Date when the user joined the supergroup/channel, or if the user isn't a member, its creation date
        date: seconds(member.map_or(group.created, |member| member.joined)),
        admin_rights: status.is_administrator().then(|| admin_rights(status.rights(), group.kind)),
        banned_rights: banned_rights(status),
        default_banned_rights: megagroup.then(|| default_banned_rights(profile.permissions)),
        participants_count: Some(count(group)),
        ..Default::default()
    }
    .into()
}

/// How a client is to name a supergroup or channel.
pub(super) fn input_channel(world: &World, me: AccountId, channel: ChannelId) -> enums::InputChannel {
    let access_hash = world.chat_access_hash(me, channel);
    types::InputChannel { channel_id: channel.0, access_hash }.into()
}

pub(super) fn count(group: &Group) -> i32 {
    i32::try_from(group.member_count).unwrap_or(i32::MAX)
}
