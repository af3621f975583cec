//! The two-step password (core.telegram.org/api/srp): what the server keeps, asks and checks.

use crate::bytes::{join, same, sha256};
use crate::dh::{G, Group, bytes, number};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048, U4096};
use sha2::Sha512;

/// > PBKDF2 with 100,000 iterations of HMAC-SHA512
const ITERATIONS: u32 = 100_000;

/// What stands for a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    /// The first salt.
    pub salt1: Vec<u8>,
    /// The second salt.
    pub salt2: Vec<u8>,
    /// `g ^ x`, 256 bytes.
    pub value: Vec<u8>,
}

/// The server's half of one check.
pub struct Challenge {
    /// What is sent as `srp_B`.
    pub public: [u8; 256],
    secret: [u8; 256],
}

/// > PH2(password, salt1, salt2) := SH(pbkdf2(sha512, PH1(password, salt1, salt2), salt1, 100000), salt2)
fn password_hash(password: &[u8], salt1: &[u8], salt2: &[u8]) -> [u8; 32] {
    let salted = |data: &[u8], salt: &[u8]| sha256(&[salt, data, salt]);
    let first = salted(&salted(password, salt1), salt2);
    let mut slow = [0; 64];
    pbkdf2::pbkdf2_hmac::<Sha512>(&first, salt1, ITERATIONS, &mut slow);
    salted(&slow, salt2)
}

impl Verifier {
    /// For a password. The salts are random.
    pub fn new(group: &Group, password: &str, salt1: Vec<u8>, salt2: Vec<u8>) -> Self {
        let x = join(&[&[0; 224], &password_hash(password.as_bytes(), &salt1, &salt2)]);
        let value = group.public(&x).to_vec();
        Self { salt1, salt2, value }
    }

    /// Begins a check; `secret` is random. None if the verifier is no number of the group.
    ///
    /// > srp_B := k*v + g^b
    pub fn challenge(&self, group: &Group, secret: [u8; 256]) -> Option<Challenge> {
        let v = number(&self.value).filter(|v| group.holds(v))?;
        let public = group.add(&group.multiply(&multiplier(group), &v), &number(&group.public(&secret))?);
        Some(Challenge { public: bytes(&public), secret })
    }

    /// Whether the client knows the password.
    pub fn check(&self, group: &Group, challenge: &Challenge, a: &[u8], proof: &[u8]) -> bool {
        self.expected(group, challenge, a).is_some_and(|expected| same(&expected, proof))
    }

    /// > M1 := H(H(p) xor H(g) | H(salt1) | H(salt2) | g_a | g_b | k_a)
    fn expected(&self, group: &Group, challenge: &Challenge, a: &[u8]) -> Option<[u8; 32]> {
        let a = number(a).filter(|a| group.holds(a))?;
        let u = sha256(&[&bytes(&a), &challenge.public]);
        let v = number(&self.value)?;
        let base = group.multiply(&a, &number(&group.power(&v, &join(&[&[0; 224], &u])))?);
        let key = sha256(&[&group.power(&base, &challenge.secret)]);
        Some(proof(group, &self.salt1, &self.salt2, &bytes(&a), &challenge.public, &key))
    }
}

/// > k := H(p | g)
fn multiplier(group: &Group) -> U2048 {
    let g: [u8; 256] = bytes(&U2048::from_u32(G.unsigned_abs()));
    U2048::from_be_slice(&join::<256>(&[&[0; 224], &sha256(&[&group.prime(), &g])]))
}

fn proof(group: &Group, salt1: &[u8], salt2: &[u8], a: &[u8], b: &[u8], key: &[u8; 32]) -> [u8; 32] {
    let (p, g) = (sha256(&[&group.prime()]), sha256(&[&bytes(&U2048::from_u32(G.unsigned_abs()))]));
    let mixed: [u8; 32] = std::array::from_fn(|n| p[n] ^ g[n]);
    sha256(&[&mixed, &sha256(&[salt1]), &sha256(&[salt2]), a, b, key])
}

/// The client's side: `A` and `M1` for a password, as the page on SRP tells it. `secret` is random. `None` if `b` is no
/// number of the group.
pub fn answer(
    group: &Group,
    password: &str,
    salt1: &[u8],
    salt2: &[u8],
    b: &[u8],
    secret: &[u8; 256],
) -> Option<([u8; 256], [u8; 32])> {
    let a = group.public(secret);
    let u = U2048::from_be_slice(&join::<256>(&[&[0; 224], &sha256(&[&a, b])]));
    let hash = password_hash(password.as_bytes(), salt1, salt2);
    let x = U2048::from_be_slice(&join::<256>(&[&[0; 224], &hash]));
    let params = FixedMontyParams::new(Odd::new(U2048::from_be_slice(&group.prime())).into_option()?);
    let form = |n: &U2048| FixedMontyForm::new(n, &params);
    let v = form(&number(&group.public(&bytes(&x)))?);
    let base = form(&number(b)?).sub(&form(&multiplier(group)).mul(&v));
    // The exponent a + u*x is longer than 2048 bits.
    let ux: U4096 = u.concatenating_mul(&x);
    let power = ux.wrapping_add(&U2048::from_be_slice(secret).resize());
    let key = sha256(&[&bytes(&base.pow(&power).retrieve())]);
    Some((a, proof(group, salt1, salt2, &a, b, &key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(group: &Group, password: &str, verifier: &Verifier, b: &[u8; 256]) -> ([u8; 256], [u8; 32]) {
        super::answer(group, password, &verifier.salt1, &verifier.salt2, b, &[0x42; 256]).unwrap()
    }

    #[test]
    fn only_the_right_password_is_proven() {
        let group = Group::new().unwrap();
        let verifier = Verifier::new(&group, "correct horse", vec![1; 8], vec![2; 16]);
        let challenge = verifier.challenge(&group, [0x33; 256]).unwrap();
        let (a, right) = answer(&group, "correct horse", &verifier, &challenge.public);
        assert!(verifier.check(&group, &challenge, &a, &right));
        let (a, wrong) = answer(&group, "battery staple", &verifier, &challenge.public);
        assert!(!verifier.check(&group, &challenge, &a, &wrong));
        assert!(!verifier.check(&group, &challenge, &[0; 256], &right));
        assert!(!verifier.check(&group, &challenge, &group.prime(), &right));
    }
}
