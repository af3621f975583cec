use parlor_world::MessageId;

/// > limit: at most 100
const MAX_LIMIT: i32 = 100;

/// The position and the length of a page of history.
pub(super) struct Page {
    pub(super) offset_id: i32,
    pub(super) offset_date: i32,
    pub(super) add_offset: i32,
    pub(super) limit: i32,
    pub(super) max_id: i32,
    pub(super) min_id: i32,
}

impl Page {
    /// Returns whether a message is older than the offset of the page. If an id is given, the date is ignored: Telethon sends
    /// the date of the last message with its id, and earlier messages may have the same date.
    fn begins_before(&self, id: i32, date: i64) -> bool {
        match (self.offset_id, self.offset_date) {
            (0, 0) => true,
            (0, offset_date) => date < i64::from(offset_date),
            (offset_id, _) => id < offset_id,
        }
    }

    /// Returns the messages of the page. `found` holds all matches, newest first.
    pub(super) fn choose(&self, found: &[Found]) -> Vec<MessageId> {
        let first = found.iter().position(|found| self.begins_before(found.id.0, found.date));
        let first = i64::try_from(first.unwrap_or(found.len())).unwrap_or(i64::MAX);
        // > add_offset: may be negative, to see newer messages too
        let start = first.saturating_add(i64::from(self.add_offset));
        let end = start.saturating_add(i64::from(self.limit.clamp(0, MAX_LIMIT)));
        let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
        let is_inside = |id: &MessageId| (self.max_id == 0 || id.0 < self.max_id) && id.0 > self.min_id;
        found.iter().take(end).skip(start).map(|found| found.id).filter(is_inside).collect()
    }
}

/// A message that matches a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) id: MessageId,
    pub(super) date: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_date_counts_only_without_an_offset_id() {
        for (offset_id, offset_date, id, date, expected) in [
            (0, 0, 5, 100, true),
            (5, 0, 5, 100, false),
            (5, 0, 4, 100, true),
            (5, 100, 4, 100, true),
            (5, 100, 6, 99, false),
            (0, 100, 4, 100, false),
            (0, 100, 4, 99, true),
        ] {
            let page = Page { offset_id, offset_date, add_offset: 0, limit: 0, max_id: 0, min_id: 0 };
            assert_eq!(page.begins_before(id, date), expected, "{offset_id} {offset_date} {id} {date}");
        }
    }

    #[test]
    fn a_page_is_a_part_of_the_matches() {
        let found: Vec<_> = (1..=10).rev().map(|id| Found { id: MessageId(id), date: 100 }).collect();
        for (offset_id, add_offset, limit, max_id, min_id, expected) in [
            (0, 0, 3, 0, 0, vec![10, 9, 8]),
            (8, 0, 3, 0, 0, vec![7, 6, 5]),
            (8, -2, 3, 0, 0, vec![9, 8, 7]),
            (8, 1, 2, 0, 0, vec![6, 5]),
            (1, -100, 100, 0, 0, (1..=10).rev().collect()),
            (0, i32::MAX, 100, 0, 0, vec![]),
            (0, 0, 100, 9, 6, vec![8, 7]),
            (0, 0, 0, 0, 0, vec![]),
        ] {
            let page = Page { offset_id, offset_date: 0, add_offset, limit, max_id, min_id };
            let chosen: Vec<i32> = page.choose(&found).into_iter().map(|id| id.0).collect();
            assert_eq!(chosen, expected, "{offset_id} {add_offset} {limit} {max_id} {min_id}");
        }
    }
}
