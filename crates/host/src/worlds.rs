use crate::clock::ClockStart;
use crate::host::{Host, Options};
use parlor_storage::Memory;
use parlor_world::Rules;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The maximum number of worlds of one server beside its default one.
const MAX_WORLDS: usize = 10_000;

/// The name of a world that was created for a test: the part of its URLs after `/w/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorldName(Box<str>);

impl WorldName {
    /// Parses a name: 1 to 64 ASCII letters, digits, `-` and `_`.
    pub fn parse(text: &str) -> Option<Self> {
        let alphabet = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        (alphabet && (1..=64).contains(&text.len())).then(|| Self(text.into()))
    }
}

impl fmt::Display for WorldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A world could not be created: the name is taken, or there are too many worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name is taken, or there are {MAX_WORLDS} worlds already")]
pub struct WorldsFull;

/// The worlds of one server: the default one, and those that tests created, which are in memory.
pub struct Worlds {
    default: Host,
    others: Mutex<Others>,
    rules: Rules,
}

#[derive(Default)]
struct Others {
    made: u64,
    by_name: BTreeMap<WorldName, Host>,
}

impl Worlds {
    /// Creates the list of a server, with just its default world. `rules` apply to worlds that don't choose others.
    pub fn new(default: Host, rules: Rules) -> Self {
        Self { default, others: Mutex::default(), rules }
    }

    /// Returns the rules of new worlds that don't choose others.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Returns the default world.
    pub fn default_world(&self) -> Host {
        self.default.clone()
    }

    /// Returns a world by its name.
    pub fn get(&self, name: &str) -> Option<Host> {
        let name = WorldName::parse(name)?;
        self.others.lock().unwrap_or_else(PoisonError::into_inner).by_name.get(&name).cloned()
    }

    /// Creates an empty world in memory, with the given name or a generated one.
    ///
    /// # Errors
    /// [`WorldsFull`] if the name is taken, there are too many worlds, or the world cannot be opened.
    pub fn create(
        &self,
        name: Option<WorldName>,
        rules: Rules,
        key: [u8; 16],
    ) -> Result<(WorldName, Host), WorldsFull> {
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if others.by_name.len() >= MAX_WORLDS {
            return Err(WorldsFull);
        }
        let name = name.unwrap_or_else(|| {
            loop {
                others.made += 1;
                let made = WorldName(format!("w{}", others.made).into());
                if !others.by_name.contains_key(&made) {
                    break made;
                }
            }
        });
        if others.by_name.contains_key(&name) {
            return Err(WorldsFull);
        }
        let journal = Box::new(Memory::forgetting());
        let host =
            Host::open(journal, Options { rules, key, clock: ClockStart::System }).map_err(|_| WorldsFull)?;
        others.by_name.insert(name.clone(), host.clone());
        Ok((name, host))
    }

    /// Closes a world and removes it. Returns false if there was none.
    pub async fn drop_world(&self, name: &WorldName) -> bool {
        let dropped = self.others.lock().unwrap_or_else(PoisonError::into_inner).by_name.remove(name);
        if let Some(host) = &dropped {
            host.close().await;
        }
        dropped.is_some()
    }

    /// Returns the names of all worlds except the default one.
    pub fn names(&self) -> Vec<WorldName> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner).by_name.keys().cloned().collect()
    }
}
