//! The macros that generated code calls to declare Rust types and their shapes.

/// Declares a constructor or function: its Rust type with the fields of all layers, and the shape that it has since a
/// layer.
///
/// ```text
/// constructor! { "auth.loggedOut" AuthLoggedOut {
///     future_auth_token: Option<Bytes>,
/// }
///     158 => 0xc3a2835f [flags (future_auth_token if flags.0)];
///     230 => ;                                                     // removed
/// }
/// ```
///
/// The fields of a shape are: `flags` or `flags2`; `member`; `(member if flags.0)` for an optional member;
/// `(member = flags.0)` for a member that is only a bit; `(? field if flags.0)` for a field that is not served.
macro_rules! constructor {
    ($tl:literal $name:ident { $($member:ident: $type:ty,)* }
        $($since:literal => $($id:literal [$($slot:tt)*])?;)+
    ) => {
        #[doc = concat!("`", $tl, "`")]
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $(pub $member: $type,)*
        }

        impl $name {
            /// Its ids in all layers, oldest first, possibly with repetitions.
            pub const IDS: &'static [u32] = &[$($($id,)?)+];

            /// Appends its id and fields in the encoding of a layer.
            pub fn write(&self, layer: u16, out: &mut $crate::Writer) {
                $crate::shape::write(self, layer, out);
            }

            /// Reads the fields after one of its ids.
            ///
            /// # Errors
            ///
            /// Returns a [`TlError`](crate::TlError) if the id is not one of its own or the fields cannot be decoded.
            pub fn read(id: u32, input: &mut $crate::Reader<'_>) -> Result<Self, $crate::TlError> {
                let mut object = Self::default();
                $crate::shape::read(&mut object, id, input)?;
                Ok(object)
            }
        }

        const _: () = {
            #[allow(dead_code, non_camel_case_types, reason = "numbers the members, under the names that TL has")]
            enum Field {
                flags,
                flags2,
                $($member,)*
            }

            const SHAPES: &[$crate::shape::Shape] = &[$($crate::shape::Shape {
                since: $since,
                definition: $crate::declare::definition!($($id [$($slot)*])?),
            },)+];

            impl $crate::shape::Constructor for $name {
                fn name(&self) -> &'static str {
                    $tl
                }

                fn shapes(&self) -> &'static [$crate::shape::Shape] {
                    SHAPES
                }

                fn presence(&self) -> u128 {
                    0 $(| u128::from($crate::shape::Member::is_present(&self.$member)) << Field::$member as u8)*
                }

                fn member(&self, index: u8) -> Option<&dyn $crate::shape::Member> {
                    $(if index == Field::$member as u8 {
                        return Some(&self.$member);
                    })*
                    let _ = index;
                    None
                }

                fn member_mut(&mut self, index: u8) -> Option<&mut dyn $crate::shape::Member> {
                    $(if index == Field::$member as u8 {
                        return Some(&mut self.$member);
                    })*
                    let _ = index;
                    None
                }
            }
        };

        #[cfg(test)]
        impl $crate::sample::Sample for $name {
            fn sample(source: &mut $crate::sample::Source<'_>) -> Self {
                let _ = &source;
                Self { $($member: $crate::sample::Sample::sample(source),)* }
            }
        }
    };
}

/// The definition of a constructor in a layer.
macro_rules! definition {
    () => {
        None
    };
    ($id:literal [$($slot:tt)*]) => {
        Some($crate::shape::Definition { id: $id, slots: &[$($crate::declare::slot!($slot),)*] })
    };
}

/// One field of a shape. `Field` is the enum that `constructor!` declares.
macro_rules! slot {
    (flags) => {
        $crate::shape::Slot::Flags(Field::flags as u8)
    };
    (flags2) => {
        $crate::shape::Slot::Flags(Field::flags2 as u8)
    };
    ($member:ident) => {
        $crate::shape::Slot::Always(Field::$member as u8)
    };
    (($member:ident if $word:ident.$bit:literal)) => {
        $crate::shape::Slot::If(Field::$member as u8, $crate::declare::bit!($word.$bit))
    };
    (($member:ident = $word:ident.$bit:literal)) => {
        $crate::shape::Slot::True(Field::$member as u8, $crate::declare::bit!($word.$bit))
    };
    ((? $field:ident if $word:ident.$bit:literal)) => {
        $crate::shape::Slot::Unserved(stringify!($field), $crate::declare::bit!($word.$bit))
    };
}

macro_rules! bit {
    ($word:ident.$bit:literal) => {
        $crate::shape::Bit { word: Field::$word as u8, bit: $bit }
    };
}

/// Declares a boxed type: the ids by which each of its constructors is recognized. `items` is the module of their types.
///
/// ```text
/// boxed! { "auth.LoggedOut" AuthLoggedOut {
///     LoggedOut(AuthLoggedOut): 0xc3a2835f,
/// }
///     0x12345678 as 0xc3a2835f: LoggedOut(AuthLoggedOut);  // a constructor of another type that clients send instead
/// }
/// ```
macro_rules! boxed {
    ($tl:literal $name:ident { $($variant:ident($type:ident): $($id:literal)|+,)+ }
        $($($other:literal)|+ as $read_as:literal: $lenient:ident($lenient_type:ident);)*
    ) => {
        #[doc = concat!("`", $tl, "`")]
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "objects are short-lived; boxing would add an allocation for each")]
        pub enum $name {
            $($variant(items::$type),)+
        }

        impl $crate::Tl for $name {
            fn write(&self, layer: u16, out: &mut $crate::Writer) {
                match self {
                    $(Self::$variant(value) => value.write(layer, out),)+
                }
            }

            fn read(input: &mut $crate::Reader<'_>) -> Result<Self, $crate::TlError> {
                let id = input.id()?;
                match id {
                    $($($id)|+ => Ok(Self::$variant(items::$type::read(id, input)?)),)+
                    $($($other)|+ => Ok(Self::$lenient(items::$lenient_type::read($read_as, input)?)),)*
                    _ => Err(input.unknown(id)),
                }
            }
        }

        impl $name {
            /// One object of each constructor with default fields, for tests that must cover them all.
            pub fn all() -> Vec<Self> {
                vec![$(Self::$variant(items::$type::default()),)+]
            }
        }

        impl Default for $name {
            /// The first constructor, with default fields.
            fn default() -> Self {
                let variants = [$(|| Self::$variant(items::$type::default()),)+];
                variants[0]()
            }
        }

        $(impl From<items::$type> for $name {
            fn from(value: items::$type) -> Self {
                Self::$variant(value)
            }
        })+

        $crate::shape::member!([] $name);

        #[cfg(test)]
        impl $crate::sample::Sample for $name {
            fn sample(source: &mut $crate::sample::Source<'_>) -> Self {
                type Make = fn(&mut $crate::sample::Source<'_>) -> $name;
                let variants: &[Make] = &[$(|source| $name::$variant($crate::sample::Sample::sample(source)),)+];
                variants[source.below(variants.len())](source)
            }
        }
    };
}

pub(crate) use {bit, boxed, constructor, definition, slot};
