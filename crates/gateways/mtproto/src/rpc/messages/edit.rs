use super::target;
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::functions::MessagesEditMessage;
use parlor_world::content::LinkPreview;
use parlor_world::ops::message::{EditMessage, MessageEdit};
use parlor_world::{Actor, MessageId};

pub(in crate::rpc) async fn edit(context: &Context, request: MessagesEditMessage) -> Answer {
    let me = context.me()?;
    let is_bot = context.bot().is_ok();
    let markup = request.reply_markup.as_ref().filter(|_| is_bot).map(decode::markup).transpose()?;
    let target = target(context, &request.peer).await?;
    let edit = match request.message {
        Some(text) => MessageEdit::Text {
            text: decode::text(&text, request.entities.as_ref(), me),
            link_preview: request
                .no_webpage
                .then(|| LinkPreview { disabled: true, ..LinkPreview::default() }),
        },
        None if is_bot => MessageEdit::Markup,
        // Messages of users have no keyboard that could be edited without the text.
        None => return Err(RpcError::bad("MESSAGE_EMPTY")),
    };
    let command =
        EditMessage { actor: Actor::from(me), target, message: MessageId(request.id), edit, markup };
    let edited = context.execute_with_effects(command, |executed, _| executed.updates());
    context.encode(&edited.await?)
}
