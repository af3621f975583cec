use super::{Parsed, Sink, Source, custom_emoji, date_time, entity, is_space, link, pre};
use crate::args::leading_integer;
use crate::objects::MessageEntity;

const TAGS: [&str; 17] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "tg-time",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// A start tag whose end tag is not reached yet.
struct Open {
    tag: String,
    argument: String,
    date: i64,
    offset: i64,
    begin: usize,
}

/// Parses HTML.
// The language of a code block is in an inner `<code class="language-…">`. Until the outer `<pre>` ends, the `code`
// entity holds it in its `language`.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let source = Source(text.as_bytes());
    let (mut sink, mut entities, mut open) = (Sink::default(), Vec::new(), Vec::<Open>::new());
    let mut i = 0;
    while i < text.len() {
        match source.at(i) {
            b'&' => match decode(&source, i) {
                Some((code, end)) => {
                    let c = char::from_u32(code).ok_or(
                        "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched \
                         surrogate code units",
                    )?;
                    c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| sink.push(byte));
                    i = end;
                }
                None => {
                    sink.push(b'&');
                    i += 1;
                }
            },
            b'<' if source.at(i + 1) == b'/' => i = end_tag(&source, i, &mut open, &sink, &mut entities)?,
            b'<' => {
                let (tag, end) = start_tag(&source, i, &sink)?;
                open.push(tag);
                i = end;
            }
            other => {
                sink.push(other);
                i += 1;
            }
        }
    }
    if let Some(open) = open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag));
    }
    for entity in entities.iter_mut().filter(|entity| entity.kind == "code") {
        entity.language = None;
    }
    Ok(sink.finish(entities))
}

/// Decodes a character reference at an offset (`&lt;`, `&#60;` or `&#x3c;`, the semicolon is optional), and returns the
/// character and the offset after it. `None` if there is none: the ampersand stands for itself.
fn decode(source: &Source<'_>, at: usize) -> Option<(u32, usize)> {
    let (code, end) = if source.at(at + 1) == b'#' {
        let (radix, start) = if source.at(at + 2) == b'x' { (16, at + 3) } else { (10, at + 2) };
        let end = source.run(start, |b| char::from(b).is_digit(radix));
        let code = u32::from_str_radix(&source.slice(start, end), radix).ok()?;
        if code == 0 || code >= 0x10_ffff || end - at >= 10 {
            return None;
        }
        (code, end)
    } else {
        let end = source.run(at + 1, |b| b.is_ascii_alphabetic());
        let c = match source.slice(at + 1, end).as_str() {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            _ => return None,
        };
        (u32::from(c), end)
    };
    Some((code, if source.at(end) == b';' { end + 1 } else { end }))
}

fn start_tag(source: &Source<'_>, begin: usize, sink: &Sink) -> Result<(Open, usize), String> {
    let mut i = source.run(begin + 1, |b| !is_space(b) && b != b'>');
    if i >= source.0.len() {
        return Err(format!("Unclosed start tag at byte offset {begin}"));
    }
    let tag = source.slice(begin + 1, i).to_lowercase();
    if !TAGS.contains(&tag.as_str()) {
        return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
    }
    let mut open =
        Open { tag, argument: String::new(), date: 0, offset: sink.utf16, begin: sink.bytes.len() };
    while source.at(i) != b'>' {
        i = source.run(i, is_space);
        if source.at(i) != b'>' {
            i = attribute(source, begin, i, &mut open)?;
        }
    }
    if open.tag == "span" && open.argument != "spoiler" {
        return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
    }
    Ok((open, i + 1))
}

fn attribute(source: &Source<'_>, begin: usize, start: usize, open: &mut Open) -> Result<usize, String> {
    let unclosed = || format!("Unclosed start tag \"{}\" at byte offset {begin}", open.tag);
    let mut i = source.run(start, |b| !is_space(b) && !matches!(b, b'=' | b'>' | b'/' | b'"' | b'\''));
    let name = source.slice(start, i);
    if name.is_empty() {
        return Err(format!("Empty attribute name in the tag \"{}\" at byte offset {begin}", open.tag));
    }
    i = source.run(i, is_space);
    if i >= source.0.len() {
        return Err(unclosed());
    }
    if source.at(i) != b'=' {
        if open.tag == "blockquote" && name == "expandable" {
            open.argument = "1".to_owned();
        }
        return Ok(i);
    }
    i = source.run(i + 1, is_space);
    if i >= source.0.len() {
        return Err(unclosed());
    }
    let (value, end) = value(source, i)?;
    if end >= source.0.len() {
        return Err(format!("Unclosed start tag at byte offset {begin}"));
    }
    let class = |prefix: &str| value.strip_prefix(prefix).map(str::to_owned);
    match (open.tag.as_str(), name.as_str()) {
        ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format") => open.argument = value,
        ("code", "class") => open.argument = class("language-").unwrap_or_else(|| open.argument.clone()),
        ("span", "class") => open.argument = class("tg-").unwrap_or_else(|| open.argument.clone()),
        ("blockquote", "expandable") => open.argument = "1".to_owned(),
        ("tg-time", "unix") => open.date = leading_integer(&value),
        _ => {}
    }
    Ok(end)
}

/// Reads an attribute value: a name token, or a quoted string with character references.
fn value(source: &Source<'_>, start: usize) -> Result<(String, usize), String> {
    let quote = source.at(start);
    if quote != b'\'' && quote != b'"' {
        let end = source.run(start, |b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        if !is_space(source.at(end)) && source.at(end) != b'>' {
            return Err(format!("Unexpected end of name token at byte offset {start}"));
        }
        return Ok((source.slice(start, end).to_lowercase(), end));
    }
    let (mut i, mut bytes) = (start + 1, Vec::new());
    while i < source.0.len() && source.at(i) != quote {
        let reference = if source.at(i) == b'&' { decode(source, i) } else { None };
        match reference.and_then(|(code, end)| Some((char::from_u32(code)?, end))) {
            Some((c, end)) => {
                bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
                i = end;
            }
            None => {
                bytes.push(source.at(i));
                i += 1;
            }
        }
    }
    let end = if source.at(i) == quote { i + 1 } else { i };
    Ok((String::from_utf8_lossy(&bytes).into_owned(), end))
}

fn end_tag(
    source: &Source<'_>,
    begin: usize,
    open: &mut Vec<Open>,
    sink: &Sink,
    entities: &mut Vec<MessageEntity>,
) -> Result<usize, String> {
    let Some(tag) = open.pop() else { return Err(format!("Unexpected end tag at byte offset {begin}")) };
    let mut i = source.run(begin + 2, |b| !is_space(b) && b != b'>');
    let name = source.slice(begin + 2, i).to_lowercase();
    i = source.run(i, is_space);
    if source.at(i) != b'>' {
        return Err(format!("Unclosed end tag at byte offset {begin}"));
    }
    if !name.is_empty() && name != tag.tag {
        let expected = &tag.tag;
        return Err(format!(
            "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{name}>\""
        ));
    }
    if sink.utf16 > tag.offset {
        close(&tag, sink, entities)?;
    }
    Ok(i + 1)
}

fn close(tag: &Open, sink: &Sink, entities: &mut Vec<MessageEntity>) -> Result<(), String> {
    let (offset, length) = (tag.offset, sink.utf16 - tag.offset);
    let same = |kind: &str, other: &MessageEntity| {
        other.kind == kind && other.offset == offset && other.length == length
    };
    let found = match tag.tag.as_str() {
        "i" | "em" => Some(entity("italic", offset, length)),
        "b" | "strong" => Some(entity("bold", offset, length)),
        "s" | "strike" | "del" => Some(entity("strikethrough", offset, length)),
        "u" | "ins" => Some(entity("underline", offset, length)),
        "tg-spoiler" | "span" => Some(entity("spoiler", offset, length)),
        "tg-emoji" => {
            let found = custom_emoji(offset, length, &tag.argument);
            Some(found.ok_or("Invalid custom emoji identifier specified")?)
        }
        "tg-time" => date_time(offset, length, tag.date, &tag.argument),
        "a" if tag.argument.is_empty() => link(offset, length, &sink.text_from(tag.begin)),
        "a" => link(offset, length, &tag.argument),
        "pre" => match entities.pop_if(|last| same("code", last) && last.language.is_some()) {
            Some(code) => Some(MessageEntity { kind: "pre".to_owned(), ..code }),
            None => Some(entity("pre", offset, length)),
        },
        "code" => match entities.pop_if(|last| same("pre", last) && !tag.argument.is_empty()) {
            Some(_) => Some(pre(offset, length, tag.argument.clone())),
            None => {
                Some(MessageEntity { kind: "code".to_owned(), ..pre(offset, length, tag.argument.clone()) })
            }
        },
        _ if tag.argument.is_empty() => Some(entity("blockquote", offset, length)),
        _ => Some(entity("expandable_blockquote", offset, length)),
    };
    entities.extend(found);
    Ok(())
}
