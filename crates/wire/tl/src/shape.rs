//! The layout of a constructor's fields in each layer, and the interpreter that reads and writes them. Generated code
//! only declares fields and shapes (see `declare.rs`).

use crate::codec::{Bytes, Raw, Reader, Tl, TlError, Writer};
use crate::generated::LAYERS;

/// The most flags fields that a constructor has: `flags` and `flags2`.
pub(crate) const FLAG_WORDS: u8 = 2;

/// The definition of a constructor or function from a layer until the next shape.
pub(crate) struct Shape {
    pub(crate) since: u16,
    /// `None` if these layers lack it.
    pub(crate) definition: Option<Definition>,
}

pub(crate) struct Definition {
    pub(crate) id: u32,
    pub(crate) slots: &'static [Slot],
}

/// One field of a definition, in wire order. Members are numbered after the flags fields.
#[derive(Clone, Copy)]
pub(crate) enum Slot {
    /// A flags field.
    Flags(u8),
    /// A member that is always present.
    Always(u8),
    /// A member that is present if its bit is set.
    If(u8, Bit),
    /// A member that is only a bit (`true` in TL).
    True(u8, Bit),
    /// A field whose type is not served: an object with this field cannot be decoded.
    Unserved(&'static str, Bit),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bit {
    pub(crate) word: u8,
    pub(crate) bit: u8,
}

impl Bit {
    fn mask(self) -> u32 {
        1 << self.bit
    }

    fn is_set(self, words: Words) -> bool {
        words.get(usize::from(self.word)).is_some_and(|word| word & self.mask() != 0)
    }

    fn set(self, words: &mut Words) {
        if let Some(word) = words.get_mut(usize::from(self.word)) {
            *word |= self.mask();
        }
    }
}

type Words = [u32; FLAG_WORDS as usize];

/// A declared constructor or function; `constructor!` implements it.
pub(crate) trait Constructor {
    /// The TL name, such as `auth.sentCode`.
    fn name(&self) -> &'static str;

    /// The shapes by layer, oldest first.
    fn shapes(&self) -> &'static [Shape];

    /// A bit set of the members that are present.
    fn presence(&self) -> u128;

    fn member(&self, index: u8) -> Option<&dyn Member>;

    fn member_mut(&mut self, index: u8) -> Option<&mut dyn Member>;
}

/// A field of a declared type.
pub(crate) trait Member {
    /// Whether its bit is set in the flags.
    fn is_present(&self) -> bool {
        true
    }

    /// Appends the value, or its default if it is absent in a layer that requires it.
    fn write(&self, layer: u16, out: &mut Writer);

    fn read(&mut self, input: &mut Reader<'_>) -> Result<(), TlError>;

    /// Sets a member that is only a bit.
    fn set(&mut self) {}
}

/// Appends a constructor in the encoding of a layer; notes in the writer if the layer lacks it.
pub(crate) fn write(object: &dyn Constructor, layer: u16, out: &mut Writer) {
    // Clients of a layer before the oldest schema are answered in the oldest one.
    let known = LAYERS.first().map_or(layer, |oldest| layer.max(*oldest));
    let shape = object.shapes().iter().rev().find(|shape| shape.since <= known);
    let Some(Definition { id, slots }) = shape.and_then(|shape| shape.definition.as_ref()) else {
        return out.missing(object.name());
    };
    out.id(*id);
    let words = flags(object, slots);
    for slot in *slots {
        let index = match *slot {
            Slot::Flags(word) => {
                out.id(words.get(usize::from(word)).copied().unwrap_or_default());
                continue;
            }
            Slot::Always(index) => index,
            // Fields with the same bit are present together: if one is, the others are written with their defaults.
            Slot::If(index, bit) if bit.is_set(words) => index,
            Slot::If(..) | Slot::True(..) | Slot::Unserved(..) => continue,
        };
        if let Some(member) = object.member(index) {
            member.write(layer, out);
        }
    }
}

fn flags(object: &dyn Constructor, slots: &[Slot]) -> Words {
    let present = object.presence();
    let mut words = Words::default();
    for slot in slots {
        if let Slot::If(index, bit) | Slot::True(index, bit) = *slot
            && present >> index & 1 != 0
        {
            bit.set(&mut words);
        }
    }
    words
}

/// Reads the fields after one of a constructor's ids.
///
/// # Errors
///
/// Returns a [`TlError`] if the id is not one of the constructor's, the fields cannot be decoded, or a field is present
/// that is not served.
pub(crate) fn read(object: &mut dyn Constructor, id: u32, input: &mut Reader<'_>) -> Result<(), TlError> {
    // The newest definition of an id is used: a definition that kept its id only gained optional fields.
    let mut definitions = object.shapes().iter().rev().filter_map(|shape| shape.definition.as_ref());
    let definition = definitions.find(|definition| definition.id == id).ok_or_else(|| input.unknown(id))?;
    let mut words = Words::default();
    for slot in definition.slots {
        match *slot {
            Slot::Flags(word) => {
                if let Some(flags) = words.get_mut(usize::from(word)) {
                    *flags = input.id()?;
                }
            }
            Slot::Always(index) => read_member(object, index, input)?,
            Slot::If(index, bit) if bit.is_set(words) => read_member(object, index, input)?,
            Slot::True(index, bit) if bit.is_set(words) => {
                object.member_mut(index).into_iter().for_each(Member::set);
            }
            Slot::Unserved(name, bit) if bit.is_set(words) => return Err(TlError::Unserved(name)),
            Slot::If(..) | Slot::True(..) | Slot::Unserved(..) => {}
        }
    }
    Ok(())
}

fn read_member(object: &mut dyn Constructor, index: u8, input: &mut Reader<'_>) -> Result<(), TlError> {
    object.member_mut(index).map_or(Ok(()), |member| member.read(input))
}

impl Member for bool {
    fn is_present(&self) -> bool {
        *self
    }

    fn write(&self, layer: u16, out: &mut Writer) {
        Tl::write(self, layer, out);
    }

    fn read(&mut self, input: &mut Reader<'_>) -> Result<(), TlError> {
        *self = Tl::read(input)?;
        Ok(())
    }

    fn set(&mut self) {
        *self = true;
    }
}

impl<T: Tl + Default> Member for Option<T> {
    fn is_present(&self) -> bool {
        self.is_some()
    }

    fn write(&self, layer: u16, out: &mut Writer) {
        match self {
            Some(value) => value.write(layer, out),
            None => T::default().write(layer, out),
        }
    }

    fn read(&mut self, input: &mut Reader<'_>) -> Result<(), TlError> {
        *self = Some(T::read(input)?);
        Ok(())
    }
}

/// Implements [`Member`] for a type that is never absent.
macro_rules! member {
    ([$($parameter:tt)*] $type:ty) => {
        impl<$($parameter)*> $crate::shape::Member for $type {
            fn write(&self, layer: u16, out: &mut $crate::codec::Writer) {
                $crate::codec::Tl::write(self, layer, out);
            }

            fn read(&mut self, input: &mut $crate::codec::Reader<'_>) -> Result<(), $crate::codec::TlError> {
                *self = $crate::codec::Tl::read(input)?;
                Ok(())
            }
        }
    };
}
pub(crate) use member;

member!([] i32);
member!([] i64);
member!([] f64);
member!([] String);
member!([] Bytes);
member!([] Raw);
member!([const N: usize] [u8; N]);
member!([T: Tl] Vec<T>);
member!([T: Tl] Box<T>);
