//! A lenient parser of `multipart/form-data`, because clients differ in spaces, quotes and line ends at boundaries.
//!
//! It works in one pass over the whole body, in linear time.

use super::{FormError, MAX_PARAMETERS};
use crate::{Args, File};

/// The limit of a boundary's length. The official server refuses longer ones with "boundary too big or empty".
const MAX_BOUNDARY: usize = 70;
/// The limit of bytes of one part's headers.
const MAX_HEADERS: usize = 8 * 1024;

/// Reads all parts. `budget` is the number of bytes that values other than files may have together.
pub(super) fn read(
    content_type: &str,
    body: &[u8],
    mut budget: usize,
    args: &mut Args,
) -> Result<(), FormError> {
    let boundary = boundary(content_type)?;
    let delimiter = [b"--", boundary.as_bytes()].concat();
    // Some clients begin with a line end, or omit the one after the last boundary.
    let start = find(body, &delimiter).ok_or_else(|| FormError::bad("boundary not found"))?;
    let mut rest = &body[start + delimiter.len()..];
    for count in 0.. {
        if rest.starts_with(b"--") || rest.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        if count >= MAX_PARAMETERS {
            return Err(too_many());
        }
        let (length, after) = part_end(rest, &delimiter)?;
        read_part(&rest[..length], &mut budget, args)?;
        rest = &rest[after..];
    }
    Ok(())
}

fn too_many() -> FormError {
    FormError::too_large("too many parameters in form data")
}

fn boundary(content_type: &str) -> Result<String, FormError> {
    let at = content_type.to_ascii_lowercase().find("boundary=");
    let at = at.ok_or_else(|| FormError::bad("boundary not found"))? + "boundary=".len();
    let value = content_type.get(at..).unwrap_or_default();
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => value.split([';', ' ']).next().unwrap_or_default(),
    };
    if value.is_empty() || value.len() > MAX_BOUNDARY {
        return Err(FormError::bad("boundary too big or empty"));
    }
    Ok(value.to_owned())
}

/// The length of a part, without the line end that belongs to the boundary, and the offset after the boundary.
fn part_end(rest: &[u8], delimiter: &[u8]) -> Result<(usize, usize), FormError> {
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|tail| find(tail, delimiter)) {
        let at = from + found;
        let line_end = match &rest[..at] {
            head if head.ends_with(b"\r\n") => Some(2),
            head if head.ends_with(b"\n") => Some(1),
            _ => None,
        };
        if let Some(length) = line_end {
            return Ok((at - length, at + delimiter.len()));
        }
        from = at + delimiter.len();
    }
    Err(FormError::bad("unexpected end of request content"))
}

fn read_part(part: &[u8], budget: &mut usize, args: &mut Args) -> Result<(), FormError> {
    let part = part.strip_prefix(b"\r\n").or_else(|| part.strip_prefix(b"\n")).unwrap_or(part);
    let window = &part[..part.len().min(MAX_HEADERS)];
    let (headers, body) = match (find(window, b"\r\n\r\n"), find(window, b"\n\n")) {
        (Some(at), other) if other.is_none_or(|other| at < other) => (&part[..at], &part[at + 4..]),
        (_, Some(at)) => (&part[..at], &part[at + 2..]),
        _ => return Err(FormError::bad("can't parse form data headers")),
    };
    let headers = String::from_utf8_lossy(headers);
    let disposition = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let disposition =
        disposition.ok_or_else(|| FormError::bad("field name in multipart/form-data not found"))?;
    let name = parameter(disposition, "name");
    let name = name.ok_or_else(|| FormError::bad("field name in multipart/form-data not found"))?;
    match parameter(disposition, "filename") {
        Some(filename) => args.push_file(File { field: name, name: filename, bytes: body.to_vec() }),
        None => {
            *budget = budget.checked_sub(body.len()).ok_or_else(too_many)?;
            let text =
                std::str::from_utf8(body).map_err(|_| FormError::bad("strings must be encoded in UTF-8"))?;
            args.push(name, text);
        }
    }
    Ok(())
}

/// The value of a parameter of `Content-Disposition`, quoted or not.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, tail) = rest.split_once('=')?;
        let tail = tail.trim_start();
        let (value, after) = match tail.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, after) = tail.split_once(';').unwrap_or((tail, ""));
                (value.trim().to_owned(), after)
            }
        };
        if name.trim().trim_start_matches(';').trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// Reads a quoted string up to its closing quote, and returns it with the rest. A backslash escapes the next character.
fn unquote(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            _ => value.push(c),
        }
    }
    (value, "")
}

/// The offset of the first occurrence of `needle`.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    loop {
        let at = from + haystack.get(from..)?.iter().position(|byte| *byte == first)?;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}
