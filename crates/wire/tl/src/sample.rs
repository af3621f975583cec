//! Generates values of every type from random bytes, and tests that every layer round-trips them.

use crate::{
    Bytes, Function, LAYERS, Object, Raw, Reader, Tl, TlError, Writer, describe, describe_function, enums,
    functions, types,
};
use proptest::prelude::*;

/// A source of random bytes, followed by zeros.
pub(crate) struct Source<'a>(pub(crate) &'a [u8]);

impl Source<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }
}

/// A type whose values can be generated from random bytes.
pub(crate) trait Sample {
    fn sample(source: &mut Source<'_>) -> Self;
}

impl Sample for bool {
    fn sample(source: &mut Source<'_>) -> Self {
        source.byte() % 2 == 1
    }
}

impl Sample for i32 {
    fn sample(source: &mut Source<'_>) -> Self {
        i32::from_le_bytes([(); 4].map(|()| source.byte()))
    }
}

impl Sample for i64 {
    fn sample(source: &mut Source<'_>) -> Self {
        i64::from_le_bytes([(); 8].map(|()| source.byte()))
    }
}

impl Sample for f64 {
    fn sample(source: &mut Source<'_>) -> Self {
        f64::from(i32::sample(source))
    }
}

impl<const N: usize> Sample for [u8; N] {
    fn sample(source: &mut Source<'_>) -> Self {
        [(); N].map(|()| source.byte())
    }
}

impl Sample for Bytes {
    fn sample(source: &mut Source<'_>) -> Self {
        // Long strings have their length in four bytes instead of one.
        let length = if source.byte() == 255 { 300 } else { source.below(9) };
        Self((0..length).map(|_| source.byte()).collect())
    }
}

impl Sample for String {
    fn sample(source: &mut Source<'_>) -> Self {
        String::from_utf8_lossy(&Bytes::sample(source).0).into_owned()
    }
}

impl Sample for Raw {
    fn sample(source: &mut Source<'_>) -> Self {
        let mut out = Writer::default();
        functions::Ping { ping_id: i64::sample(source) }.write(0, &mut out);
        Self(out.finish().unwrap())
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(source: &mut Source<'_>) -> Self {
        // When the random bytes are used up, values are absent, so that recursion ends.
        (source.byte() % 3 == 1).then(|| T::sample(source))
    }
}

impl<T: Sample> Sample for Box<T> {
    fn sample(source: &mut Source<'_>) -> Self {
        Self::new(T::sample(source))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(source: &mut Source<'_>) -> Self {
        (0..source.below(3)).map(|_| T::sample(source)).collect()
    }
}

type Describe = fn(&mut Reader<'_>) -> Result<Object, TlError>;

/// Checks in every layer that has the constructor: the encoded value can be decoded and is encoded in the same bytes
/// again, and its description by the schema's lines consumes all bytes.
fn check_round_trip<T: Tl + Sample + PartialEq + std::fmt::Debug>(describe: Describe, bytes: &[u8]) {
    let value = T::sample(&mut Source(bytes));
    for layer in LAYERS {
        let mut out = Writer::default();
        value.write(layer, &mut out);
        let Ok(written) = out.finish() else { continue };
        let mut input = Reader::new(&written);
        let read = T::read(&mut input).unwrap_or_else(|error| panic!("layer {layer}: {error} in {value:?}"));
        assert!(input.rest().is_empty(), "layer {layer}: bytes are left over of {value:?}");
        let mut again = Writer::default();
        read.write(layer, &mut again);
        assert_eq!(again.finish().as_ref(), Ok(&written), "layer {layer}: {value:?} came back as {read:?}");
        let mut input = Reader::new(&written);
        let described =
            describe(&mut input).unwrap_or_else(|error| panic!("layer {layer}: {error} in {value:?}"));
        assert!(input.rest().is_empty(), "layer {layer}: bytes are left over of {described}");
        // A truncated object may still be valid only if its last field reads the rest (`!X`); it must never panic.
        for end in (0..written.len()).step_by(5) {
            let mut input = Reader::new(&written[..end]);
            let _ = T::read(&mut input);
            assert!(input.position() <= end, "layer {layer}: read beyond the end of {value:?}");
        }
    }
}

proptest! {
    #[test]
    fn every_layer_round_trips(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check_round_trip::<Function>(describe_function, &bytes);
        check_round_trip::<enums::Updates>(describe, &bytes);
        check_round_trip::<enums::Message>(describe, &bytes);
        check_round_trip::<enums::User>(describe, &bytes);
        check_round_trip::<enums::ReplyMarkup>(describe, &bytes);
        check_round_trip::<enums::UpdatesDifference>(describe, &bytes);
        check_round_trip::<enums::MessagesMessages>(describe, &bytes);
        check_round_trip::<enums::MessagesDialogs>(describe, &bytes);
        check_round_trip::<enums::UsersUserFull>(describe, &bytes);
        check_round_trip::<enums::AuthAuthorization>(describe, &bytes);
        check_round_trip::<enums::AccountPassword>(describe, &bytes);
        check_round_trip::<enums::Config>(describe, &bytes);
        check_round_trip::<enums::InputReplyTo>(describe, &bytes);
        check_round_trip::<enums::SendMessageAction>(describe, &bytes);
        check_round_trip::<enums::BotCommandScope>(describe, &bytes);
    }

    // Boxed objects and vectors are limited alike, so that no input exhausts the stack.
    #[test]
    fn objects_nested_too_deeply_are_refused(levels in 1..20_000usize) {
        let peer = types::InputPeerUserFromMessage::IDS[0].to_le_bytes();
        let request = [&types::JsonObject::IDS[0].to_le_bytes()[..], &[0x15, 0xc4, 0xb5, 0x1c, 1, 0, 0, 0]].concat();
        let pair = types::JsonObjectValue::IDS[0].to_le_bytes();
        let json = [&request[..], &pair, &[0; 4]].concat();
        let peer = enums::InputPeer::read(&mut Reader::new(&peer.repeat(levels)));
        let json = enums::JSONValue::read(&mut Reader::new(&json.repeat(levels)));
        for error in [peer.err(), json.err()] {
            let expected = if levels > 32 { matches!(error, Some(TlError::TooDeep { .. })) } else { error.is_some() };
            prop_assert!(expected, "{error:?}");
        }
    }

    #[test]
    fn arbitrary_bytes_are_read_within_their_length(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let decode = |input: &mut Reader<'_>| Function::read(input).is_ok();
        let display = |input: &mut Reader<'_>| describe(input).is_ok();
        for read in [&decode as &dyn Fn(&mut Reader<'_>) -> bool, &display] {
            let mut input = Reader::new(&bytes);
            let read = read(&mut input);
            prop_assert!(input.position() <= bytes.len());
            prop_assert!(!read || input.position() >= 4);
        }
    }
}
