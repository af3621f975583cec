//! How JSON parameters are read, and the error messages for wrong ones.

use parlor_wire_bot_api::inputs::*;
use parlor_wire_bot_api::{Input, Json, parameter, parameters};
use serde_json::{Value, json};
use std::fmt::Debug;

fn one<T: Input>(value: &Value) -> Result<Option<T>, String> {
    parameter(&Json(value.to_string()))
}

fn error<T: Input + Debug>(value: Value) -> String {
    one::<T>(&value).map_or_else(|error| error, |read| format!("{value} is read as {read:?}"))
}

fn list_error<T: Input + Debug>(value: Value) -> String {
    let list = parameters::<T>(&Json(value.to_string()));
    list.map_or_else(|error| error, |read| format!("{value} is read as {read:?}"))
}

#[test]
fn what_is_not_given_is_none() {
    assert_eq!(parameter::<ReplyParameters>(&Json::default()), Ok(None));
    assert_eq!(parameters::<BotCommand>(&Json::default()), Ok(None));
}

#[test]
fn fields_are_read_leniently() {
    let read = one::<BotCommandScope>(&json!({"type": "chat", "chat_id": 5})).unwrap().unwrap();
    assert_eq!(read, BotCommandScope::Chat(Box::new(BotCommandScopeChat { chat_id: "5".to_owned() })));
    let read = one::<LabeledPrice>(&json!({"label": "x", "amount": "5"})).unwrap();
    assert_eq!(read, Some(LabeledPrice { label: "x".to_owned(), amount: 5 }));
    let read = one::<LinkPreviewOptions>(&json!({"is_disabled": null, "url": "x"})).unwrap().unwrap();
    assert_eq!((read.is_disabled, read.url.as_deref()), (None, Some("x")), "null is absent");
    let read =
        one::<MessageEntity>(&json!({"type": "text_mention", "offset": 0, "length": 1, "user": {"id": 5}}));
    assert_eq!(read.unwrap().unwrap().user.map(|user| user.id), Some(5), "only the id of a user is needed");
}

#[test]
fn what_is_wrong_with_a_field_is_said_in_the_words_of_the_official_server() {
    for (value, expected) in [
        (json!({"amount": 5}), "Can't find field \"label\""),
        (json!({"label": [], "amount": 5}), "Field \"label\" must be of type String"),
        (json!({"label": "x", "amount": "y"}), "Field \"amount\" must be a valid Number"),
        (json!({"label": "x", "amount": true}), "Field \"amount\" must be a Number"),
        (json!([]), "LabeledPrice must be an Object"),
    ] {
        assert_eq!(
            list_error::<LabeledPrice>(json!([value])),
            format!("Can't parse labeled price: {expected}")
        );
    }
    for (value, expected) in [
        (json!({"point": "eyes", "x_shift": "1"}), "Field \"x_shift\" must be of type Number"),
        (json!({"point": "eyes", "x_shift": 1, "y_shift": 0.5}), "Can't find field \"scale\""),
        (json!("x"), "MaskPosition must be an Object"),
    ] {
        assert_eq!(error::<MaskPosition>(value), format!("Can't parse mask position: {expected}"));
    }
    let gift_types = json!({"unlimited_gifts": 1});
    assert_eq!(error::<AcceptedGiftTypes>(gift_types), "Field \"unlimited_gifts\" must be of type Boolean");
    let button = json!({"type": "web_app", "text": "x", "web_app": "y"});
    assert_eq!(
        error::<MenuButton>(button),
        "Can't parse menu button: Field \"web_app\" must be of type Object"
    );
    let checklist = json!({"title": "x", "tasks": {}});
    assert_eq!(
        error::<InputChecklist>(checklist),
        "Can't parse InputChecklist: Field \"tasks\" must be of type Array"
    );
}

#[test]
fn every_parameter_has_its_own_words_for_no_json_and_for_another_type() {
    fn object<T: Input + Debug>() -> [String; 2] {
        [parameter::<T>(&Json("{".to_owned())).unwrap_err(), error::<T>(json!(5))]
    }
    fn list<T: Input + Debug>() -> [String; 2] {
        [parameters::<T>(&Json("{".to_owned())).unwrap_err(), list_error::<T>(json!(5))]
    }
    for (texts, json, other) in [
        (
            object::<ReplyParameters>(),
            "Can't parse reply parameters JSON object",
            "Object expected as reply parameters",
        ),
        (
            object::<ReplyMarkup>(),
            "Can't parse reply keyboard markup JSON object",
            "Object expected as reply markup",
        ),
        (
            object::<SuggestedPostParameters>(),
            "Can't parse suggested post parameters JSON object",
            "Object expected as suggested post parameters",
        ),
        (
            object::<LinkPreviewOptions>(),
            "Can't parse link preview options JSON object",
            "Object expected as link preview options",
        ),
        (
            object::<ChatPermissions>(),
            "Can't parse permissions JSON object",
            "Object expected as permissions",
        ),
        (
            object::<BotCommandScope>(),
            "Can't parse BotCommandScope JSON object",
            "Can't parse BotCommandScope: BotCommandScope must be an Object",
        ),
        (
            object::<ChatAdministratorRights>(),
            "Can't parse ChatAdministratorRights JSON object",
            "Can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object",
        ),
        (
            object::<InputMedia>(),
            "Can't parse input media JSON object",
            "Can't parse InputMedia: expected an Object",
        ),
        (list::<InputMedia>(), "Can't parse media JSON object", "Expected an Array of InputMedia"),
        (
            list::<InputPaidMedia>(),
            "Can't parse paid media JSON object",
            "Expected an Array of InputPaidMedia",
        ),
        (list::<LabeledPrice>(), "Can't parse prices JSON object", "Expected an Array of labeled prices"),
        (list::<BotCommand>(), "Can't parse commands JSON object", "Expected an Array of BotCommand"),
        (
            list::<ReactionType>(),
            "Can't parse reaction types JSON object",
            "Expected an Array of ReactionType",
        ),
        (
            list::<PassportElementError>(),
            "Can't parse errors JSON object",
            "Expected an Array of PassportElementError",
        ),
        (list::<InputSticker>(), "Can't parse stickers JSON object", "Expected an Array of InputSticker"),
        (list::<StoryArea>(), "Can't parse story areas JSON object", "Expected an Array of InputStoryArea"),
        (
            list::<InputPollOption>(),
            "Can't parse options JSON object",
            "Expected an Array of String as options",
        ),
        (
            list::<InlineQueryResult>(),
            "Can't parse JSON encoded inline query results",
            "Expected an Array of inline query results",
        ),
    ] {
        assert_eq!(texts, [json, other]);
    }
}

#[test]
fn an_unknown_discriminator_is_refused() {
    let of = |kind: &str| json!({"type": kind});
    for (error, expected) in [
        (error::<InputMedia>(of("x")), "Can't parse InputMedia: type \"x\" is unsupported"),
        (error::<BotCommandScope>(of("x")), "Can't parse BotCommandScope: Unsupported type specified"),
        (error::<MenuButton>(of("x")), "Can't parse menu button: MenuButton has unsupported type"),
        (error::<InputProfilePhoto>(of("x")), "Invalid profile photo type specified"),
        (error::<InputStoryContent>(of("x")), "Invalid story content type specified"),
        (error::<InputPollMedia>(of("x")), "Failed to parse InputPollMedia: invalid type specified"),
        (
            list_error::<ReactionType>(json!([of("x")])),
            "Can't parse ReactionType: invalid reaction type specified",
        ),
        (error::<MenuButton>(json!({})), "Can't parse menu button: Can't find field \"type\""),
        (
            list_error::<InlineQueryResult>(json!([{"type": "X", "id": "1"}])),
            "Can't parse inline query result: type \"x\" is unsupported for the inline query result",
        ),
    ] {
        assert_eq!(error, expected);
    }
}

#[test]
fn variants_with_one_discriminator_are_told_by_what_is_given() {
    let read = |value: Value| one::<InlineQueryResult>(&value).unwrap().unwrap();
    let photo = read(json!({"type": "Photo", "id": "1", "photo_url": "u", "thumb_url": "t"}));
    let InlineQueryResult::Photo(photo) = photo else { panic!("{photo:?}") };
    assert_eq!((photo.photo_url.as_str(), photo.thumbnail_url.as_deref()), ("u", Some("t")), "a former name");
    let cached = read(json!({"type": "photo", "id": "1", "photo_file_id": "f"}));
    assert!(matches!(cached, InlineQueryResult::CachedPhoto(photo) if photo.photo_file_id == "f"));
    let gif = read(json!({"type": "mpeg4_gif", "id": "1", "mpeg4_url": "u"}));
    assert!(matches!(gif, InlineQueryResult::Mpeg4Gif(_)), "{gif:?}");
    let neither = list_error::<InlineQueryResult>(json!([{"type": "voice", "id": "1", "title": "x"}]));
    assert_eq!(neither, "Can't parse inline query result: Can't find field \"voice_file_id\"");
}

#[test]
fn variants_without_a_discriminator_are_told_by_what_is_given() {
    let content = |value: Value| one::<InputMessageContent>(&value).unwrap().unwrap();
    let place = json!({"latitude": 1, "longitude": 2});
    assert!(matches!(content(place), InputMessageContent::InputLocationMessageContent(_)));
    let venue = json!({"latitude": 1, "longitude": 2, "title": "a", "address": "b"});
    assert!(matches!(content(venue), InputMessageContent::InputVenueMessageContent(_)));
    let text = json!({"message_text": "x", "latitude": 1, "longitude": 2});
    assert!(matches!(content(text), InputMessageContent::InputTextMessageContent(_)));
    let nothing = error::<InputMessageContent>(json!({"message_text": ""}));
    assert_eq!(nothing, "Can't parse InputMessageContent: Input message content is not specified");

    let markup = |value: Value| one::<ReplyMarkup>(&value).unwrap().unwrap();
    let both = json!({"keyboard": [], "inline_keyboard": [[{"text": "a"}]], "remove_keyboard": false});
    assert!(matches!(markup(both), ReplyMarkup::InlineKeyboardMarkup(_)), "empty options do not count");
    let reply = markup(json!({"keyboard": [["a", {"text": "b", "request_contact": true}]]}));
    let ReplyMarkup::ReplyKeyboardMarkup(keyboard) = reply else { panic!("{reply:?}") };
    let row: Vec<_> =
        keyboard.keyboard[0].iter().map(|key| (key.text.as_str(), key.request_contact)).collect();
    assert_eq!(row, [("a", None), ("b", Some(true))], "a text is a button");
}

#[test]
fn rows_of_buttons_have_words_of_their_own() {
    for (value, expected) in [
        (
            json!({"inline_keyboard": [5]}),
            "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
        ),
        (
            json!({"inline_keyboard": [[5]]}),
            "Can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (json!({"inline_keyboard": [[{}]]}), "Can't parse inline keyboard button: Can't find field \"text\""),
        (json!({"inline_keyboard": 5}), "Field \"inline_keyboard\" must be of type Array"),
        (json!({"keyboard": [5]}), "Field \"keyboard\" must be an Array of Arrays"),
        (
            json!({"keyboard": [[5]]}),
            "Can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
    ] {
        assert_eq!(error::<ReplyMarkup>(value), expected);
    }
}

#[test]
fn rich_texts_are_texts_lists_and_objects() {
    let block = json!({"type": "paragraph", "text": ["a", {"type": "bold", "text": "b"}]});
    let read = one::<InputRichBlock>(&block).unwrap().unwrap();
    let InputRichBlock::Paragraph(paragraph) = read else { panic!("{read:?}") };
    let bold = RichTextBold { text: RichText::Plain("b".to_owned()) };
    let expected = vec![RichText::Plain("a".to_owned()), RichText::Bold(Box::new(bold))];
    assert_eq!(paragraph.text, RichText::List(expected));
}

#[test]
fn entities_that_are_no_list_are_ignored() {
    let media = one::<InputMedia>(&json!({"type": "photo", "media": "x", "caption_entities": "none"}));
    let Ok(Some(InputMedia::Photo(photo))) = media else { panic!("{media:?}") };
    assert_eq!(photo.caption_entities, Some(Vec::new()));
    let media = json!({"type": "photo", "media": "x", "caption_entities": [5]});
    assert_eq!(
        error::<InputMedia>(media),
        "Can't parse InputMedia: Can't parse MessageEntity: expected an Object"
    );
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let deep = "[".repeat(100_000);
    assert_eq!(parameter::<RichText>(&Json(deep)).unwrap_err(), "Can't parse RichText JSON object");
}
