use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{MessagesGetHistory, MessagesSearch};
use parlor_wire_tl::{enums, types};
use parlor_world::message::Message;
use parlor_world::{AccountId, DialogId, MessageId, World};

/// > limit: at most 100
const MAX_LIMIT: i32 = 100;

pub(super) async fn get_messages(context: &Context, wanted: &[enums::InputMessage]) -> Answer {
    decode::check_ids(wanted)?;
    let (me, layer) = (context.me()?, context.layer());
    let wanted: Vec<i32> = wanted.iter().map(|id| decode::message_id(id).unwrap_or_default()).collect();
    let found = context.look(move |world, _| {
        let side = view::side_of(me);
        let find = |id: i32| {
            let dialog = world.dialog_of_message(me, MessageId(id))?;
            Some((dialog, world.dialog(dialog)?.message(side, MessageId(id))?))
        };
        let found: Vec<_> = wanted.iter().map(|id| (*id, find(*id))).collect();
        let messages = found.iter().map(|(id, found)| match found {
            Some((dialog, message)) => view::message(message, *dialog, side, layer),
            None => types::MessageEmpty { id: *id, peer_id: None }.into(),
        });
        let messages = messages.collect();
        let users = view::named_in(world, me, found.iter().filter_map(|(_, found)| *found));
        types::MessagesMessages { messages, users, ..Default::default() }
    });
    context.encode(&enums::MessagesMessages::from(found.await?))
}

/// Where in a history the page begins, and how long it is.
struct Page {
    offset_id: i32,
    offset_date: i32,
    add_offset: i32,
    limit: i32,
    max_id: i32,
    min_id: i32,
}

impl Page {
    /// Whether a message is older than the place where the page begins. An id names that place exactly: Telethon sends
    /// the last message's date beside it, and other messages of the same second are still to come.
    fn begins_before(&self, id: i32, date: i64) -> bool {
        match (self.offset_id, self.offset_date) {
            (0, 0) => true,
            (0, offset_date) => date < i64::from(offset_date),
            (offset_id, _) => id < offset_id,
        }
    }
}

pub(super) async fn get_history(context: &Context, request: MessagesGetHistory) -> Answer {
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

pub(super) async fn search(context: &Context, request: MessagesSearch) -> Answer {
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
        let text = message.text(view::side_of(me)).map(|text| text.text.to_lowercase()).unwrap_or_default();
        is_between(message.date, dates)
            && (query.is_empty() || text.contains(&query))
            && (!pinned || is_pinned)
    })
    .await
}

/// > min_date: only messages with a sending date bigger than it; max_date: the maximum date of the messages
fn is_between(date: i64, (min_date, max_date): (i64, i64)) -> bool {
    (min_date == 0 || date > min_date) && (max_date == 0 || date <= max_date)
}

/// A page of a dialog. Bots have no history to look at.
async fn pages(
    context: &Context,
    peer: enums::InputPeer,
    page: Page,
    wanted: impl Fn(&Message, bool) -> bool + Send + 'static,
) -> Answer {
    let me = AccountId::User(context.user()?);
    let layer = context.layer();
    let found = context.look(move |world, _| {
        let other = decode::peer(world, me, &peer)?;
        if other == me {
            return Err(RpcError::not_served("Saved Messages"));
        }
        let dialog = decode::dialog_of(me, other)?;
        Ok::<_, RpcError>(list(world, me, dialog, &page, wanted, layer))
    });
    context.encode(&found.await??)
}

fn list(
    world: &World,
    me: AccountId,
    id: DialogId,
    page: &Page,
    wanted: impl Fn(&Message, bool) -> bool,
    layer: u16,
) -> enums::MessagesMessages {
    let side = view::side_of(me);
    let Some(dialog) = world.dialog(id) else {
        let users = view::users_of(world, me, [AccountId::User(id.user), AccountId::Bot(id.bot)]);
        return types::MessagesMessages { users, ..Default::default() }.into();
    };
    let pinned: Vec<_> = dialog.pinned(side).map(|message| message.id.on(side)).collect();
    let number = |message: &Message| message.id.on(side).0;
    let all: Vec<&Message> =
        dialog.messages(side).rev().filter(|m| wanted(m, pinned.contains(&m.id.on(side)))).collect();
    let before = |message: &&Message| page.begins_before(number(message), message.date);
    let first = all.iter().position(before).unwrap_or(all.len());
    // > add_offset: may be negative, to see newer messages too
    let start = i64::try_from(first).unwrap_or(i64::MAX).saturating_add(i64::from(page.add_offset));
    let limit = i64::from(page.limit.clamp(0, MAX_LIMIT));
    let end = usize::try_from(start.saturating_add(limit)).unwrap_or(0);
    let start = usize::try_from(start).unwrap_or(0);
    let inside = |message: &&&Message| {
        (page.max_id == 0 || number(message) < page.max_id) && number(message) > page.min_id
    };
    let chosen: Vec<_> = all.iter().take(end).skip(start).filter(inside).copied().collect();
    let messages: Vec<_> = chosen.iter().map(|message| view::message(message, id, side, layer)).collect();
    let users = view::named_in(world, me, chosen.into_iter().map(|message| (id, message)));
    if messages.len() == all.len() {
        return types::MessagesMessages { messages, users, ..Default::default() }.into();
    }
    let count = i32::try_from(all.len()).unwrap_or(i32::MAX);
    types::MessagesMessagesSlice { count, messages, users, ..Default::default() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_decides_where_a_page_begins_and_a_date_only_without_one() {
        for (offset_id, offset_date, id, date, expected) in [
            (0, 0, 5, 100, true),
            (5, 0, 5, 100, false),
            (5, 0, 4, 100, true),
            (5, 100, 4, 100, true),
            (5, 100, 6, 99, false),
            (0, 100, 4, 100, false),
            (0, 100, 4, 99, true),
        ] {
            let page = Page { offset_id, offset_date, add_offset: 0, limit: 0, max_id: 0, min_id: 0 };
            assert_eq!(page.begins_before(id, date), expected, "{offset_id} {offset_date} {id} {date}");
        }
    }

    #[test]
    fn a_search_keeps_to_its_dates() {
        for (dates, expected) in
            [((0, 0), true), ((99, 0), true), ((100, 0), false), ((0, 100), true), ((0, 99), false)]
        {
            assert_eq!(is_between(100, dates), expected, "{dates:?}");
        }
    }
}
