use super::*;
use proptest::prelude::*;

/// Keys of which some begin a leaf.
const KEYS: u32 = 300;

#[derive(Debug, Clone)]
enum Act {
    Insert(u32, u16),
    Change(u32, u16),
    Open(u32, u16),
    Remove(u32),
    Retain(u32),
    Capture(usize),
    /// A capture of its own, from the beginning to the end.
    Pack,
}

fn act() -> impl Strategy<Value = Act> {
    let key = 0..KEYS;
    prop_oneof![
        (key.clone(), any::<u16>()).prop_map(|(key, value)| Act::Insert(key, value)),
        (key.clone(), any::<u16>()).prop_map(|(key, value)| Act::Change(key, value)),
        (key.clone(), any::<u16>()).prop_map(|(key, value)| Act::Open(key, value)),
        key.clone().prop_map(Act::Remove),
        key.prop_map(Act::Retain),
        (1..50usize).prop_map(Act::Capture),
        Just(Act::Pack),
    ]
}

fn rows() -> impl Strategy<Value = BTreeMap<u32, u16>> {
    prop::collection::btree_map(0..KEYS, any::<u16>(), 0..200)
}

fn table(rows: &BTreeMap<u32, u16>) -> Table<u32, u16> {
    let mut table = Table::default();
    rows.iter().for_each(|(key, value)| table.insert(*key, *value));
    table
}

type Leaves = Vec<(u32, Packed)>;

fn capture(table: &mut Table<u32, u16>, mut room: usize, leaves: &mut Leaves) {
    table.capture(&mut room, &mut |start, packed| leaves.push((*start, packed.clone())));
}

fn pack(table: &mut Table<u32, u16>) -> Leaves {
    let mut leaves = Vec::new();
    table.begin_capture();
    capture(table, usize::MAX, &mut leaves);
    leaves
}

fn restore(leaves: Leaves) -> Table<u32, u16> {
    let mut table = Table::default();
    leaves.into_iter().for_each(|(start, packed)| table.restore(start, packed));
    table
}

/// Does the same to a table and to a map.
fn act_on(act: &Act, table: &mut Table<u32, u16>, map: &mut BTreeMap<u32, u16>) {
    match *act {
        Act::Insert(key, value) => {
            table.insert(key, value);
            map.insert(key, value);
        }
        Act::Change(key, value) => {
            let (row, expected) = (table.get_mut(&key), map.get_mut(&key));
            assert_eq!(row, expected);
            row.into_iter().chain(expected).for_each(|row| *row = value);
        }
        Act::Open(key, value) => {
            table.ensure(key + 1, || value);
            map.entry(key + 1).or_insert(value);
            let (row, expected) = (table.get_or_insert_with(key, || value), map.entry(key).or_insert(value));
            assert_eq!(row, expected);
        }
        Act::Remove(key) => assert_eq!(table.remove(&key), map.remove(&key)),
        Act::Retain(key) => {
            table.retain(|other, _| other % 7 != key % 7);
            map.retain(|other, _| other % 7 != key % 7);
        }
        Act::Capture(_) | Act::Pack => {}
    }
}

proptest! {
    /// Packed or not, a table is a map; and its leaves depend on its rows alone.
    #[test]
    fn a_table_is_a_map(
        before in rows(),
        acts in prop::collection::vec(act(), 0..200),
        (low, high) in (0..KEYS, 0..KEYS),
    ) {
        let mut map = before.clone();
        let mut table = restore(pack(&mut self::table(&before)));
        for act in &acts {
            act_on(act, &mut table, &mut map);
            if matches!(act, Act::Pack) {
                pack(&mut table);
            }
        }
        prop_assert_eq!(table.len(), map.len());
        prop_assert!(table.iter().eq(map.iter()));
        prop_assert!(table.iter().rev().eq(map.iter().rev()));
        prop_assert!((0..=KEYS).all(|key| table.get(&key) == map.get(&key)));
        prop_assert!(table.range(low..).eq(map.range(low..)));
        prop_assert!(table.range(..=high).eq(map.range(..=high)));
        let (start, end) = (low.min(high), low.max(high));
        prop_assert!(table.range(start..end).rev().eq(map.range(start..end).rev()));
        prop_assert_eq!(table.range(end + 1..start).count(), 0);
        prop_assert_eq!(pack(&mut table), pack(&mut self::table(&map)));
        prop_assert!(restore(pack(&mut table)) == table);
    }

    /// Whatever happens meanwhile, what is captured is the table of the moment when the capture began.
    #[test]
    fn a_capture_is_of_one_moment(
        before in rows(),
        was_packed in any::<bool>(),
        acts in prop::collection::vec(act(), 0..100),
    ) {
        let mut table = table(&before);
        let expected = pack(&mut table);
        if was_packed {
            table = restore(expected.clone());
        }
        let mut map = before;
        let mut captured = Vec::new();
        table.begin_capture();
        for act in &acts {
            act_on(act, &mut table, &mut map);
            if let Act::Capture(room) = act {
                capture(&mut table, *room, &mut captured);
            }
        }
        capture(&mut table, usize::MAX, &mut captured);
        prop_assert_eq!(captured, expected);
        prop_assert!(!table.capture.is_under_way());
    }
}

#[test]
fn rows_that_are_not_used_stay_packed() {
    let rows: BTreeMap<_, _> = (0..KEYS).map(|key| (key, 0)).collect();
    let mut table = restore(pack(&mut table(&rows)));
    let unpacked = |table: &Table<u32, u16>| table.leaves.values().filter(|leaf| leaf.is_unpacked()).count();
    assert_eq!((unpacked(&table), table.len()), (0, 300));
    assert!(table.leaves.len() > 5);
    assert_eq!((table.get(&7), table.range(8..).next(), unpacked(&table)), (Some(&0), Some((&8, &0)), 1));
    pack(&mut table);
    assert_eq!(unpacked(&table), 1, "it was used since it was last packed");
    pack(&mut table);
    assert_eq!(unpacked(&table), 0);
    assert_eq!(table.range(100..200).next_back(), Some((&199, &0)));
    assert_eq!(unpacked(&table), 1);
}

#[test]
fn damaged_rows_are_refused() {
    let packed = Packed::pack(&[(1u32, 2u16), (3, 4)]);
    assert_eq!(packed.unpack(), Ok(vec![(1u32, 2u16), (3, 4)]));
    assert!(packed.unpack::<(String, u16)>().is_err());
    for (cut, rows) in [(1, 2), (0, 1), (0, 3)] {
        let damaged = packed.damaged(cut, rows);
        assert!(damaged.unpack::<(u32, u16)>().is_err(), "{cut} {rows}");
    }
}
