//! Tables of error texts of parameters: each is the official server's text.

use super::{commands, inline_keyboard, link_preview, menu_button, message_ids, reply_markup, scope, text};
use crate::answer::ApiError;
use parlor_wire_bot_api::{Args, Json};

/// Returns the description of the error, or an empty text if the parameter is valid.
fn error<T>(decode: impl Fn(&Json) -> Result<T, ApiError>, parameter: &str) -> String {
    decode(&Json(parameter.to_owned())).err().map_or(String::new(), |error| error.description)
}

#[test]
fn keyboards() {
    for (parameter, expected) in [
        ("", ""),
        ("{}", ""),
        (r#"{"inline_keyboard": []}"#, ""),
        (r#"{"keyboard": [["a", {"text": "b"}]]}"#, ""),
        ("{", "Bad Request: can't parse reply keyboard markup JSON object"),
        ("5", "Bad Request: object expected as reply markup"),
        (r#"{"keyboard": 5}"#, "Bad Request: field \"keyboard\" must be of type Array"),
        (r#"{"keyboard": [5]}"#, "Bad Request: field \"keyboard\" must be an Array of Arrays"),
        (
            r#"{"keyboard": [[5]]}"#,
            "Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
        (
            r#"{"inline_keyboard": [5]}"#,
            "Bad Request: field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
        ),
        (
            r#"{"inline_keyboard": [[5]]}"#,
            "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            r#"{"inline_keyboard": [[{"url": "x"}]]}"#,
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            r#"{"inline_keyboard": [[{"text": "x"}]]}"#,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            r#"{"inline_keyboard": [[{"text": "x", "style": "pink", "url": "x"}]]}"#,
            "Bad Request: can't parse inline keyboard button: invalid button style specified",
        ),
        (r#"{"remove_keyboard": "yes"}"#, "Bad Request: field \"remove_keyboard\" must be of type Boolean"),
    ] {
        assert_eq!(error(reply_markup, parameter), expected, "{parameter}");
    }
    assert_eq!(error(inline_keyboard, r#"{"force_reply": true}"#), "Bad Request: inline keyboard expected");
    assert_eq!(error(inline_keyboard, r#"{"inline_keyboard": []}"#), "");
}

#[test]
fn commands_and_scopes() {
    for (parameter, expected) in [
        ("", ""),
        (r#"[{"command": "a", "description": "b"}]"#, ""),
        ("[", "Bad Request: can't parse commands JSON object"),
        ("{}", "Bad Request: expected an Array of BotCommand"),
        ("[5]", "Bad Request: can't parse BotCommand: expected an Object"),
        (r#"[{"command": "a"}]"#, "Bad Request: can't parse BotCommand: Can't find field \"description\""),
    ] {
        assert_eq!(error(commands, parameter), expected, "{parameter}");
    }
    for (parameter, expected) in [
        ("", ""),
        (r#"{"type": "all_group_chats"}"#, ""),
        (r#"{"type": "chat", "chat_id": 5}"#, ""),
        ("{", "Bad Request: can't parse BotCommandScope JSON object"),
        ("5", "Bad Request: can't parse BotCommandScope: BotCommandScope must be an Object"),
        ("{}", "Bad Request: can't parse BotCommandScope: Can't find field \"type\""),
        (r#"{"type": "x"}"#, "Bad Request: can't parse BotCommandScope: Unsupported type specified"),
        (
            r#"{"type": "chat", "chat_id": ""}"#,
            "Bad Request: can't parse BotCommandScope: Empty chat_id specified",
        ),
    ] {
        assert_eq!(error(scope, parameter), expected, "{parameter}");
    }
}

#[test]
fn menu_buttons() {
    for (parameter, expected) in [
        ("", ""),
        (r#"{"type": "web_app", "text": "x", "web_app": {"url": "https://x"}}"#, ""),
        ("{", "Bad Request: can't parse menu button JSON object"),
        ("5", "Bad Request: can't parse menu button: MenuButton must be an Object"),
        (r#"{"type": "x"}"#, "Bad Request: can't parse menu button: MenuButton has unsupported type"),
        (
            r#"{"type": "web_app", "text": "x", "web_app": 5}"#,
            "Bad Request: can't parse menu button: Field \"web_app\" must be of type Object",
        ),
    ] {
        assert_eq!(error(menu_button, parameter), expected, "{parameter}");
    }
}

#[test]
fn lists_of_message_ids() {
    let too_many = format!("[{}1]", "1,".repeat(100));
    for (parameter, expected) in [
        (r#"[1, "2"]"#, ""),
        ("", "Bad Request: message identifiers are not specified"),
        ("[]", "Bad Request: message identifiers are not specified"),
        ("[", "Bad Request: can't parse message_ids JSON object"),
        ("5", "Bad Request: expected an Array of message identifiers"),
        (&too_many, "Bad Request: too many message identifiers specified"),
        ("[[]]", "Bad Request: message identifier must be a Number"),
        (r#"["x"]"#, "Bad Request: can't parse message identifier as a Number"),
        ("[0]", "Bad Request: invalid message identifier specified"),
    ] {
        assert_eq!(error(message_ids, parameter), expected, "{parameter}");
    }
}

#[test]
fn texts_and_their_previews() {
    let preview = |parameter: &Json| link_preview(parameter, &Args::default());
    for (parameter, expected) in [
        ("", ""),
        (r#"{"is_disabled": true}"#, ""),
        ("{", "Bad Request: can't parse link preview options JSON object"),
        ("5", "Bad Request: object expected as link preview options"),
        (r#"{"is_disabled": 1}"#, "Bad Request: field \"is_disabled\" must be of type Boolean"),
    ] {
        assert_eq!(error(preview, parameter), expected, "{parameter}");
    }
    let entities = |parameter: &Json| text("abc", "", parameter);
    for (parameter, expected) in [
        ("", ""),
        ("[", ""),
        (r#"[{"type": "mention", "offset": 0, "length": 1}]"#, ""),
        ("[5]", "Bad Request: can't parse MessageEntity: expected an Object"),
        (
            r#"[{"type": "x", "offset": 0, "length": 1}]"#,
            "Bad Request: can't parse MessageEntity: Unsupported type specified",
        ),
        (
            r#"[{"type": "text_link", "offset": 0, "length": 1}]"#,
            "Bad Request: can't parse MessageEntity: Can't find field \"url\"",
        ),
    ] {
        assert_eq!(error(entities, parameter), expected, "{parameter}");
    }
    assert_eq!(error(|_| text("a", "bbcode", &Json::default()), ""), "Bad Request: unsupported parse_mode");
}
