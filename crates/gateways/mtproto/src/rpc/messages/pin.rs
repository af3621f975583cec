use super::chat;
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::functions::MessagesUpdatePinnedMessage;
use parlor_wire_tl::{enums, types};
use parlor_world::ops::message::{PinMessage, UnpinAllMessages};
use parlor_world::{Actor, MessageId};

/// Pins or unpins a message. For a message that is pinned already, the answer has no updates, as Telethon and GramJS expect
/// in private chats; the documented `CHAT_NOT_MODIFIED` is for groups and channels. (unverified)
pub(in crate::rpc) async fn update_pinned(context: &Context, request: MessagesUpdatePinnedMessage) -> Answer {
    let me = context.me()?;
    let chat = chat(context, &request.peer).await?;
    // "Saved Messages" has one side only, and so have groups.
    if request.pm_oneside && chat.other(me).is_some_and(|other| other != me) {
        return Err(match context.bot() {
            Ok(_) => RpcError::bad("BOT_ONESIDE_NOT_AVAIL"),
            Err(_) => RpcError::not_served("pm_oneside of messages.updatePinnedMessage"),
        });
    }
    let command = PinMessage {
        actor: Actor::from(me),
        target: decode::target_of(chat, me),
        message: Some(MessageId(request.id)),
        is_pinned: !request.unpin,
        is_silent: request.silent,
    };
    let pinned = context.execute_with_effects(command, |executed, ()| executed.updates());
    context.encode(&pinned.await?)
}

pub(in crate::rpc) async fn unpin_all(context: &Context, peer: enums::InputPeer) -> Answer {
    let me = context.me()?;
    let chat = self::chat(context, &peer).await?;
    let command = UnpinAllMessages { actor: Actor::from(me), target: decode::target_of(chat, me) };
    let unpinned = context.execute_with_effects(command, |executed, ()| executed.affected(chat));
    let affected = unpinned.await?;
    let (pts, pts_count) = (affected.pts, affected.pts_count);
    let affected = types::MessagesAffectedHistory { pts, pts_count, offset: 0 };
    context.encode(&enums::MessagesAffectedHistory::from(affected))
}
