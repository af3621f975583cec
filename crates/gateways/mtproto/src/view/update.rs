use super::dialog::channel_pts;
use super::invite::used_invite;
use super::member::Participant;
use super::named::Named;
use super::reactions::{reaction, reactions};
use super::{Viewer, chat_peer, date, message, peer};
use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::ids::{ChannelId, GroupId};
use parlor_world::state::dialog::ChatAction;
use parlor_world::state::group::{Group, MemberChange, MemberStatus};
use parlor_world::state::message::Message;
use parlor_world::state::message_box::Entry;
use parlor_world::state::update::{ActionShown, Update};
use parlor_world::{AccountId, ChatId, Timestamp, World};

/// The first layer in which bots receive reactions.
const BOT_REACTIONS: u16 = 198;

/// Several entries, of an account's log and of those of its channels, in one message.
pub(crate) fn updates(world: &World, viewer: Viewer, entries: &[&Entry], now: Timestamp) -> enums::Updates {
    shown(world, viewer, entries, &named_by(world, entries), now)
}

/// As [`updates`], which also shows that chat.
pub(crate) fn updates_in(
    world: &World,
    viewer: Viewer,
    entries: &[&Entry],
    chat: ChatId,
    now: Timestamp,
) -> enums::Updates {
    let mut named = named_by(world, entries);
    named.add_peer(chat, viewer.me);
    shown(world, viewer, entries, &named, now)
}

fn shown(world: &World, viewer: Viewer, entries: &[&Entry], named: &Named, now: Timestamp) -> enums::Updates {
    let updates = entries.iter().filter_map(|entry| update(world, viewer, entry)).collect();
    let (users, chats) = (named.users(world, viewer.me), named.shown_chats(world, viewer.me, now));
    // > seq 0: the updates are not part of the common sequence
    types::Updates { updates, users, chats, date: date(now), seq: 0 }.into()
}

/// All accounts, groups and channels that these entries name.
pub(crate) fn named_by(world: &World, entries: &[&Entry]) -> Named {
    let mut named = Named::default();
    entries.iter().for_each(|entry| named.add_update(world, &entry.update));
    named
}

/// Returns the new message of an entry, as it was sent.
pub(crate) fn message_of<'w>(world: &'w World, entry: &Entry) -> Option<&'w Message> {
    match entry.update {
        Update::Message(version) => world.message_version(version),
        _ => None,
    }
}

/// One entry; `None` if the viewer's client does not get it.
pub(crate) fn update(world: &World, viewer: Viewer, entry: &Entry) -> Option<enums::Update> {
    let Viewer { me, layer } = viewer;
    let chat = world.chat_of(&entry.update)?;
    let peer_id = chat_peer(chat, me);
    let qts = entry.state.qts;
    Some(match &entry.update {
        Update::Message(_)
        | Update::MessageEdited(_)
        | Update::MessagesDeleted { .. }
        | Update::MessagePinned { .. } => return message_update(world, viewer, entry, chat),
        Update::ReactionsChanged { .. } if world.is_bot(me) => {
            return bot_reaction(entry, peer_id).filter(|_| layer >= BOT_REACTIONS);
        }
        Update::ReactionsChanged { message: key, id, .. } => {
            let is_anonymous = world.group(chat).is_some_and(Group::is_channel);
            let message = world.message_by_key(*key);
            let reactions = message.and_then(|message| reactions(message, me, is_anonymous));
            let (reactions, msg_id) = (reactions.unwrap_or_default(), id.0);
            types::UpdateMessageReactions { peer: peer_id, msg_id, reactions, ..Default::default() }.into()
        }
        Update::BlockChanged { by, is_blocked, .. } if world.is_bot(me) => {
            let (user_id, date, stopped) = (by.0, date(entry.at), *is_blocked);
            types::UpdateBotStopped { user_id, date, stopped, qts }.into()
        }
        Update::BlockChanged { is_blocked, .. } => {
            let (blocked, blocked_before) = (*is_blocked, *is_blocked);
            types::UpdatePeerBlocked { blocked, blocked_before, peer_id, ..Default::default() }.into()
        }
        Update::ButtonPressed { query, chat, by, message_id, data, .. } => types::UpdateBotCallbackQuery {
            query_id: query.0,
            user_id: by.0,
            peer: peer_id,
            msg_id: message_id.0,
            chat_instance: world.chat_instance(*chat),
            data: Some(Bytes(data.as_bytes().to_vec())),
            ..Default::default()
        }
        .into(),
        Update::Read { .. } => read(world, me, entry, chat)?,
        Update::JoinRequested { request, .. } => {
            let user = chat.other(me)?;
            types::UpdateBotChatInviteRequester {
                peer: chat_peer(request.chat, me),
                date: date(entry.at),
                user_id: user.0,
                about: world.user(user)?.profile.bio.as_deref().unwrap_or_default().to_owned(),
                invite: used_invite(world.group(request.chat), request.link.as_deref(), me, world.is_bot(me)),
                qts,
                ..Default::default()
            }
            .into()
        }
        Update::MemberChanged(change) => member_changed(world, me, entry, change)?,
        Update::GroupChanged { chat } => changed(*chat)?,
        // The request that pressed the button is answered with it.
        Update::QueryAnswered { .. } => return None,
    })
}

/// What happened to messages. In a supergroup or channel it is numbered by the chat's own counter.
fn message_update(world: &World, viewer: Viewer, entry: &Entry, chat: ChatId) -> Option<enums::Update> {
    let (pts, pts_count) = (entry.state.pts, entry.count.pts);
    let channel = match chat {
        ChatId::Channel(ChannelId(id)) => Some(id),
        ChatId::Private(..) | ChatId::Group(_) => None,
    };
    let shown = |version| Some(message(world, world.message_version(version)?, viewer));
    Some(match (&entry.update, channel) {
        (Update::Message(version), Some(_)) => {
            types::UpdateNewChannelMessage { message: shown(*version)?, pts, pts_count }.into()
        }
        (Update::Message(version), None) => {
            types::UpdateNewMessage { message: shown(*version)?, pts, pts_count }.into()
        }
        (Update::MessageEdited(version), Some(_)) => {
            types::UpdateEditChannelMessage { message: shown(*version)?, pts, pts_count }.into()
        }
        (Update::MessageEdited(version), None) => {
            types::UpdateEditMessage { message: shown(*version)?, pts, pts_count }.into()
        }
        (Update::MessagesDeleted { messages, .. }, channel) => {
            let messages = messages.iter().map(|id| id.0).collect();
            match channel {
                Some(channel_id) => {
                    types::UpdateDeleteChannelMessages { channel_id, messages, pts, pts_count }.into()
                }
                None => types::UpdateDeleteMessages { messages, pts, pts_count }.into(),
            }
        }
        (Update::MessagePinned { message, is_pinned, .. }, channel) => {
            let (pinned, messages) = (*is_pinned, vec![message.0]);
            match channel {
                Some(channel_id) => {
                    types::UpdatePinnedChannelMessages { pinned, channel_id, messages, pts, pts_count }.into()
                }
                None => {
                    let peer = chat_peer(chat, viewer.me);
                    types::UpdatePinnedMessages { pinned, peer, messages, pts, pts_count }.into()
                }
            }
        }
        _ => return None,
    })
}

fn read(world: &World, me: AccountId, entry: &Entry, chat: ChatId) -> Option<enums::Update> {
    let Update::Read { by, up_to, .. } = &entry.update else { return None };
    let (max_id, pts, pts_count) = (up_to.0, entry.state.pts, entry.count.pts);
    if *by != me {
        let peer = chat_peer(chat, me);
        return Some(types::UpdateReadHistoryOutbox { peer, max_id, pts, pts_count }.into());
    }
    let unread = world.dialog(me, chat).map_or(0, |dialog| dialog.unread());
    let still_unread_count = i32::try_from(unread).unwrap_or(i32::MAX);
    Some(match chat {
        ChatId::Channel(channel) => types::UpdateReadChannelInbox {
            channel_id: channel.0,
            max_id,
            still_unread_count,
            pts: channel_pts(world, channel),
            ..Default::default()
        }
        .into(),
        ChatId::Private(..) | ChatId::Group(_) => types::UpdateReadHistoryInbox {
            peer: chat_peer(chat, me),
            max_id,
            still_unread_count,
            pts,
            pts_count,
            ..Default::default()
        }
        .into(),
    })
}

/// Something that clients ask for again: `updateChannel`, or `updateChat` of a basic group.
fn changed(chat: ChatId) -> Option<enums::Update> {
    match chat {
        ChatId::Private(..) => None,
        ChatId::Group(GroupId(chat_id)) => Some(types::UpdateChat { chat_id }.into()),
        ChatId::Channel(ChannelId(channel_id)) => Some(types::UpdateChannel { channel_id }.into()),
    }
}

/// What an account is in a group or channel, as bots are told. Who is not there has no entry.
fn member_changed(
    world: &World,
    me: AccountId,
    entry: &Entry,
    change: &MemberChange,
) -> Option<enums::Update> {
    let group = world.group(change.chat);
    let kind = group?.kind;
    let participant = |status| Participant {
        account: change.account,
        status,
        date: entry.at.date(),
        added_by: Some(change.by).filter(|by| *by != change.account),
    };
    let (old, new) = (participant(&change.old), participant(&change.new));
    // A request that was approved in a public chat came by no link.
    let invite = (change.link.is_some() || change.is_by_request)
        .then(|| used_invite(group, change.link.as_deref(), me, world.is_bot(me)));
    let (date, actor_id, user_id, qts) = (date(entry.at), change.by.0, change.account.0, entry.state.qts);
    match change.chat {
        ChatId::Private(..) => None,
        ChatId::Group(GroupId(chat_id)) => {
            let update = types::UpdateChatParticipant {
                chat_id,
                date,
                actor_id,
                user_id,
                prev_participant: old.in_group(change.by),
                new_participant: new.in_group(change.by),
                invite,
                qts,
            };
            Some(update.into())
        }
        ChatId::Channel(ChannelId(channel_id)) => {
            let shown = |participant: Participant<'_>| {
                let is_left = matches!(participant.status, MemberStatus::Left);
                (!is_left).then(|| participant.in_channel(me, kind))
            };
            let update = types::UpdateChannelParticipant {
                channel_id,
                date,
                actor_id,
                user_id,
                prev_participant: shown(old),
                new_participant: shown(new),
                invite,
                qts,
                ..Default::default()
            };
            Some(update.into())
        }
    }
}

/// A reaction of another account, as bots get it.
fn bot_reaction(entry: &Entry, chat: enums::Peer) -> Option<enums::Update> {
    let Update::ReactionsChanged { id, by, old, new, .. } = &entry.update else { return None };
    let update = types::UpdateBotMessageReaction {
        peer: chat,
        msg_id: id.0,
        date: date(entry.at),
        actor: peer(*by),
        old_reactions: old.iter().map(reaction).collect(),
        new_reactions: new.iter().map(reaction).collect(),
        qts: entry.state.qts,
    };
    Some(update.into())
}

/// Returns a chat action for the other members of the chat.
pub(crate) fn action_shown(shown: ActionShown, now: Timestamp) -> enums::Updates {
    let action = shown.action.map_or(types::SendMessageCancelAction {}.into(), chat_action);
    let from_id = peer(shown.by);
    let update = match shown.chat {
        ChatId::Private(..) => {
            types::UpdateUserTyping { user_id: shown.by.0, action, ..Default::default() }.into()
        }
        ChatId::Group(GroupId(chat_id)) => types::UpdateChatUserTyping { chat_id, from_id, action }.into(),
        ChatId::Channel(ChannelId(channel_id)) => {
            types::UpdateChannelUserTyping { channel_id, from_id, action, ..Default::default() }.into()
        }
    };
    types::UpdateShort { update, date: date(now) }.into()
}

fn chat_action(action: ChatAction) -> enums::SendMessageAction {
    let progress = 0;
    match action {
        ChatAction::Typing => types::SendMessageTypingAction {}.into(),
        ChatAction::UploadPhoto => types::SendMessageUploadPhotoAction { progress }.into(),
        ChatAction::RecordVideo => types::SendMessageRecordVideoAction {}.into(),
        ChatAction::UploadVideo => types::SendMessageUploadVideoAction { progress }.into(),
        ChatAction::RecordVoice => types::SendMessageRecordAudioAction {}.into(),
        ChatAction::UploadVoice => types::SendMessageUploadAudioAction { progress }.into(),
        ChatAction::UploadDocument => types::SendMessageUploadDocumentAction { progress }.into(),
        ChatAction::ChooseSticker => types::SendMessageChooseStickerAction {}.into(),
        ChatAction::FindLocation => types::SendMessageGeoLocationAction {}.into(),
        ChatAction::RecordVideoNote => types::SendMessageRecordRoundAction {}.into(),
        ChatAction::UploadVideoNote => types::SendMessageUploadRoundAction { progress }.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{ANN, BOB, BOT, TestWorld};
    use parlor_wire_tl::LAYER;
    use parlor_world::ops::chat::{MarkRead, SetBlocked};
    use parlor_world::ops::message::SetReactions;
    use parlor_world::state::message::Reaction;
    use parlor_world::{Actor, MessageId, Target};

    /// Returns the updates that the last command added for an account.
    fn added(world: &TestWorld, me: AccountId, layer: u16) -> Vec<enums::Update> {
        let entries = world.effects.entries_of(&world.world, me);
        entries.filter_map(|entry| update(&world.world, Viewer { me, layer }, entry)).collect()
    }

    #[test]
    fn read_marks_have_the_ids_of_each_member() {
        let mut world = TestWorld::new();
        world.send(ANN, ANN, "note");
        world.send(ANN, BOB, "Hi");
        world.run(MarkRead { actor: Actor::from(BOB), target: Target::from(ANN), up_to: None });
        let inbox = types::UpdateReadHistoryInbox {
            peer: peer(ANN),
            max_id: 1,
            still_unread_count: 0,
            pts: 3,
            pts_count: 1,
            ..Default::default()
        };
        assert_eq!(added(&world, BOB, LAYER), [inbox.into()]);
        let outbox = types::UpdateReadHistoryOutbox { peer: peer(BOB), max_id: 2, pts: 4, pts_count: 1 };
        assert_eq!(added(&world, ANN, LAYER), [outbox.into()]);
    }

    #[test]
    fn a_block_is_an_update_for_the_user_who_set_it_and_for_bots() {
        let mut world = TestWorld::new();
        world.use_mtproto(BOT);
        for (other, is_bot) in [(BOB, false), (BOT, true)] {
            world.send(ANN, other, "Hi");
            world.run(SetBlocked { user: ANN, target: Target::from(other), is_blocked: true });
            let blocked = types::UpdatePeerBlocked {
                blocked: true,
                blocked_before: true,
                peer_id: peer(other),
                ..Default::default()
            };
            assert_eq!(added(&world, ANN, LAYER), [blocked.into()]);
            let stopped =
                types::UpdateBotStopped { user_id: ANN.0, date: world.date(), stopped: true, qts: 2 };
            let expected = if is_bot { vec![stopped.into()] } else { Vec::new() };
            assert_eq!(added(&world, other, LAYER), expected);
        }
    }

    #[test]
    fn bots_receive_reactions_from_a_layer_on() {
        let mut world = TestWorld::new();
        world.use_mtproto(BOT);
        world.send(ANN, BOT, "Hi");
        let reactions = vec![Reaction::parse("👍").unwrap()];
        let (actor, target, message) = (Actor::from(ANN), Target::from(BOT), MessageId(1));
        world.run(SetReactions { actor, target, message, reactions });
        assert_eq!(added(&world, BOT, BOT_REACTIONS - 1), []);
        let [enums::Update::UpdateBotMessageReaction(update)] = &added(&world, BOT, BOT_REACTIONS)[..] else {
            panic!()
        };
        assert_eq!(
            (update.actor.clone(), update.old_reactions.len(), update.new_reactions.len()),
            (peer(ANN), 0, 1)
        );
        let [enums::Update::UpdateMessageReactions(shown)] = &added(&world, ANN, LAYER)[..] else { panic!() };
        let enums::MessageReactions::MessageReactions(shown) = &shown.reactions;
        assert_eq!(shown.results.len(), 1, "{shown:?}");
    }
}
