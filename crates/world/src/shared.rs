//! What several places hold at once, and a snapshot holds once.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

/// A value that is not copied when it is cloned. In a snapshot it is written out where it comes first, and only
/// numbered where it comes again; reading puts it together again. None is inside another.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// The first holder's.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// To change it: the other holders keep what they had.
    pub(crate) fn make_mut(&mut self) -> &mut T
    where
        T: Clone,
    {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> AsRef<T> for Shared<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

/// How a shared value is spelled.
#[derive(Serialize, Deserialize)]
enum Spelling<T> {
    /// It has one holder.
    Only(T),
    /// It comes again, under the next number.
    First(T),
    /// It came before, under that number.
    Again(u32),
}

/// What was met so far in the snapshot that this thread writes, by address, or reads, by number.
enum Met {
    Nothing,
    Writing(HashMap<usize, u32>),
    Reading(Vec<Arc<dyn Any + Send + Sync>>),
}

thread_local! {
    static MET: RefCell<Met> = const { RefCell::new(Met::Nothing) };
}

/// Writes a snapshot: outside of it, every holder's value is written out.
pub fn writing_snapshot<T>(write: impl FnOnce() -> T) -> T {
    within(Met::Writing(HashMap::new()), write)
}

/// Reads what was written so.
pub fn reading_snapshot<T>(read: impl FnOnce() -> T) -> T {
    within(Met::Reading(Vec::new()), read)
}

fn within<T>(met: Met, act: impl FnOnce() -> T) -> T {
    MET.set(met);
    let done = act();
    MET.set(Met::Nothing);
    done
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if Arc::strong_count(&self.0) == 1 {
            return Spelling::Only(&**self).serialize(serializer);
        }
        let spelling = MET.with_borrow_mut(|met| {
            let Met::Writing(numbers) = met else { return Spelling::Only(&**self) };
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            match numbers.entry(Arc::as_ptr(&self.0).addr()) {
                std::collections::hash_map::Entry::Occupied(known) => Spelling::Again(*known.get()),
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(next);
                    Spelling::First(&**self)
                }
            }
        });
        spelling.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de> + Send + Sync + 'static> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = match Spelling::deserialize(deserializer)? {
            Spelling::Only(value) => Arc::new(value),
            Spelling::First(value) => {
                let value: Arc<T> = Arc::new(value);
                MET.with_borrow_mut(|met| {
                    if let Met::Reading(values) = met {
                        values.push(value.clone());
                    }
                });
                value
            }
            Spelling::Again(number) => {
                let known = MET.with_borrow(|met| match met {
                    Met::Reading(values) => values.get(number as usize).cloned(),
                    _ => None,
                });
                let value = known.and_then(|known| known.downcast().ok());
                value.ok_or_else(|| serde::de::Error::custom("it refers to what is not there"))?
            }
        };
        Ok(Self(value))
    }
}
