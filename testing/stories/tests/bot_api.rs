//! Tables of Bot API methods with parameters and Telegram's answers.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, contains};
use serde_json::{Value, json};

const TOKEN: &str = "123456:AAAA";
const OTHER: &str = "777:BBBB";

/// A user who wrote to the bot. The bot's message 1 is the user's `/start`.
async fn begin() -> Result<Server> {
    let server = Server::start(&["--memory"]).await?;
    server.bot_api(TOKEN, "getMe", json!({})).await?;
    server.bot_api(OTHER, "getMe", json!({})).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann", "username": "ann_lee"})).await?;
    server.control("POST", "/users/1001/dialogs/123456/start", json!({})).await?;
    Ok(server)
}

/// Each call must answer with that status, and that description (or, when it succeeds, contain that result).
async fn check(server: &Server, table: &[(&str, Value, Value)]) -> Result<()> {
    for (method, parameters, expected) in table {
        let (status, answer) = server.bot_api(TOKEN, method, parameters.clone()).await?;
        let fits = match expected.as_str() {
            Some(words) => {
                let code = answer["error_code"].as_u64();
                answer["description"] == words && code == Some(status.into()) && answer["ok"] == false
            }
            None => status == 200 && answer["ok"] == true && contains(&answer["result"], &expected["result"]),
        };
        ensure!(fits, "{method} {parameters}\n  said     {status} {answer}\n  expected {expected}");
    }
    Ok(())
}

fn ok(result: Value) -> Value {
    json!({ "result": result })
}

#[tokio::test]
async fn texts() -> Result<()> {
    let server = begin().await?;
    let send = |parameters: Value| {
        let mut all = json!({"chat_id": 1001});
        all.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
        all
    };
    let bold = json!([{"type": "bold", "offset": 2, "length": 1}]);
    check(
        &server,
        &[
            ("sendMessage", json!({"text": "x"}), json!("Bad Request: chat_id is empty")),
            ("sendMessage", json!({"chat_id": "@ann_lee", "text": "x"}), json!("Bad Request: chat not found")),
            ("sendMessage", json!({"chat_id": "x", "text": "x"}), json!("Bad Request: chat not found")),
            ("sendMessage", json!({"chat_id": 5, "text": "x"}), json!("Bad Request: chat not found")),
            ("sendMessage", send(json!({})), json!("Bad Request: message text is empty")),
            ("sendMessage", send(json!({"text": " \n "})), json!("Bad Request: text must be non-empty")),
            ("sendMessage", send(json!({"text": "x".repeat(4097)})), json!("Bad Request: message is too long")),
            ("sendMessage", send(json!({"text": "😀".repeat(4096)})), ok(json!({"text": "😀".repeat(4096)}))),
            ("sendMessage", send(json!({"text": "a", "parse_mode": "WML"})), json!("Bad Request: unsupported parse_mode")),
            (
                "sendMessage",
                send(json!({"text": "<b>a", "parse_mode": "HTML"})),
                json!("Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""),
            ),
            (
                "sendMessage",
                send(json!({"text": "a.", "parse_mode": "MarkdownV2"})),
                json!("Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
            ),
            (
                "sendMessage",
                send(json!({"text": "*a", "parse_mode": "Markdown"})),
                json!("Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 0"),
            ),
            // An emoji is two UTF-16 code units.
            ("sendMessage", send(json!({"text": "😀b", "entities": bold})), ok(json!({"text": "😀b", "entities": bold}))),
            (
                "sendMessage",
                send(json!({"text": "<b>1</b> /go @ann_lee #tag", "parse_mode": "html"})),
                ok(json!({"text": "1 /go @ann_lee #tag", "entities": [
                    {"type": "bold", "offset": 0, "length": 1},
                    {"type": "bot_command", "offset": 2, "length": 3},
                    {"type": "mention", "offset": 6, "length": 8},
                    {"type": "hashtag", "offset": 15, "length": 4},
                ]})),
            ),
            (
                "sendMessage",
                send(json!({"text": "r", "reply_parameters": {"message_id": 99}})),
                json!("Bad Request: message to be replied not found"),
            ),
            (
                "sendMessage",
                send(json!({"text": "r", "reply_to_message_id": 1, "disable_notification": "true", "protect_content": true})),
                ok(json!({"text": "r", "reply_to_message": {"message_id": 1, "text": "/start"}, "has_protected_content": true})),
            ),
            (
                "sendMessage",
                send(json!({"text": "r", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "x".repeat(65)}]]}})),
                json!("Bad Request: BUTTON_DATA_INVALID"),
            ),
            (
                "sendMessage",
                send(json!({"text": "r", "reply_markup": {"inline_keyboard": [[{"text": "b"}]]}})),
                json!("Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
            ),
            ("sendMessage", send(json!({"text": "r", "reply_markup": "{"})), json!("Bad Request: can't parse reply keyboard markup JSON object")),
            (
                "sendMessage",
                send(json!({"text": "q", "reply_parameters": {"message_id": 1, "quote": "start"}})),
                ok(json!({"quote": {"text": "start", "position": 1, "is_manual": true}})),
            ),
            (
                "sendMessage",
                send(json!({"text": "q", "reply_parameters": {"message_id": 1, "quote": "end"}})),
                json!("Bad Request: QUOTE_TEXT_INVALID"),
            ),
            (
                "sendMessage",
                send(json!({"text": "r", "entities": [{"type": "bold", "offset": "x", "length": 1}]})),
                json!("Bad Request: can't parse MessageEntity: Field \"offset\" must be a valid Number"),
            ),
            (
                "sendMessage",
                send(json!({"text": "r", "reply_parameters": [1]})),
                json!("Bad Request: object expected as reply parameters"),
            ),
            ("sendChatAction", send(json!({"action": "dance"})), json!("Bad Request: wrong parameter action in request")),
            ("sendChatAction", send(json!({"action": "Upload_Audio"})), ok(json!(true))),
            ("sendDice", send(json!({})), json!("Bad Request: sendDice is not served by Parlor; see docs/coverage.md")),
            ("noSuchMethod", json!({}), json!("Not Found: method not found")),
        ],
    )
    .await
}

#[tokio::test]
async fn messages() -> Result<()> {
    let server = begin().await?;
    let at = |id: i64, more: Value| {
        let mut all = json!({"chat_id": 1001, "message_id": id});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let from = |id: i64| at(id, json!({"from_chat_id": 1001}));
    let not_modified = "Bad Request: message is not modified: specified new message content and reply markup are exactly \
                        the same as a current content and reply markup of the message";
    check(
        &server,
        &[
            ("sendMessage", json!({"chat_id": 1001, "text": "one"}), ok(json!({"message_id": 2}))),
            ("editMessageText", at(2, json!({"text": "one"})), json!(not_modified)),
            ("editMessageText", at(2, json!({"text": "two"})), ok(json!({"message_id": 2, "text": "two"}))),
            ("editMessageText", at(9, json!({"text": "x"})), json!("Bad Request: message to edit not found")),
            ("editMessageText", at(1, json!({"text": "x"})), json!("Bad Request: message can't be edited")),
            (
                "editMessageText",
                json!({"text": "x"}),
                json!("Bad Request: message identifier is not specified"),
            ),
            ("editMessageReplyMarkup", at(2, json!({})), json!(not_modified)),
            ("forwardMessage", from(9), json!("Bad Request: message to forward not found")),
            (
                "forwardMessage",
                from(1),
                ok(json!({"message_id": 3, "text": "/start", "forward_origin": {"type": "user"}})),
            ),
            ("copyMessage", from(9), json!("Bad Request: message to copy not found")),
            ("copyMessage", from(2), ok(json!({"message_id": 4}))),
            (
                "copyMessages",
                json!({"chat_id": 1001, "from_chat_id": 1001, "message_ids": [1, 2]}),
                ok(json!([{"message_id": 5}, {"message_id": 6}])),
            ),
            (
                "setMessageReaction",
                at(1, json!({"reaction": [{"type": "emoji", "emoji": "👍"}]})),
                ok(json!(true)),
            ),
            (
                "setMessageReaction",
                at(1, json!({"reaction": [{"type": "emoji", "emoji": "x"}]})),
                json!("Bad Request: REACTION_INVALID"),
            ),
            ("setMessageReaction", at(99, json!({})), json!("Bad Request: message to react not found")),
            ("pinChatMessage", at(2, json!({})), ok(json!(true))),
            ("pinChatMessage", at(99, json!({})), json!("Bad Request: message to pin not found")),
            (
                "getChat",
                json!({"chat_id": 1001}),
                ok(json!({"type": "private", "pinned_message": {"message_id": 2}})),
            ),
            ("unpinChatMessage", json!({"chat_id": 1001}), ok(json!(true))),
            ("unpinAllChatMessages", json!({"chat_id": 1001}), ok(json!(true))),
            ("deleteMessage", at(2, json!({})), ok(json!(true))),
            ("deleteMessage", at(2, json!({})), json!("Bad Request: message to delete not found")),
            ("deleteMessages", json!({"chat_id": 1001, "message_ids": [3, 99]}), ok(json!(true))),
            (
                "answerCallbackQuery",
                json!({"callback_query_id": "1"}),
                json!("Bad Request: query is too old and response timeout expired or query ID is invalid"),
            ),
        ],
    )
    .await
}

/// Too long lists are cut or refused in the gateway.
#[tokio::test]
async fn limits_of_one_message() -> Result<()> {
    let server = begin().await?;
    let entities: Vec<Value> =
        (0..150).map(|at| json!({"type": "code", "offset": at * 2, "length": 1})).collect();
    let text = "a ".repeat(150);
    let message = json!({"chat_id": 1001, "text": text, "entities": entities});
    let sent = server.bot_api(TOKEN, "sendMessage", message).await?.1;
    ensure!(sent["result"]["entities"].as_array().map(Vec::len) == Some(100), "{sent}");
    let with = |markup: Value| json!({"chat_id": 1001, "text": "x", "reply_markup": markup});
    let button = json!({"text": "b", "callback_data": "d"});
    let long = json!({"text": "b".repeat(500_000), "callback_data": "d"});
    let too_long = json!("Bad Request: reply markup is too long");
    let row = |button: &Value, count: usize| vec![button.clone(); count];
    check(
        &server,
        &[
            ("sendMessage", with(json!({"inline_keyboard": [row(&button, 100)]})), ok(json!({}))),
            ("sendMessage", with(json!({"inline_keyboard": [row(&button, 101)]})), too_long.clone()),
            ("sendMessage", with(json!({"keyboard": [row(&button, 301)]})), too_long.clone()),
            ("sendMessage", with(json!({"inline_keyboard": [[long]]})), too_long.clone()),
            ("sendMessage", with(json!({"keyboard": [[long]]})), too_long),
        ],
    )
    .await
}

/// A webhook must not lead to the control API, which is on the server's own port, nor to a world's MTProto port; the
/// name is resolved before it is judged.
#[tokio::test]
async fn webhook_urls_to_forbidden_addresses_are_refused() -> Result<()> {
    let server = begin().await?;
    let port = server.root.rsplit(':').next().context("port")?.to_owned();
    let made = server.control("POST", "/worlds", json!({"name": "one"})).await?;
    let open = format!("{}/mtproto", made["control"].as_str().context("control")?);
    let open = || async { anyhow::Ok(server.http().post(&open).send().await?.json::<Value>().await?) };
    let of_world = open().await?["port"].to_string();
    for (host, port) in ["127.0.0.1", "localhost", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
        .iter()
        .flat_map(|host| [(host, &port), (host, &of_world)])
    {
        let url = format!("http://{host}:{port}/control/reset");
        let (status, answer) = server.bot_api(TOKEN, "setWebhook", json!({ "url": url })).await?;
        let words = answer["description"].as_str().unwrap_or_default();
        ensure!(
            status == 400 && words.starts_with("Bad Request: bad webhook: IP address"),
            "{host}:{port}: {answer}"
        );
    }
    let (_, answer) = server.bot_api(TOKEN, "setWebhook", json!({"url": "gopher://127.0.0.1:9/"})).await?;
    ensure!(answer["description"] == "Bad Request: invalid webhook URL specified", "{answer}");
    server.bot_api(TOKEN, "setWebhook", json!({"url": "http://localhost:9/"})).await?;
    let info = server.bot_api(TOKEN, "getWebhookInfo", json!({})).await?.1;
    let address = info["result"]["ip_address"].as_str().unwrap_or_default();
    ensure!(["127.0.0.1", "::1"].contains(&address), "{info}");
    Ok(())
}

#[tokio::test]
async fn the_bot_about_itself() -> Result<()> {
    let server = begin().await?;
    let commands = json!([{"command": "/Go", "description": " Go "}]);
    let russian = json!([{"command": "go", "description": "Идти"}]);
    let one_chat = json!({"type": "chat", "chat_id": 1001});
    check(
        &server,
        &[
            ("setMyCommands", json!({"commands": commands}), json!("Bad Request: BOT_COMMAND_INVALID")),
            (
                "setMyCommands",
                json!({"commands": [{"command": "go", "description": " Go "}]}),
                ok(json!(true)),
            ),
            ("getMyCommands", json!({}), ok(json!([{"command": "go", "description": "Go"}]))),
            ("setMyCommands", json!({"commands": russian, "language_code": "ru"}), ok(json!(true))),
            ("getMyCommands", json!({"language_code": "ru"}), ok(russian.clone())),
            ("getMyCommands", json!({"scope": one_chat}), ok(json!([]))),
            ("setMyCommands", json!({"commands": russian, "scope": one_chat}), ok(json!(true))),
            ("deleteMyCommands", json!({"scope": one_chat}), ok(json!(true))),
            ("getMyCommands", json!({"scope": one_chat}), ok(json!([]))),
            ("setMyName", json!({"name": "Helper"}), ok(json!(true))),
            ("getMyName", json!({}), ok(json!({"name": "Helper"}))),
            ("setMyDescription", json!({"description": "What I do"}), ok(json!(true))),
            ("getMyDescription", json!({}), ok(json!({"description": "What I do"}))),
            (
                "setMyDescription",
                json!({"description": "x", "language_code": "rus"}),
                json!("Bad Request: invalid language code specified"),
            ),
            ("setMyShortDescription", json!({"short_description": "About"}), ok(json!(true))),
            ("getMyShortDescription", json!({}), ok(json!({"short_description": "About"}))),
        ],
    )
    .await
}

/// The texts of all updates that the bot is given.
async fn poll(server: &Server, parameters: Value) -> Result<Vec<String>> {
    let (status, answer) = server.bot_api(TOKEN, "getUpdates", parameters).await?;
    ensure!(status == 200, "{answer}");
    let updates = answer["result"].as_array().context("list")?;
    Ok(updates.iter().map(|update| update["message"]["text"].as_str().unwrap_or("?").to_owned()).collect())
}

#[tokio::test]
async fn updates_are_confirmed_by_offset() -> Result<()> {
    let server = begin().await?;
    for text in ["a", "b", "c"] {
        server.control("POST", "/users/1001/dialogs/123456/messages", json!({"text": text})).await?;
    }
    let (_, first) = server.bot_api(TOKEN, "getUpdates", json!({"limit": 1})).await?;
    let id = first["result"][0]["update_id"].as_i64().context("id")?;
    ensure!(poll(&server, json!({"limit": 2})).await? == ["/start", "a"], "nothing was confirmed");
    ensure!(poll(&server, json!({"offset": id + 1})).await? == ["a", "b", "c"]);
    ensure!(poll(&server, json!({})).await? == ["a", "b", "c"], "what was confirmed stays so");
    ensure!(
        poll(&server, json!({"offset": -2})).await? == ["b", "c"],
        "a negative offset forgets what is before it"
    );
    ensure!(poll(&server, json!({})).await? == ["b", "c"]);
    // The choice of kinds is remembered when it is left out later.
    ensure!(
        poll(&server, json!({"offset": id + 4, "allowed_updates": ["callback_query"]})).await?.is_empty()
    );
    server.control("POST", "/users/1001/dialogs/123456/messages", json!({"text": "unheard"})).await?;
    ensure!(poll(&server, json!({"timeout": 0})).await?.is_empty());
    ensure!(poll(&server, json!({"allowed_updates": []})).await?.is_empty());
    server.control("POST", "/users/1001/dialogs/123456/messages", json!({"text": "heard"})).await?;
    ensure!(poll(&server, json!({"timeout": 50})).await? == ["heard"]);
    // After a day updates expire.
    server.control("POST", "/clock/advance", json!({"seconds": 86_400})).await?;
    ensure!(poll(&server, json!({})).await?.is_empty());
    Ok(())
}

/// Every method of the schema is served, or refused by its own name; none is unknown.
#[tokio::test]
async fn every_served_method_is_answered() -> Result<()> {
    let server = begin().await?;
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/bot-api-10.3.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema)?)?;
    let methods = schema["methods"].as_object().context("methods")?;
    let mut refused = 0;
    for name in methods.keys().filter(|name| !["close", "logOut"].contains(&name.as_str())) {
        let (status, answer) = server.bot_api(TOKEN, name, json!({})).await?;
        ensure!(status != 404, "{name} is unknown");
        let words = format!("Bad Request: {name} is not served by Parlor; see docs/coverage.md");
        let is_served = answer["not_served"].is_null();
        ensure!(is_served || status == 400 && answer["description"] == words, "{name}: {answer}");
        refused += usize::from(!is_served);
    }
    ensure!(methods.len() == 185 && refused == 117, "{refused} of {} are not served", methods.len());
    Ok(())
}

#[tokio::test]
async fn a_strict_server_knows_its_bots() -> Result<()> {
    let server = Server::start(&["--memory", "--strict", "true"]).await?;
    let unauthorized = (401, json!({"ok": false, "error_code": 401, "description": "Unauthorized"}));
    ensure!(server.bot_api(TOKEN, "getMe", json!({})).await? == unauthorized);
    server.control("POST", "/bots", json!({"token": TOKEN})).await?;
    ensure!(server.bot_api(TOKEN, "getMe", json!({})).await?.0 == 200);
    ensure!(server.bot_api("123456:BBBB", "getMe", json!({})).await? == unauthorized);
    Ok(())
}

#[tokio::test]
async fn reply_keyboards_are_sent_and_hidden() -> Result<()> {
    let server = begin().await?;
    let send = |markup: Value| {
        server.bot_api(TOKEN, "sendMessage", json!({"chat_id": 1001, "text": "?", "reply_markup": markup}))
    };
    let press = |text: &str| {
        server.control("POST", "/users/1001/dialogs/123456/keyboard", json!({ "text": text.to_owned() }))
    };
    ensure!(press("Yes").await.is_err(), "there is no keyboard yet");
    let keyboard = json!({"keyboard": [["Yes", {"text": "No"}]], "resize_keyboard": true});
    let (status, sent) = send(keyboard).await?;
    ensure!(
        status == 200 && sent["result"].get("reply_markup").is_none(),
        "custom keyboards are not shown to bots: {sent}"
    );
    press("No").await?;
    ensure!(press("Maybe").await.is_err(), "there is no such button");
    ensure!(send(json!({"remove_keyboard": true})).await?.0 == 200);
    ensure!(press("Yes").await.is_err(), "the keyboard is hidden");
    ensure!(send(json!({"force_reply": true, "input_field_placeholder": "Name"})).await?.0 == 200);
    ensure!(poll(&server, json!({})).await? == ["/start", "No"]);
    Ok(())
}

#[tokio::test]
async fn every_chat_action_has_its_names() -> Result<()> {
    let server = begin().await?;
    let names = "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker \
                 find_location record_video_note upload_video_note record_audio upload_audio pick_up_location cancel TYPING";
    for action in names.split_whitespace() {
        let (status, answer) =
            server.bot_api(TOKEN, "sendChatAction", json!({"chat_id": 1001, "action": action})).await?;
        ensure!(status == 200 && answer["result"] == true, "{action}: {answer}");
    }
    Ok(())
}

#[tokio::test]
async fn callback_queries_expire() -> Result<()> {
    let server = begin().await?;
    let rows = json!({"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "Go", "url": "t.me/x_bot"}]]});
    let text = json!({"chat_id": 1001, "text": "?", "reply_markup": rows});
    let (_, sent) = server.bot_api(TOKEN, "sendMessage", text).await?;
    ensure!(sent["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "yes", "{sent}");
    let chats = server.control("GET", "/users/1001/chats", Value::Null).await?;
    let path = format!(
        "/users/1001/dialogs/123456/messages/{}/press",
        chats[0]["last_message"]["message"]["message_id"]
    );
    let press =
        |button: &str| server.control("POST", &path, json!({"text": button.to_owned(), "timeout": 0}));
    ensure!(
        press("Go").await?["opens"] == "t.me/x_bot" || press("Go").await?["opens"] == "http://t.me/x_bot"
    );
    let query = press("Yes").await?["callback_query_id"].as_str().context("id")?.to_owned();
    let answer = || {
        server.bot_api(TOKEN, "answerCallbackQuery", json!({"callback_query_id": query, "text": "Thanks"}))
    };
    server.control("POST", "/clock/advance", json!({"seconds": 20})).await?;
    let (status, late) = answer().await?;
    let words = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    ensure!(status == 400 && late["description"] == words, "{late}");
    let query = press("Yes").await?["callback_query_id"].as_str().context("id")?.to_owned();
    let long = json!({"callback_query_id": query, "text": "x".repeat(201)});
    ensure!(
        server.bot_api(TOKEN, "answerCallbackQuery", long).await?.1["description"]
            == "Bad Request: MESSAGE_TOO_LONG"
    );
    let elsewhere = json!({"callback_query_id": query, "url": "https://example.org/"});
    ensure!(
        server.bot_api(TOKEN, "answerCallbackQuery", elsewhere).await?.1["description"]
            == "Bad Request: URL_INVALID"
    );
    let in_time = json!({"callback_query_id": query, "text": "Thanks"});
    ensure!(server.bot_api(TOKEN, "answerCallbackQuery", in_time).await?.1["result"] == true);
    Ok(())
}
