//! The server half of two-step password checks (core.telegram.org/api/srp).

use crate::bytes::{concat, constant_time_eq, sha256};
use crate::dh::{G, Group, bytes, number};
use crypto_bigint::U2048;
use sha2::Sha512;

/// > PBKDF2 with 100,000 iterations of HMAC-SHA512
const ITERATIONS: u32 = 100_000;

/// The salted verifier that the server stores instead of a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    /// The client's salt.
    pub salt1: Vec<u8>,
    /// The server's salt.
    pub salt2: Vec<u8>,
    /// `g ^ x`, 256 bytes.
    pub value: Vec<u8>,
}

/// The server's ephemeral values of one check.
pub struct Challenge {
    /// The public value, sent as `srp_B`.
    pub public: [u8; 256],
    secret: [u8; 256],
}

/// > PH2(password, salt1, salt2) := SH(pbkdf2(sha512, PH1(password, salt1, salt2), salt1, 100000), salt2)
pub(crate) fn password_hash(password: &[u8], salt1: &[u8], salt2: &[u8]) -> [u8; 32] {
    let salted = |data: &[u8], salt: &[u8]| sha256(&[salt, data, salt]);
    let first = salted(&salted(password, salt1), salt2);
    let mut slow = [0; 64];
    pbkdf2::pbkdf2_hmac::<Sha512>(&first, salt1, ITERATIONS, &mut slow);
    salted(&slow, salt2)
}

impl Verifier {
    /// Computes the verifier of a password. The salts are random.
    pub fn new(group: &Group, password: &str, salt1: Vec<u8>, salt2: Vec<u8>) -> Self {
        let x = concat(&[&[0; 224], &password_hash(password.as_bytes(), &salt1, &salt2)]);
        let value = group.public(&x).to_vec();
        Self { salt1, salt2, value }
    }

    /// Begins a check; `secret` is random. Returns `None` if the verifier is not in the group.
    ///
    /// > srp_B := k*v + g^b
    pub fn challenge(&self, group: &Group, secret: [u8; 256]) -> Option<Challenge> {
        let v = number(&self.value).filter(|v| group.contains(v))?;
        let public = group.add(&group.multiply(&multiplier(group), &v), &number(&group.public(&secret))?);
        Some(Challenge { public: bytes(&public), secret })
    }

    /// Whether the client's `A` and `M1` prove that it knows the password.
    pub fn check(&self, group: &Group, challenge: &Challenge, a: &[u8], proof: &[u8]) -> bool {
        self.expected(group, challenge, a).is_some_and(|expected| constant_time_eq(&expected, proof))
    }

    /// > M1 := H(H(p) xor H(g) | H(salt1) | H(salt2) | g_a | g_b | k_a)
    fn expected(&self, group: &Group, challenge: &Challenge, a: &[u8]) -> Option<[u8; 32]> {
        let a = number(a).filter(|a| group.contains(a))?;
        let u = sha256(&[&bytes(&a), &challenge.public]);
        let v = number(&self.value)?;
        let base = group.multiply(&a, &number(&group.power(&v, &concat(&[&[0; 224], &u])))?);
        let key = sha256(&[&group.power(&base, &challenge.secret)]);
        Some(proof(group, &self.salt1, &self.salt2, &bytes(&a), &challenge.public, &key))
    }
}

/// > k := H(p | g)
pub(crate) fn multiplier(group: &Group) -> U2048 {
    let g: [u8; 256] = bytes(&U2048::from_u32(G.unsigned_abs()));
    U2048::from_be_slice(&concat::<256>(&[&[0; 224], &sha256(&[&group.prime(), &g])]))
}

/// Computes `M1`.
pub(crate) fn proof(
    group: &Group,
    salt1: &[u8],
    salt2: &[u8],
    a: &[u8],
    b: &[u8],
    key: &[u8; 32],
) -> [u8; 32] {
    let (p, g) = (sha256(&[&group.prime()]), sha256(&[&bytes(&U2048::from_u32(G.unsigned_abs()))]));
    let mixed: [u8; 32] = std::array::from_fn(|n| p[n] ^ g[n]);
    sha256(&[&mixed, &sha256(&[salt1]), &sha256(&[salt2]), a, b, key])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prove(group: &Group, password: &str, verifier: &Verifier, b: &[u8; 256]) -> ([u8; 256], [u8; 32]) {
        let Verifier { salt1, salt2, .. } = verifier;
        crate::client::prove_password(group, password, salt1, salt2, b, &[0x42; 256]).unwrap()
    }

    #[test]
    fn only_the_right_password_passes_the_check() {
        let group = Group::new().unwrap();
        let verifier = Verifier::new(&group, "correct horse", vec![1; 8], vec![2; 16]);
        let challenge = verifier.challenge(&group, [0x33; 256]).unwrap();
        let (a, right) = prove(&group, "correct horse", &verifier, &challenge.public);
        assert!(verifier.check(&group, &challenge, &a, &right));
        let (a, wrong) = prove(&group, "battery staple", &verifier, &challenge.public);
        assert!(!verifier.check(&group, &challenge, &a, &wrong));
        assert!(!verifier.check(&group, &challenge, &[0; 256], &right));
        assert!(!verifier.check(&group, &challenge, &group.prime(), &right));
    }
}
