//! The demo bot's answers: the requests that it makes for an update.

use super::USERNAME;
use super::texts::{Texts, texts};
use parlor_wire_bot_api::requests::{
    AnswerCallbackQuery, EditMessageText, SendChatAction, SendMessage, SetMessageReaction,
};
use parlor_wire_bot_api::{Json, Request};
use serde_json::{Value, json};

/// A request of the demo bot.
#[derive(Debug, PartialEq)]
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) parameters: Value,
}

impl Call {
    fn of<R: Request>(request: &R) -> Self {
        Self { method: R::METHOD, parameters: serde_json::to_value(request).unwrap_or_default() }
    }
}

/// Returns the requests that answer an update, in order. Updates of other kinds are ignored.
pub(super) fn answer(update: &Value) -> Vec<Call> {
    let query = &update["callback_query"];
    match query.is_object() {
        true => answer_press(query),
        false => answer_message(&update["message"]).unwrap_or_default(),
    }
}

fn answer_message(message: &Value) -> Option<Vec<Call>> {
    let chat = message["chat"]["id"].as_i64()?.to_string();
    let text = message["text"].as_str()?;
    let texts = texts(message["from"]["language_code"].as_str());
    let name = message["from"]["first_name"].as_str().unwrap_or(texts.somebody);
    let mut parts = text.splitn(2, ' ');
    if parts.next() == Some("/start") {
        let payload = parts.next().map(texts.payload).unwrap_or_default();
        let text = (texts.greeting)(name) + &payload;
        let reply_markup = buttons(texts, 0);
        return Some(vec![Call::of(&SendMessage {
            chat_id: chat,
            text,
            reply_markup,
            ..SendMessage::default()
        })]);
    }
    if text == texts.hide {
        let reply_markup = Json(json!({"remove_keyboard": true}).to_string());
        let text = texts.hidden.to_owned();
        return Some(vec![Call::of(&SendMessage {
            chat_id: chat,
            text,
            reply_markup,
            ..SendMessage::default()
        })]);
    }
    let reaction = Json(json!([{"type": "emoji", "emoji": "👍"}]).to_string());
    let message_id = message["message_id"].as_i64();
    let reply = (texts.echo)(name, text);
    Some(vec![
        Call::of(&SetMessageReaction {
            chat_id: chat.clone(),
            message_id,
            reaction,
            ..SetMessageReaction::default()
        }),
        Call::of(&SendChatAction {
            chat_id: chat.clone(),
            action: "typing".to_owned(),
            ..SendChatAction::default()
        }),
        Call::of(&SendMessage { chat_id: chat, text: reply, ..SendMessage::default() }),
    ])
}

fn answer_press(query: &Value) -> Vec<Call> {
    let texts = texts(query["from"]["language_code"].as_str());
    let data = query["data"].as_str().unwrap_or_default();
    let chat_id = query["message"]["chat"]["id"].as_i64().unwrap_or_default().to_string();
    let mut response = AnswerCallbackQuery {
        callback_query_id: query["id"].as_str().unwrap_or_default().to_owned(),
        ..AnswerCallbackQuery::default()
    };
    let more = match data {
        "alert" => {
            response.text = texts.alert_text.to_owned();
            response.show_alert = true;
            None
        }
        "keyboard" => {
            let rows = json!({"keyboard": [["🌞", "🌧"], [texts.hide]], "resize_keyboard": true});
            let (text, reply_markup) = (texts.keyboard_text.to_owned(), Json(rows.to_string()));
            Some(Call::of(&SendMessage { chat_id, text, reply_markup, ..SendMessage::default() }))
        }
        presses => {
            let count = presses.parse().unwrap_or(0u32).saturating_add(1);
            Some(Call::of(&EditMessageText {
                chat_id,
                message_id: query["message"]["message_id"].as_i64(),
                text: (texts.presses)(count),
                reply_markup: buttons(texts, count),
                ..EditMessageText::default()
            }))
        }
    };
    more.into_iter().chain([Call::of(&response)]).collect()
}

/// Returns the buttons below the greeting. The data of the first one counts its presses.
fn buttons(texts: &Texts, presses: u32) -> Json {
    let url = format!("https://t.me/{USERNAME}?startgroup=parlor");
    let rows = json!({"inline_keyboard": [
        [{"text": texts.count, "callback_data": presses.to_string()}],
        [{"text": texts.alert, "callback_data": "alert"}, {"text": texts.keyboard, "callback_data": "keyboard"}],
        [{"text": texts.add_to_group, "url": url}],
    ]});
    Json(rows.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn methods(update: Value) -> Vec<&'static str> {
        answer(&update).iter().map(|call| call.method).collect()
    }

    #[test]
    fn users_are_answered_in_their_language() {
        for (language, text) in
            [(json!("ru"), "Привет, Аня!"), (json!("en"), "Hi, Аня!"), (Value::Null, "Hi, Аня!")]
        {
            let from = json!({"first_name": "Аня", "language_code": language});
            let update = json!({"message": {"chat": {"id": 5}, "from": from, "text": "/start"}});
            assert_eq!(answer(&update)[0].parameters["text"], text);
        }
    }

    #[test]
    fn updates_are_answered_by_kind() {
        let message = |text: &str| json!({"message": {"chat": {"id": 5}, "message_id": 7, "text": text}});
        assert_eq!(methods(message("hello")), ["setMessageReaction", "sendChatAction", "sendMessage"]);
        let press =
            |data: &str| json!({"callback_query": {"id": "1", "data": data, "message": {"chat": {"id": 5}}}});
        assert_eq!(methods(press("alert")), ["answerCallbackQuery"]);
        assert_eq!(methods(press("keyboard")), ["sendMessage", "answerCallbackQuery"]);
        assert_eq!(methods(press("3")), ["editMessageText", "answerCallbackQuery"]);
        assert_eq!(answer(&press("3"))[0].parameters["text"], "Edited after each press. Presses so far: 4");
        assert!(methods(json!({"my_chat_member": {}})).is_empty());
    }
}
