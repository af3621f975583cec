use super::send::route;
use crate::context::{Answer, Context};
use crate::decode;
use crate::push::log_of;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{
    MessagesDeleteHistory, MessagesDeleteMessages, MessagesEditMessage, MessagesReadHistory,
    MessagesSendReaction, MessagesSetTyping, MessagesUpdatePinnedMessage,
};
use parlor_wire_tl::{enums, types};
use parlor_world::chat_action::{ChatAction, ShowChatAction, UserTypes};
use parlor_world::dialog::{ChatRef, MarkRead};
use parlor_world::message::{
    ClearHistory, Delete, DeleteByUser, EditMarkup, EditText, LinkPreview, Pin, React, Reaction, Route,
    UnpinAll,
};
use parlor_world::updates::{Entry, Update};
use parlor_world::{AccountId, DialogId, MessageId, Timestamp, World};
use std::collections::{BTreeMap, BTreeSet};

/// What the last entries say, for the session that caused them: they are not pushed to it too.
fn told(
    context: &Context,
    is: impl Fn(&Update) -> bool + Send + 'static,
) -> impl FnOnce(&World, Timestamp) -> enums::Updates + Send + 'static {
    let (me, layer, own) = (context.me(), context.layer(), context.own.clone());
    move |world, now| {
        let empty = || types::Updates { date: view::date(now), ..Default::default() }.into();
        let Ok(me) = me else { return empty() };
        let Some(log) = log_of(world, me) else { return empty() };
        // Only what this request did can be among the newest.
        let entry: Option<&Entry> = log.newest().take(16).find(|entry| is(&entry.update));
        let Some(entry) = entry else { return empty() };
        own.insert(entry.number);
        view::updates(world, me, &[entry], layer, now)
    }
}

pub(super) async fn edit(context: &Context, request: MessagesEditMessage) -> Answer {
    let me = context.me()?;
    let message = MessageId(request.id);
    let markup = request.reply_markup.as_ref().filter(|_| matches!(me, AccountId::Bot(_)));
    let markup = markup.map(decode::markup).transpose()?;
    let route = route(context, request.peer).await?;
    let side = view::side_of(me);
    let edited = told(
        context,
        move |update| matches!(update, Update::Edited { message: edited, .. } if edited.id.on(side) == message),
    );
    let updates = match (request.message, route) {
        (Some(text), route) => {
            let command = EditText {
                route,
                message,
                text: decode::text(&text, request.entities.as_ref(), me),
                link_preview: request
                    .no_webpage
                    .then(|| LinkPreview { disabled: true, ..LinkPreview::default() }),
                markup,
            };
            context.ask(command, |world, now, _| edited(world, now)).await?
        }
        (None, Route::Bot(bot, chat)) => {
            context.ask(EditMarkup { bot, chat, message, markup }, |world, now, _| edited(world, now)).await?
        }
        (None, Route::User(_)) => return Err(RpcError::bad("MESSAGE_EMPTY")),
    };
    context.encode(&updates)
}

/// By ids alone: each account numbers all of its messages together.
pub(super) async fn delete(context: &Context, request: MessagesDeleteMessages) -> Answer {
    let me = context.me()?;
    decode::check_ids(&request.id, decode::MAX_IDS)?;
    let ids: BTreeSet<MessageId> = request.id.iter().map(|id| MessageId(*id)).collect();
    let ids: Vec<MessageId> = ids.into_iter().collect();
    let places = context.look(move |world, _| by_dialog(world, me, &ids)).await?;
    // Only what was there moves the counter: more than that would be a gap to the client.
    let found: usize = places.values().map(Vec::len).sum();
    for (dialog, messages) in places {
        match me {
            AccountId::Bot(bot) => {
                let chat = ChatRef::Id(dialog.user.0);
                context.tell(Delete { bot, chat, messages, skip_missing: true }).await?;
            }
            AccountId::User(_) => {
                context.tell(DeleteByUser { dialog, messages, for_both: request.revoke }).await?;
            }
        }
    }
    let pts = context.look(move |world, _| log_of(world, me).map_or(1, |log| log.state().pts)).await?;
    let pts_count = i32::try_from(found).unwrap_or(i32::MAX);
    context.encode(&enums::MessagesAffectedMessages::from(types::MessagesAffectedMessages { pts, pts_count }))
}

/// Batches that one `messages.deleteHistory` deletes; a client repeats it as long as the offset is positive.
const MAX_BATCHES: usize = 100;

pub(super) async fn delete_history(context: &Context, request: MessagesDeleteHistory) -> Answer {
    let me = AccountId::User(context.user()?);
    let Route::User(dialog) = route(context, request.peer).await? else {
        return Err(RpcError::bad("PEER_ID_INVALID"));
    };
    let up_to = (request.max_id > 0).then_some(MessageId(request.max_id));
    let between = (request.min_date.map(i64::from), request.max_date.map(i64::from));
    let (mut pts_count, mut more) = (0, true);
    for _ in 0..MAX_BATCHES {
        let command = ClearHistory { dialog, up_to, between, for_both: request.revoke };
        let own = context.own.clone();
        let cleared = context.ask(command, move |world, _, cleared| {
            let entry = log_of(world, me).and_then(|log| {
                log.newest().take(16).find(|entry| matches!(entry.update, Update::Deleted { .. }))
            });
            entry.filter(|_| cleared.count > 0).iter().for_each(|entry| own.insert(entry.number));
            cleared
        });
        let cleared = cleared.await?;
        pts_count += i32::try_from(cleared.count).unwrap_or(0);
        more = cleared.more;
        if !more {
            break;
        }
    }
    let pts = context.look(move |world, _| log_of(world, me).map_or(1, |log| log.state().pts)).await?;
    // > offset: if positive, the method must be called again with the same parameters
    let affected = types::MessagesAffectedHistory { pts, pts_count, offset: i32::from(more) };
    context.encode(&enums::MessagesAffectedHistory::from(affected))
}

/// In which dialogs an account's messages are; unknown ids are left out.
fn by_dialog(world: &World, me: AccountId, ids: &[MessageId]) -> BTreeMap<DialogId, Vec<MessageId>> {
    let mut places: BTreeMap<DialogId, Vec<MessageId>> = BTreeMap::new();
    for id in ids {
        if let Some(dialog) = world.dialog_of_message(me, *id) {
            places.entry(dialog).or_default().push(*id);
        }
    }
    places
}

pub(super) async fn set_typing(context: &Context, request: MessagesSetTyping) -> Answer {
    let action = chat_action(&request.action);
    match route(context, request.peer).await? {
        Route::Bot(bot, chat) => context.tell(ShowChatAction { bot, chat, action }).await?,
        Route::User(dialog) => context.tell(UserTypes { dialog, action }).await?,
    }
    context.encode(&true)
}

fn chat_action(action: &enums::SendMessageAction) -> Option<ChatAction> {
    use enums::SendMessageAction as A;
    Some(match action {
        A::SendMessageCancelAction(_) => return None,
        // Actions that bots can't name are shown as typing.
        A::SendMessageTypingAction(_)
        | A::SendMessageGamePlayAction(_)
        | A::SendMessageChooseContactAction(_) => ChatAction::Typing,
        A::SendMessageRecordVideoAction(_) => ChatAction::RecordVideo,
        A::SendMessageUploadVideoAction(_) => ChatAction::UploadVideo,
        A::SendMessageRecordAudioAction(_) => ChatAction::RecordVoice,
        A::SendMessageUploadAudioAction(_) => ChatAction::UploadVoice,
        A::SendMessageUploadPhotoAction(_) => ChatAction::UploadPhoto,
        A::SendMessageUploadDocumentAction(_) => ChatAction::UploadDocument,
        A::SendMessageGeoLocationAction(_) => ChatAction::FindLocation,
        A::SendMessageRecordRoundAction(_) => ChatAction::RecordVideoNote,
        A::SendMessageUploadRoundAction(_) => ChatAction::UploadVideoNote,
        A::SendMessageChooseStickerAction(_) => ChatAction::ChooseSticker,
    })
}

pub(super) async fn send_reaction(context: &Context, request: MessagesSendReaction) -> Answer {
    let reactions = request.reaction.unwrap_or_default();
    let emoji = reactions.iter().filter_map(|reaction| match reaction {
        enums::Reaction::ReactionEmoji(reaction) => Some(Reaction::parse(&reaction.emoticon)),
        enums::Reaction::ReactionEmpty(_) => None,
    });
    let reactions = emoji.collect::<Result<Vec<_>, _>>()?;
    let route = route(context, request.peer).await?;
    let message = MessageId(request.msg_id);
    let reacted = told(
        context,
        move |update| matches!(update, Update::Reactions { message: reacted, .. } if *reacted == message),
    );
    let updates =
        context.ask(React { route, message, reactions }, |world, now, ()| reacted(world, now)).await?;
    context.encode(&updates)
}

pub(super) async fn update_pinned(context: &Context, request: MessagesUpdatePinnedMessage) -> Answer {
    let route = route(context, request.peer).await?;
    let message = MessageId(request.id);
    let pin = Pin { route, message: Some(message), pinned: !request.unpin, silent: request.silent };
    let pinned = told(
        context,
        move |update| matches!(update, Update::Pinned { message: pinned, .. } if *pinned == message),
    );
    let updates = context.ask(pin, |world, now, ()| pinned(world, now)).await?;
    context.encode(&updates)
}

pub(super) async fn unpin_all(context: &Context, peer: enums::InputPeer) -> Answer {
    let me = context.me()?;
    let route = route(context, peer).await?;
    context.tell(UnpinAll { route }).await?;
    let pts = context.look(move |world, _| log_of(world, me).map_or(1, |log| log.state().pts)).await?;
    let affected = types::MessagesAffectedHistory { pts, pts_count: 0, offset: 0 };
    context.encode(&enums::MessagesAffectedHistory::from(affected))
}

pub(super) async fn read_history(context: &Context, request: MessagesReadHistory) -> Answer {
    let me = AccountId::User(context.user()?);
    let (peer, own) = (request.peer, context.own.clone());
    let target = context.look(move |world, _| decode::peer(world, me, &peer)).await??;
    let dialog = decode::dialog_of(me, target)?;
    // > max_id: 0 for the latest message
    let up_to = (request.max_id > 0).then_some(MessageId(request.max_id));
    let read = MarkRead { dialog, by: view::side_of(me), up_to };
    let affected = context.ask(read, move |world, _, ()| {
        let log = log_of(world, me);
        let entry = log
            .and_then(|log| log.newest().take(16).find(|entry| matches!(entry.update, Update::Read { .. })));
        entry.iter().for_each(|entry| own.insert(entry.number));
        let pts = log.map_or(1, |log| log.state().pts);
        types::MessagesAffectedMessages { pts, pts_count: i32::from(entry.is_some()) }
    });
    context.encode(&enums::MessagesAffectedMessages::from(affected.await?))
}
