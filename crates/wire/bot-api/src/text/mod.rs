//! Parses text in a `parse_mode`: HTML, MarkdownV2 and the legacy Markdown.
//!
//! Offsets in errors count bytes; offsets of entities count UTF-16 code units. The error texts and the order of the
//! checks are those of TDLib, which parses the texts for the official server.

mod html;
mod markdown;
mod markdown_v2;

use crate::objects::{MessageEntity, User};

/// A text with its entities.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// The text without its markup.
    pub text: String,
    /// The entities in the order in which they end.
    pub entities: Vec<MessageEntity>,
}

/// Parses a text in a parse mode, whose case does not matter; an empty mode and `none` mean plain text.
///
/// ```
/// use parlor_wire_bot_api::text::parse;
///
/// let parsed = parse("Hello <b>world</b>", "HTML").unwrap();
/// assert_eq!(parsed.text, "Hello world");
/// assert_eq!((parsed.entities[0].offset, parsed.entities[0].length), (6, 5));
/// ```
///
/// # Errors
///
/// Returns Telegram's error text, without "Bad Request: " and with an upper-case first letter.
pub fn parse(text: &str, mode: &str) -> Result<Parsed, String> {
    let parsed = match mode.to_ascii_lowercase().as_str() {
        "" | "none" => return Ok(Parsed { text: text.to_owned(), entities: Vec::new() }),
        _ if text.is_empty() => return Ok(Parsed::default()),
        "html" => html::parse(text),
        "markdown" => markdown::parse(text),
        "markdownv2" => markdown_v2::parse(text),
        _ => return Err("Unsupported parse_mode".to_owned()),
    };
    parsed.map_err(|error| format!("Can't parse entities: {error}"))
}

/// The input, read byte by byte. Bytes after its end read as zero, so that the parsers need no bounds checks.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn at(&self, index: usize) -> u8 {
        self.0.get(index).copied().unwrap_or(0)
    }

    fn slice(&self, from: usize, to: usize) -> String {
        String::from_utf8_lossy(self.0.get(from..to).unwrap_or_default()).into_owned()
    }

    /// The end of the longest run of bytes from `index` on that pass the test; at most the end of the text.
    fn run(&self, index: usize, test: impl Fn(u8) -> bool) -> usize {
        let rest = self.0.get(index..).unwrap_or_default();
        index + rest.iter().take_while(|byte| test(**byte)).count()
    }
}

/// The output, with its length in UTF-16 code units.
#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    utf16: i64,
}

impl Sink {
    /// Appends a byte. A character is counted at its first byte; one of four bytes takes two code units.
    fn push(&mut self, byte: u8) {
        if byte & 0xc0 != 0x80 {
            self.utf16 += if byte >= 0xf0 { 2 } else { 1 };
        }
        self.bytes.push(byte);
    }

    fn text_from(&self, start: usize) -> String {
        String::from_utf8_lossy(self.bytes.get(start..).unwrap_or_default()).into_owned()
    }

    fn finish(self, entities: Vec<MessageEntity>) -> Parsed {
        Parsed { text: String::from_utf8_lossy(&self.bytes).into_owned(), entities }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x0b)
}

fn entity(kind: &str, offset: i64, length: i64) -> MessageEntity {
    MessageEntity { kind: kind.to_owned(), offset, length, ..MessageEntity::default() }
}

/// A code block, which may have a language.
fn pre(offset: i64, length: i64, language: String) -> MessageEntity {
    let language = Some(language).filter(|language| !language.is_empty());
    MessageEntity { language, ..entity("pre", offset, length) }
}

/// A link, or a mention if the URL is `tg://user?id=…`. `None` if the URL is invalid: the text remains without a link.
fn link(offset: i64, length: i64, url: &str) -> Option<MessageEntity> {
    if let Some(id) = user_link(url) {
        let user = User { id, ..User::default() };
        return Some(MessageEntity { user: Some(Box::new(user)), ..entity("text_mention", offset, length) });
    }
    let url = normalize_link(url)?;
    Some(MessageEntity { url: Some(url), ..entity("text_link", offset, length) })
}

/// `tg://user?id=123`
fn user_link(url: &str) -> Option<i64> {
    let url = url.to_lowercase();
    let rest = url.strip_prefix("tg:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest).strip_prefix("user")?;
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?')?.split('#').next()?;
    let id = query.split('&').find_map(|pair| pair.strip_prefix("id="))?;
    id.parse().ok().filter(|id| *id > 0)
}

/// Normalizes a URL as Telegram does: `http` if it has no scheme, a lower-case host, and a path. `None` if it is invalid.
fn normalize_link(url: &str) -> Option<String> {
    let url = url.trim();
    if url.is_empty() || url.contains(char::is_whitespace) {
        return None;
    }
    for scheme in ["tg:", "ton:", "tonsite:"] {
        if url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) {
            let rest = url[scheme.len()..].trim_start_matches('/');
            return (!rest.is_empty()).then(|| format!("{scheme}//{rest}"));
        }
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let name = host.rsplit('@').next()?.split(':').next()?;
    if !host.starts_with('[') && (!name.contains('.') || name.starts_with('.') || name.ends_with('.')) {
        return None;
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some(format!("{scheme}://{}{slash}{path}", host.to_lowercase()))
}

/// `tg://emoji?id=…` and `tg://time?unix=…&format=…`.
fn special(offset: i64, length: i64, url: &str) -> Option<MessageEntity> {
    let rest = url.strip_prefix("tg:")?.trim_start_matches('/');
    let (host, query) = rest.split_once('?')?;
    let argument = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
            .map(|(_, value)| value)
    };
    match host.trim_end_matches('/') {
        "emoji" => custom_emoji(offset, length, argument("id")?),
        "time" => {
            date_time(offset, length, argument("unix")?.parse().ok()?, argument("format").unwrap_or_default())
        }
        _ => None,
    }
}

fn custom_emoji(offset: i64, length: i64, id: &str) -> Option<MessageEntity> {
    id.parse::<i64>().ok().filter(|id| *id != 0)?;
    Some(MessageEntity { custom_emoji_id: Some(id.to_owned()), ..entity("custom_emoji", offset, length) })
}

fn date_time(offset: i64, length: i64, unix_time: i64, format: &str) -> Option<MessageEntity> {
    let known = matches!(format, "r" | "R") || format.chars().all(|c| "tTdDwW".contains(c));
    (known && unix_time > 0).then(|| MessageEntity {
        unix_time: Some(unix_time),
        date_time_format: Some(format.to_owned()),
        ..entity("date_time", offset, length)
    })
}

#[cfg(test)]
mod tests;
