use super::chat::{group_peer, requested};
use super::reactions::{reaction, reactions};
use super::user::{accounts_of, named};
use super::{Viewer, date, message, peer};
use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::state::dialog::ChatAction;
use parlor_world::state::message::Message;
use parlor_world::state::message_box::Entry;
use parlor_world::state::update::{ActionShown, Update};
use parlor_world::{AccountId, ChatId, MessageVersion, Timestamp, World};
use std::collections::{BTreeMap, BTreeSet};

/// The first layer in which bots receive reactions.
const BOT_REACTIONS: u16 = 198;

/// Returns entries of an account's log as one `updates` object.
pub(crate) fn updates(world: &World, viewer: Viewer, entries: &[&Entry], now: Timestamp) -> enums::Updates {
    let updates = entries.iter().filter_map(|entry| update(world, viewer, entry)).collect();
    let (users, chats) = (users_in(world, viewer.me, entries), chats_in(world, viewer.me, entries));
    // > seq 0: the updates are not part of the common sequence
    types::Updates { updates, users, chats, date: date(now), seq: 0 }.into()
}

/// Returns all accounts that these entries mention.
pub(crate) fn users_in(world: &World, me: AccountId, entries: &[&Entry]) -> Vec<enums::User> {
    let each: BTreeSet<_> = entries.iter().flat_map(|entry| accounts(world, &entry.update)).collect();
    each.into_iter().map(|id| named(world, me, id)).collect()
}

fn accounts(world: &World, update: &Update) -> Vec<AccountId> {
    match version_of(update) {
        Some(version) => world.message_version(version).map(accounts_of).unwrap_or_default(),
        None => world.chat_of(update).into_iter().flat_map(ChatId::members).collect(),
    }
}

/// Returns the groups and channels that these entries mention: those that users asked to join.
pub(crate) fn chats_in(world: &World, me: AccountId, entries: &[&Entry]) -> Vec<enums::Chat> {
    let request = |entry: &&Entry| match &entry.update {
        Update::JoinRequested { request, .. } => Some((request.chat, requested(world, me, request))),
        _ => None,
    };
    let each: BTreeMap<_, _> = entries.iter().filter_map(request).collect();
    each.into_values().collect()
}

/// Returns the new message of an entry, as it was sent.
pub(crate) fn message_of<'w>(world: &'w World, entry: &Entry) -> Option<&'w Message> {
    match entry.update {
        Update::Message(version) => world.message_version(version),
        _ => None,
    }
}

fn version_of(update: &Update) -> Option<MessageVersion> {
    match update {
        Update::Message(version) | Update::MessageEdited(version) => Some(*version),
        _ => None,
    }
}

/// Returns an entry as an update; `None` if the viewer's client does not receive it.
pub(crate) fn update(world: &World, viewer: Viewer, entry: &Entry) -> Option<enums::Update> {
    let Viewer { me, layer } = viewer;
    let other = world.chat_of(&entry.update)?.other(me);
    let (pts, pts_count, qts) = (entry.state.pts, entry.count.pts, entry.state.qts);
    Some(match &entry.update {
        Update::Message(version) => {
            let message = message(world.message_version(*version)?, viewer);
            types::UpdateNewMessage { message, pts, pts_count }.into()
        }
        Update::MessageEdited(version) => {
            let message = message(world.message_version(*version)?, viewer);
            types::UpdateEditMessage { message, pts, pts_count }.into()
        }
        Update::MessagesDeleted { messages, .. } => {
            let messages = messages.iter().map(|id| id.0).collect();
            types::UpdateDeleteMessages { messages, pts, pts_count }.into()
        }
        Update::MessagePinned { message, is_pinned, .. } => {
            let (pinned, messages) = (*is_pinned, vec![message.0]);
            types::UpdatePinnedMessages { pinned, peer: peer(other), messages, pts, pts_count }.into()
        }
        Update::ReactionsChanged { .. } if world.is_bot(me) => {
            return bot_reaction(entry, other).filter(|_| layer >= BOT_REACTIONS);
        }
        Update::ReactionsChanged { message: key, id, .. } => {
            let reactions = world.message_by_key(*key).and_then(|message| reactions(message, me));
            let (reactions, msg_id) = (reactions.unwrap_or_default(), id.0);
            types::UpdateMessageReactions { peer: peer(other), msg_id, reactions, ..Default::default() }
                .into()
        }
        Update::BlockChanged { by, is_blocked, .. } if world.is_bot(me) => {
            let (user_id, date, stopped) = (by.0, date(entry.at), *is_blocked);
            types::UpdateBotStopped { user_id, date, stopped, qts }.into()
        }
        Update::BlockChanged { is_blocked, .. } => {
            let (blocked, blocked_before, peer_id) = (*is_blocked, *is_blocked, peer(other));
            types::UpdatePeerBlocked { blocked, blocked_before, peer_id, ..Default::default() }.into()
        }
        Update::ButtonPressed { query, chat, by, message_id, data, .. } => types::UpdateBotCallbackQuery {
            query_id: query.0,
            user_id: by.0,
            peer: peer(other),
            msg_id: message_id.0,
            chat_instance: world.chat_instance(*chat),
            data: Some(Bytes(data.as_bytes().to_vec())),
            ..Default::default()
        }
        .into(),
        Update::Read { chat, by, up_to } if *by == me => {
            let unread = world.dialog(me, *chat).map_or(0, |dialog| dialog.unread());
            types::UpdateReadHistoryInbox {
                peer: peer(other),
                max_id: up_to.0,
                still_unread_count: i32::try_from(unread).unwrap_or(i32::MAX),
                pts,
                pts_count,
                ..Default::default()
            }
            .into()
        }
        Update::Read { up_to, .. } => {
            types::UpdateReadHistoryOutbox { peer: peer(other), max_id: up_to.0, pts, pts_count }.into()
        }
        Update::JoinRequested { request, .. } => types::UpdateBotChatInviteRequester {
            peer: group_peer(request.chat),
            date: date(entry.at),
            user_id: other.0,
            about: world.user(other)?.profile.bio.as_deref().unwrap_or_default().to_owned(),
            // The invite link is unknown.
            invite: types::ChatInvitePublicJoinRequests {}.into(),
            qts,
            ..Default::default()
        }
        .into(),
        // The answer to the request that pressed the button contains it.
        Update::QueryAnswered { .. } => return None,
    })
}

/// Returns a reaction of the other account, in the form that bots receive.
fn bot_reaction(entry: &Entry, other: AccountId) -> Option<enums::Update> {
    let Update::ReactionsChanged { id, old, new, .. } = &entry.update else { return None };
    let update = types::UpdateBotMessageReaction {
        peer: peer(other),
        msg_id: id.0,
        date: date(entry.at),
        actor: peer(other),
        old_reactions: old.iter().map(reaction).collect(),
        new_reactions: new.iter().map(reaction).collect(),
        qts: entry.state.qts,
    };
    Some(update.into())
}

/// Returns a chat action for the other members of the chat.
pub(crate) fn action_shown(shown: ActionShown, now: Timestamp) -> enums::Updates {
    let update = types::UpdateUserTyping {
        user_id: shown.by.0,
        action: shown.action.map_or(types::SendMessageCancelAction {}.into(), chat_action),
        ..Default::default()
    };
    types::UpdateShort { update: update.into(), date: date(now) }.into()
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
