use super::chat;
use super::page::{Found, Page};
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{self, Named, Viewer};
use parlor_wire_tl::functions::{MessagesGetHistory, MessagesSearch};
use parlor_wire_tl::{enums, types};
use parlor_world::state::message::Message;
use parlor_world::{AccountId, ChatId, MessageId, Timestamp, World};

/// Messages that are searched in one read of the world. A hundred thousand in one read held the world's lock for 10 ms.
const STEP: usize = 10_000;

pub(in crate::rpc) async fn get_messages(context: &Context, wanted: &[enums::InputMessage]) -> Answer {
    decode::check_ids(wanted, decode::MAX_WANTED_IDS)?;
    let viewer = context.viewer()?;
    let found = context.read(|world, now| {
        let found: Vec<_> = wanted.iter().map(|wanted| find_one(world, viewer.me, wanted)).collect();
        let messages = found.iter().map(|(id, found)| match found {
            Some(message) => view::message(world, message, viewer),
            None => types::MessageEmpty { id: *id, peer_id: None }.into(),
        });
        let messages = messages.collect();
        let named: Named = found.iter().filter_map(|(_, found)| *found).collect();
        let (users, chats) = (named.users(world, viewer.me), named.shown_chats(world, viewer.me, now));
        types::MessagesMessages { messages, users, chats, ..Default::default() }
    });
    context.encode(&enums::MessagesMessages::from(found.await?))
}

/// Finds a message that a client requests; returns its id too. `inputMessagePinned` works in channels only.
fn find_one<'w>(world: &'w World, me: AccountId, wanted: &enums::InputMessage) -> (i32, Option<&'w Message>) {
    let id = match wanted {
        enums::InputMessage::InputMessageID(wanted) => Some(MessageId(wanted.id)),
        // > inputMessageReplyTo: Message to which the specified message replies to
        enums::InputMessage::InputMessageReplyTo(wanted) => {
            world.message(me, MessageId(wanted.id)).and_then(|message| view::referred_to(message, me))
        }
        enums::InputMessage::InputMessagePinned(_) => None,
    };
    (id.map_or(0, |id| id.0), id.and_then(|id| world.message(me, id)))
}

pub(in crate::rpc) async fn get_history(context: &Context, request: MessagesGetHistory) -> Answer {
    let page = Page {
        offset_id: request.offset_id,
        offset_date: request.offset_date,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    pages(context, request.peer, page, |_, _| true).await
}

pub(in crate::rpc) async fn search(context: &Context, request: MessagesSearch) -> Answer {
    let page = Page {
        offset_id: request.offset_id,
        offset_date: 0,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    let query = request.q.to_lowercase();
    let dates = (i64::from(request.min_date), i64::from(request.max_date));
    let pinned = matches!(request.filter, enums::MessagesFilter::InputMessagesFilterPinned(_));
    let me = context.me()?;
    pages(context, request.peer, page, move |message, is_pinned| {
        let has_query = || message.text_for(me).is_some_and(|text| text.text.to_lowercase().contains(&query));
        is_between(message.date, dates) && (!pinned || is_pinned) && (query.is_empty() || has_query())
    })
    .await
}

/// > min_date: only messages with a sending date bigger than it; max_date: the maximum date of the messages
fn is_between(date: i64, (min_date, max_date): (i64, i64)) -> bool {
    (min_date == 0 || date > min_date) && (max_date == 0 || date <= max_date)
}

/// Answers with a page of a chat. Bots are refused, since they have no access to history.
async fn pages(
    context: &Context,
    peer: enums::InputPeer,
    page: Page,
    matches: impl Fn(&Message, bool) -> bool,
) -> Answer {
    let viewer = context.viewer()?;
    context.user()?;
    let chat = chat(context, &peer).await?;
    let found = find(context, viewer, chat, matches).await?;
    let (chosen, count) = (page.choose(&found), found.len());
    let answer = context.read(|world, now| show(world, viewer, chat, &chosen, count, now)).await?;
    context.encode(&answer)
}

/// Searches a chat from the newest message on, a step at a time, so that other requests are handled between the steps.
async fn find(
    context: &Context,
    viewer: Viewer,
    chat: ChatId,
    matches: impl Fn(&Message, bool) -> bool,
) -> Result<Vec<Found>, RpcError> {
    let mut found = Vec::new();
    // The highest possible id, so that the search begins with the newest message.
    let mut next = Some(MessageId(i32::MAX));
    while let Some(before) = next {
        let (more, end) = context.read(|world, _| step(world, viewer, chat, before, &matches)).await?;
        found.extend(more);
        next = end;
    }
    Ok(found)
}

/// Returns the matches among the next [`STEP`] messages before an id, and the last searched id if there may be more.
fn step(
    world: &World,
    viewer: Viewer,
    chat: ChatId,
    before: MessageId,
    matches: impl Fn(&Message, bool) -> bool,
) -> (Vec<Found>, Option<MessageId>) {
    let Some(dialog) = world.dialog(viewer.me, chat) else { return (Vec::new(), None) };
    let pinned: Vec<_> = dialog.pinned().map(|message| message.key).collect();
    let (mut found, mut searched, mut last) = (Vec::new(), 0, None);
    for message in dialog.messages_before(before).rev().take(STEP) {
        let id = message.id_for(viewer.me);
        if matches(message, pinned.contains(&message.key)) {
            found.push(Found { id, date: message.date });
        }
        searched += 1;
        last = Some(id);
    }
    (found, last.filter(|_| searched == STEP))
}

/// Returns the messages of a page; those that were deleted since the search are left out.
fn show(
    world: &World,
    viewer: Viewer,
    chat: ChatId,
    chosen: &[MessageId],
    count: usize,
    now: Timestamp,
) -> enums::MessagesMessages {
    let dialog = world.dialog(viewer.me, chat);
    let found = chosen.iter().filter_map(|id| dialog?.message(*id));
    let chosen: Vec<_> = found.collect();
    let messages: Vec<_> = chosen.iter().map(|message| view::message(world, message, viewer)).collect();
    let mut named: Named = chosen.into_iter().collect();
    named.add_chat(chat);
    let (users, chats) = (named.users(world, viewer.me), named.shown_chats(world, viewer.me, now));
    let (is_whole, count) = (messages.len() == count, i32::try_from(count).unwrap_or(i32::MAX));
    if let ChatId::Channel(channel) = chat {
        let pts = view::channel_pts(world, channel);
        return types::MessagesChannelMessages { pts, count, messages, chats, users, ..Default::default() }
            .into();
    }
    if is_whole {
        return types::MessagesMessages { messages, users, chats, ..Default::default() }.into();
    }
    types::MessagesMessagesSlice { count, messages, users, chats, ..Default::default() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{ANN, BOB, TestWorld};
    use parlor_world::ops::message::{PinMessage, ReplyTo, Send};
    use parlor_world::text::Text;

    #[test]
    fn messages_are_found_by_their_ids_and_by_those_that_refer_to_them() {
        let mut world = TestWorld::new();
        world.send(ANN, ANN, "note");
        world.send(ANN, BOB, "Hi");
        let pin = PinMessage {
            actor: BOB.into(),
            target: ANN.into(),
            message: Some(MessageId(1)),
            is_pinned: true,
            is_silent: false,
        };
        world.run(pin);
        let mut reply = Send::text(BOB, ANN, Text::plain("Hello"));
        reply.options.reply = Some(ReplyTo { message: Some(MessageId(1)), ..ReplyTo::default() });
        world.run(reply);
        let by_id = |id| types::InputMessageID { id }.into();
        let by_reply = |id| types::InputMessageReplyTo { id }.into();
        for (wanted, id, is_found) in [
            (by_id(2), 2, true),
            (by_id(9), 9, false),
            (by_reply(4), 2, true),
            (by_reply(3), 2, true),
            (by_reply(2), 0, false),
            (by_reply(9), 0, false),
            (types::InputMessagePinned {}.into(), 0, false),
        ] {
            let found = find_one(&world.world, ANN, &wanted);
            assert_eq!((found.0, found.1.is_some()), (id, is_found), "{wanted:?}");
        }
    }

    #[test]
    fn a_search_is_limited_to_its_dates() {
        for (dates, expected) in
            [((0, 0), true), ((99, 0), true), ((100, 0), false), ((0, 100), true), ((0, 99), false)]
        {
            assert_eq!(is_between(100, dates), expected, "{dates:?}");
        }
    }
}
