use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{MessagesGetHistory, MessagesSearch};
use parlor_wire_tl::{enums, types};
use parlor_world::message::Message;
use parlor_world::{AccountId, DialogId, MessageId, Side, World};

/// > limit: at most 100
const MAX_LIMIT: i32 = 100;
/// Messages that are walked through in one look at the world: a hundred thousand held its lock for 10 ms.
const STEP: usize = 10_000;

pub(super) async fn get_messages(context: &Context, wanted: &[enums::InputMessage]) -> Answer {
    decode::check_ids(wanted, decode::MAX_WANTED_IDS)?;
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

    /// The messages of the page among all that fit, which come newest first.
    fn choose(&self, found: &[Found]) -> Vec<MessageId> {
        let first = found.iter().position(|found| self.begins_before(found.id.0, found.date));
        let first = i64::try_from(first.unwrap_or(found.len())).unwrap_or(i64::MAX);
        // > add_offset: may be negative, to see newer messages too
        let start = first.saturating_add(i64::from(self.add_offset));
        let end = start.saturating_add(i64::from(self.limit.clamp(0, MAX_LIMIT)));
        let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
        let is_inside = |id: &MessageId| (self.max_id == 0 || id.0 < self.max_id) && id.0 > self.min_id;
        found.iter().take(end).skip(start).map(|found| found.id).filter(is_inside).collect()
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
        let has_query =
            || message.text(view::side_of(me)).is_some_and(|text| text.text.to_lowercase().contains(&query));
        is_between(message.date, dates) && (!pinned || is_pinned) && (query.is_empty() || has_query())
    })
    .await
}

/// > min_date: only messages with a sending date bigger than it; max_date: the maximum date of the messages
fn is_between(date: i64, (min_date, max_date): (i64, i64)) -> bool {
    (min_date == 0 || date > min_date) && (max_date == 0 || date <= max_date)
}

/// A message that fits a request.
#[derive(Debug, Clone, Copy)]
struct Found {
    id: MessageId,
    date: i64,
}

/// A page of a dialog. Bots have no history to look at.
async fn pages(
    context: &Context,
    peer: enums::InputPeer,
    page: Page,
    wanted: impl Fn(&Message, bool) -> bool + Clone + Send + 'static,
) -> Answer {
    let me = AccountId::User(context.user()?);
    let layer = context.layer();
    let dialog = context.look(move |world, _| {
        let other = decode::peer(world, me, &peer)?;
        if other == me {
            return Err(RpcError::not_served("Saved Messages"));
        }
        decode::dialog_of(me, other)
    });
    let dialog = dialog.await??;
    let found = find(context, dialog, view::side_of(me), wanted).await?;
    let (chosen, count) = (page.choose(&found), found.len());
    let answer = context.look(move |world, _| show(world, me, dialog, &chosen, count, layer)).await?;
    context.encode(&answer)
}

/// Walks through a dialog, the newest message first, a step at a time: others are answered in between.
async fn find(
    context: &Context,
    dialog: DialogId,
    side: Side,
    wanted: impl Fn(&Message, bool) -> bool + Clone + Send + 'static,
) -> Result<Vec<Found>, RpcError> {
    let mut found = Vec::new();
    // No message has a higher id.
    let mut next = Some(MessageId(i32::MAX));
    while let Some(before) = next {
        let wanted = wanted.clone();
        let step = context.look(move |world, _| step(world, dialog, side, before, wanted));
        let (more, end) = step.await?;
        found.extend(more);
        next = end;
    }
    Ok(found)
}

/// Returns what fits among the next [`STEP`] messages before an id, and the last id of these if there may be more.
fn step(
    world: &World,
    dialog: DialogId,
    side: Side,
    before: MessageId,
    wanted: impl Fn(&Message, bool) -> bool,
) -> (Vec<Found>, Option<MessageId>) {
    let Some(dialog) = world.dialog(dialog) else { return (Vec::new(), None) };
    let pinned: Vec<_> = dialog.pinned(side).map(|message| message.id.on(side)).collect();
    let (mut found, mut walked, mut last) = (Vec::new(), 0, None);
    for message in dialog.messages_before(side, before).rev().take(STEP) {
        let id = message.id.on(side);
        if wanted(message, pinned.contains(&id)) {
            found.push(Found { id, date: message.date });
        }
        walked += 1;
        last = Some(id);
    }
    (found, last.filter(|_| walked == STEP))
}

/// The messages of a page; those that were deleted meanwhile are left out.
fn show(
    world: &World,
    me: AccountId,
    id: DialogId,
    chosen: &[MessageId],
    count: usize,
    layer: u16,
) -> enums::MessagesMessages {
    let side = view::side_of(me);
    let Some(dialog) = world.dialog(id) else {
        let users = view::users_of(world, me, [AccountId::User(id.user), AccountId::Bot(id.bot)]);
        return types::MessagesMessages { users, ..Default::default() }.into();
    };
    let chosen: Vec<_> = chosen.iter().filter_map(|id| dialog.message(side, *id)).collect();
    let messages: Vec<_> = chosen.iter().map(|message| view::message(message, id, side, layer)).collect();
    let users = view::named_in(world, me, chosen.into_iter().map(|message| (id, message)));
    if messages.len() == count {
        return types::MessagesMessages { messages, users, ..Default::default() }.into();
    }
    let count = i32::try_from(count).unwrap_or(i32::MAX);
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
    fn a_page_is_cut_out_of_what_fits() {
        let found: Vec<_> = (1..=10).rev().map(|id| Found { id: MessageId(id), date: 100 }).collect();
        for (offset_id, add_offset, limit, max_id, min_id, expected) in [
            (0, 0, 3, 0, 0, vec![10, 9, 8]),
            (8, 0, 3, 0, 0, vec![7, 6, 5]),
            (8, -2, 3, 0, 0, vec![9, 8, 7]),
            (8, 1, 2, 0, 0, vec![6, 5]),
            (1, -100, 100, 0, 0, (1..=10).rev().collect()),
            (0, i32::MAX, 100, 0, 0, vec![]),
            (0, 0, 100, 9, 6, vec![8, 7]),
            (0, 0, 0, 0, 0, vec![]),
        ] {
            let page = Page { offset_id, offset_date: 0, add_offset, limit, max_id, min_id };
            let chosen: Vec<i32> = page.choose(&found).into_iter().map(|id| id.0).collect();
            assert_eq!(chosen, expected, "{offset_id} {add_offset} {limit} {max_id} {min_id}");
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
