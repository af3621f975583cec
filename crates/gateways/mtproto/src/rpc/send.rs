use super::bot_of;
use crate::context::{Answer, Context, Own};
use crate::decode;
use crate::push::log_of;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{MessagesForwardMessages, MessagesSendMessage, MessagesStartBot};
use parlor_wire_tl::{enums, types};
use parlor_world::dialog::{ChatRef, Start};
use parlor_world::message::{Forward, LinkPreview, Mode, Original, ReplyTo, Route, Send};
use parlor_world::updates::{Entry, Update};
use parlor_world::{AccountId, DialogId, MessageId, Timestamp, World};

/// Where a message of `me` to `peer` goes.
pub(super) async fn route(context: &Context, peer: enums::InputPeer) -> Result<Route, RpcError> {
    let me = context.me()?;
    let target = context.look(move |world, _| decode::peer(world, me, &peer)).await??;
    if target == me && matches!(me, AccountId::User(_)) {
        return Err(RpcError::not_served("Saved Messages"));
    }
    Ok(match me {
        AccountId::Bot(bot) => Route::Bot(bot, ChatRef::Id(target.get())),
        AccountId::User(user) => Route::User(DialogId { user, bot: bot_of(target)? }),
    })
}

pub(super) async fn message(context: &Context, request: MessagesSendMessage) -> Answer {
    let me = context.me()?;
    if request.schedule_date.is_some() {
        return Err(RpcError::not_served("schedule_date of messages.sendMessage"));
    }
    if request.message.is_empty() {
        return Err(RpcError::bad("MESSAGE_EMPTY"));
    }
    let reply = match &request.reply_to {
        Some(enums::InputReplyTo::InputReplyToMessage(reply)) => Some(ReplyTo {
            message: Some(MessageId(reply.reply_to_msg_id)),
            allow_without: true,
            quote: decode::text(
                reply.quote_text.as_deref().unwrap_or_default(),
                reply.quote_entities.as_ref(),
                me,
            ),
            position: u32::try_from(reply.quote_offset.unwrap_or_default()).unwrap_or_default(),
        }),
        None => request.reply_to_msg_id.map(|id| ReplyTo {
            message: Some(MessageId(id)),
            allow_without: true,
            ..ReplyTo::default()
        }),
    };
    // People's apps bring no keyboards.
    let markup = request.reply_markup.as_ref().filter(|_| matches!(me, AccountId::Bot(_)));
    let text = decode::text(&request.message, request.entities.as_ref(), me);
    let base = match route(context, request.peer).await? {
        Route::Bot(bot, chat) => Send::by_bot(bot, chat, text),
        Route::User(dialog) => Send::by_user(dialog, text),
    };
    let command = Send {
        reply,
        markup: markup.map(decode::markup).transpose()?,
        link_preview: (request.no_webpage || request.invert_media).then(|| LinkPreview {
            disabled: request.no_webpage,
            above: request.invert_media,
            ..LinkPreview::default()
        }),
        silent: request.silent,
        protected: request.noforwards,
        random_id: Some(request.random_id),
        ..base
    };
    let (layer, own) = (context.layer(), context.own.clone());
    let sent = context.ask(command, move |world, now, (dialog, ids)| {
        sent(world, me, dialog, &[ids.on(view::side_of(me))], layer, now, &own, Form::Short)
    });
    context.encode(&sent.await?.ok_or(RpcError::new(500, "MESSAGE_NOT_LOGGED"))?)
}

pub(super) async fn start_bot(context: &Context, request: MessagesStartBot) -> Answer {
    let user = context.user()?;
    let me = AccountId::User(user);
    let (bot, peer) = (request.bot, request.peer);
    let found = context.look(move |world, _| {
        let bot = decode::user(world, me, &bot).and_then(bot_of).map_err(|_| RpcError::bad("BOT_INVALID"))?;
        // > peer: the chat where to start the bot, can be the bot's private chat or a group
        // TDLib names no peer for the bot's own chat; apps may name themselves.
        let own = match &peer {
            enums::InputPeer::InputPeerEmpty(_) => true,
            peer => [AccountId::Bot(bot), me].contains(&decode::peer(world, me, peer)?),
        };
        own.then_some(bot).ok_or(RpcError::bad("PEER_ID_INVALID"))
    });
    let dialog = DialogId { user, bot: found.await?? };
    if request.start_param.is_empty() {
        return Err(RpcError::bad("START_PARAM_EMPTY"));
    }
    let command = Start { dialog, payload: Some(request.start_param), random_id: Some(request.random_id) };
    let (layer, own) = (context.layer(), context.own.clone());
    let sent = context.ask(command, move |world, now, ids| {
        sent(world, me, dialog, &[ids.user], layer, now, &own, Form::Full)
    });
    context.encode(&sent.await?.ok_or(RpcError::new(500, "MESSAGE_NOT_LOGGED"))?)
}

pub(super) async fn forward(context: &Context, request: MessagesForwardMessages) -> Answer {
    let me = context.me()?;
    if request.id.is_empty() {
        return Err(RpcError::bad("MESSAGE_IDS_EMPTY"));
    }
    if request.id.len() != request.random_id.len() {
        return Err(RpcError::bad("RANDOM_ID_INVALID"));
    }
    decode::check_ids(&request.id, decode::MAX_IDS)?;
    let original = |(id, random_id)| Original { id: MessageId(id), random_id: Some(random_id) };
    let messages: Vec<_> = request.id.into_iter().zip(request.random_id).map(original).collect();
    let command = Forward {
        from: route(context, request.from_peer).await?,
        to: route(context, request.to_peer).await?,
        skip_missing: messages.len() > 1,
        messages,
        mode: match request.drop_author {
            true => Mode::Copy { reply: None, markup: None },
            false => Mode::Forward,
        },
        silent: request.silent,
        protected: request.noforwards,
    };
    let (layer, own) = (context.layer(), context.own.clone());
    let sent = context.ask(command, move |world, now, (dialog, ids)| {
        let ids: Vec<_> = ids.iter().map(|ids| ids.on(view::side_of(me))).collect();
        sent(world, me, dialog, &ids, layer, now, &own, Form::Full)
    });
    context.encode(&sent.await?.ok_or(RpcError::new(500, "MESSAGE_NOT_LOGGED"))?)
}

/// How a sent message is reported.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Briefly, when the client knows the rest.
    Short,
    /// As updates.
    Full,
}

/// What the sender's session is told instead of an update.
#[expect(clippy::too_many_arguments, reason = "one view of one moment; a struct would only name them again")]
fn sent(
    world: &World,
    me: AccountId,
    dialog: DialogId,
    sent: &[MessageId],
    layer: u16,
    now: Timestamp,
    own: &Own,
    form: Form,
) -> Option<enums::Updates> {
    let side = view::side_of(me);
    let log = log_of(world, me)?;
    let is = |entry: &&Entry, id: MessageId| matches!(&entry.update, Update::Message { dialog: at, message } if *at == dialog && message.id.on(side) == id);
    let find = |id: &MessageId| log.newest().find(|entry| is(entry, *id));
    let entries = sent.iter().map(find).collect::<Option<Vec<_>>>()?;
    entries.iter().for_each(|entry| own.insert(entry.number));
    let first = entries.first()?;
    let Update::Message { message, .. } = &first.update else { return None };
    if form == Form::Short && message.markup().is_none() {
        let text = message.text(side)?;
        let short = types::UpdateShortSentMessage {
            out: true,
            id: message.id.on(side).0,
            pts: first.state.pts,
            pts_count: first.weight.pts,
            date: view::seconds(message.date),
            entities: view::entities(&text, layer),
            ..Default::default()
        };
        return Some(short.into());
    }
    let numbered = entries.iter().filter_map(|entry| match &entry.update {
        Update::Message { message, .. } => {
            Some(types::UpdateMessageID { id: message.id.on(side).0, random_id: message.random_id()? }.into())
        }
        _ => None,
    });
    let mut updates: Vec<enums::Update> = numbered.collect();
    updates.extend(entries.iter().filter_map(|entry| view::update(world, me, entry, layer)));
    let users = view::users_in(world, me, &entries);
    Some(types::Updates { updates, users, chats: Vec::new(), date: view::date(now), seq: 0 }.into())
}
