use super::{Entity, EntityKind};
use std::cmp::Reverse;

/// Puts entities into the order and the nesting that Telegram keeps: nothing inside of code, whole entities never
/// cross, styles of one kind are joined, and cut where a whole entity begins or ends.
pub(super) fn fix(entities: Vec<Entity>) -> Vec<Entity> {
    let (styles, mut whole): (Vec<_>, Vec<_>) =
        entities.into_iter().partition(|entity| entity.kind.is_style());
    sort(&mut whole);
    let mut kept: Vec<Entity> = Vec::new();
    for entity in whole {
        let collides = |other: &&Entity| other.overlaps(&entity) && !may_nest(other, &entity);
        if !kept.iter().any(|other| collides(&other)) {
            kept.push(entity);
        }
    }
    let mut borders: Vec<u32> = kept.iter().flat_map(|entity| [entity.offset, entity.end()]).collect();
    borders.sort_unstable();
    borders.dedup();
    let pieces = joined(styles).into_iter().flat_map(|style| cut(style, &borders));
    let outside_of_code =
        |piece: &Entity| !kept.iter().any(|entity| entity.kind.is_code() && entity.overlaps(piece));
    let mut fixed: Vec<Entity> = pieces.filter(outside_of_code).collect();
    fixed.extend(kept);
    sort(&mut fixed);
    fixed
}

pub(super) fn sort(entities: &mut [Entity]) {
    entities
        .sort_by(|a, b| (a.offset, Reverse(a.length), &a.kind).cmp(&(b.offset, Reverse(b.length), &b.kind)));
}

/// Quotations hold anything but other quotations.
fn may_nest(outer: &Entity, inner: &Entity) -> bool {
    let holds = outer.offset <= inner.offset && inner.end() <= outer.end();
    let quote = |entity: &Entity| matches!(entity.kind, EntityKind::Blockquote { .. });
    holds && quote(outer) && !quote(inner)
}

/// Styles of the same kind that touch or overlap become one.
fn joined(mut styles: Vec<Entity>) -> Vec<Entity> {
    styles.sort_by(|a, b| (&a.kind, a.offset).cmp(&(&b.kind, b.offset)));
    let mut result: Vec<Entity> = Vec::new();
    for style in styles {
        match result.last_mut() {
            Some(last) if last.kind == style.kind && style.offset <= last.end() => {
                last.length = last.end().max(style.end()) - last.offset;
            }
            _ => result.push(style),
        }
    }
    result
}

fn cut(style: Entity, borders: &[u32]) -> Vec<Entity> {
    let inner = borders.iter().copied().filter(|border| style.offset < *border && *border < style.end());
    let mut pieces = Vec::new();
    let mut offset = style.offset;
    for border in inner.chain([style.end()]) {
        pieces.push(Entity { kind: style.kind.clone(), offset, length: border - offset });
        offset = border;
    }
    pieces
}
