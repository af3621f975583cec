//! The key exchange (core.telegram.org/mtproto/auth_key). Each state is a type of its own; `handle` gives the next.
//!
//! > Any incorrect query gets the same answer, and the exchange is dead: what went wrong would help an attacker.

pub mod client;
mod inner;
mod server;

pub use server::{AwaitClient, AwaitParams, Done, Hello, Next, Random, Server};

use crate::bytes::{Ige, join, sha1};

/// > tmp_aes_key := SHA1(new_nonce + server_nonce) + substr (SHA1(server_nonce + new_nonce), 0, 12)
fn temporary_cipher(new_nonce: &[u8; 32], server_nonce: &[u8; 16]) -> Ige {
    let a = sha1(&[new_nonce, server_nonce]);
    let b = sha1(&[server_nonce, new_nonce]);
    let c = sha1(&[new_nonce, new_nonce]);
    Ige { key: join(&[&a, &b[..12]]), iv: join(&[&b[12..], &c, &new_nonce[..4]]) }
}

/// > server_salt: substr(new_nonce, 0, 8) XOR substr(server_nonce, 0, 8)
fn first_salt(new_nonce: &[u8; 32], server_nonce: &[u8; 16]) -> i64 {
    i64::from_le_bytes(join(&[&new_nonce[..8]])) ^ i64::from_le_bytes(join(&[&server_nonce[..8]]))
}

/// Hash, data, and padding to whole blocks: how the exchange encrypts.
fn with_hash(data: &[u8], padding: &[u8]) -> Vec<u8> {
    let mut whole = sha1(&[data]).to_vec();
    whole.extend_from_slice(data);
    let missing = whole.len().next_multiple_of(16) - whole.len();
    whole.extend(padding.iter().cycle().take(missing));
    whole
}

#[cfg(test)]
mod tests {
    use super::client::{Client, Padding};
    use super::*;
    use crate::dh::Group;
    use crate::{Broken, RsaKey};

    fn random(seed: u8) -> Random {
        Random(std::array::from_fn(|n| (n as u8).wrapping_mul(31).wrapping_add(seed)))
    }

    /// A whole exchange; `tamper` may change the frame of any step.
    fn exchange(padding: Padding, tamper: impl Fn(usize, &mut Vec<u8>)) -> Result<(), Broken> {
        let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
        let server = Server { rsa: &rsa, group: &group };
        let mut client = Client::new(random(1), padding, None);
        let mut state = Next::Hello(Hello);
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
        let Next::Done(done) = state else { panic!("the exchange is not done") };
        let (key, salt) = client.finished().unwrap();
        assert_eq!((&done.key, done.salt), (&key, salt));
        assert_eq!(done.expires_in, None);
        Ok(())
    }

    #[test]
    fn both_paddings_lead_to_the_same_key() {
        exchange(Padding::Old, |_, _| {}).unwrap();
        exchange(Padding::RsaPad, |_, _| {}).unwrap();
    }

    #[test]
    fn plain_messages_need_no_id() {
        exchange(Padding::RsaPad, |_, frame| frame[8..16].fill(0)).unwrap();
    }

    #[test]
    fn an_exchange_may_begin_anew_at_any_step() {
        let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
        let server = Server { rsa: &rsa, group: &group };
        let mut client = Client::new(random(1), Padding::RsaPad, None);
        let begin = client.begin();
        let (answer, state) = Next::Hello(Hello).handle(&server, &begin, &random(2), 0).unwrap();
        let params = client.handle(&rsa, &group, &answer).unwrap().unwrap();
        let (_, state) = state.handle(&server, &begin, &random(2), 0).unwrap();
        let (_, state) = state.handle(&server, &params, &random(2), 0).unwrap();
        let (_, state) = state.handle(&server, &begin, &random(2), 0).unwrap();
        assert!(matches!(state, Next::AwaitParams(_)));
    }

    #[test]
    fn a_changed_byte_anywhere_ends_it_in_the_same_way() {
        for step in 1..3 {
            for at in [25, 45, 60, 80, 100, 150, 200, 300] {
                let changed = exchange(Padding::RsaPad, |now, frame| {
                    if now == step && at < frame.len() {
                        frame[at] ^= 1;
                    }
                });
                if !(step == 1 && at > 280) {
                    assert_eq!(changed, Err(Broken::Handshake), "step {step}, byte {at}");
                }
            }
        }
    }

    #[test]
    fn steps_out_of_order_end_it() {
        let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
        let server = Server { rsa: &rsa, group: &group };
        let mut client = Client::new(random(1), Padding::Old, None);
        let hello = client.begin();
        let (answer, state) = Next::Hello(Hello).handle(&server, &hello, &random(2), 0).unwrap();
        let params = client.handle(&rsa, &group, &answer).unwrap().unwrap();
        assert!(Next::Hello(Hello).handle(&server, &params, &random(2), 0).is_err());
        assert!(state.handle(&server, &[0; 8], &random(2), 0).is_err());
    }
}
