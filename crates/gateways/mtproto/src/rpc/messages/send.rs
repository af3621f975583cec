use super::target;
use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::SentForm;
use crate::refusal::RpcError;
use parlor_wire_tl::functions::MessagesSendMessage;
use parlor_wire_tl::{enums, types};
use parlor_world::content::LinkPreview;
use parlor_world::ops::message::{NewContent, ReplyTo, Send, SendOptions};
use parlor_world::{AccountId, Actor, ChatId, MessageId};

pub(in crate::rpc) async fn send(context: &Context, request: MessagesSendMessage) -> Answer {
    let me = context.me()?;
    if request.schedule_date.is_some() {
        return Err(RpcError::not_served("schedule_date of messages.sendMessage"));
    }
    if request.message.is_empty() {
        return Err(RpcError::bad("MESSAGE_EMPTY"));
    }
    // Only bots may attach a keyboard; that of a user is ignored.
    let markup = request.reply_markup.as_ref().filter(|_| context.bot().is_ok());
    let options = SendOptions {
        reply: reply_to(&request, me),
        markup: markup.map(decode::markup).transpose()?,
        is_silent: request.silent,
        is_protected: request.noforwards,
        thread: thread(&request),
        send_as: send_as(context, request.send_as.as_ref()).await?,
        random_id: Some(request.random_id),
    };
    let link_preview = (request.no_webpage || request.invert_media).then(|| LinkPreview {
        disabled: request.no_webpage,
        above: request.invert_media,
        ..LinkPreview::default()
    });
    let text = decode::text(&request.message, request.entities.as_ref(), me);
    let target = target(context, &request.peer).await?;
    let content = NewContent::Text { text, link_preview };
    let command = Send { actor: Actor::from(me), target, content, options };
    let sent = context.execute_with_effects(command, |executed, key| executed.sent(&[key], SentForm::Short));
    context.encode(&sent.await?)
}

/// The topic that the client names beside what it replies to.
fn thread(request: &MessagesSendMessage) -> Option<MessageId> {
    let in_reply = match &request.reply_to {
        Some(enums::InputReplyTo::InputReplyToMessage(reply)) => reply.top_msg_id,
        None => None,
    };
    in_reply.or(request.top_msg_id).map(MessageId)
}

/// The channel in whose name the client writes; `None` for the account's own.
async fn send_as(context: &Context, peer: Option<&enums::InputPeer>) -> Result<Option<ChatId>, RpcError> {
    let Some(peer) = peer else { return Ok(None) };
    let me = context.me()?;
    let chat = context.read(|world, _| decode::peer(world, me, peer)).await??;
    Ok(Some(chat).filter(|chat| !chat.is_private()))
}

fn reply_to(request: &MessagesSendMessage, me: AccountId) -> Option<ReplyTo> {
    match &request.reply_to {
        Some(enums::InputReplyTo::InputReplyToMessage(reply)) => Some(reply_with_quote(reply, me)),
        None => {
            let message = Some(MessageId(request.reply_to_msg_id?));
            Some(ReplyTo { message, allow_without: true, ..ReplyTo::default() })
        }
    }
}

fn reply_with_quote(reply: &types::InputReplyToMessage, me: AccountId) -> ReplyTo {
    let quote = reply.quote_text.as_deref().unwrap_or_default();
    ReplyTo {
        message: Some(MessageId(reply.reply_to_msg_id)),
        allow_without: true,
        quote: decode::text(quote, reply.quote_entities.as_ref(), me),
        position: u32::try_from(reply.quote_offset.unwrap_or_default()).unwrap_or_default(),
    }
}
