use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{self, Named, Viewer};
use parlor_wire_tl::functions::UpdatesGetChannelDifference;
use parlor_wire_tl::{enums, types};
use parlor_world::ids::ChannelId;
use parlor_world::state::message_box::{Entry, Log};
use parlor_world::{Actor, ChatId, Timestamp, World};

/// Updates in one difference; the rest comes in the next one.
const SLICE: usize = 500;

/// Messages that are shown instead of updates that are no longer kept.
const SHOWN_INSTEAD: usize = 20;

/// > timeout: Clients are supposed to refetch the channel's difference after timeout seconds have elapsed, if the user is
/// > currently viewing the chat
const TIMEOUT: i32 = 30;

pub(in crate::rpc) async fn get_channel_difference(
    context: &Context,
    request: UpdatesGetChannelDifference,
) -> Answer {
    let viewer = context.viewer()?;
    let found = context.read(|world, now| {
        let chat = decode::channel(world, viewer.me, &request.channel)?;
        decode::target_of(chat, viewer.me).resolve(world, Actor::from(viewer.me), now)?;
        let ChatId::Channel(channel) = chat else { return Err(RpcError::bad("CHANNEL_INVALID")) };
        let log = world.log(channel).ok_or_else(|| RpcError::bad("CHANNEL_INVALID"))?;
        let looked = Looked { world, viewer, channel, log, now };
        looked.difference(&request)
    });
    context.encode(&found.await??)
}

/// A channel that an account looks at.
struct Looked<'w> {
    world: &'w World,
    viewer: Viewer,
    channel: ChannelId,
    log: &'w Log,
    now: Timestamp,
}

impl Looked<'_> {
    fn difference(
        &self,
        request: &UpdatesGetChannelDifference,
    ) -> Result<enums::UpdatesChannelDifference, RpcError> {
        let (world, viewer, pts) = (self.world, self.viewer, self.log.state().pts);
        if request.pts < 1 {
            return Err(RpcError::bad("PERSISTENT_TIMESTAMP_EMPTY"));
        }
        if request.pts > pts {
            return Err(RpcError::bad("PERSISTENT_TIMESTAMP_INVALID"));
        }
        let Some(missed) = self.log.since(request.pts, 0) else { return Ok(self.too_long()) };
        let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, SLICE);
        let missed: Vec<&Entry> = missed.take(limit + 1).collect();
        let is_last = missed.len() <= limit;
        let page = &missed[..missed.len().min(limit)];
        let Some(last) = page.last() else {
            let timeout = Some(TIMEOUT);
            return Ok(types::UpdatesChannelDifferenceEmpty { r#final: true, pts, timeout }.into());
        };
        let entries: Vec<_> =
            page.iter().copied().filter(|entry| !entry.except.contains(&viewer.me)).collect();
        let new = entries.iter().filter_map(|entry| view::message_of(world, entry));
        let wanted = new.filter(|message| is_wanted(&request.filter, message.id_for(viewer.me).0));
        let others = entries.iter().filter(|entry| view::message_of(world, entry).is_none());
        let mut named = view::named_by(world, &entries);
        named.add_chat(ChatId::Channel(self.channel));
        let difference = types::UpdatesChannelDifference {
            r#final: is_last,
            pts: last.state.pts,
            timeout: Some(TIMEOUT),
            new_messages: wanted.map(|message| view::message(world, message, viewer)).collect(),
            other_updates: others.filter_map(|entry| view::update(world, viewer, entry)).collect(),
            chats: named.shown_chats(world, viewer.me, self.now),
            users: named.users(world, viewer.me),
        };
        Ok(difference.into())
    }

    /// Updates are kept for a day: the client is shown the channel as it is now.
    fn too_long(&self) -> enums::UpdatesChannelDifference {
        let (world, viewer) = (self.world, self.viewer);
        let chat = ChatId::Channel(self.channel);
        let dialog = world.dialog(viewer.me, chat);
        let messages = dialog.into_iter().flat_map(|dialog| dialog.messages().rev().take(SHOWN_INSTEAD));
        let messages: Vec<_> = messages.collect();
        let mut named: Named = messages.iter().copied().collect();
        named.add_chat(chat);
        types::UpdatesChannelDifferenceTooLong {
            r#final: true,
            timeout: Some(TIMEOUT),
            dialog: view::dialog(world, viewer.me, chat, dialog.as_ref()),
            messages: messages.iter().map(|message| view::message(world, message, viewer)).collect(),
            chats: named.shown_chats(world, viewer.me, self.now),
            users: named.users(world, viewer.me),
        }
        .into()
    }
}

/// Whether a client wants a new message: Pyrogram asks for a single one.
fn is_wanted(filter: &enums::ChannelMessagesFilter, id: i32) -> bool {
    match filter {
        enums::ChannelMessagesFilter::ChannelMessagesFilterEmpty(_) => true,
        enums::ChannelMessagesFilter::ChannelMessagesFilter(filter) => {
            let is_in = |enums::MessageRange::MessageRange(range): &enums::MessageRange| {
                (range.min_id..=range.max_id).contains(&id)
            };
            filter.ranges.iter().any(is_in)
        }
    }
}
