//! A world as bytes, for a fast start. Never the only copy: what can't be read is replayed from the events.

use parlor_world::World;

/// Raised with every change of the world's own layout; snapshots of other layouts are replayed instead.
const LAYOUT: u32 = 4;

pub(crate) fn encode(world: &World) -> Option<Vec<u8>> {
    postcard::to_stdvec(&(LAYOUT, world)).ok()
}

pub(crate) fn decode(bytes: &[u8]) -> Option<World> {
    let (layout, rest) = postcard::take_from_bytes::<u32>(bytes).ok()?;
    if layout != LAYOUT {
        return None;
    }
    let mut world: World = postcard::from_bytes(rest).ok()?;
    world.share_messages();
    Some(world)
}
