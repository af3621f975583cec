//! Random bytes for the padding of frames. Each thread has a generator that is seeded by the system from time to time,
//! because a system call per frame costs more than encrypting the frame.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use parlor_host::{NoRandomness, random};
use std::cell::RefCell;

/// The number of bytes after which a generator gets a new seed.
const SEED_BYTES: usize = 1 << 20;

/// Returns random bytes for padding.
///
/// # Errors
///
/// If the system provides no seed: a generator without one would produce the same bytes on every machine.
pub(crate) fn padding<const N: usize>() -> Result<[u8; N], NoRandomness> {
    thread_local! {
        static GENERATOR: RefCell<Generator> = const { RefCell::new(Generator(None)) };
    }
    GENERATOR.with_borrow_mut(|generator| generator.bytes(random))
}

/// A generator, with the number of bytes that it may produce until the next seed.
struct Generator(Option<(ChaCha20Rng, usize)>);

impl Generator {
    fn bytes<const N: usize>(
        &mut self,
        seed: impl FnOnce() -> Result<[u8; 32], NoRandomness>,
    ) -> Result<[u8; N], NoRandomness> {
        let (mut generator, left) = match self.0.take() {
            Some((generator, left)) if left >= N => (generator, left),
            _ => (ChaCha20Rng::from_seed(seed()?), SEED_BYTES),
        };
        let mut bytes = [0; N];
        generator.fill_bytes(&mut bytes);
        self.0 = Some((generator, left.saturating_sub(N)));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_seed_there_is_no_padding() {
        let mut generator = Generator(None);
        assert_eq!(generator.bytes::<16>(|| Err(NoRandomness)), Err(NoRandomness));
        let first = generator.bytes::<16>(|| Ok([1; 32]));
        assert!(first.is_ok_and(|bytes| bytes != [0; 16]));
        // One seed is enough for many frames. When it is used up, a failure of the system is an error again.
        for n in 1..SEED_BYTES / 16 {
            assert!(generator.bytes::<16>(|| Err(NoRandomness)).is_ok(), "frame {n}");
        }
        assert_eq!(generator.bytes::<16>(|| Err(NoRandomness)), Err(NoRandomness));
        assert_eq!(generator.bytes::<16>(|| Ok([1; 32])), first, "a generator begins anew");
    }

    #[test]
    fn bytes_do_not_repeat_and_each_thread_has_its_own() {
        let here: Vec<_> = (0..100).map(|_| padding::<16>().unwrap()).collect();
        let there = std::thread::spawn(|| padding::<16>().unwrap()).join().unwrap();
        let all: std::collections::HashSet<_> = here.iter().chain([&there]).collect();
        assert_eq!(all.len(), 101);
    }
}
