use super::schema::{Kind, Schema};
use super::{Output, inputs, objects, outputs, requests};
use std::collections::BTreeSet;
use std::path::Path;

const API: &str = r#"{
    "methods": {
        "getUpdates": {"returns": "list[Update]", "fields": [["offset", "Integer", 0]]},
        "sendMedia": {"returns": "Update | bool", "fields": [
            ["chat_id", "Integer or String", 1], ["media", "Array of InputMedia", 1], ["type", "String", 0],
            ["thumbnail", "InputFile or String", 0], ["latitude", "Float", 0], ["silent", "Boolean", 0]
        ]}
    },
    "types": {
        "Update": {"fields": [["update_id", "Integer", 1], ["origin", "Origin", 0], ["link", "Link", 0]]},
        "ResponseParameters": {"fields": []},
        "Link": {"fields": [["type", "String", 1], ["is_new", "True", 0], ["sizes", "Array of Array of Float", 0]]},
        "Origin": {"one_of": ["OriginUser"], "tag": "type"},
        "OriginUser": {"fields": [["type", "String", 1], ["name", "String", 1]]},
        "InputMedia": {"one_of": ["InputMediaOld", "InputMediaNew"], "tag": "type"},
        "InputMediaOld": {"fields": [["type", "String", 1], ["media", "String", 1]], "tag_value": ["type", "media"]},
        "InputMediaNew": {"fields": [["type", "String", 1], ["thumb", "Link", 1]], "tag_value": ["type", "media"]}
    }
}"#;
const ADDITIONS: &str = r#"{
    "sections": {
        "types": {"updates": "Update ResponseParameters Link Origin OriginUser", "media": "InputMedia InputMediaOld InputMediaNew"},
        "methods": {"all": "getUpdates sendMedia"}
    },
    "tags": {"OriginUser": "user"}, "unions": {}, "names": {},
    "chosen_by": {"InputMediaNew": ["thumb"]},
    "optional": {"InputMediaOld": ["media"]},
    "legacy": {"thumb": "thumb_url"},
    "words": {"InputMedia": {"json": "Can't parse \"media\"", "any_case": true}}
}"#;
const SERVED: &str = r#"{"methods": {"sendMedia": {"loud": {"silent": "because"}, "ignored": {}}}}"#;

fn schema() -> Schema {
    Schema::parse(API, ADDITIONS, SERVED).unwrap()
}

fn error(api: &str, additions: &str, served: &str) -> String {
    let outputs = Schema::parse(api, additions, served).and_then(|schema| outputs(&schema));
    format!("{:#}", outputs.err().expect("an error"))
}

#[test]
fn spellings_are_resolved() {
    let schema = schema();
    let list = |item| Kind::List(Box::new(item));
    for (spelling, expected) in [
        ("Integer or String", Kind::String),
        ("InputFile or String", Kind::File),
        ("Array of Array of Link", list(list(Kind::Named("Link".to_owned())))),
    ] {
        assert_eq!(schema.kind(spelling).unwrap(), expected);
    }
    assert!(schema.kind("Array of Nothing").is_err());
}

#[test]
fn sent_and_received_types_are_found_by_their_uses() {
    let names = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(names(schema().sent().unwrap()), "Link Origin OriginUser ResponseParameters Update");
    assert_eq!(names(schema().received().unwrap()), "InputMedia InputMediaNew InputMediaOld Link");
}

#[test]
fn objects_have_optional_fields_and_a_discriminator() {
    let schema = schema();
    let declared = |name: &str| objects::object(&schema, name).unwrap();
    let expected = "    /// <https://core.telegram.org/bots/api#update>
    Update {
        update_id: i64,
        origin: Option<Origin>,
        link: Option<Box<Link>>,
    }
";
    assert_eq!(declared("Update"), expected);
    assert!(
        declared("OriginUser")
            .ends_with("OriginUser (\"type\" = \"user\") {\n        name: String,\n    }\n")
    );
    let link = declared("Link");
    assert!(link.contains("        kind as \"type\": String,\n        is_new if true: bool,\n"), "{link}");
    assert!(link.contains("        sizes: Option<Vec<Vec<f64>>>,\n"), "{link}");
    assert!(
        objects::union(&schema, "Origin")
            .unwrap()
            .ends_with("Origin {\n        User(Box<OriginUser>),\n    }\n")
    );
}

#[test]
fn requests_have_every_parameter_of_every_method() {
    let expected = "    /// <https://core.telegram.org/bots/api#sendmedia>
    SendMedia \"sendMedia\" {
        chat_id: String,
        media: Json, // list of InputMedia
        kind as \"type\": String,
        thumbnail: InputFile,
        latitude: Option<f64>,
        silent: bool,
    }
";
    assert_eq!(requests::request(&schema(), "sendMedia").unwrap(), expected);
}

#[test]
fn methods_are_sorted_and_have_their_refused_parameters() {
    let outputs = outputs(&schema()).unwrap();
    let methods = outputs.iter().find(|output| output.path.ends_with("method/generated.rs")).unwrap();
    let expected = "    MethodInfo::unserved(\"getUpdates\", \"getupdates\"),
    MethodInfo::served(Method::SendMedia, \"sendMedia\", \"sendmedia\", &[\"silent\"]),
];
";
    assert!(methods.text.ends_with(expected), "{}", methods.text);
}

#[test]
fn inputs_have_discriminators_and_error_texts() {
    let schema = schema();
    let expected = "    /// <https://core.telegram.org/bots/api#inputmedia>
    InputMedia by \"type\" [
            any_case: true,
            json: Some(\"Can't parse \\\"media\\\"\"),
    ] {
        New(InputMediaNew) = \"media\" if \"thumb\",
        Old(InputMediaOld) = \"media\",
    }
";
    assert_eq!(inputs::choice(&schema, "InputMedia").unwrap(), expected);
    let new = inputs::input(&schema, "InputMediaNew").unwrap();
    assert!(new.ends_with("InputMediaNew {\n        thumb or \"thumb_url\": Link,\n    }\n"), "{new}");
    let old = inputs::input(&schema, "InputMediaOld").unwrap();
    assert!(old.ends_with("InputMediaOld {\n        media: Option<String>,\n    }\n"), "{old}");
}

#[test]
fn files_that_contradict_each_other_are_refused() {
    for (from, to, expected) in [
        ("\"all\": \"getUpdates sendMedia\"", "\"all\": \"getUpdates\"", "sendMedia is in no section"),
        ("updates\": \"Update ", "updates\": \"", "Update is in no section"),
        ("updates\": \"Update ", "updates\": \"Update Update ", "Update is in two sections"),
        ("updates\": \"Update ", "updates\": \"Update Downdate ", "names Downdate, which is not described"),
        ("\"words\": {", "\"words\": {\"Update\": {}, ", "words for Update, which no client sends"),
        (
            "{\"InputMediaOld\": [\"media\"]}",
            "{\"InputMediaOld\": [\"x\"]}",
            "makes x optional, which is not a field",
        ),
    ] {
        assert!(ADDITIONS.contains(from), "{from}");
        let error = error(API, &ADDITIONS.replace(from, to), SERVED);
        assert!(error.contains(expected), "{error}");
    }
    assert!(
        error(API, ADDITIONS, &SERVED.replace("sendMedia", "sendX"))
            .contains("names sendX, which is not a method")
    );
    let api = API.replace("\"tag_value\": [\"type\", \"media\"]},", "\"tag\": null},");
    assert!(
        error(&api, ADDITIONS, SERVED).contains("InputMediaOld: it can't be distinguished from the others")
    );
}

#[test]
fn every_method_and_type_of_the_bot_api_is_generated_in_files_that_can_be_opened() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let schema = Schema::read(root).unwrap();
    let mut types = schema.sent().unwrap();
    types.extend(schema.received().unwrap());
    let missing: Vec<_> = schema.types.keys().filter(|name| !types.contains(*name)).collect();
    assert_eq!(missing, ["InputFile"], "neither sent nor received; files are parameters of their own kind");
    let counted = |name: &str| schema.types.contains_key(name);
    // Two unions that the documentation has no name for.
    assert!(counted("ReplyMarkup") && counted("InputRichMedia"));
    assert_eq!((schema.methods.len(), schema.types.len()), (185, 400 + 2));
    for Output { path, text } in outputs(&schema).unwrap() {
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}
