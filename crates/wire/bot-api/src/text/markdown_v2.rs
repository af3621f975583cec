use super::markdown::pre_start;
use super::{Parsed, Sink, Source, entity, link, pre, special};
use crate::objects::MessageEntity;

const RESERVED: &[u8] = b"_*[]()~`>#+-=|{}.!\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    PreCode,
    TextUrl,
    CustomEmoji,
    BlockQuote,
    ExpandableBlockQuote,
}

/// An entity whose end mark is not reached yet.
struct Open {
    kind: Kind,
    language: String,
    offset: i64,
    byte: usize,
    begin: usize,
}

struct Parser<'a> {
    source: Source<'a>,
    sink: Sink,
    entities: Vec<MessageEntity>,
    open: Vec<Open>,
    in_quote: bool,
    quote_may_start: bool,
}

/// Parses MarkdownV2: entities nest, and every reserved character that is not a mark must be escaped.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let mut parser = Parser {
        source: Source(text.as_bytes()),
        sink: Sink::default(),
        entities: Vec::new(),
        open: Vec::new(),
        in_quote: false,
        quote_may_start: true,
    };
    let mut i = 0;
    while i < text.len() {
        i = parser.step(i)? + 1;
    }
    parser.finish(text.len())
}

fn no_end(open: &Open) -> String {
    format!("Can't find end of {:?} entity at byte offset {}", open.kind, open.byte)
}

fn must_escape(c: u8) -> String {
    format!("Character '{}' is reserved and must be escaped with the preceding '\\'", char::from(c))
}

impl Parser<'_> {
    fn at(&self, index: usize) -> u8 {
        self.source.at(index)
    }

    fn size(&self) -> usize {
        self.source.0.len()
    }

    /// Reads the mark or character at `i`, and returns the offset of its last byte.
    fn step(&mut self, i: usize) -> Result<usize, String> {
        let c = self.at(i);
        if c == b'\\' && (1..=126).contains(&self.at(i + 1)) {
            let escaped = self.at(i + 1);
            self.sink.push(escaped);
            if escaped != b'\r' {
                self.quote_may_start = escaped == b'\n';
            }
            return Ok(i + 1);
        }
        let in_code =
            matches!(self.open.last().map(|open| open.kind), Some(Kind::Code | Kind::Pre | Kind::PreCode));
        let reserved = if in_code { c == b'`' } else { RESERVED.contains(&c) };
        if !reserved {
            if c & 0xc0 != 0x80 && c != b'\r' {
                self.quote_may_start = false;
            }
            self.sink.push(c);
            return Ok(i);
        }
        if self.ends_here(i) { self.end(i) } else { self.begin(i) }
    }

    fn ends_here(&self, i: usize) -> bool {
        let Some(open) = self.open.last() else { return false };
        let (c, next) = (self.at(i), self.at(i + 1));
        if self.in_quote && c == b'\n' && (i + 1 == self.size() || next != b'>') {
            return true;
        }
        match open.kind {
            Kind::Bold => c == b'*',
            Kind::Italic => c == b'_' && next != b'_',
            Kind::Underline => c == b'_' && next == b'_',
            Kind::Strikethrough => c == b'~',
            Kind::Spoiler => c == b'|' && next == b'|',
            Kind::Code => c == b'`',
            Kind::Pre | Kind::PreCode => c == b'`' && next == b'`' && self.at(i + 2) == b'`',
            Kind::TextUrl | Kind::CustomEmoji => c == b']',
            Kind::BlockQuote | Kind::ExpandableBlockQuote => false,
        }
    }

    fn begin(&mut self, start: usize) -> Result<usize, String> {
        let (c, next) = (self.at(start), self.at(start + 1));
        let mut i = start;
        let mut language = String::new();
        let kind = match c {
            b'_' if next == b'_' => {
                i += 1;
                Kind::Underline
            }
            b'_' => Kind::Italic,
            b'*' => Kind::Bold,
            b'~' => Kind::Strikethrough,
            b'|' if next == b'|' => {
                i += 1;
                Kind::Spoiler
            }
            b'[' => Kind::TextUrl,
            b'`' if next == b'`' && self.at(start + 2) == b'`' => {
                (i, language) = pre_start(&self.source, start + 3);
                i -= 1;
                if language.is_empty() { Kind::Pre } else { Kind::PreCode }
            }
            b'`' => Kind::Code,
            b'!' if next == b'[' => {
                i += 1;
                Kind::CustomEmoji
            }
            b'\n' => {
                self.sink.push(b'\n');
                self.quote_may_start = true;
                return Ok(i);
            }
            b'>' if self.quote_may_start && self.in_quote => return Ok(i),
            b'>' if self.quote_may_start => {
                self.in_quote = true;
                Kind::BlockQuote
            }
            other => return Err(must_escape(other)),
        };
        let (offset, begin) = (self.sink.utf16, self.sink.bytes.len());
        self.open.push(Open { kind, language, offset, byte: start, begin });
        Ok(i)
    }

    fn end(&mut self, start: usize) -> Result<usize, String> {
        let Some(mut open) = self.open.pop() else { return Err(must_escape(self.at(start))) };
        if self.at(start) == b'\n' && open.kind != Kind::BlockQuote {
            open = self.expandable(open, start)?;
        }
        let (offset, length) = (open.offset, self.sink.utf16 - open.offset);
        let mut i = start;
        let found = match open.kind {
            Kind::Bold => Some(entity("bold", offset, length)),
            Kind::Italic => Some(entity("italic", offset, length)),
            Kind::Strikethrough => Some(entity("strikethrough", offset, length)),
            Kind::Code => Some(entity("code", offset, length)),
            Kind::Underline => {
                i += 1;
                Some(entity("underline", offset, length))
            }
            Kind::Spoiler => {
                i += 1;
                Some(entity("spoiler", offset, length))
            }
            Kind::Pre | Kind::PreCode => {
                i += 2;
                Some(pre(offset, length, open.language))
            }
            Kind::TextUrl => {
                let url = match self.at(i + 1) {
                    b'(' => self.url(&mut i)?,
                    _ => self.sink.text_from(open.begin),
                };
                link(offset, length, &url)
            }
            Kind::CustomEmoji => {
                if self.at(i + 1) != b'(' {
                    return Err("The entity must contain a tg://emoji or tg://time URL".to_owned());
                }
                let url = self.url(&mut i)?;
                let found = special(offset, length, &url);
                Some(found.ok_or("Invalid tg://emoji or tg://time URL specified")?)
            }
            Kind::BlockQuote | Kind::ExpandableBlockQuote => {
                self.in_quote = false;
                self.quote_may_start = true;
                self.sink.push(self.at(i));
                let length = self.sink.utf16 - offset;
                self.entities.push(entity(quote_name(open.kind), offset, length));
                None
            }
        };
        self.entities.extend(found.filter(|_| length > 0));
        Ok(i)
    }

    /// Replaces an empty spoiler at the end of a quotation by an expandable quotation: `||` before the line end is read
    /// as the start of a spoiler at first.
    fn expandable(&mut self, spoiler: Open, i: usize) -> Result<Open, String> {
        let empty =
            spoiler.byte + 2 == i || (spoiler.byte + 3 == i && self.sink.bytes.last() == Some(&b'\r'));
        if spoiler.kind != Kind::Spoiler || !empty {
            return Err(no_end(&spoiler));
        }
        match self.open.pop() {
            Some(quote) if quote.kind == Kind::BlockQuote => {
                Ok(Open { kind: Kind::ExpandableBlockQuote, ..quote })
            }
            Some(other) => Err(no_end(&other)),
            None => Err(no_end(&spoiler)),
        }
    }

    /// Reads the URL in parentheses after `]`; sets `i` to the closing parenthesis.
    fn url(&self, i: &mut usize) -> Result<String, String> {
        *i += 2;
        let begin = *i;
        let mut url = Vec::new();
        while *i < self.size() && self.at(*i) != b')' {
            if self.at(*i) == b'\\' && (1..=126).contains(&self.at(*i + 1)) {
                *i += 1;
            }
            url.push(self.at(*i));
            *i += 1;
        }
        if self.at(*i) != b')' {
            return Err(format!("Can't find end of a URL at byte offset {begin}"));
        }
        Ok(String::from_utf8_lossy(&url).into_owned())
    }

    fn finish(mut self, size: usize) -> Result<Parsed, String> {
        if self.in_quote {
            let mut kind = Kind::BlockQuote;
            if self.open.last().is_some_and(|open| open.kind == Kind::Spoiler && open.byte + 2 == size) {
                self.open.pop();
                kind = Kind::ExpandableBlockQuote;
            }
            if let Some(quote) = self.open.pop_if(|open| open.kind == Kind::BlockQuote) {
                let length = self.sink.utf16 - quote.offset;
                if length > 0 {
                    self.entities.push(entity(quote_name(kind), quote.offset, length));
                }
            }
        }
        match self.open.last() {
            Some(open) => Err(no_end(open)),
            None => Ok(self.sink.finish(self.entities)),
        }
    }
}

fn quote_name(kind: Kind) -> &'static str {
    if kind == Kind::ExpandableBlockQuote { "expandable_blockquote" } else { "blockquote" }
}
