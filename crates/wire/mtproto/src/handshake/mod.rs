//! The key exchange (core.telegram.org/mtproto/auth_key). Each state is a type of its own, and its `handle` returns
//! the next one.
//!
//! Every incorrect request ends the exchange with the same [`crate::ProtocolError::Handshake`]: the reason would help
//! an attacker.

mod inner;
mod server;

pub use server::{AwaitClientDh, AwaitDhParams, AwaitPq, Completed, HandshakeState, RandomBytes, ServerKeys};
#[cfg(any(test, feature = "client"))]
pub(crate) use server::{bare, open_plain};

use crate::bytes::{Ige, concat, sha1};

/// > tmp_aes_key := SHA1(new_nonce + server_nonce) + substr (SHA1(server_nonce + new_nonce), 0, 12)
pub(crate) fn temporary_cipher(new_nonce: &[u8; 32], server_nonce: &[u8; 16]) -> Ige {
    let a = sha1(&[new_nonce, server_nonce]);
    let b = sha1(&[server_nonce, new_nonce]);
    let c = sha1(&[new_nonce, new_nonce]);
    Ige { key: concat(&[&a, &b[..12]]), iv: concat(&[&b[12..], &c, &new_nonce[..4]]) }
}

/// > server_salt: substr(new_nonce, 0, 8) XOR substr(server_nonce, 0, 8)
pub(crate) fn first_salt(new_nonce: &[u8; 32], server_nonce: &[u8; 16]) -> i64 {
    i64::from_le_bytes(concat(&[&new_nonce[..8]])) ^ i64::from_le_bytes(concat(&[&server_nonce[..8]]))
}

/// > answer_with_hash := SHA1(answer) + answer + (0-15 random bytes); such that the length be divisible by 16
pub(crate) fn with_hash(data: &[u8], padding: &[u8]) -> Vec<u8> {
    let mut whole = sha1(&[data]).to_vec();
    whole.extend_from_slice(data);
    let missing = whole.len().next_multiple_of(16) - whole.len();
    whole.extend(padding.iter().cycle().take(missing));
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ClientHandshake, RsaPadding};
    use crate::dh::Group;
    use crate::{ProtocolError, RsaKey};

    fn random(seed: u8) -> RandomBytes {
        RandomBytes(std::array::from_fn(|n| (n as u8).wrapping_mul(31).wrapping_add(seed)))
    }

    /// Runs a whole exchange; `tamper` may change the client's frame of each step.
    fn exchange(padding: RsaPadding, tamper: impl Fn(usize, &mut Vec<u8>)) -> Result<(), ProtocolError> {
        let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
        let server = ServerKeys { rsa: &rsa, group: &group };
        let mut client = ClientHandshake::new(random(1), padding, None);
        let mut state = HandshakeState::AwaitPq(AwaitPq);
        let mut frame = client.begin();
        for step in 0..3 {
            tamper(step, &mut frame);
            let (answer, next) = state.handle(&server, &frame, &random(2), 1_790_000_000)?;
            state = next;
            match client.handle(&rsa, &group, &answer)? {
                Some(next) => frame = next,
                None => break,
            }
        }
        let HandshakeState::Completed(done) = state else { panic!("the exchange is not done") };
        let (key, salt) = client.finish().unwrap();
        assert_eq!((&done.key, done.salt), (&key, salt));
        assert_eq!(done.expires_in, None);
        Ok(())
    }

    #[test]
    fn both_sides_agree_on_the_key_with_either_padding() {
        exchange(RsaPadding::Sha1, |_, _| {}).unwrap();
        exchange(RsaPadding::RsaPad, |_, _| {}).unwrap();
    }

    #[test]
    fn the_message_id_of_plain_messages_is_ignored() {
        exchange(RsaPadding::RsaPad, |_, frame| frame[8..16].fill(0)).unwrap();
    }

    #[test]
    fn an_exchange_may_restart_at_any_step() {
        let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
        let server = ServerKeys { rsa: &rsa, group: &group };
        let mut client = ClientHandshake::new(random(1), RsaPadding::RsaPad, None);
        let begin = client.begin();
        let (answer, state) =
            HandshakeState::AwaitPq(AwaitPq).handle(&server, &begin, &random(2), 0).unwrap();
        let params = client.handle(&rsa, &group, &answer).unwrap().unwrap();
        let (_, state) = state.handle(&server, &begin, &random(2), 0).unwrap();
        let (_, state) = state.handle(&server, &params, &random(2), 0).unwrap();
        let (_, state) = state.handle(&server, &begin, &random(2), 0).unwrap();
        assert!(matches!(state, HandshakeState::AwaitDhParams(_)));
    }

    #[test]
    fn a_changed_byte_at_any_position_ends_the_exchange_with_the_same_error() {
        for step in 1..3 {
            for at in [25, 45, 60, 80, 100, 150, 200, 300] {
                let changed = exchange(RsaPadding::RsaPad, |now, frame| {
                    if now == step && at < frame.len() {
                        frame[at] ^= 1;
                    }
                });
                if !(step == 1 && at > 280) {
                    assert_eq!(changed, Err(ProtocolError::Handshake), "step {step}, byte {at}");
                }
            }
        }
    }

    #[test]
    fn steps_out_of_order_end_the_exchange() {
        let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
        let server = ServerKeys { rsa: &rsa, group: &group };
        let mut client = ClientHandshake::new(random(1), RsaPadding::Sha1, None);
        let begin = client.begin();
        let (answer, state) =
            HandshakeState::AwaitPq(AwaitPq).handle(&server, &begin, &random(2), 0).unwrap();
        let params = client.handle(&rsa, &group, &answer).unwrap().unwrap();
        assert!(HandshakeState::AwaitPq(AwaitPq).handle(&server, &params, &random(2), 0).is_err());
        assert!(state.handle(&server, &[0; 8], &random(2), 0).is_err());
    }
}
