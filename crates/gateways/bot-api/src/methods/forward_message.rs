use super::{Context, shown};
use crate::answer::{Answer, ApiError};
use crate::decode;
use crate::refusal::Call;
use parlor_wire_bot_api::objects;
use parlor_wire_bot_api::requests::{CopyMessage, CopyMessages, ForwardMessage, ForwardMessages};
use parlor_world::MessageId;
use parlor_world::message::{Forward, Ids, Mode};

pub(super) async fn handle(context: &Context<'_>, request: ForwardMessage) -> Result<Answer, ApiError> {
    let messages = vec![decode::message_id(request.message_id)];
    let command = Forward {
        skip_missing: false,
        silent: request.disable_notification,
        protected: request.protect_content,
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    let view =
        |world: &_, (dialog, ids): (_, Vec<Ids>)| ids.first().and_then(|ids| shown(world, dialog, ids.bot));
    Answer::of(&context.ask(Call::Send, command, view).await?)
}

pub(super) async fn many(context: &Context<'_>, request: ForwardMessages) -> Result<Answer, ApiError> {
    let messages = decode::message_ids(&request.message_ids)?;
    let command = Forward {
        silent: request.disable_notification,
        protected: request.protect_content,
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    ids(context, command).await
}

pub(super) async fn copy(context: &Context<'_>, request: CopyMessage) -> Result<Answer, ApiError> {
    let messages = vec![decode::message_id(request.message_id)];
    let command = Forward {
        skip_missing: false,
        mode: Mode::Copy {
            reply: decode::reply_parameters(&request.reply_parameters, &context.args, &request.chat_id)?,
            markup: decode::reply_markup(&request.reply_markup)?,
        },
        silent: request.disable_notification,
        protected: request.protect_content,
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    let view = |_: &_, (_, ids): (_, Vec<Ids>)| ids.first().map(message_id);
    Answer::of(&context.ask(Call::Send, command, view).await?)
}

pub(super) async fn copy_many(context: &Context<'_>, request: CopyMessages) -> Result<Answer, ApiError> {
    let messages = decode::message_ids(&request.message_ids)?;
    let command = Forward {
        mode: Mode::Copy { reply: None, markup: None },
        silent: request.disable_notification,
        protected: request.protect_content,
        ..forward(context, &request.chat_id, &request.from_chat_id, messages)?
    };
    ids(context, command).await
}

/// What all four methods have in common.
fn forward(
    context: &Context<'_>,
    chat_id: &str,
    from_chat_id: &str,
    messages: Vec<MessageId>,
) -> Result<Forward, ApiError> {
    if from_chat_id.is_empty() {
        return Err(ApiError::bad_request("Parameter \"from_chat_id\" is required"));
    }
    Ok(Forward {
        to: context.route(chat_id),
        from: context.route(from_chat_id),
        messages: messages.into_iter().map(Into::into).collect(),
        skip_missing: true,
        mode: Mode::Forward,
        silent: false,
        protected: false,
    })
}

async fn ids(context: &Context<'_>, command: Forward) -> Result<Answer, ApiError> {
    let view = |_: &_, (_, ids): (_, Vec<Ids>)| ids.iter().map(message_id).collect::<Vec<_>>();
    Answer::of(&context.ask(Call::Send, command, view).await?)
}

fn message_id(ids: &Ids) -> objects::MessageId {
    objects::MessageId { message_id: i64::from(ids.bot.0) }
}
