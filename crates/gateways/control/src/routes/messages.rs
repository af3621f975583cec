use super::extract::{AtDialog, AtMessage, Body, Json, MessagePath, Pair, Place, Query, chat};
use super::message_views::{self, Sent};
use crate::dto::{self, ChatName, DialogMessage, InputEntity, InputLinkPreview, InputReply};
use crate::problem::Problem;
use http::StatusCode;
use parlor_world::ops::message::{
    ClearHistory, DeleteMessages, EditMessage, ForwardMessages, ForwardMode, MessageEdit, NewContent, Send,
    SendOptions,
};
use parlor_world::refusal::MessageOperation;
use parlor_world::state::group::GENERAL;
use parlor_world::state::message::Message;
use parlor_world::{ChatId, MessageId, Refusal};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The maximum number of messages in one answer.
const MAX_PAGE: usize = 1000;

/// The range of a transcript.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Only messages after this one, by the user's id.
    #[param(required = false, nullable = false)]
    after: Option<i32>,
    /// Only messages before this one.
    #[param(required = false, nullable = false)]
    before: Option<i32>,
    /// The maximum number of messages, at most 1000; 100 if absent. With `after`, the first ones are returned, otherwise
    /// the last ones.
    #[param(required = false, nullable = false, minimum = 0)]
    limit: Option<usize>,
    /// Only messages of this topic or thread; 1 is General.
    #[param(required = false, nullable = false)]
    thread: Option<i32>,
}

impl Page {
    fn has(&self, message: &Message) -> bool {
        match (self.thread.map(MessageId), message.thread()) {
            (None, _) => true,
            (Some(wanted), Some(thread)) => thread.root == wanted,
            (Some(wanted), None) => wanted == GENERAL,
        }
    }
}

/// Lists a dialog's messages as the user sees them, oldest first.
#[utoipa::path(
    get,
    path = "/control/users/{user}/dialogs/{other}/messages",
    operation_id = "list_messages",
    tag = "messages",
    params(Pair, Page),
    responses((status = 200, description = "The messages", body = Vec<DialogMessage>), Problem)
)]
pub(super) async fn transcript(
    AtDialog { host, dialog: place }: AtDialog,
    Query(page): Query<Page>,
) -> Result<Json<Vec<DialogMessage>>, Problem> {
    let limit = page.limit.unwrap_or(100).min(MAX_PAGE);
    let messages = host.read(|world, now| {
        let context = place.view(world, now)?;
        let Some(dialog) = context.dialog() else { return Ok(Vec::new()) };
        let shown = |own| DialogMessage::of(&context, own);
        Ok::<_, Refusal>(match (page.after, page.before) {
            (Some(after), before) => {
                let end = before.unwrap_or(i32::MAX);
                let range = dialog.messages_after(MessageId(after));
                range
                    .take_while(|message| message.id_for(place.user).0 < end)
                    .filter(|message| page.has(message))
                    .take(limit)
                    .map(shown)
                    .collect()
            }
            (None, before) => {
                let range = dialog.messages_before(MessageId(before.unwrap_or(i32::MAX)));
                let mut last: Vec<DialogMessage> =
                    range.rev().filter(|message| page.has(message)).take(limit).map(shown).collect();
                last.reverse();
                last
            }
        })
    });
    Ok(Json(messages.await??))
}

/// A text to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    #[schema(min_length = 1, max_length = 4096)]
    text: String,
    #[serde(default)]
    entities: Vec<InputEntity>,
    /// The message that it replies to.
    reply_parameters: Option<InputReply>,
    /// The options of link previews.
    link_preview_options: Option<InputLinkPreview>,
    /// The topic of a forum; General, or that of the message that is replied to, if absent.
    message_thread_id: Option<i32>,
    /// A channel of the user in whose name it is sent in a group, or the group itself for an anonymous administrator.
    sender_chat_id: Option<i64>,
}

/// Sends a text, or a reply to a message.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/messages",
    operation_id = "send_message",
    tag = "messages",
    params(Pair),
    request_body = NewMessage,
    responses((status = 201, description = "The message that was sent", body = DialogMessage), Problem)
)]
pub(super) async fn send(
    AtDialog { host, dialog }: AtDialog,
    Body(new): Body<NewMessage>,
) -> Result<Sent, Problem> {
    let text = dto::text(&new.text, new.entities)?;
    let link_preview = new.link_preview_options.map(Into::into);
    let command = Send {
        actor: dialog.user.into(),
        target: dialog.target(),
        content: NewContent::Text { text, link_preview },
        options: SendOptions {
            reply: new.reply_parameters.map(InputReply::into_world).transpose()?,
            thread: new.message_thread_id.map(MessageId),
            send_as: new.sender_chat_id.map(|id| ChatId::from_bot_api(id, dialog.user)),
            ..SendOptions::default()
        },
    };
    message_views::send(&host, dialog.user, command).await
}

/// The new text of a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewText {
    #[schema(min_length = 1, max_length = 4096)]
    text: String,
    #[serde(default)]
    entities: Vec<InputEntity>,
}

/// Edits the text of the user's own message.
#[utoipa::path(
    patch,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}",
    operation_id = "edit_message",
    tag = "messages",
    params(MessagePath),
    request_body = NewText,
    responses((status = 200, description = "The message after the edit", body = DialogMessage), Problem)
)]
pub(super) async fn edit(
    AtMessage { host, dialog, message }: AtMessage,
    Body(new): Body<NewText>,
) -> Result<Json<DialogMessage>, Problem> {
    let text = dto::text(&new.text, new.entities)?;
    let (actor, target) = (dialog.user.into(), dialog.target());
    let edit = MessageEdit::Text { text, link_preview: None };
    let command = EditMessage { actor, target, message, edit, markup: None };
    let edited = host.execute_with(command, |world, _, key| message_views::shown(world, dialog.user, key));
    Ok(Json(edited.await??))
}

/// The target of a forwarded message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ForwardRequest {
    /// The other account of the chat, or a group or channel.
    chat_id: ChatName,
    /// Whether the name of the first sender is hidden.
    #[serde(default)]
    hides_sender: bool,
}

/// Forwards a message to another chat of the user.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}/forward",
    operation_id = "forward_message",
    tag = "messages",
    params(MessagePath),
    request_body = ForwardRequest,
    responses((status = 201, description = "The message that was sent", body = DialogMessage), Problem)
)]
pub(super) async fn forward(
    AtMessage { host, dialog: from, message }: AtMessage,
    Body(ForwardRequest { chat_id, hides_sender }): Body<ForwardRequest>,
) -> Result<Sent, Problem> {
    let to = Place { chat: chat(&host, from.user, &chat_id.into_text()).await?, ..from };
    let command = ForwardMessages {
        actor: from.user.into(),
        from: from.target(),
        to: to.target(),
        messages: vec![message.into()],
        skip_missing: false,
        mode: match hides_sender {
            true => ForwardMode::Copy { reply: None, markup: None },
            false => ForwardMode::Forward,
        },
        is_silent: false,
        is_protected: false,
        thread: None,
    };
    let sent = host.execute_with(command, |world, _, sent| {
        let first = sent.first().ok_or(Refusal::MessageNotFound(MessageOperation::Forward))?;
        message_views::shown(world, from.user, *first)
    });
    Ok((StatusCode::CREATED, Json(sent.await??)))
}

/// Options of deleting a message.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// Also for the other account; only for the user if absent.
    #[serde(default)]
    #[param(required = false)]
    for_both: bool,
}

/// Deletes a message.
#[utoipa::path(
    delete,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}",
    operation_id = "delete_message",
    tag = "messages",
    params(MessagePath, Deletion),
    responses((status = 204, description = "The message is deleted"), Problem)
)]
pub(super) async fn delete(
    AtMessage { host, dialog, message }: AtMessage,
    Query(Deletion { for_both }): Query<Deletion>,
) -> Result<StatusCode, Problem> {
    let (actor, target, messages) = (dialog.user.into(), dialog.target(), vec![message]);
    host.execute(DeleteMessages { actor, target, messages, for_all: for_both, skip_missing: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes all messages of the dialog.
#[utoipa::path(
    delete,
    path = "/control/users/{user}/dialogs/{other}/messages",
    operation_id = "clear_history",
    tag = "messages",
    params(Pair, Deletion),
    responses((status = 204, description = "The history is cleared"), Problem)
)]
pub(super) async fn clear(
    AtDialog { host, dialog }: AtDialog,
    Query(Deletion { for_both }): Query<Deletion>,
) -> Result<StatusCode, Problem> {
    // Messages that arrive during the loop are cleared too; it ends unless they arrive faster than they are deleted.
    let clear = || ClearHistory {
        user: dialog.user,
        target: dialog.target(),
        up_to: None,
        between: (None, None),
        for_all: for_both,
    };
    while host.execute(clear()).await?.more {}
    Ok(StatusCode::NO_CONTENT)
}
