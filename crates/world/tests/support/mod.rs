//! A world with its journal.

use parlor_world::{Command, Effects, Recorded, Refusal, Timestamp, World};
use std::ops::{Deref, DerefMut};

pub struct Stage {
    pub world: World,
    pub journal: Vec<Recorded>,
    /// What the last command did.
    pub effects: Effects,
}

impl Stage {
    pub fn new(at: Timestamp) -> Self {
        let world = World::new([7; 16]);
        Self { journal: vec![world.genesis(at)], world, effects: Effects::default() }
    }

    pub fn execute<C: Command>(&mut self, command: &C, now: Timestamp) -> Result<C::Outcome, Refusal> {
        self.effects.clear();
        self.world.handle(command, now, &mut self.journal, &mut self.effects)
    }
}

impl Deref for Stage {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Stage {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}
