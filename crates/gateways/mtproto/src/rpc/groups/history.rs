use super::Place;
use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::Affected;
use crate::refusal::RpcError;
use crate::view::{self, Named};
use parlor_wire_tl::{enums, types};
use parlor_world::ops::chat::MarkRead;
use parlor_world::ops::message::DeleteMessages;
use parlor_world::state::message::Message;
use parlor_world::{Actor, ChatId, DialogView, MessageId};

/// Messages of a supergroup or channel by their ids.
pub(in crate::rpc) async fn get_messages(
    context: &Context,
    channel: enums::InputChannel,
    wanted: &[enums::InputMessage],
) -> Answer {
    decode::check_ids(wanted, decode::MAX_WANTED_IDS)?;
    let viewer = context.viewer()?;
    let chat = Place::Channel(channel).find(context).await?;
    let found = context.read(|world, now| {
        decode::target_of(chat, viewer.me).resolve(world, Actor::from(viewer.me), now)?;
        let dialog = world.dialog(viewer.me, chat);
        let found: Vec<_> = wanted.iter().map(|wanted| find_one(dialog, wanted)).collect();
        let messages = found.iter().map(|(id, found)| match found {
            Some(message) => view::message(world, message, viewer),
            None => types::MessageEmpty { id: *id, peer_id: Some(view::chat_peer(chat, viewer.me)) }.into(),
        });
        let messages: Vec<_> = messages.collect();
        let mut named: Named = found.iter().filter_map(|(_, found)| *found).collect();
        named.add_chat(chat);
        let pts = match chat {
            ChatId::Channel(channel) => view::channel_pts(world, channel),
            ChatId::Private(..) | ChatId::Group(_) => 0,
        };
        Ok::<_, RpcError>(types::MessagesChannelMessages {
            pts,
            count: view::length(messages.len()),
            messages,
            chats: named.shown_chats(world, viewer.me, now),
            users: named.users(world, viewer.me),
            ..Default::default()
        })
    });
    context.encode(&enums::MessagesMessages::from(found.await??))
}

/// The id and the message that a client asks for.
fn find_one<'w>(dialog: Option<DialogView<'w>>, wanted: &enums::InputMessage) -> (i32, Option<&'w Message>) {
    let id = match wanted {
        enums::InputMessage::InputMessageID(wanted) => Some(MessageId(wanted.id)),
        enums::InputMessage::InputMessageReplyTo(wanted) => {
            let message = dialog.and_then(|dialog| dialog.message(MessageId(wanted.id)));
            message.zip(dialog).and_then(|(message, dialog)| view::referred_to(message, dialog.viewer))
        }
        enums::InputMessage::InputMessagePinned(_) => {
            let pinned = dialog.and_then(|dialog| dialog.pinned().next());
            pinned.zip(dialog).map(|(message, dialog)| message.id_for(dialog.viewer))
        }
    };
    (id.map_or(0, |id| id.0), id.and_then(|id| dialog?.message(id)))
}

pub(in crate::rpc) async fn delete_messages(
    context: &Context,
    channel: enums::InputChannel,
    ids: Vec<i32>,
) -> Answer {
    decode::check_ids(&ids, decode::MAX_IDS)?;
    let me = context.me()?;
    let chat = Place::Channel(channel).find(context).await?;
    let command = DeleteMessages {
        actor: Actor::from(me),
        target: decode::target_of(chat, me),
        messages: ids.into_iter().map(MessageId).collect(),
        for_all: true,
        skip_missing: true,
    };
    let deleted = context.execute_with_effects(command, |executed, ()| executed.affected(chat));
    let Affected { pts, pts_count } = deleted.await?;
    context.encode(&enums::MessagesAffectedMessages::from(types::MessagesAffectedMessages { pts, pts_count }))
}

pub(in crate::rpc) async fn read_history(
    context: &Context,
    channel: enums::InputChannel,
    max_id: i32,
) -> Answer {
    let user = context.user()?;
    let chat = Place::Channel(channel).find(context).await?;
    let up_to = (max_id > 0).then_some(MessageId(max_id));
    let command = MarkRead { actor: Actor::from(user), target: decode::target_of(chat, user), up_to };
    context.execute_with_effects(command, |executed, ()| executed.affected(chat)).await?;
    context.encode(&true)
}
