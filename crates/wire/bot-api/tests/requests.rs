//! How requests are read, and made.

use parlor_wire_bot_api::requests::{SendLocation, SendMessage, SendPhoto, SendPoll, SetWebhook};
use parlor_wire_bot_api::{Args, File, InputFile, Json, METHODS, Request, find_method, form};
use serde_json::json;

fn args(fields: &[(&str, &str)]) -> Args {
    let mut args = Args::default();
    fields.iter().for_each(|(name, value)| args.push(*name, *value));
    args
}

#[test]
fn scalars_are_read_as_the_official_server_reads_them() {
    let request = SendLocation::from_args(&args(&[
        ("chat_id", "-100123"),
        ("latitude", "55.75 degrees"),
        ("longitude", "x"),
        ("live_period", "60s"),
        ("heading", "nothing"),
        ("disable_notification", "YES"),
        ("protect_content", "2"),
    ]));
    let expected = SendLocation {
        chat_id: "-100123".to_owned(),
        latitude: Some(55.75),
        longitude: Some(0.0),
        live_period: Some(60),
        heading: Some(0),
        disable_notification: true,
        ..SendLocation::default()
    };
    assert_eq!(request, expected);
    assert_eq!(SendLocation::from_args(&Args::default()), SendLocation::default());
}

#[test]
fn a_field_with_the_name_of_a_word_of_rust_is_read_under_its_own() {
    let request = SendPoll::from_args(&args(&[("type", "quiz"), ("kind", "no"), ("options", "[\"a\"]")]));
    assert_eq!((request.kind.as_str(), request.options), ("quiz", Json("[\"a\"]".to_owned())));
}

#[test]
fn files_are_references_or_uploads() {
    let file = |field: &str| File { field: field.to_owned(), name: "x".to_owned(), bytes: vec![1] };
    for (text, uploaded, expected) in [
        ("", None, InputFile::Absent),
        ("AgACAg", None, InputFile::Reference("AgACAg".to_owned())),
        (
            "https://example.com/x.jpg",
            Some("photo"),
            InputFile::Reference("https://example.com/x.jpg".to_owned()),
        ),
        ("", Some("photo"), InputFile::Uploaded("photo".to_owned())),
        ("attach://mine", Some("mine"), InputFile::Uploaded("mine".to_owned())),
    ] {
        let mut args = Args::default();
        if !text.is_empty() {
            args.push("photo", text);
        }
        uploaded.into_iter().for_each(|field| args.push_file(file(field)));
        assert_eq!(SendPhoto::from_args(&args).photo, expected, "{text} {uploaded:?}");
        if let InputFile::Uploaded(field) = expected {
            assert!(args.file(&field).is_some());
        }
    }
}

#[test]
fn every_form_gives_the_same_request() {
    let expected = SendMessage {
        chat_id: "5".to_owned(),
        text: "a b".to_owned(),
        message_thread_id: Some(7),
        protect_content: true,
        reply_markup: Json("{\"force_reply\":true}".to_owned()),
        ..SendMessage::default()
    };
    let parts = [
        ("chat_id", "5"),
        ("text", "a b"),
        ("message_thread_id", "7"),
        ("protect_content", "true"),
        ("reply_markup", "{\"force_reply\":true}"),
    ];
    let part =
        |(name, value)| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let multipart: String = parts.map(part).concat() + "--x--\r\n";
    let urlencoded = "chat_id=5&text=a+b&message_thread_id=7&protect_content=true&reply_markup=%7B%22force_reply%22%3Atrue%7D";
    let object = "{\"chat_id\":5,\"text\":\"a b\",\"message_thread_id\":7,\"protect_content\":true,\
                  \"reply_markup\":{\"force_reply\":true}}";
    for (query, content_type, body) in [
        (urlencoded, "", ""),
        ("", "application/x-www-form-urlencoded", urlencoded),
        ("", "application/json", object),
        ("", "multipart/form-data; boundary=x", multipart.as_str()),
    ] {
        let args = form::read(query, content_type, body.as_bytes()).unwrap();
        assert_eq!(SendMessage::from_args(&args), expected, "{content_type} {query}");
    }
}

#[test]
fn a_request_that_is_made_holds_what_was_given() {
    let request =
        SetWebhook { url: "https://x".to_owned(), max_connections: Some(1), ..SetWebhook::default() };
    assert_eq!(serde_json::to_value(&request).unwrap(), json!({"url": "https://x", "max_connections": 1}));
    assert_eq!(SetWebhook::METHOD, "setWebhook");
    assert_eq!(serde_json::to_string(&SendMessage::default()).unwrap(), "{}");
}

#[test]
fn every_method_is_found_in_any_case_served_or_not() {
    assert_eq!(METHODS.len(), 185);
    for method in METHODS {
        assert_eq!(find_method(&method.name.to_uppercase()).map(|found| found.name), Some(method.name));
    }
    assert!(find_method("sendPhoto").is_some_and(|method| method.served.is_none()));
    assert!(find_method("sendMessage").is_some_and(|method| method.served.is_some()));
    assert!(find_method("sendNothing").is_none());
}
