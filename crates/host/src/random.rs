/// The system provided no random bytes. No secret value is created without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system provides no random bytes")]
pub struct NoRandomness;

/// Returns random bytes from the system.
///
/// # Errors
///
/// [`NoRandomness`] if the system provides none. The caller must not continue with zeros: a key, nonce or salt of zeros
/// works like any other, so nobody would notice.
#[expect(clippy::disallowed_methods, reason = "the only place that reads random bytes from the system")]
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
