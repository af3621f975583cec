use super::{Parsed, Sink, Source, entity, is_space, link, pre};

/// Parses the legacy Markdown: entities do not nest, and a backslash escapes only `_`, `*`, `` ` `` and `[`.
pub(super) fn parse(text: &str) -> Result<Parsed, String> {
    let source = Source(text.as_bytes());
    let size = text.len();
    let (mut sink, mut entities) = (Sink::default(), Vec::new());
    let mut i = 0;
    while i < size {
        let c = source.at(i);
        if c == b'\\' && matches!(source.at(i + 1), b'_' | b'*' | b'`' | b'[') {
            sink.push(source.at(i + 1));
            i += 2;
            continue;
        }
        if !matches!(c, b'_' | b'*' | b'`' | b'[') {
            sink.push(c);
            i += 1;
            continue;
        }
        let begin = i;
        i += 1;
        let end_mark = if c == b'[' { b']' } else { c };
        let is_pre = c == b'`' && source.at(i) == b'`' && source.at(i + 1) == b'`';
        let mut language = String::new();
        if is_pre {
            (i, language) = pre_start(&source, i + 2);
        }
        let (offset, closes) = (sink.utf16, |i: usize| {
            source.at(i) == end_mark && (!is_pre || (source.at(i + 1) == b'`' && source.at(i + 2) == b'`'))
        });
        while i < size && !closes(i) {
            sink.push(source.at(i));
            i += 1;
        }
        if i >= size {
            return Err(format!("Can't find end of the entity starting at byte offset {begin}"));
        }
        let length = sink.utf16 - offset;
        if length > 0 {
            match c {
                b'_' => entities.push(entity("italic", offset, length)),
                b'*' => entities.push(entity("bold", offset, length)),
                b'[' => {
                    let mut url = source.slice(begin + 1, i);
                    if source.at(i + 1) == b'(' {
                        let end = source.run(i + 2, |b| b != b')');
                        url = source.slice(i + 2, end);
                        i = end;
                    }
                    entities.extend(link(offset, length, &url));
                }
                _ if is_pre => entities.push(pre(offset, length, language)),
                _ => entities.push(entity("code", offset, length)),
            }
        }
        i += if is_pre { 3 } else { 1 };
    }
    Ok(sink.finish(entities))
}

/// Reads the start of a code block after its three backticks: an optional language, then one line end that is dropped.
pub(super) fn pre_start(source: &Source<'_>, start: usize) -> (usize, String) {
    let mut i = start;
    let mut language = String::new();
    let end = source.run(i, |b| !is_space(b) && b != b'`');
    if end != i && end < source.0.len() && source.at(end) != b'`' {
        language = source.slice(i, end);
        i = end;
    }
    let is_line_end = |b: u8| b == b'\n' || b == b'\r';
    if is_line_end(source.at(i)) {
        let pair = is_line_end(source.at(i + 1)) && source.at(i) != source.at(i + 1);
        i += if pair { 2 } else { 1 };
    }
    (i, language)
}
