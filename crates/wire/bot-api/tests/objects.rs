//! What objects look like as JSON.

use parlor_wire_bot_api::objects::{
    ChatMember, ChatMemberBanned, ChatMemberMember, InlineKeyboardButton, InlineKeyboardMarkup,
    MaybeInaccessibleMessage, Message, MessageEntity, MessageOrigin, MessageOriginUser, Poll, RichText,
    RichTextBold, Update, User, VideoChatStarted,
};
use serde::Serialize;
use serde_json::{Value, json};

fn sent(object: &impl Serialize) -> Value {
    // By way of text, as in an answer; nothing equals null.
    serde_json::to_string(object).and_then(|text| serde_json::from_str(&text)).unwrap_or_default()
}

#[test]
fn an_absent_field_is_not_sent_and_a_required_one_always_is() {
    let user = User { id: 5, first_name: "Ann".to_owned(), is_premium: true, ..User::default() };
    assert_eq!(sent(&user), json!({"id": 5, "is_bot": false, "first_name": "Ann", "is_premium": true}));
    let entity = MessageEntity { kind: "bold".to_owned(), length: 3, ..MessageEntity::default() };
    assert_eq!(sent(&entity), json!({"type": "bold", "offset": 0, "length": 3}));
    // An optional boolean is sent as it is; one that is documented as `True` only if it is true.
    let me = User { can_join_groups: Some(false), is_premium: false, ..user };
    assert_eq!(sent(&me), json!({"id": 5, "is_bot": false, "first_name": "Ann", "can_join_groups": false}));
}

#[test]
fn fields_come_in_the_order_of_the_documentation() {
    let message = Message { message_id: 7, from: Some(Box::default()), date: 1, ..Message::default() };
    let text = serde_json::to_string(&message).unwrap();
    let expected = "{\"message_id\":7,\"from\":{\"id\":0,\"is_bot\":false,\"first_name\":\"\"},\"date\":1,\
                    \"chat\":{\"id\":0,\"type\":\"\"}}";
    assert_eq!(text, expected);
}

#[test]
fn a_variant_has_its_discriminator_first() {
    let user = User { id: 5, ..User::default() };
    let shown = json!({"id": 5, "is_bot": false, "first_name": ""});
    let origin = MessageOrigin::User(Box::new(MessageOriginUser { date: 3, sender_user: user.clone() }));
    assert_eq!(sent(&origin), json!({"type": "user", "date": 3, "sender_user": shown}));
    assert!(serde_json::to_string(&origin).unwrap().starts_with("{\"type\":\"user\","));
    let kicked = ChatMemberBanned { user: user.clone(), until_date: 0 };
    let kicked = ChatMember::Banned(Box::new(kicked));
    assert_eq!(sent(&kicked), json!({"status": "kicked", "user": shown, "until_date": 0}));
    let member = ChatMemberMember { user, ..ChatMemberMember::default() };
    assert_eq!(sent(&ChatMember::Member(Box::new(member))), json!({"status": "member", "user": shown}));
}

#[test]
fn unions_without_a_discriminator_are_their_variants() {
    let message = Box::new(Message { message_id: 7, ..Message::default() });
    let expected = json!({"message_id": 7, "date": 0, "chat": {"id": 0, "type": ""}});
    assert_eq!(sent(&MaybeInaccessibleMessage::Message(message)), expected);
    let bold = RichText::Bold(Box::new(RichTextBold { text: RichText::Plain("x".to_owned()) }));
    let text = RichText::List(vec![RichText::Plain("a".to_owned()), bold]);
    assert_eq!(sent(&text), json!(["a", {"type": "bold", "text": "x"}]));
}

#[test]
fn lists_may_hold_lists_and_be_empty() {
    let button =
        |text: &str| InlineKeyboardButton { text: text.to_owned(), ..InlineKeyboardButton::default() };
    let rows = vec![vec![button("a"), button("b")], vec![]];
    let markup = InlineKeyboardMarkup { inline_keyboard: rows, ..InlineKeyboardMarkup::default() };
    assert_eq!(sent(&markup), json!({"inline_keyboard": [[{"text": "a"}, {"text": "b"}], []]}));
    assert_eq!(sent(&VideoChatStarted {}), json!({}));
}

#[test]
fn a_new_kind_of_update_needs_no_new_code_here() {
    let poll = Poll { id: "1".to_owned(), question: "?".to_owned(), ..Poll::default() };
    let update = Update { update_id: 9, poll: Some(Box::new(poll)), ..Update::default() };
    let shown = sent(&update);
    assert_eq!(shown["update_id"], 9);
    assert_eq!((&shown["poll"]["id"], &shown["poll"]["options"]), (&json!("1"), &json!([])));
    assert_eq!(shown.as_object().unwrap().len(), 2);
}

#[test]
fn objects_that_are_held_by_the_thousand_stay_small() {
    // What is optional is boxed: an update that holds a message would otherwise be as large as every kind of update
    // together.
    assert!(size_of::<Update>() <= 300, "{}", size_of::<Update>());
    assert!(size_of::<Message>() <= 2000, "{}", size_of::<Message>());
}
