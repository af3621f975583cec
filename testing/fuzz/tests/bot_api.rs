//! Fuzz tests of requests over HTTP.

use parlor_wire_bot_api::{form, text};
use parlor_world::link::Link;
use parlor_world::text::{Entity, EntityKind, MAX_LENGTH, Text, utf16_len};

/// Bytes from a small alphabet get deeper into a grammar than bytes from all.
fn letters(bytes: &[u8], alphabet: &[&str]) -> String {
    bytes.iter().map(|byte| alphabet[usize::from(*byte) % alphabet.len()]).collect()
}

#[test]
fn multipart() {
    const GRAMMAR: [&str; 16] = [
        "--B",
        "\r\n",
        "--",
        "\n",
        "Content-Disposition: form-data; name=\"a\"",
        ";name=b",
        ";filename=\"f\"",
        "\r\n\r\n",
        "content-type: text/plain",
        ": ",
        "\"",
        ";",
        "=",
        "x",
        "\0",
        "é",
    ];
    bolero::check!().for_each(|bytes: &[u8]| {
        let kind = "multipart/form-data; boundary=B";
        let _ = form::read("", kind, bytes);
        let body = letters(bytes, &GRAMMAR);
        if let Ok(args) = form::read("", kind, body.as_bytes()) {
            let kept: usize = args.fields().iter().map(|(name, value)| name.len() + value.len()).sum();
            assert!(kept <= body.len() * 3, "more came out than went in: {kept} of {}", body.len());
        }
    });
}

#[test]
fn urlencoded_and_json() {
    bolero::check!().for_each(|bytes: &[u8]| {
        let query = String::from_utf8_lossy(bytes);
        let _ = form::read(&query, "application/x-www-form-urlencoded", bytes);
        let _ = form::read("", "application/json", bytes);
    });
}

/// Whatever the markup, entities stay inside of the text and end where characters end.
#[test]
fn entities() {
    const MARKUP: [&str; 24] = [
        "<b>",
        "</b>",
        "<a href=\"http://a.b\">",
        "</a>",
        "<pre><code class=\"language-c\">",
        "</code></pre>",
        "&lt;",
        "&#x1F600;",
        "<tg-spoiler>",
        "</tg-spoiler>",
        "*",
        "_",
        "__",
        "~",
        "||",
        "`",
        "```",
        "[",
        "](tg://user?id=1)",
        "\\",
        ">",
        "\n",
        "😀",
        "a b",
    ];
    bolero::check!().for_each(|bytes: &[u8]| {
        let raw = String::from_utf8_lossy(bytes);
        let built = letters(bytes, &MARKUP);
        for mode in ["HTML", "MarkdownV2", "Markdown"] {
            for input in [&*raw, &*built] {
                let Ok(parsed) = text::parse(input, mode) else { continue };
                let length = i64::from(utf16_len(&parsed.text));
                for entity in &parsed.entities {
                    assert!(
                        entity.offset >= 0 && entity.length > 0 && entity.offset + entity.length <= length
                    );
                }
            }
        }
    });
}

/// An accepted text is normalized and short enough, and its entities split no character.
#[test]
fn accepted_texts() {
    bolero::check!().with_type::<(String, Vec<(u8, u16, u16)>)>().for_each(|(raw, entities)| {
        let kind = |n: &u8| match n % 5 {
            0 => EntityKind::Bold,
            1 => EntityKind::Code,
            2 => EntityKind::Blockquote { expandable: false },
            3 => EntityKind::TextLink { url: "http://a.b/".to_owned() },
            _ => EntityKind::Spoiler,
        };
        let entity = |(n, offset, length): &(u8, u16, u16)| Entity {
            kind: kind(n),
            offset: u32::from(*offset) % 64,
            length: u32::from(*length) % 64,
        };
        let given = Text { text: raw.as_str().into(), entities: entities.iter().map(entity).collect() };
        let Ok(kept) = given.normalize() else { return };
        assert!(!kept.text.is_empty() && kept.text.chars().count() <= MAX_LENGTH);
        for entity in &kept.entities {
            assert!(kept.slice(entity.offset, entity.length).is_some(), "{entity:?} of {:?}", kept.text);
        }
        let again = kept.normalize();
        assert_eq!(again.as_ref(), Ok(&kept), "what was accepted is accepted as it is");
    });
}

#[test]
fn links() {
    const PARTS: [&str; 16] = [
        "https://",
        "http://",
        "tg://",
        "t.me/",
        "telegram.me/",
        "resolve?domain=",
        "some_bot",
        "?start=",
        "&start=",
        "#",
        "/",
        "@",
        "%20",
        "é",
        "..",
        "x",
    ];
    bolero::check!().for_each(|bytes: &[u8]| {
        let _ = Link::parse(&String::from_utf8_lossy(bytes));
        let built = letters(bytes, &PARTS);
        if let Some(link) = Link::parse(&built) {
            assert!(link.username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{link:?}");
            let direct = Link::parse(&format!("@{}", link.username)).map(|link| link.username);
            assert_eq!(direct, Some(link.username));
        }
    });
}
