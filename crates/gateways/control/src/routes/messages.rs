use super::extract::{Body, Json, Pair, Path, Query, World, bot};
use crate::Control;
use crate::dto::{Answer, Entity, Message};
use crate::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use parlor_host::Host;
use parlor_world::callback::Press;
use parlor_world::dialog::Dialog;
use parlor_world::markup::{ButtonAction, KeyboardRequest, Markup};
use parlor_world::message::{
    ClearHistory, DeleteByUser, EditText, Forward, Ids, Mode, Pin, React, Reaction, ReplyTo, Route, Send,
};
use parlor_world::refusal::Purpose;
use parlor_world::text::Text;
use parlor_world::{AccountId, CallbackId, Command, DialogId, MessageId, Refusal, Side};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

/// Messages in one answer, at most.
const MAX_PAGE: usize = 1000;
/// A wait ends by then, whatever was asked for.
const MAX_WAIT_SECONDS: f64 = 120.0;

/// `/users/{user}/dialogs/{bot}/messages/{message}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Place {
    /// The user's id, or username with or without `@`.
    user: String,
    /// The bot's id, or username with or without `@`.
    bot: String,
    /// The message, in the user's numbering.
    message: i32,
}

impl Place {
    async fn find(self, host: &Host) -> Result<(DialogId, MessageId), Problem> {
        let pair = Pair { user: self.user, bot: self.bot };
        Ok((pair.dialog(host).await?, MessageId(self.message)))
    }
}

async fn shown(host: &Host, dialog: DialogId, id: MessageId) -> Result<Message, Problem> {
    let find = move |world: &parlor_world::World, _| {
        world.dialog(dialog)?.message(Side::User, id).map(Message::from)
    };
    Ok(host.look(find).await?.ok_or(Refusal::MessageNotFound(Purpose::Reply))?)
}

/// Has a person's message sent, and shows it: one step of the world, one look at it.
pub(super) async fn sent<C>(
    host: &Host,
    dialog: DialogId,
    command: C,
    ids: fn(C::Outcome) -> Ids,
) -> Result<(StatusCode, Json<Message>), Problem>
where
    C: Command + std::marker::Send + 'static,
    C::Outcome: std::marker::Send,
{
    let message = host.ask(command, move |world, _, outcome| {
        world.dialog(dialog)?.message(Side::User, ids(outcome).user).map(Message::from)
    });
    let message = message.await?.ok_or(Refusal::MessageNotFound(Purpose::Reply))?;
    Ok((StatusCode::CREATED, Json(message)))
}

/// Which part of a transcript.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Only messages after this one, by the user's id.
    #[param(required = false, nullable = false)]
    after: Option<i32>,
    /// Only messages before this one.
    #[param(required = false, nullable = false)]
    before: Option<i32>,
    /// The most messages to answer with, 100 if absent, never more than 1000: the first ones with `after`, else the
    /// last ones.
    #[param(required = false, nullable = false, minimum = 0)]
    limit: Option<usize>,
}

/// Lists a dialog's messages as the user sees them, oldest first.
#[utoipa::path(
    get,
    path = "/control/users/{user}/dialogs/{bot}/messages",
    operation_id = "list_messages",
    tag = "messages",
    params(Pair, Page),
    responses((status = 200, description = "The messages", body = Vec<Message>), Problem)
)]
pub(super) async fn transcript(
    World(host): World,
    Path(pair): Path<Pair>,
    Query(page): Query<Page>,
) -> Result<Json<Vec<Message>>, Problem> {
    let id = pair.dialog(&host).await?;
    let limit = page.limit.unwrap_or(100).min(MAX_PAGE);
    let messages = host.look(move |world, _| {
        let Some(dialog) = world.dialog(id) else { return Vec::new() };
        match (page.after, page.before) {
            (Some(after), before) => {
                let end = before.unwrap_or(i32::MAX);
                let range = dialog.messages_after(Side::User, MessageId(after));
                range.take_while(|message| message.id.user.0 < end).take(limit).map(Message::from).collect()
            }
            (None, before) => {
                let range = dialog.messages_before(Side::User, MessageId(before.unwrap_or(i32::MAX)));
                let mut last: Vec<Message> = range.rev().take(limit).map(Message::from).collect();
                last.reverse();
                last
            }
        }
    });
    Ok(Json(messages.await?))
}

/// A text to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    #[schema(min_length = 1, max_length = 4096)]
    text: String,
    #[serde(default)]
    entities: Vec<Entity>,
    /// The message that it answers, by the user's id.
    reply_to: Option<i32>,
    /// The part of that message that it quotes.
    quote: Option<String>,
}

/// Sends a text, or a reply to a message.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{bot}/messages",
    operation_id = "send_message",
    tag = "messages",
    params(Pair),
    request_body = NewMessage,
    responses((status = 201, description = "The message that was sent", body = Message), Problem)
)]
pub(super) async fn send(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(new): Body<NewMessage>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let id = pair.dialog(&host).await?;
    let reply = new.reply_to.map(|message| ReplyTo {
        message: Some(MessageId(message)),
        quote: Text::plain(new.quote.as_deref().unwrap_or_default()),
        ..ReplyTo::default()
    });
    let text = Entity::text(&new.text, &new.entities).map_err(Problem::bad_request)?;
    let command = Send { reply, ..Send::by_user(id, text) };
    sent(&host, id, command, |(_, ids)| ids).await
}

/// A new text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Edited {
    #[schema(min_length = 1, max_length = 4096)]
    text: String,
    #[serde(default)]
    entities: Vec<Entity>,
}

/// Edits the text of the user's own message.
#[utoipa::path(
    patch,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}",
    operation_id = "edit_message",
    tag = "messages",
    params(Place),
    request_body = Edited,
    responses((status = 200, description = "The message after the edit", body = Message), Problem)
)]
pub(super) async fn edit(
    World(host): World,
    Path(place): Path<Place>,
    Body(new): Body<Edited>,
) -> Result<Json<Message>, Problem> {
    let (id, message) = place.find(&host).await?;
    let text = Entity::text(&new.text, &new.entities).map_err(Problem::bad_request)?;
    host.tell(EditText { route: Route::User(id), message, text, link_preview: None, markup: None }).await?;
    Ok(Json(shown(&host, id, message).await?))
}

/// Where a message is passed on to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Passing {
    /// The bot's id or username.
    to: String,
    /// Without the name of who sent it first.
    #[serde(default)]
    hides_sender: bool,
}

/// Forwards a message to a bot.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}/forward",
    operation_id = "forward_message",
    tag = "messages",
    params(Place),
    request_body = Passing,
    responses((status = 201, description = "The message that was sent", body = Message), Problem)
)]
pub(super) async fn forward(
    World(host): World,
    Path(place): Path<Place>,
    Body(passing): Body<Passing>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let (from, message) = place.find(&host).await?;
    let to = DialogId { bot: bot(&host, &passing.to).await?, ..from };
    let command = Forward {
        to: Route::User(to),
        from: Route::User(from),
        messages: vec![message.into()],
        skip_missing: false,
        mode: if passing.hides_sender { Mode::Copy { reply: None, markup: None } } else { Mode::Forward },
        silent: false,
        protected: false,
    };
    sent(&host, to, command, |(_, ids)| ids[0]).await
}

/// For whom a message is deleted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// For the bot too; only for the user if absent.
    #[serde(default)]
    #[param(required = false)]
    for_both: bool,
}

/// Deletes a message.
#[utoipa::path(
    delete,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}",
    operation_id = "delete_message",
    tag = "messages",
    params(Place, Deletion),
    responses((status = 204, description = "The message is deleted"), Problem)
)]
pub(super) async fn delete(
    World(host): World,
    Path(place): Path<Place>,
    Query(Deletion { for_both }): Query<Deletion>,
) -> Result<StatusCode, Problem> {
    let (dialog, message) = place.find(&host).await?;
    host.tell(DeleteByUser { dialog, messages: vec![message], for_both }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Clears the dialog's history.
#[utoipa::path(
    delete,
    path = "/control/users/{user}/dialogs/{bot}/messages",
    operation_id = "clear_history",
    tag = "messages",
    params(Pair, Deletion),
    responses((status = 204, description = "The history is cleared"), Problem)
)]
pub(super) async fn clear(
    World(host): World,
    Path(pair): Path<Pair>,
    Query(Deletion { for_both }): Query<Deletion>,
) -> Result<StatusCode, Problem> {
    let dialog = pair.dialog(&host).await?;
    // What is written meanwhile is cleared too; only what comes faster than batches are deleted could hold it up.
    while host.tell(ClearHistory { dialog, up_to: None, between: (None, None), for_both }).await?.more {}
    Ok(StatusCode::NO_CONTENT)
}

/// What is waited for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wait {
    /// The bot's first message after this one, by the user's id. If absent, the first one after the user's last
    /// message that no wait has given yet.
    #[param(required = false, nullable = false)]
    after: Option<i32>,
    /// Seconds until giving up, never more than 120; 10 if absent.
    #[param(required = false, nullable = false)]
    timeout: Option<f64>,
}

fn deadline(seconds: Option<f64>) -> Instant {
    let seconds = seconds.filter(|seconds| seconds.is_finite()).unwrap_or(10.0);
    Instant::now() + Duration::from_secs_f64(seconds.clamp(0.0, MAX_WAIT_SECONDS))
}

/// Waits for the next message of the bot.
///
/// Without `after` each message is given once: the first one behind the user's last message that no wait for this
/// dialog has given yet. Answers 408 when the time is over.
#[utoipa::path(
    get,
    path = "/control/users/{user}/dialogs/{bot}/wait",
    operation_id = "wait_for_message",
    tag = "messages",
    params(Pair, Wait),
    responses((status = 200, description = "The bot's message", body = Message), Problem)
)]
pub(super) async fn wait(
    State(control): State<Control>,
    World(host): World,
    Path(pair): Path<Pair>,
    Query(wait): Query<Wait>,
) -> Result<Json<Message>, Problem> {
    let id = pair.dialog(&host).await?;
    let deadline = deadline(wait.timeout);
    let waits = &control.waits;
    loop {
        let given = waits.last(&host, id);
        let next = move |world: &parlor_world::World| {
            let dialog = world.dialog(id)?;
            let after = match wait.after {
                Some(after) => MessageId(after),
                None => given.max(last_of_user(dialog)),
            };
            let mut later = dialog.messages_after(Side::User, after);
            later.find(|message| message.from == Side::Bot).map(Message::from)
        };
        let Some(message) = until(&host, id, deadline, next).await? else {
            let detail = "the bot sent nothing before the deadline";
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "WAIT_TIMEOUT", detail));
        };
        // Another caller may have been given it in the meantime.
        if waits.give(&host, id, MessageId(message.id)) || wait.after.is_some() {
            return Ok(Json(message));
        }
    }
}

fn last_of_user(dialog: &Dialog) -> MessageId {
    let mut own = dialog.messages(Side::User).rev().filter(|message| message.from == Side::User);
    own.next().map_or(MessageId(0), |message| message.id.user)
}

/// Looks again after everything that happens to the user, until there is something or the deadline passes.
async fn until<T: std::marker::Send + 'static>(
    host: &Host,
    dialog: DialogId,
    deadline: Instant,
    find: impl Fn(&parlor_world::World) -> Option<T> + Clone + std::marker::Send + 'static,
) -> Result<Option<T>, Problem> {
    let mut watch = host.watch(AccountId::User(dialog.user));
    loop {
        let find = find.clone();
        if let Some(found) = host.look(move |world, _| find(world)).await? {
            return Ok(Some(found));
        }
        tokio::select! {
            rung = watch.ring() => if !rung {
                return Err(parlor_host::Failure::Stopped.into());
            },
            () = tokio::time::sleep_until(deadline) => return Ok(None),
        }
    }
}

/// A press on a button under a message: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ButtonPress {
    /// The button's callback data.
    data: Option<String>,
    /// What the button says; the first such one.
    text: Option<String>,
    /// Seconds to wait for the bot's answer, 120 at the most; 10 if absent, 0 waits for nothing.
    timeout: Option<f64>,
}

/// What a press led to.
#[derive(Serialize, ToSchema)]
pub(super) struct Pressed {
    /// Absent for buttons that ask nobody.
    callback_id: Option<String>,
    /// The bot's answer, if it came in time.
    answer: Option<Answer>,
    /// What the app opens or copies, for buttons that ask nobody.
    opens: Option<String>,
}

/// Presses a button under a message and waits for the bot's answer.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}/press",
    operation_id = "press_button",
    tag = "messages",
    params(Place),
    request_body = ButtonPress,
    responses((status = 200, description = "What the press led to", body = Pressed), Problem)
)]
pub(super) async fn press(
    World(host): World,
    Path(place): Path<Place>,
    Body(press): Body<ButtonPress>,
) -> Result<Json<Pressed>, Problem> {
    let (id, message) = place.find(&host).await?;
    let action = match (press.data, press.text) {
        (Some(data), None) => ButtonAction::Callback(data),
        (None, Some(text)) => button_action(&host, id, message, text).await?,
        _ => return Err(Problem::bad_request("name the button by either data or text")),
    };
    let data = match action {
        ButtonAction::Callback(data) => data,
        ButtonAction::Url(value)
        | ButtonAction::WebApp(value)
        | ButtonAction::CopyText(value)
        | ButtonAction::LoginUrl { url: value, .. }
        | ButtonAction::SwitchInline(value)
        | ButtonAction::SwitchInlineCurrent(value) => {
            return Ok(Json(Pressed { callback_id: None, answer: None, opens: Some(value) }));
        }
    };
    let callback: CallbackId = host.tell(Press { dialog: id, message, data }).await?;
    let find = move |world: &parlor_world::World| world.callback(callback)?.answer.as_ref().map(Answer::from);
    let answer = until(&host, id, deadline(press.timeout), find).await?;
    Ok(Json(Pressed { callback_id: Some(callback.to_string()), answer, opens: None }))
}

async fn button_action(
    host: &Host,
    dialog: DialogId,
    message: MessageId,
    text: String,
) -> Result<ButtonAction, Problem> {
    let find = move |world: &parlor_world::World, _| {
        let message = world.dialog(dialog).and_then(|dialog| dialog.message(Side::User, message));
        let message = message.ok_or(Refusal::MessageNotFound(Purpose::Press))?;
        let rows = message.markup().and_then(Markup::inline).unwrap_or_default();
        let button = rows.iter().flatten().find(|button| button.text == text);
        button.map(|button| button.action.clone()).ok_or(Refusal::ButtonNotFound)
    };
    Ok(host.look(find).await??)
}

/// A press on a button of the custom keyboard.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyPress {
    /// What the button says, and sends.
    text: String,
}

/// Presses a button of the keyboard that is shown: its text is sent.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{bot}/keyboard",
    operation_id = "press_key",
    tag = "messages",
    params(Pair),
    request_body = KeyPress,
    responses((status = 201, description = "The message that was sent", body = Message), Problem)
)]
pub(super) async fn press_key(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(KeyPress { text }): Body<KeyPress>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let id = pair.dialog(&host).await?;
    let wanted = text.clone();
    let key = host.look(move |world, _| {
        let (_, markup) = world.dialog(id)?.keyboard()?;
        let Markup::Keyboard(keyboard) = markup else { return None };
        keyboard.rows.iter().flatten().find(|key| key.text == wanted).cloned()
    });
    let key = key.await?.ok_or(Refusal::ButtonNotFound)?;
    if let Some(request) = &key.request {
        return Err(unserved_request(request));
    }
    sent(&host, id, Send::by_user(id, Text::plain(&text)), |(_, ids)| ids).await
}

/// A button that asks for more than its text. The codes are for programs, such as the page, which explains them in the
/// reader's language.
fn unserved_request(request: &KeyboardRequest) -> Problem {
    let (code, what) = match request {
        KeyboardRequest::Contact => ("CONTACT_BUTTON_NOT_SERVED", "the person's contact"),
        KeyboardRequest::Location => ("LOCATION_BUTTON_NOT_SERVED", "the person's location"),
        KeyboardRequest::Poll(_) => ("POLL_BUTTON_NOT_SERVED", "a poll"),
        KeyboardRequest::WebApp(_) => ("WEB_APP_BUTTON_NOT_SERVED", "what a mini app says"),
    };
    let detail = format!("this button sends {what}, which is not served by Parlor; see docs/coverage.md");
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}

/// The person's reactions to a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reactions {
    /// One emoji, or none.
    #[schema(max_items = 1)]
    reactions: Vec<String>,
}

/// Sets the user's reactions to a message.
#[utoipa::path(
    put,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}/reactions",
    operation_id = "set_reactions",
    tag = "messages",
    params(Place),
    request_body = Reactions,
    responses((status = 204, description = "The reactions are set"), Problem)
)]
pub(super) async fn react(
    World(host): World,
    Path(place): Path<Place>,
    Body(Reactions { reactions }): Body<Reactions>,
) -> Result<StatusCode, Problem> {
    let (id, message) = place.find(&host).await?;
    let reactions = reactions.iter().map(|emoji| Reaction::parse(emoji)).collect::<Result<_, _>>()?;
    host.tell(React { route: Route::User(id), message, reactions }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a message.
#[utoipa::path(
    put,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}/pin",
    operation_id = "pin_message",
    tag = "messages",
    params(Place),
    responses((status = 204, description = "The message is pinned"), Problem)
)]
pub(super) async fn pin(World(host): World, Path(place): Path<Place>) -> Result<StatusCode, Problem> {
    let (id, message) = place.find(&host).await?;
    host.tell(Pin { route: Route::User(id), message: Some(message), pinned: true, silent: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unpins a message.
#[utoipa::path(
    delete,
    path = "/control/users/{user}/dialogs/{bot}/messages/{message}/pin",
    operation_id = "unpin_message",
    tag = "messages",
    params(Place),
    responses((status = 204, description = "The message is not pinned"), Problem)
)]
pub(super) async fn unpin(World(host): World, Path(place): Path<Place>) -> Result<StatusCode, Problem> {
    let (id, message) = place.find(&host).await?;
    host.tell(Pin { route: Route::User(id), message: Some(message), pinned: false, silent: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}
