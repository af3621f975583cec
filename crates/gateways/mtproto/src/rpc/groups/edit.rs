use super::{Place, answer, change};
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::enums;
use parlor_world::ops::group::{EditGroup, GroupEdit};
use parlor_world::{Actor, ChatId, Refusal};

async fn command(context: &Context, place: &Place, edit: GroupEdit) -> Result<(ChatId, EditGroup), RpcError> {
    let me = context.me()?;
    let chat = place.find(context).await?;
    Ok((chat, EditGroup { actor: Actor::from(me), target: decode::target_of(chat, me), edit }))
}

async fn edit(context: &Context, place: Place, edit: GroupEdit) -> Answer {
    let (chat, command) = command(context, &place, edit).await?;
    answer(context, chat, command).await
}

pub(in crate::rpc) async fn edit_chat_title(context: &Context, id: i64, title: String) -> Answer {
    edit(context, Place::Group(id), GroupEdit::Title(title)).await
}

pub(in crate::rpc) async fn edit_channel_title(
    context: &Context,
    channel: enums::InputChannel,
    title: String,
) -> Answer {
    edit(context, Place::Channel(channel), GroupEdit::Title(title)).await
}

pub(in crate::rpc) async fn edit_about(context: &Context, peer: enums::InputPeer, about: String) -> Answer {
    let (chat, command) = command(context, &Place::Peer(peer), GroupEdit::Description(about)).await?;
    change(context, chat, command).await?;
    context.encode(&true)
}

/// A setting of a supergroup or channel that only users change.
pub(in crate::rpc) async fn toggle_channel(
    context: &Context,
    channel: enums::InputChannel,
    setting: GroupEdit,
) -> Answer {
    context.user()?;
    edit(context, Place::Channel(channel), setting).await
}

/// A setting that basic groups have, too.
pub(in crate::rpc) async fn toggle_peer(
    context: &Context,
    peer: enums::InputPeer,
    setting: GroupEdit,
) -> Answer {
    context.user()?;
    edit(context, Place::Peer(peer), setting).await
}

/// > USERNAME_NOT_MODIFIED: The username was not modified
pub(in crate::rpc) async fn update_username(
    context: &Context,
    channel: enums::InputChannel,
    username: String,
) -> Answer {
    context.user()?;
    let setting = GroupEdit::Username(Some(username).filter(|name| !name.is_empty()));
    let (chat, command) = command(context, &Place::Channel(channel), setting).await?;
    match change(context, chat, command).await {
        Err(error) if error.refusal == Some(Refusal::ChatNotModified) => {
            Err(RpcError { refusal: error.refusal, ..RpcError::bad("USERNAME_NOT_MODIFIED") })
        }
        changed => changed.and_then(|_| context.encode(&true)),
    }
}

/// A channel that does not exist yet is named by `inputChannelEmpty`.
pub(in crate::rpc) async fn check_username(
    context: &Context,
    channel: enums::InputChannel,
    username: String,
) -> Answer {
    context.user()?;
    let chat = match channel {
        enums::InputChannel::InputChannelEmpty(_) => None,
        channel => Some(Place::Channel(channel).find(context).await?),
    };
    let is_free = context.read(|world, _| {
        parlor_world::state::account::check_username(&username, false)?;
        let holder = world.chat_by_username(&username);
        let is_taken = world.by_username(&username).is_some() || holder.is_some() && holder != chat;
        Ok::<_, RpcError>(!is_taken)
    });
    match is_free.await?? {
        true => context.encode(&true),
        false => Err(Refusal::UsernameOccupied.into()),
    }
}

/// > broadcast: Channel, or inputChannelEmpty to unlink a group; group: Discussion group, or inputChannelEmpty to unlink
pub(in crate::rpc) async fn set_discussion_group(
    context: &Context,
    channel: enums::InputChannel,
    group: enums::InputChannel,
) -> Answer {
    context.user()?;
    let linked = match group {
        enums::InputChannel::InputChannelEmpty(_) => None,
        group => match Place::Channel(group).find(context).await? {
            ChatId::Channel(id) => Some(id),
            ChatId::Private(..) | ChatId::Group(_) => None,
        },
    };
    let (chat, command) = command(context, &Place::Channel(channel), GroupEdit::Linked(linked)).await?;
    change(context, chat, command).await?;
    context.encode(&true)
}
