use crate::guard::Guard;
use parlor_host::Worlds;
use std::sync::Arc;

/// What the routes need beside the world of the request.
#[derive(Clone)]
pub struct Control {
    /// All worlds of the server.
    pub worlds: Arc<Worlds>,
    /// Who may call.
    pub guard: Arc<Guard>,
    /// `http://127.0.0.1:8081`: what addresses in answers begin with.
    pub root: Arc<str>,
}

/// A new world's key.
pub fn fresh_key() -> [u8; 16] {
    let mut key = [0; 16];
    // Without the system's randomness a world gets the zero key: ids are guessable then, which only a test could
    // mind, and no test runs on such a machine.
    let _ = getrandom::fill(&mut key);
    key
}
