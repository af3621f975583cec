use crate::bytes::{concat, sha256};
use crate::dh::{Group, bytes, number};
use crate::srp::{multiplier, password_hash, proof};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048, U4096};

/// Computes `A` and `M1`, which prove that the client knows a password. `secret` is random. Returns `None` if `b` has
/// more than 256 bytes.
pub fn prove_password(
    group: &Group,
    password: &str,
    salt1: &[u8],
    salt2: &[u8],
    b: &[u8],
    secret: &[u8; 256],
) -> Option<([u8; 256], [u8; 32])> {
    let a = group.public(secret);
    let u = U2048::from_be_slice(&concat::<256>(&[&[0; 224], &sha256(&[&a, b])]));
    let hash = password_hash(password.as_bytes(), salt1, salt2);
    let x = U2048::from_be_slice(&concat::<256>(&[&[0; 224], &hash]));
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
