use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::refusal::Call;
use parlor_wire_bot_api::objects::ForumTopic;
use parlor_wire_bot_api::requests::{
    CloseForumTopic, CloseGeneralForumTopic, CreateForumTopic, DeleteForumTopic, EditForumTopic,
    EditGeneralForumTopic, HideGeneralForumTopic, ReopenForumTopic, ReopenGeneralForumTopic,
    UnhideGeneralForumTopic,
};
use parlor_world::MessageId;
use parlor_world::content::TopicEdit;
use parlor_world::ops::group::{CreateTopic, DeleteTopic, EditTopic};
use parlor_world::state::group::GENERAL;

pub(super) async fn create(context: &Context<'_>, request: CreateForumTopic) -> Result<Answer, ApiError> {
    let icon_color = request.icon_color.map(|color| u32::try_from(color).unwrap_or(u32::MAX));
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let icon = icon(&request.icon_custom_emoji_id)?;
    let command = CreateTopic { actor, target, name: request.name, icon_color, icon };
    let shown = context.execute_with(Call::Other, command, |_, topic| ForumTopic {
        message_thread_id: i64::from(topic.id.0),
        name: topic.name.into(),
        icon_color: i64::from(topic.icon_color),
        icon_custom_emoji_id: topic.icon.map(|icon| icon.to_string()),
        ..ForumTopic::default()
    });
    Answer::of(&shown.await?)
}

/// An empty icon removes it, an absent one keeps it; so does an empty or absent name.
pub(super) async fn edit(context: &Context<'_>, request: EditForumTopic) -> Result<Answer, ApiError> {
    let is_icon_given = context.args.has("icon_custom_emoji_id");
    let icon = icon(&request.icon_custom_emoji_id)?;
    let edit = TopicEdit {
        name: Some(request.name).filter(|name| !name.is_empty()).map(Into::into),
        icon: is_icon_given.then_some(icon.unwrap_or(0)),
        ..TopicEdit::default()
    };
    change(context, &request.chat_id, topic(request.message_thread_id)?, edit).await
}

pub(super) async fn edit_general(
    context: &Context<'_>,
    request: EditGeneralForumTopic,
) -> Result<Answer, ApiError> {
    let edit = TopicEdit { name: Some(request.name.into()), ..TopicEdit::default() };
    change(context, &request.chat_id, GENERAL, edit).await
}

pub(super) async fn close(context: &Context<'_>, request: CloseForumTopic) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, topic(request.message_thread_id)?, closed(true)).await
}

pub(super) async fn reopen(context: &Context<'_>, request: ReopenForumTopic) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, topic(request.message_thread_id)?, closed(false)).await
}

pub(super) async fn close_general(
    context: &Context<'_>,
    request: CloseGeneralForumTopic,
) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, GENERAL, closed(true)).await
}

pub(super) async fn reopen_general(
    context: &Context<'_>,
    request: ReopenGeneralForumTopic,
) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, GENERAL, closed(false)).await
}

pub(super) async fn hide_general(
    context: &Context<'_>,
    request: HideGeneralForumTopic,
) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, GENERAL, hidden(true)).await
}

pub(super) async fn unhide_general(
    context: &Context<'_>,
    request: UnhideGeneralForumTopic,
) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, GENERAL, hidden(false)).await
}

pub(super) async fn delete(context: &Context<'_>, request: DeleteForumTopic) -> Result<Answer, ApiError> {
    let topic = topic(request.message_thread_id)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(DeleteTopic { actor, target, topic }).await
}

async fn change(
    context: &Context<'_>,
    chat_id: &str,
    topic: MessageId,
    edit: TopicEdit,
) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(chat_id));
    context.execute(EditTopic { actor, target, topic, edit }).await
}

fn closed(is_closed: bool) -> TopicEdit {
    TopicEdit { is_closed: Some(is_closed), ..TopicEdit::default() }
}

fn hidden(is_hidden: bool) -> TopicEdit {
    TopicEdit { is_hidden: Some(is_hidden), ..TopicEdit::default() }
}

/// General is not changed by these methods.
fn topic(id: Option<i64>) -> Result<MessageId, ApiError> {
    let id = id.and_then(|id| i32::try_from(id).ok()).filter(|id| *id > GENERAL.0);
    id.map(MessageId).ok_or_else(|| ApiError::bad_request("invalid message thread identifier specified"))
}

fn icon(text: &str) -> Result<Option<i64>, ApiError> {
    match text {
        "" => Ok(None),
        text => match text.parse() {
            Ok(icon) => Ok(Some(icon)),
            Err(_) => Err(ApiError::bad_request("DOCUMENT_INVALID")),
        },
    }
}
