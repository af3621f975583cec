use super::{chat_peer, length, peer, seconds};
use parlor_wire_tl::types;
use parlor_world::state::group::{GENERAL, Topic};
use parlor_world::state::message::Message;
use parlor_world::{AccountId, ChatId, MessageId, World};

/// A topic of a forum.
pub(crate) fn topic(world: &World, me: AccountId, chat: ChatId, topic: &Topic) -> types::ForumTopic {
    let dialog = world.dialog(me, chat);
    let is_in = |message: &&Message| {
        let root = message.thread().filter(|thread| thread.is_topic).map(|thread| thread.root);
        root.unwrap_or(GENERAL) == topic.id
    };
    let read = dialog.and_then(|dialog| dialog.dialog.read_up_to).map_or(0, |id| id.0);
    let last = dialog.and_then(|dialog| dialog.messages().rev().find(is_in));
    let unread = dialog.map_or(0, |dialog| {
        let later = dialog.messages_after(MessageId(read));
        later.filter(is_in).filter(|message| message.from != me).count()
    });
    types::ForumTopic {
        my: topic.creator == me,
        closed: topic.is_closed,
        hidden: topic.is_hidden,
        id: topic.id.0,
        date: seconds(topic.created),
        peer: chat_peer(chat, me),
        title: topic.name.to_string(),
        icon_color: i32::try_from(topic.icon_color).unwrap_or_default(),
        icon_emoji_id: topic.icon,
        top_message: last.map_or(topic.id.0, |message| message.id_for(me).0),
        read_inbox_max_id: read,
        unread_count: length(unread),
        from_id: peer(topic.creator),
        notify_settings: types::PeerNotifySettings::default().into(),
        ..Default::default()
    }
}
