/// The system gave no random bytes. Nothing that must be secret is made without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// Returns random bytes from the system.
///
/// # Errors
///
/// When the system gives none: a key, nonce or salt of zeros would look like any other.
#[expect(clippy::disallowed_methods, reason = "this is where randomness comes in")]
pub fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    random_from(|bytes| getrandom::fill(bytes).is_ok())
}

fn random_from<const N: usize>(fill: impl FnOnce(&mut [u8]) -> bool) -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    if fill(&mut bytes) { Ok(bytes) } else { Err(NoRandomness) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_randomness_there_are_no_bytes() {
        assert_eq!(random_from::<16>(|_| false), Err(NoRandomness));
        let filled = random_from::<4>(|bytes| {
            bytes.fill(7);
            true
        });
        assert_eq!(filled, Ok([7; 4]));
        assert_ne!(random::<32>(), Ok([0; 32]));
    }
}
