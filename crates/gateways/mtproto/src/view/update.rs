use super::chat::{asked_for, chat_peer};
use super::user::{accounts_of, named};
use super::{date, message, peer};
use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::chat_action::ChatAction;
use parlor_world::updates::{Entry, Update};
use parlor_world::{AccountId, DialogId, Side, Timestamp, World};
use std::collections::{BTreeMap, BTreeSet};

/// The first layer in which bots are told of reactions.
const BOT_REACTIONS: u16 = 198;

/// Several entries of an account's log in one message.
pub(crate) fn updates(
    world: &World,
    me: AccountId,
    entries: &[&Entry],
    layer: u16,
    now: Timestamp,
) -> enums::Updates {
    let list = entries.iter().filter_map(|entry| update(world, me, entry, layer)).collect();
    let (users, chats) = (users_in(world, me, entries), chats_in(world, me, entries));
    // > seq 0: the updates are not part of the common sequence
    types::Updates { updates: list, users, chats, date: date(now), seq: 0 }.into()
}

/// Everybody whom these entries name.
pub(crate) fn users_in(world: &World, me: AccountId, entries: &[&Entry]) -> Vec<enums::User> {
    let each: BTreeSet<_> = entries.iter().flat_map(|entry| accounts(&entry.update)).collect();
    each.into_iter().map(|id| named(world, me, id)).collect()
}

/// Everybody whom an update names.
fn accounts(update: &Update) -> Vec<AccountId> {
    if let Update::Message { dialog, message } | Update::Edited { dialog, message } = update {
        return accounts_of(*dialog, message);
    }
    let DialogId { user, bot } = update.dialog();
    vec![AccountId::User(user), AccountId::Bot(bot)]
}

/// The chats that these entries name: those that people asked to join.
pub(crate) fn chats_in(world: &World, me: AccountId, entries: &[&Entry]) -> Vec<enums::Chat> {
    let request = |entry: &&Entry| match &entry.update {
        Update::JoinRequested { request, .. } => Some((request.chat, asked_for(world, me, request))),
        _ => None,
    };
    let each: BTreeMap<_, _> = entries.iter().filter_map(request).collect();
    each.into_values().collect()
}

/// One entry; none if its reader's kind of account is not told.
pub(crate) fn update(world: &World, me: AccountId, entry: &Entry, layer: u16) -> Option<enums::Update> {
    let dialog = entry.update.dialog();
    let side = side_of(me);
    let other = peer(dialog.account(side.other()));
    let (pts, pts_count, qts) = (entry.state.pts, entry.weight.pts, entry.state.qts);
    Some(match &entry.update {
        Update::Message { message: own, .. } => {
            types::UpdateNewMessage { message: message(own, dialog, side, layer), pts, pts_count }.into()
        }
        Update::Edited { message: own, .. } => {
            types::UpdateEditMessage { message: message(own, dialog, side, layer), pts, pts_count }.into()
        }
        Update::Deleted { messages, .. } => {
            let messages = messages.iter().map(|id| id.0).collect();
            types::UpdateDeleteMessages { messages, pts, pts_count }.into()
        }
        Update::Pinned { message, pinned, .. } => types::UpdatePinnedMessages {
            pinned: *pinned,
            peer: other,
            messages: vec![message.0],
            pts,
            pts_count,
        }
        .into(),
        Update::Reactions { .. } if side == Side::Bot && layer < BOT_REACTIONS => return None,
        Update::Reactions { message, by: Side::User, old, new, .. } if side == Side::Bot => {
            types::UpdateBotMessageReaction {
                peer: other.clone(),
                msg_id: message.0,
                date: date(entry.at),
                actor: other,
                old_reactions: old.iter().map(super::message::reaction).collect(),
                new_reactions: new.iter().map(super::message::reaction).collect(),
                qts,
            }
            .into()
        }
        Update::Reactions { message, .. } if side == Side::User => {
            let own = world.dialog(dialog)?.message(side, *message)?;
            let reactions = super::message::reactions(own, dialog, side).unwrap_or_default();
            types::UpdateMessageReactions { peer: other, msg_id: message.0, reactions, ..Default::default() }
                .into()
        }
        Update::Blocked { blocked, .. } if side == Side::Bot => {
            types::UpdateBotStopped { user_id: dialog.user.0, date: date(entry.at), stopped: *blocked, qts }
                .into()
        }
        Update::Blocked { blocked, .. } => types::UpdatePeerBlocked {
            blocked: *blocked,
            blocked_before: *blocked,
            peer_id: other,
            ..Default::default()
        }
        .into(),
        Update::Callback { id, message_id, data, .. } => types::UpdateBotCallbackQuery {
            query_id: id.0,
            user_id: dialog.user.0,
            peer: other,
            msg_id: message_id.0,
            chat_instance: world.chat_instance(dialog),
            data: Some(Bytes(data.as_bytes().to_vec())),
            ..Default::default()
        }
        .into(),
        Update::Read { by, up_to, .. } if *by == side => {
            let still_unread_count = world
                .dialog(dialog)
                .map_or(0, |dialog| i32::try_from(dialog.unread(side)).unwrap_or(i32::MAX));
            types::UpdateReadHistoryInbox {
                peer: other,
                max_id: up_to.0,
                still_unread_count,
                pts,
                pts_count,
                ..Default::default()
            }
            .into()
        }
        Update::Read { up_to, .. } => {
            types::UpdateReadHistoryOutbox { peer: other, max_id: up_to.0, pts, pts_count }.into()
        }
        Update::JoinRequested { request, .. } => types::UpdateBotChatInviteRequester {
            peer: chat_peer(request.chat),
            date: date(entry.at),
            user_id: dialog.user.0,
            about: world.user(dialog.user)?.profile.bio.as_deref().unwrap_or_default().to_owned(),
            // Which link was used is not known here.
            invite: types::ChatInvitePublicJoinRequests {}.into(),
            qts,
            ..Default::default()
        }
        .into(),
        // The answer to a press goes to whoever pressed; typing is only ever live.
        Update::Reactions { .. } | Update::CallbackAnswered { .. } | Update::ChatAction { .. } => {
            return None;
        }
    })
}

/// What is shown and forgotten.
pub(crate) fn live(me: AccountId, update: &Update, now: Timestamp) -> Option<enums::Updates> {
    let Update::ChatAction { dialog, action, .. } = update else { return None };
    let other = dialog.account(side_of(me).other());
    let update = types::UpdateUserTyping {
        user_id: other.get(),
        action: action.map_or(types::SendMessageCancelAction {}.into(), chat_action),
        ..Default::default()
    };
    Some(types::UpdateShort { update: update.into(), date: date(now) }.into())
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

/// The side of its dialogs on which an account is.
pub(crate) fn side_of(me: AccountId) -> Side {
    match me {
        AccountId::User(_) => Side::User,
        AccountId::Bot(_) => Side::Bot,
    }
}
