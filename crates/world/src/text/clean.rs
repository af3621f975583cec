use super::{Entity, utf16_len};
use crate::refusal::{EntityFault, Refusal};

/// Entities further out than this are refused before anything else.
const MAX_OFFSET: u32 = 1_000_000;

/// Control characters become spaces; carriage returns, direction overrides and the combining lines that draw over
/// neighbours go away. Entities keep to their characters.
pub(super) fn clean(raw: &str, entities: &mut Vec<Entity>) -> Result<String, Refusal> {
    for entity in &*entities {
        if entity.offset > MAX_OFFSET {
            return Err(Refusal::EntitiesInvalid(EntityFault::Offset(entity.offset)));
        }
        if entity.length > MAX_OFFSET {
            return Err(Refusal::EntitiesInvalid(EntityFault::Length(entity.length)));
        }
    }
    entities.retain(|entity| entity.length > 0);
    // Most texts are ASCII without control characters: there is nothing to clean.
    if entities.is_empty() && raw.bytes().all(|byte| byte == b'\n' || (b' '..0x80).contains(&byte)) {
        return Ok(raw.to_owned());
    }
    let mut cleaned = String::with_capacity(raw.len());
    // New offset and old byte of every old UTF-16 offset; none inside of a surrogate pair.
    let mut places = Vec::with_capacity(if entities.is_empty() { 0 } else { raw.len() + 1 });
    let mut offset = 0;
    for (byte, c) in raw.char_indices() {
        if !entities.is_empty() {
            places.push(Some((offset, byte)));
            places.extend((1..c.len_utf16()).map(|_| None));
        }
        match c {
            '\r' | '\u{2028}'..='\u{202e}' | '\u{333}' | '\u{33f}' | '\u{30a}' => continue,
            '\n' => cleaned.push('\n'),
            '\0'..=' ' => cleaned.push(' '),
            _ => cleaned.push(c),
        }
        offset += c.len_utf16() as u32;
    }
    places.push(Some((offset, raw.len())));
    entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    for entity in &mut *entities {
        place(entity, &places, raw)?;
    }
    entities.retain(|entity| entity.length > 0);
    Ok(cleaned)
}

/// Moves one entity from its old place to its new one, with TDLib's checks in TDLib's order.
fn place(entity: &mut Entity, places: &[Option<(u32, usize)>], raw: &str) -> Result<(), Refusal> {
    let (old, old_end) = (entity.offset, entity.end());
    let next_byte = |at: u32| {
        let later = places.iter().skip(at as usize).flatten().next();
        later.map_or(raw.len(), |(_, byte)| *byte)
    };
    let start = match places.get(old as usize) {
        Some(Some((offset, _))) if old as usize != places.len() - 1 => Ok(*offset),
        Some(None) => Err(EntityFault::BeginsInsideSymbol { byte: next_byte(old) }),
        _ => Err(EntityFault::BeginsAfterEnd { offset: old }),
    };
    let start = start.map_err(Refusal::EntitiesInvalid)?;
    let end = match places.get(old_end as usize) {
        Some(Some((offset, _))) => Ok(*offset),
        Some(None) => Err(EntityFault::EndsInsideSymbol { offset: old, byte: next_byte(old_end) }),
        None => Err(EntityFault::EndsAfterEnd { offset: old, end: old_end }),
    };
    let end = end.map_err(Refusal::EntitiesInvalid)?;
    (entity.offset, entity.length) = (start, end - start);
    Ok(())
}

/// Spaces and line ends go from the end, and from the beginning up to the first entity.
pub(super) fn trim(text: &mut String, entities: &mut Vec<Entity>) {
    text.truncate(text.trim_end_matches([' ', '\n']).len());
    let length = if entities.is_empty() { 0 } else { utf16_len(text) };
    entities.retain_mut(|entity| {
        entity.length = entity.end().min(length).saturating_sub(entity.offset);
        entity.length > 0
    });
    let blank = text.len() - text.trim_start_matches([' ', '\n']).len();
    let first = entities.iter().map(|entity| entity.offset as usize).min().unwrap_or(blank);
    let cut = blank.min(first);
    text.drain(..cut);
    for entity in entities {
        entity.offset -= cut as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::EntityKind;

    #[test]
    fn a_text_without_entities_is_cleaned_like_one_with_entities() {
        for c in (0..0x250).chain(0x2028..0x2030).filter_map(char::from_u32) {
            let raw = format!("a{c}b\n");
            let mut entities = vec![Entity { kind: EntityKind::Bold, offset: 0, length: 1 }];
            let expected = clean(&raw, &mut entities).unwrap();
            assert_eq!(clean(&raw, &mut Vec::new()).unwrap(), expected, "{c:?}");
        }
        assert_eq!(clean("\u{1}a\r\u{7f}", &mut Vec::new()).unwrap(), " a\u{7f}");
    }
}
