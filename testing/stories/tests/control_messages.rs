//! Messages, events and inputs of the control API: Bot API objects as the user sees them, and the fields beside them.

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

const TOKEN: &str = "123456:AAAA";
const DIALOG: &str = "/users/1001/dialogs/123456";
/// The clock stands still.
const DATE: i64 = 2_000_000_000;

/// Ann, a bot with two names, and another user before her, so that the two sides number messages differently.
async fn begin() -> Result<Server> {
    let server = Server::start(&["--memory"]).await?;
    server.control("POST", "/clock/set", json!({ "now": DATE })).await?;
    server.control("POST", "/clock/freeze", json!({})).await?;
    let bot = json!({"token": TOKEN, "username": "weather_bot", "name": "Weather"});
    server.control("POST", "/bots", bot).await?;
    call(&server, "setMyName", json!({"name": "Wetter", "language_code": "de"})).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Ben"})).await?;
    server.control("POST", "/users/1002/dialogs/123456/start", json!({})).await?;
    let ann = json!({"id": 1001, "first_name": "Ann", "language_code": "de"});
    server.control("POST", "/users", ann).await?;
    Ok(server)
}

async fn call(server: &Server, method: &str, parameters: Value) -> Result<Value> {
    let (status, answer) = server.bot_api(TOKEN, method, parameters).await?;
    ensure!(status == 200, "{method}: {answer}");
    Ok(answer["result"].clone())
}

async fn say(server: &Server, text: &str, mut more: Value) -> Result<Value> {
    more["chat_id"] = json!(1001);
    more["text"] = json!(text);
    call(server, "sendMessage", more).await
}

fn chat() -> Value {
    json!({"id": 123_456, "type": "private", "first_name": "Wetter", "username": "weather_bot"})
}

fn weather() -> Value {
    json!({"id": 123_456, "is_bot": true, "first_name": "Wetter", "username": "weather_bot"})
}

fn ann() -> Value {
    json!({"id": 1001, "is_bot": false, "first_name": "Ann", "language_code": "de"})
}

/// A message of the dialog; `more` replaces fields.
fn message(id: i64, from: Value, text: &str, more: Value) -> Value {
    let message = json!({"message_id": id, "from": from, "date": DATE, "chat": chat(), "text": text});
    merged(message, more)
}

/// The fields beside a message. The bot has one message more, Ben's.
fn details(id: i64, is_outgoing: bool, more: Value) -> Value {
    let details = json!({"ids": {"1001": id, "123456": id + 1}, "is_outgoing": is_outgoing, "is_read": false, "is_silent": false,
                         "reply_to_message_id": null, "reply_keyboard": null, "reactions": {}});
    merged(details, more)
}

fn merged(mut value: Value, more: Value) -> Value {
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}

fn is(found: &Value, expected: &Value) -> Result<()> {
    ensure!(found == expected, "found {found:#}\nexpected {expected:#}");
    Ok(())
}

#[tokio::test]
async fn a_message_is_the_bot_apis_with_what_only_the_app_knows_beside_it() -> Result<()> {
    let server = begin().await?;
    let start = server.control("POST", &format!("{DIALOG}/start"), json!({"payload": "rain"})).await?;
    let command = json!({"entities": [{"type": "bot_command", "offset": 0, "length": 6}]});
    let first = message(1, ann(), "/start", command.clone());
    is(&start, &merged(json!({ "message": first }), details(1, true, json!({}))))?;
    let rows = json!({"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]});
    let link = "https://example.com";
    let secret = json!({"reply_markup": rows, "protect_content": true, "disable_notification": true});
    say(&server, link, secret).await?;
    let keyboard = json!({"keyboard": [["Yes", {"text": "Number", "request_contact": true}],
        [{"text": "Quiz", "request_poll": {"type": "quiz"}}, {"text": "App", "web_app": {"url": link}, "style": "success"}]],
        "resize_keyboard": true, "one_time_keyboard": true, "is_persistent": true, "input_field_placeholder": "Well?", "selective": true});
    say(&server, "Yes?", json!({"reply_markup": keyboard, "reply_parameters": {"message_id": 2}})).await?;
    say(&server, "Well?", json!({"reply_markup": {"force_reply": true, "input_field_placeholder": "So"}}))
        .await?;
    say(&server, "Off", json!({"reply_markup": {"remove_keyboard": true}})).await?;
    let thumb = json!({"reaction": [{"type": "emoji", "emoji": "👍"}]});
    server.control("PUT", &format!("{DIALOG}/messages/2/reactions"), thumb.clone()).await?;
    server.control("DELETE", &format!("{DIALOG}/messages/1"), Value::Null).await?;
    server.control("POST", &format!("{DIALOG}/read"), json!({"up_to": 2})).await?;
    let mut shown = keyboard;
    shown["keyboard"][0][0] = json!({"text": "Yes"});
    let expected = json!([
        merged(
            json!({"message": message(2, weather(), link, json!({
                "entities": [{"type": "url", "offset": 0, "length": 19}], "link_preview_options": {"url": link},
                "reply_markup": rows, "has_protected_content": true}))}),
            details(
                2,
                false,
                json!({"is_read": true, "is_silent": true, "reactions": {"1001": thumb["reaction"]}})
            ),
        ),
        // The message that it replies to is gone for her, and still there for the bot.
        merged(
            json!({"message": message(3, weather(), "Yes?", json!({}))}),
            details(3, false, json!({"reply_to_message_id": 1, "reply_keyboard": shown})),
        ),
        merged(
            json!({"message": message(4, weather(), "Well?", json!({}))}),
            details(
                4,
                false,
                json!({"reply_keyboard": {"force_reply": true, "input_field_placeholder": "So"}})
            ),
        ),
        merged(
            json!({"message": message(5, weather(), "Off", json!({}))}),
            details(5, false, json!({"reply_keyboard": {"remove_keyboard": true}})),
        ),
    ]);
    is(&server.control("GET", &format!("{DIALOG}/messages"), Value::Null).await?, &expected)?;
    let dialog = server.control("GET", DIALOG, Value::Null).await?;
    is(&dialog["last_message"], &expected[3])?;
    is(&dialog["chat"], &chat())?;
    is(&json!([dialog["last_read_inbox_message_id"], dialog["unread_count"]]), &json!([2, 3]))
}

#[tokio::test]
async fn accounts_are_users_of_the_bot_api_with_more() -> Result<()> {
    let server = begin().await?;
    let ann = json!({"id": 1001, "is_bot": false, "first_name": "Ann", "language_code": "de",
                     "hides_language": false, "bio": null, "phone": null, "is_deleted": false});
    is(&server.control("GET", "/users/1001", Value::Null).await?, &ann)?;
    let shown = server.control("GET", "/bots/123456", Value::Null).await?;
    let me = call(&server, "getMe", json!({})).await?;
    let owners = json!({"description": "", "short_description": "", "domain": null, "inline_placeholder": null,
        "owner_id": null, "token": TOKEN, "is_deleted": false, "webhook_url": null, "pending_update_count": 1, "is_running": false});
    is(&shown, &merged(me, owners))
}

type Stream = Lines<BufReader<TcpStream>>;

async fn listen(server: &Server) -> Result<Stream> {
    let mut stream = TcpStream::connect(server.address()).await?;
    let request = "GET /control/users/1001/events?after=0 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    Ok(BufReader::new(stream).lines())
}

async fn next(stream: &mut Stream) -> Result<Value> {
    loop {
        let line = stream.next_line().await?.context("an event")?;
        if let Some(data) = line.strip_prefix("data: ") {
            return Ok(serde_json::from_str(data)?);
        }
    }
}

#[tokio::test]
async fn events_are_updates_of_the_bot_api_where_it_has_one() -> Result<()> {
    let server = begin().await?;
    let mut stream = listen(&server).await?;
    let of_message = |method: &'static str, path: &'static str, body: Value| {
        let server = &server;
        async move { server.control(method, &format!("{DIALOG}{path}"), body).await }
    };
    of_message("POST", "/messages", json!({"text": "Hi"})).await?;
    let base = |number: i64, kind: &str, more: Value| {
        let cursor = number.to_string();
        let base =
            json!({"type": kind, "number": number, "cursor": cursor, "date": DATE, "chat_id": 123_456});
        merged(base, more)
    };
    let hi = message(1, ann(), "Hi", json!({}));
    let sent = json!({"update": {"update_id": 1, "message": hi}, "details": details(1, true, json!({}))});
    is(&next(&mut stream).await?, &base(1, "message", sent))?;
    of_message("PATCH", "/messages/1", json!({"text": "Ho"})).await?;
    let edited = message(1, ann(), "Ho", json!({"edit_date": DATE}));
    let edited =
        json!({"update": {"update_id": 2, "edited_message": edited}, "details": details(1, true, json!({}))});
    is(&next(&mut stream).await?, &base(2, "edited_message", edited))?;
    call(
        &server,
        "setMessageReaction",
        json!({"chat_id": 1001, "message_id": 2, "reaction": [{"type": "emoji", "emoji": "👍"}]}),
    )
    .await?;
    let thumb = json!([{"type": "emoji", "emoji": "👍"}]);
    let reacted = json!({"chat": chat(), "message_id": 1, "user": weather(), "date": DATE, "old_reaction": [], "new_reaction": thumb});
    is(
        &next(&mut stream).await?,
        &base(3, "message_reaction", json!({"update": {"update_id": 3, "message_reaction": reacted}})),
    )?;
    let updates = call(&server, "getUpdates", json!({})).await?;
    let last = updates.as_array().and_then(|all| all.last()).context("an update")?;
    call(&server, "getUpdates", json!({"offset": last["update_id"].as_i64().context("an id")? + 1})).await?;
    is(&next(&mut stream).await?, &base(4, "messages_read", json!({"message_id": 1, "is_outgoing": true})))?;
    call(&server, "pinChatMessage", json!({"chat_id": 1001, "message_id": 2, "disable_notification": true}))
        .await?;
    is(&next(&mut stream).await?, &base(5, "message_pinned", json!({"message_id": 1})))?;
    let service = next(&mut stream).await?;
    let pinned = message(1, ann(), "Ho", json!({"edit_date": DATE}));
    is(
        &service["update"]["message"],
        &json!({"message_id": 2, "from": weather(), "date": DATE, "chat": chat(), "pinned_message": pinned}),
    )?;
    of_message("DELETE", "/messages/1/pin", Value::Null).await?;
    is(&next(&mut stream).await?, &base(7, "message_unpinned", json!({"message_id": 1})))?;
    of_message("DELETE", "/messages/1", Value::Null).await?;
    is(&next(&mut stream).await?, &base(8, "messages_deleted", json!({"message_ids": [1]})))?;
    say(
        &server,
        "Well?",
        json!({"reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}}),
    )
    .await?;
    next(&mut stream).await?;
    let pressed =
        of_message("POST", "/messages/3/press", json!({"callback_data": "go", "timeout": 0})).await?;
    let id = pressed["callback_query_id"].clone();
    is(&pressed, &json!({"callback_query_id": id, "answer": null, "opens": null}))?;
    call(&server, "answerCallbackQuery", json!({"callback_query_id": id, "text": "Gone"})).await?;
    let answer = json!({"text": "Gone", "show_alert": false, "url": null, "cache_time": 0});
    is(
        &next(&mut stream).await?,
        &base(10, "callback_query_answered", json!({"callback_query_id": id, "answer": answer})),
    )?;
    of_message("POST", "/read", json!({})).await?;
    is(
        &next(&mut stream).await?,
        &base(11, "messages_read", json!({"message_id": 3, "is_outgoing": false})),
    )?;
    of_message("POST", "/block", Value::Null).await?;
    let member = json!({"status": "member", "user": weather()});
    let kicked = json!({"status": "kicked", "user": weather(), "until_date": 0});
    let blocked = json!({"chat": chat(), "from": ann(), "date": DATE, "old_chat_member": member, "new_chat_member": kicked});
    is(
        &next(&mut stream).await?,
        &base(12, "my_chat_member", json!({"update": {"update_id": 12, "my_chat_member": blocked}})),
    )?;
    of_message("POST", "/unblock", Value::Null).await?;
    next(&mut stream).await?;
    call(&server, "sendChatAction", json!({"chat_id": 1001, "action": "typing"})).await?;
    let bot = json!({"id": 123_456, "is_bot": true, "first_name": "Wetter", "username": "weather_bot"});
    let typing = json!({"type": "chat_action", "chat_id": 123_456, "from": bot, "action": "typing"});
    is(&next(&mut stream).await?, &typing)
}

#[tokio::test]
async fn inputs_have_the_names_of_the_bot_api() -> Result<()> {
    let server = begin().await?;
    let path = format!("{DIALOG}/messages");
    let send = async |body: Value| server.control("POST", &path, body).await;
    send(json!({"text": "Rain today, sun tomorrow"})).await?;
    let reply = json!({"message_id": 1, "quote": "sun", "quote_position": 12});
    let entities = json!([{"type": "bold", "offset": 0, "length": 3}, {"type": "text_mention", "offset": 4, "length": 3, "user": {"id": 1002}},
                          {"type": "url", "offset": 0, "length": 3}]);
    let sent = send(json!({"text": "And Ben?", "entities": entities, "reply_parameters": reply,
                           "link_preview_options": {"url": "https://example.com", "prefer_small_media": true}})).await?;
    let ben = json!({"id": 1002, "is_bot": false, "first_name": "Ben"});
    let expected = message(
        2,
        ann(),
        "And Ben?",
        json!({
        "reply_to_message": message(1, ann(), "Rain today, sun tomorrow", json!({})),
        "quote": {"text": "sun", "position": 12, "is_manual": true},
        "entities": [{"type": "bold", "offset": 0, "length": 3}, {"type": "text_mention", "offset": 4, "length": 3, "user": ben}],
        "link_preview_options": {"url": "https://example.com", "prefer_small_media": true}}),
    );
    is(&sent["message"], &expected)?;
    let missing =
        json!({"text": "x", "reply_parameters": {"message_id": 99, "allow_sending_without_reply": true}});
    ensure!(send(missing).await?["reply_to_message_id"].is_null());
    let entity = |entity: Value| json!({"text": "abc", "entities": [merged(json!({"offset": 0, "length": 1}), entity)]});
    for (body, words) in [
        (json!({"text": "x", "reply_to": 1}), "unknown field `reply_to`"),
        (json!({"text": "x", "reply_parameters": {"message_id": 99}}), "MESSAGE_ID_INVALID"),
        (entity(json!({"type": "text_link"})), "an entity of type text_link needs url"),
        (entity(json!({"type": "text_mention"})), "an entity of type text_mention needs user"),
        (entity(json!({"type": "date_time"})), "no type of entity that a user can send"),
    ] {
        let error = send(body.clone()).await.err().context("it was taken")?;
        ensure!(error.to_string().contains(words), "{body}: {error}");
    }
    for (name, body, words) in [
        ("reactions", json!({"reactions": ["👍"]}), "unknown field `reactions`"),
        ("reactions", json!({"reaction": [{"type": "paid"}]}), "unknown variant `paid`"),
        ("reactions", json!({"reaction": [{"type": "emoji", "emoji": "x"}]}), "REACTION_INVALID"),
    ] {
        let error = server
            .control("PUT", &format!("{path}/1/{name}"), body.clone())
            .await
            .err()
            .context("it was taken")?;
        ensure!(error.to_string().contains(words), "{body}: {error}");
    }
    for (body, words) in
        [(json!({"data": "x"}), "unknown field `data`"), (json!({}), "either callback_data or text")]
    {
        let error = server
            .control("POST", &format!("{path}/1/press"), body.clone())
            .await
            .err()
            .context("it was taken")?;
        ensure!(error.to_string().contains(words), "{body}: {error}");
    }
    Ok(())
}
