//! What the server recognises in a text by itself. The patterns are those that TDLib documents beside its matchers.

use super::numbers::{bank_card, phone_number};
use super::{Entity, EntityKind, fix};

/// Adds mentions, commands, tags, links and addresses that don't overlap what is there already.
pub(super) fn add_found(text: &str, entities: &mut Vec<Entity>) {
    let may_begin = |b: u8| b.is_ascii_digit() || matches!(b, b'/' | b'@' | b'#' | b'$' | b'.' | b':');
    if !text.bytes().any(may_begin) {
        return;
    }
    let mut found: Vec<Entity> = Vec::new();
    let finders: [Finder; 8] = [url, email, mention, bot_command, hashtag, cashtag, phone_number, bank_card];
    let scan = Scan::new(text);
    for finder in finders {
        let mut at = 0;
        while at < scan.chars.len() {
            match finder(&scan, at) {
                Some((start, end, kind)) => {
                    let (offset, stop) = (scan.utf16[start], scan.utf16[end]);
                    let entity = Entity { kind, offset, length: stop - offset };
                    if !found.iter().any(|other| other.overlaps(&entity)) {
                        found.push(entity);
                    }
                    at = end.max(at + 1);
                }
                None => at += 1,
            }
        }
    }
    let blocks = |old: &Entity| !old.kind.is_style() && !matches!(old.kind, EntityKind::Blockquote { .. });
    found.retain(|new| !entities.iter().any(|old| blocks(old) && old.overlaps(new)));
    entities.extend(found);
    fix::sort(entities);
}

/// Looks for its kind at one character; answers with the first character, the one behind the last, and the kind.
type Finder = fn(&Scan, usize) -> Option<(usize, usize, EntityKind)>;

/// The characters with their UTF-16 offsets, one more than there are characters.
pub(super) struct Scan {
    pub(super) chars: Vec<char>,
    utf16: Vec<u32>,
}

impl Scan {
    fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut utf16 = Vec::with_capacity(chars.len() + 1);
        let mut offset = 0;
        for c in &chars {
            utf16.push(offset);
            offset += c.len_utf16() as u32;
        }
        utf16.push(offset);
        Self { chars, utf16 }
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.get(at))
    }

    /// The end of the run of characters from `at` on that fulfil `test`.
    fn run(&self, at: usize, test: impl Fn(char) -> bool) -> usize {
        let length = self.chars[at.min(self.chars.len())..].iter().take_while(|c| test(**c)).count();
        at + length
    }
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `(?<=\B)@([a-zA-Z0-9_]{2,32})(?=\b)`
fn mention(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    if scan.get(at)? != '@' || scan.before(at).is_some_and(is_word) {
        return None;
    }
    let end = scan.run(at + 1, is_name);
    let fits = (2..=32).contains(&(end - at - 1)) && !scan.get(end).is_some_and(is_word);
    fits.then_some((at, end, EntityKind::Mention))
}

/// `(?<!\b|[\/<>])\/([a-zA-Z0-9_]{1,64})(?:@([a-zA-Z0-9_]{3,32}))?(?!\B|[\/<>])`
fn bot_command(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    let stops = |c: char| is_word(c) || matches!(c, '/' | '<' | '>');
    if scan.get(at)? != '/' || scan.before(at).is_some_and(stops) {
        return None;
    }
    let mut end = scan.run(at + 1, is_name);
    if !(1..=64).contains(&(end - at - 1)) {
        return None;
    }
    if scan.get(end) == Some('@') {
        let name = scan.run(end + 1, is_name);
        if !(3..=32).contains(&(name - end - 1)) {
            return None;
        }
        end = name;
    }
    (!scan.get(end).is_some_and(stops)).then_some((at, end, EntityKind::BotCommand))
}

/// `#` and up to 256 letters, digits, underscores, with at least one letter; `@name` may follow.
fn hashtag(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    if scan.get(at)? != '#' || scan.before(at).is_some_and(is_word) {
        return None;
    }
    let run = scan.run(at + 1, is_word);
    let end = run.min(at + 257);
    let letter = scan.chars[at + 1..end].iter().any(|c| c.is_alphabetic());
    if !letter || scan.get(run) == Some('#') {
        return None;
    }
    if run == end && scan.get(end) == Some('@') {
        let name = scan.run(end + 1, is_name).min(end + 33);
        if name - end > 3 {
            return Some((at, name, EntityKind::Hashtag));
        }
    }
    Some((at, end, EntityKind::Hashtag))
}

/// `$` and 1 to 8 capital letters.
fn cashtag(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    let stops = |c: char| is_word(c) || c == '$';
    if scan.get(at)? != '$' || scan.before(at).is_some_and(stops) {
        return None;
    }
    let end = scan.run(at + 1, |c| c.is_ascii_uppercase());
    let fits = (1..=8).contains(&(end - at - 1)) && !scan.get(end).is_some_and(stops);
    fits.then_some((at, end, EntityKind::Cashtag))
}

/// Hosts without a scheme count only under one of these; the list is a part of TDLib's.
const TOP_LEVEL: [&str; 44] = [
    "com", "org", "net", "io", "me", "ru", "dev", "app", "co", "ai", "info", "gov", "edu", "uk", "de", "fr",
    "ua", "by", "kz", "it", "es", "nl", "pl", "cz", "ch", "at", "se", "no", "fi", "eu", "us", "ca", "br",
    "in", "cn", "jp", "kr", "tv", "xyz", "site", "online", "biz", "dog", "su",
];

fn is_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '.')
}

/// The end of a host name with a dot in it, and whether its last label is a known top-level domain.
fn host(scan: &Scan, at: usize) -> Option<(usize, bool)> {
    let run = scan.run(at, is_host);
    if !scan.chars[at..run].contains(&'.') {
        return None;
    }
    let name: String = scan.chars[at..run].iter().collect();
    let name = name.trim_end_matches(['.', '-']);
    let (labels, top) = name.rsplit_once('.')?;
    if labels.split('.').any(|label| label.is_empty() || label.starts_with('-')) || top.is_empty() {
        return None;
    }
    Some((at + name.chars().count(), TOP_LEVEL.contains(&top.to_lowercase().as_str())))
}

/// A scheme and a host, or a host under a well-known top-level domain; port, path, query and fragment may follow.
fn url(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    if !scan.get(at)?.is_alphanumeric()
        || scan.before(at).is_some_and(|c| is_host(c) || matches!(c, '@' | '_' | '/'))
    {
        return None;
    }
    let starts = |text: &str| {
        text.chars()
            .enumerate()
            .all(|(i, c)| scan.get(at + i).is_some_and(|own| own.eq_ignore_ascii_case(&c)))
    };
    let scheme = ["https://", "http://", "tg://", "ton://"].into_iter().find(|scheme| starts(scheme));
    let begin = at + scheme.map_or(0, str::len);
    let mut end = match scheme {
        Some("tg://" | "ton://") => Some(scan.run(begin, is_host)).filter(|end| *end > begin)?,
        Some(_) => host(scan, begin)?.0,
        None => host(scan, begin).filter(|(_, known)| *known)?.0,
    };
    if scan.get(end) == Some('@') && scheme.is_none() {
        return None;
    }
    if scan.get(end) == Some(':') {
        let port = scan.run(end + 1, |c| c.is_ascii_digit());
        end = if port > end + 1 { port } else { end };
    }
    if scan.get(end).is_some_and(|c| matches!(c, '/' | '?' | '#')) {
        let rest = scan.run(end, |c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '«' | '»'));
        let trailing = |c: &&char| matches!(**c, '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '(');
        let mut stop = rest - scan.chars[end..rest].iter().rev().take_while(trailing).count();
        let count = |wanted| scan.chars[at..stop].iter().filter(|c| **c == wanted).count();
        if stop > end && scan.chars[stop - 1] == ')' && count(')') > count('(') {
            stop -= 1;
        }
        end = stop.max(end);
    }
    Some((at, end, EntityKind::Url))
}

/// `name@host.tld`
fn email(scan: &Scan, at: usize) -> Option<(usize, usize, EntityKind)> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    if !is_local(scan.get(at)?) || scan.before(at).is_some_and(|c| is_local(c) || matches!(c, '@' | '/')) {
        return None;
    }
    let sign = scan.run(at, is_local);
    if sign == at || scan.get(sign) != Some('@') || !scan.get(sign + 1).is_some_and(char::is_alphanumeric) {
        return None;
    }
    let (end, _) = host(scan, sign + 1)?;
    (!scan.get(end).is_some_and(is_word)).then_some((at, end, EntityKind::Email))
}
