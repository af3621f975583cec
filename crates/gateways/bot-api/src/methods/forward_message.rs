use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use crate::refusal::Call;
use parlor_wire_bot_api::requests::{CopyMessage, CopyMessages, ForwardMessage, ForwardMessages};
use parlor_world::ops::message::{self, ForwardMode};
use parlor_world::{MessageId, MessageKey};

pub(super) async fn handle(context: &Context<'_>, request: ForwardMessage) -> Result<Answer, ApiError> {
    let messages = vec![decode::message_id(request.message_id)];
    let command = message::ForwardMessages {
        skip_missing: false,
        is_silent: request.disable_notification,
        is_protected: request.protect_content,
        thread: decode::thread(request.message_thread_id),
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    let view = |world: &_, sent: Vec<_>| sent.first().and_then(|key| context.shown(world, *key));
    Answer::of(&context.execute_with(Call::Send, command, view).await?)
}

pub(super) async fn many(context: &Context<'_>, request: ForwardMessages) -> Result<Answer, ApiError> {
    let messages = decode::message_ids(&request.message_ids)?;
    let command = message::ForwardMessages {
        is_silent: request.disable_notification,
        is_protected: request.protect_content,
        thread: decode::thread(request.message_thread_id),
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    ids(context, command).await
}

pub(super) async fn copy(context: &Context<'_>, request: CopyMessage) -> Result<Answer, ApiError> {
    let messages = vec![decode::message_id(request.message_id)];
    let command = message::ForwardMessages {
        skip_missing: false,
        mode: ForwardMode::Copy {
            reply: decode::reply_parameters(&request.reply_parameters, context.args, &request.chat_id)?,
            markup: decode::reply_markup(&request.reply_markup)?,
        },
        is_silent: request.disable_notification,
        is_protected: request.protect_content,
        thread: decode::thread(request.message_thread_id),
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    let view = |world: &_, sent: Vec<_>| sent.first().and_then(|key| context.id(world, *key));
    Answer::of(&context.execute_with(Call::Send, command, view).await?)
}

pub(super) async fn copy_many(context: &Context<'_>, request: CopyMessages) -> Result<Answer, ApiError> {
    let messages = decode::message_ids(&request.message_ids)?;
    let command = message::ForwardMessages {
        mode: ForwardMode::Copy { reply: None, markup: None },
        is_silent: request.disable_notification,
        is_protected: request.protect_content,
        thread: decode::thread(request.message_thread_id),
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    ids(context, command).await
}

/// Builds the common part of the commands of all four methods.
fn forward(
    context: &Context<'_>,
    chat_id: &str,
    from_chat_id: &str,
    messages: Vec<MessageId>,
) -> Result<message::ForwardMessages, ApiError> {
    if from_chat_id.is_empty() {
        return Err(ApiError::bad_request("Parameter \"from_chat_id\" is required"));
    }
    Ok(message::ForwardMessages {
        actor: context.actor(),
        from: context.target(from_chat_id),
        to: context.target(chat_id),
        messages: messages.into_iter().map(Into::into).collect(),
        skip_missing: true,
        mode: ForwardMode::Forward,
        is_silent: false,
        is_protected: false,
        thread: None,
    })
}

async fn ids(context: &Context<'_>, command: message::ForwardMessages) -> Result<Answer, ApiError> {
    let view = |world: &_, sent: Vec<MessageKey>| {
        sent.iter().filter_map(|key| context.id(world, *key)).collect::<Vec<_>>()
    };
    Answer::of(&context.execute_with(Call::Send, command, view).await?)
}
