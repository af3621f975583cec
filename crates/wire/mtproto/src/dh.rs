//! Diffie-Hellman with Telegram's prime.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048};

/// Telegram's prime. Some clients accept no other; others run a long primality check on any other.
const PRIME: &str = "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d225\
     30f4dbfa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f1\
     8faf8c595f642477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a69581105190\
     7e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc4\
     65b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d\
     8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b";
/// > g generates a cyclic subgroup of prime order (p-1)/2; for this prime 3 is one.
pub const G: i32 = 3;

/// The Diffie-Hellman group.
pub struct Group {
    prime: U2048,
    params: FixedMontyParams<{ U2048::LIMBS }>,
}

impl Group {
    /// Returns the group of Telegram's prime. It is `None` only if the prime were even, so never.
    pub fn new() -> Option<Self> {
        let prime = U2048::from_be_hex(PRIME);
        Some(Self { prime, params: FixedMontyParams::new(Odd::new(prime).into_option()?) })
    }

    /// The prime in big-endian bytes, as `dh_prime` is sent.
    pub fn prime(&self) -> [u8; 256] {
        bytes(&self.prime)
    }

    /// `g ^ exponent`, in constant time.
    pub fn public(&self, exponent: &[u8; 256]) -> [u8; 256] {
        self.power(&U2048::from_u32(G.unsigned_abs()), exponent)
    }

    /// `theirs ^ exponent`, in constant time; `None` if the other side's public value is out of range.
    ///
    /// > It is essential to also check that g, g_a and g_b are greater than 1 and smaller than p-1. We recommend checking
    /// > that g_a and g_b are between 2^{2048-64} and dh_prime - 2^{2048-64} as well.
    pub fn shared(&self, theirs: &[u8], exponent: &[u8; 256]) -> Option<[u8; 256]> {
        let theirs = number(theirs)?;
        let margin = U2048::ONE.shl(2048 - 64);
        let inside = theirs >= margin && theirs <= self.prime.wrapping_sub(&margin);
        inside.then(|| self.power(&theirs, exponent))
    }

    /// `base ^ exponent`.
    pub(crate) fn power(&self, base: &U2048, exponent: &[u8; 256]) -> [u8; 256] {
        let exponent = U2048::from_be_slice(exponent);
        bytes(&FixedMontyForm::new(base, &self.params).pow(&exponent).retrieve())
    }

    /// `a * b` modulo the prime.
    pub(crate) fn multiply(&self, a: &U2048, b: &U2048) -> U2048 {
        FixedMontyForm::new(a, &self.params).mul(&FixedMontyForm::new(b, &self.params)).retrieve()
    }

    /// `a + b` modulo the prime.
    pub(crate) fn add(&self, a: &U2048, b: &U2048) -> U2048 {
        FixedMontyForm::new(a, &self.params).add(&FixedMontyForm::new(b, &self.params)).retrieve()
    }

    /// Whether 0 < `value` < prime.
    pub(crate) fn contains(&self, value: &U2048) -> bool {
        *value != U2048::ZERO && *value < self.prime
    }
}

/// Reads a big-endian number; `None` if it has more than 256 bytes.
pub(crate) fn number(data: &[u8]) -> Option<U2048> {
    let start = 256usize.checked_sub(data.len())?;
    let mut padded = [0; 256];
    padded.get_mut(start..)?.copy_from_slice(data);
    Some(U2048::from_be_slice(&padded))
}

/// Writes a number as 256 big-endian bytes.
pub(crate) fn bytes(value: &U2048) -> [u8; 256] {
    let mut bytes = [0; 256];
    bytes.copy_from_slice(value.to_be_bytes().as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_derive_the_same_secret_and_out_of_range_values_are_refused() {
        let group = Group::new().unwrap();
        let (a, b) = ([0x35; 256], [0x71; 256]);
        let shared = group.shared(&group.public(&b), &a).unwrap();
        assert_eq!(group.shared(&group.public(&a), &b), Some(shared));
        let margin = U2048::ONE.shl(2048 - 64);
        let one = U2048::ONE;
        for (value, inside) in [
            (U2048::ZERO, false),
            (one, false),
            (margin.wrapping_sub(&one), false),
            (margin, true),
            (group.prime.wrapping_sub(&margin), true),
            (group.prime.wrapping_sub(&margin).wrapping_add(&one), false),
            (group.prime.wrapping_sub(&one), false),
            (group.prime, false),
        ] {
            assert_eq!(group.shared(&bytes(&value), &a).is_some(), inside);
        }
    }
}
