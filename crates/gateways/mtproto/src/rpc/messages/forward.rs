use super::target;
use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::SentForm;
use crate::refusal::RpcError;
use parlor_wire_tl::functions::MessagesForwardMessages;
use parlor_world::ops::message::{ForwardItem, ForwardMessages, ForwardMode};
use parlor_world::{Actor, MessageId};

pub(in crate::rpc) async fn forward(context: &Context, request: MessagesForwardMessages) -> Answer {
    let actor = Actor::from(context.me()?);
    if request.id.is_empty() {
        return Err(RpcError::bad("MESSAGE_IDS_EMPTY"));
    }
    if request.id.len() != request.random_id.len() {
        return Err(RpcError::bad("RANDOM_ID_INVALID"));
    }
    decode::check_ids(&request.id, decode::MAX_IDS)?;
    let item = |(id, random_id)| ForwardItem { id: MessageId(id), random_id: Some(random_id) };
    let messages: Vec<_> = request.id.into_iter().zip(request.random_id).map(item).collect();
    let command = ForwardMessages {
        actor,
        from: target(context, &request.from_peer).await?,
        to: target(context, &request.to_peer).await?,
        skip_missing: messages.len() > 1,
        messages,
        mode: match request.drop_author {
            true => ForwardMode::Copy { reply: None, markup: None },
            false => ForwardMode::Forward,
        },
        is_silent: request.silent,
        is_protected: request.noforwards,
        thread: request.top_msg_id.map(MessageId),
    };
    let sent = context.execute_with_effects(command, |executed, keys| executed.sent(&keys, SentForm::Full));
    context.encode(&sent.await?)
}
