//! Fuzz tests of MTProto connections: transports, key exchange, encrypted messages and requests.

use parlor_wire_mtproto::constructors::MSG_CONTAINER;
use parlor_wire_mtproto::handshake::{AwaitPq, HandshakeState, RandomBytes, ServerKeys};
use parlor_wire_mtproto::session::Session;
use parlor_wire_mtproto::transport::{MAX_FRAME, ServerTransport};
use parlor_wire_mtproto::{AuthKey, Envelope, RsaKey, Side, dh::Group};
use parlor_wire_tl::{Function, Reader, Tl, Writer, enums};

const NOW: i64 = 1_790_000_000_000;

fn key() -> AuthKey {
    AuthKey::new(std::array::from_fn(|n| (n * 7) as u8))
}

/// Arbitrary bytes in pieces of any size: frames stay within the limit.
#[test]
fn transports() {
    bolero::check!().with_type::<(bool, Vec<Vec<u8>>)>().for_each(|(secret, pieces)| {
        let mut incoming = ServerTransport::new(secret.then_some([7; 16]));
        for piece in pieces {
            incoming.receive(piece);
            while let Ok(Some(frame)) = incoming.frame() {
                assert!(frame.len() <= MAX_FRAME);
            }
        }
        let _ = incoming.pack(&[0; 4], 1);
    });
}

/// Arbitrary bytes as the first message of a key exchange, with a valid header and without.
#[test]
fn plain_messages() {
    let (rsa, group) = (RsaKey::development().unwrap(), Group::new().unwrap());
    let server = ServerKeys { rsa: &rsa, group: &group };
    bolero::check!().for_each(|bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let framed = [&[0; 8][..], &[1; 8], &length, bytes].concat();
        for frame in [bytes, &framed] {
            let _ = HandshakeState::AwaitPq(AwaitPq).handle(&server, frame, &RandomBytes([3; 320]), 1);
        }
    });
}

/// Arbitrary bytes in a valid envelope, as a client with a key could send them.
#[test]
fn encrypted_messages() {
    bolero::check!().with_type::<(bool, u8, Vec<u8>)>().for_each(|(container, sequence, body)| {
        let mut whole = if *container { MSG_CONTAINER.to_le_bytes().to_vec() } else { Vec::new() };
        whole.extend_from_slice(body);
        whole.resize(whole.len().next_multiple_of(4), 0);
        let mut session = Session::new(5, Some(1));
        let id = (NOW / 1000) << 32;
        let envelope = Envelope { salt: 1, session: 5, id, sequence: i32::from(*sequence), body: whole };
        let frame = envelope.seal(&key(), Side::Client, &[1; 16]);
        let envelope = Envelope::open(&frame, &key(), Side::Client).unwrap();
        let _ = session.receive(&key(), envelope, NOW);
        let mut frames = 0;
        while session.transmit(&key(), NOW, &[1; 16]).is_some() {
            frames += 1;
            assert!(frames < 100, "one message was answered with too many frames");
        }
        let _ = Envelope::open(body, &key(), Side::Client);
    });
}

/// A request that can be decoded round-trips.
#[test]
fn requests() {
    let ids: Vec<u32> = parlor_wire_tl::known_functions().map(|(id, _)| id).collect();
    bolero::check!().with_type::<(u16, Vec<u8>)>().for_each(|(which, rest)| {
        let id = ids[usize::from(*which) % ids.len()].to_le_bytes();
        let bytes = [&id[..], rest].concat();
        let _ = enums::Updates::read(&mut Reader::new(&bytes));
        let Ok(function) = Function::read(&mut Reader::new(&bytes)) else { return };
        let mut out = Writer::default();
        function.write(parlor_wire_tl::LAYER, &mut out);
        let Ok(written) = out.finish() else { return };
        let again = Function::read(&mut Reader::new(&written));
        let mut out = Writer::default();
        again.unwrap().write(parlor_wire_tl::LAYER, &mut out);
        assert_eq!(out.finish(), Ok(written));
    });
}
