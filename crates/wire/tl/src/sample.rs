//! Values of every type from random bytes, and the property of every layer.

use crate::{
    Bytes, Function, LAYERS, Object, Raw, Reader, Tl, TlError, Writer, describe, describe_function, enums,
    functions, types,
};
use proptest::prelude::*;

/// Random bytes; zeros when they are used up.
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

/// A value from random bytes.
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
        // Both forms of the length, now and then.
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
        // Nothing is left of the randomness: nothing goes deeper.
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

/// At every layer that has the constructor: what is written can be read, and says the same when written again; and the
/// schema's lines describe all of it.
fn survives<T: Tl + Sample + PartialEq + std::fmt::Debug>(describe: Describe, bytes: &[u8]) {
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
        // Cut anywhere, it is an error and nothing worse.
        for end in (0..written.len()).step_by(5) {
            let _ = T::read(&mut Reader::new(&written[..end]));
        }
    }
}

proptest! {
    #[test]
    fn every_layer_says_what_was_meant(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        survives::<Function>(describe_function, &bytes);
        survives::<enums::Updates>(describe, &bytes);
        survives::<enums::Message>(describe, &bytes);
        survives::<enums::User>(describe, &bytes);
        survives::<enums::ReplyMarkup>(describe, &bytes);
        survives::<enums::UpdatesDifference>(describe, &bytes);
        survives::<enums::MessagesMessages>(describe, &bytes);
        survives::<enums::MessagesDialogs>(describe, &bytes);
        survives::<enums::UsersUserFull>(describe, &bytes);
        survives::<enums::AuthAuthorization>(describe, &bytes);
        survives::<enums::AccountPassword>(describe, &bytes);
        survives::<enums::Config>(describe, &bytes);
        survives::<enums::InputReplyTo>(describe, &bytes);
        survives::<enums::SendMessageAction>(describe, &bytes);
        survives::<enums::BotCommandScope>(describe, &bytes);
    }

    /// Whoever nests without end, by boxes or by vectors, is refused before the stack ends.
    #[test]
    fn what_is_nested_too_deeply_is_an_error(levels in 1..20_000usize) {
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

    /// No constructor has the id of a vector: objects of arbitrary bytes are refused at the first byte that is wrong.
    #[test]
    fn arbitrary_bytes_are_read_within_their_length(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let whole = |input: &mut Reader<'_>| Function::read(input).is_ok();
        let shown = |input: &mut Reader<'_>| describe(input).is_ok();
        for read in [&whole as &dyn Fn(&mut Reader<'_>) -> bool, &shown] {
            let mut input = Reader::new(&bytes);
            let read = read(&mut input);
            prop_assert!(input.position() <= bytes.len());
            prop_assert!(!read || input.position() >= 4);
        }
    }
}
