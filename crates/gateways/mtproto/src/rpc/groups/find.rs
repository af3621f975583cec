use super::Place;
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::{enums, types};
use parlor_world::{Actor, Refusal};

/// Basic groups by their ids.
pub(in crate::rpc) async fn get_chats(context: &Context, ids: Vec<i64>) -> Answer {
    let me = context.me()?;
    decode::check_ids(&ids, decode::MAX_WANTED_IDS)?;
    let chats = context.read(|world, now| {
        let found = ids.iter().map(|id| decode::group(world, me, *id));
        let shown = found.map(|found| found.map(|chat| view::chat(world, me, chat, now)));
        shown.collect::<Result<Vec<_>, RpcError>>()
    });
    context.encode(&enums::MessagesChats::from(types::MessagesChats { chats: chats.await?? }))
}

/// Supergroups and channels.
pub(in crate::rpc) async fn get_channels(context: &Context, channels: Vec<enums::InputChannel>) -> Answer {
    let me = context.me()?;
    decode::check_ids(&channels, decode::MAX_WANTED_IDS)?;
    let chats = context.read(|world, now| {
        let found = channels.iter().map(|channel| decode::channel(world, me, channel));
        let shown = found.map(|found| found.map(|chat| view::chat(world, me, chat, now)));
        shown.collect::<Result<Vec<_>, RpcError>>()
    });
    context.encode(&enums::MessagesChats::from(types::MessagesChats { chats: chats.await?? }))
}

pub(in crate::rpc) async fn get_full_chat(context: &Context, id: i64) -> Answer {
    full(context, Place::Group(id)).await
}

pub(in crate::rpc) async fn get_full_channel(context: &Context, channel: enums::InputChannel) -> Answer {
    full(context, Place::Channel(channel)).await
}

async fn full(context: &Context, place: Place) -> Answer {
    let viewer = context.viewer()?;
    let chat = place.find(context).await?;
    let page = context.read(|world, now| {
        decode::target_of(chat, viewer.me).resolve(world, Actor::from(viewer.me), now)?;
        let group = world.group(chat).ok_or(Refusal::ChatNotFound)?;
        Ok::<_, RpcError>(view::full_chat(world, viewer, chat, group, now))
    });
    context.encode(&page.await??)
}
