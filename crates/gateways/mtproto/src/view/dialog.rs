use super::{chat_peer, date};
use parlor_wire_tl::{enums, types};
use parlor_world::ids::{ChannelId, MessageId};
use parlor_world::state::group::Group;
use parlor_world::{AccountId, ChatId, DialogView, Timestamp, World};

/// An entry of the list of chats; without anything in it for a chat in which nothing has happened.
pub(crate) fn dialog(
    world: &World,
    me: AccountId,
    chat: ChatId,
    dialog: Option<&DialogView<'_>>,
) -> enums::Dialog {
    let id = |id: Option<MessageId>| id.map_or(0, |id| id.0);
    let unread = dialog.map_or(0, |dialog| dialog.unread());
    let last = dialog.and_then(|dialog| dialog.last_message());
    types::Dialog {
        peer: chat_peer(chat, me),
        top_message: last.map_or(0, |message| message.id_for(me).0),
        read_inbox_max_id: id(dialog.and_then(|dialog| dialog.dialog.read_up_to)),
        read_outbox_max_id: id(dialog.and_then(|dialog| dialog.read_by_other())),
        unread_count: i32::try_from(unread).unwrap_or(i32::MAX),
        notify_settings: types::PeerNotifySettings::default().into(),
        // > pts: PTS, in a channel
        pts: channel_of(chat).map(|channel| channel_pts(world, channel)),
        ..Default::default()
    }
    .into()
}

pub(crate) fn channel_of(chat: ChatId) -> Option<ChannelId> {
    match chat {
        ChatId::Channel(channel) => Some(channel),
        ChatId::Private(..) | ChatId::Group(_) => None,
    }
}

/// The counter of a supergroup or channel.
pub(crate) fn channel_pts(world: &World, channel: ChannelId) -> i32 {
    world.log(channel).map(|log| log.state()).unwrap_or_default().pts
}

/// What an app shows at the top of a chat: here, why a bot writes to a user who never wrote to it.
///
/// > request_chat_title: […] this is a private chat with an administrator of a chat or channel that the user sent a join
/// > request to
pub(crate) fn peer_settings(
    world: &World,
    me: AccountId,
    chat: ChatId,
    now: Timestamp,
) -> enums::PeerSettings {
    let private = world.chat(chat).and_then(|chat| chat.private());
    let request = private.filter(|private| !private.is_started && !world.is_bot(me));
    let request =
        request.and_then(|private| private.join_request.as_ref()).filter(|request| request.at <= now);
    let group = request.and_then(|request| world.group(request.chat));
    types::PeerSettings {
        request_chat_broadcast: group.is_some_and(Group::is_channel),
        request_chat_title: group.map(|group| group.profile.title.to_string()),
        request_chat_date: request.filter(|_| group.is_some()).map(|request| date(request.at)),
        ..Default::default()
    }
    .into()
}
