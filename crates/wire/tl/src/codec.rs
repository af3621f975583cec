use std::fmt;

/// The id of a boxed vector.
const VECTOR: u32 = 0x1cb5_c415;
const TRUE: u32 = 0x9972_75b5;
const FALSE: u32 = 0xbc79_9737;
/// Objects in objects of their own kind, by way of vectors or boxes: honest ones are a handful deep.
const MAX_DEPTH: u8 = 32;

/// Something with a TL form.
pub trait Tl: Sized {
    /// Appends it, as that layer has it.
    fn write(&self, layer: u16, out: &mut Writer);

    /// Reads it, whatever its layer.
    fn read(input: &mut Reader<'_>) -> Result<Self, TlError>;
}

/// Why bytes are no TL object that is known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlError {
    /// The bytes end early.
    #[error("at byte {at}: {need} bytes are needed, {have} are left")]
    TooShort { at: usize, need: usize, have: usize },
    /// No such constructor is served in this place.
    #[error("at byte {at}: constructor {id:#010x} is not known here")]
    Unknown { at: usize, id: u32 },
    /// A string is not UTF-8.
    #[error("at byte {at}: a string is not UTF-8")]
    NotUtf8 { at: usize },
    /// Objects in objects in objects.
    #[error("at byte {at}: nested too deeply")]
    TooDeep { at: usize },
    /// A field that exists, but is not served.
    #[error("the field {0} is not served")]
    Unserved(&'static str),
}

/// Collects an object's bytes.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    missing: Option<&'static str>,
}

impl Writer {
    /// A constructor id, or flags.
    pub fn id(&mut self, id: u32) {
        self.bytes.extend_from_slice(&id.to_le_bytes());
    }

    /// Notes that the layer lacks this constructor: the object can't be spelled.
    pub fn missing(&mut self, name: &'static str) {
        self.missing.get_or_insert(name);
    }

    /// The bytes; or the name of a constructor that the layer lacks.
    pub fn finish(self) -> Result<Vec<u8>, &'static str> {
        self.missing.map_or(Ok(self.bytes), Err)
    }

    fn put_bytes(&mut self, value: &[u8]) {
        let start = self.bytes.len();
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes();
        match value.len() {
            0..254 => self.bytes.push(length[0]),
            _ => self.bytes.extend_from_slice(&[254, length[0], length[1], length[2]]),
        }
        self.bytes.extend_from_slice(value);
        while !(self.bytes.len() - start).is_multiple_of(4) {
            self.bytes.push(0);
        }
    }
}

/// Reads objects one after another.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// From the start of these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Where it stands.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], TlError> {
        let rest = self.rest();
        let taken =
            rest.get(..count).ok_or(TlError::TooShort { at: self.at, need: count, have: rest.len() })?;
        self.at += count;
        Ok(taken)
    }

    /// The next constructor id, or flags.
    pub fn id(&mut self) -> Result<u32, TlError> {
        self.array().map(u32::from_le_bytes)
    }

    /// The error for an id that has just been read.
    pub fn unknown(&self, id: u32) -> TlError {
        TlError::Unknown { at: self.at.saturating_sub(4), id }
    }

    /// Reads something that may hold its own kind: the stack has an end.
    pub(crate) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, TlError>,
    ) -> Result<T, TlError> {
        if self.depth == MAX_DEPTH {
            return Err(TlError::TooDeep { at: self.at });
        }
        self.depth += 1;
        let done = read(self);
        self.depth -= 1;
        done
    }

    /// Reads a boxed vector.
    pub(crate) fn vector<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, TlError>,
    ) -> Result<Vec<T>, TlError> {
        match self.id()? {
            VECTOR => {}
            other => return Err(self.unknown(other)),
        }
        let count = self.id()? as usize;
        // No item is shorter than four bytes: a count that can't be true must not reserve memory.
        let (need, have) = (count.saturating_mul(4), self.rest().len());
        if need > have {
            return Err(TlError::TooShort { at: self.at, need, have });
        }
        self.deeper(|input| (0..count).map(|_| item(input)).collect())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], TlError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn get_bytes(&mut self) -> Result<&'a [u8], TlError> {
        let [first] = self.array()?;
        let (length, head) = match first {
            254 => {
                let [a, b, c] = self.array()?;
                (u32::from_le_bytes([a, b, c, 0]) as usize, 4)
            }
            255 => return Err(TlError::Unserved("a string of over 16 MB")),
            short => (usize::from(short), 1),
        };
        let value = self.take(length)?;
        self.take((4 - (head + length) % 4) % 4)?;
        Ok(value)
    }
}

/// `bytes`
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// `!X`: a request inside of another, up to the end.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Raw(pub Vec<u8>);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Tl for Raw {
    fn write(&self, _: u16, out: &mut Writer) {
        out.bytes.extend_from_slice(&self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        let rest = input.rest().len();
        Ok(Self(input.take(rest)?.to_vec()))
    }
}

impl Tl for Bytes {
    fn write(&self, _: u16, out: &mut Writer) {
        out.put_bytes(&self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        Ok(Self(input.get_bytes()?.to_vec()))
    }
}

impl Tl for String {
    fn write(&self, _: u16, out: &mut Writer) {
        out.put_bytes(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        let at = input.at;
        let bytes = input.get_bytes()?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| TlError::NotUtf8 { at })
    }
}

impl Tl for bool {
    fn write(&self, _: u16, out: &mut Writer) {
        out.id(if *self { TRUE } else { FALSE });
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        match input.id()? {
            TRUE => Ok(true),
            FALSE => Ok(false),
            other => Err(input.unknown(other)),
        }
    }
}

macro_rules! number {
    ($($type:ty),+) => {$(
        impl Tl for $type {
            fn write(&self, _: u16, out: &mut Writer) {
                out.bytes.extend_from_slice(&self.to_le_bytes());
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
                input.array().map(<$type>::from_le_bytes)
            }
        }
    )+};
}

number!(i32, i64, f64);

impl<const N: usize> Tl for [u8; N] {
    fn write(&self, _: u16, out: &mut Writer) {
        out.bytes.extend_from_slice(self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        input.array()
    }
}

impl<T: Tl> Tl for Vec<T> {
    fn write(&self, layer: u16, out: &mut Writer) {
        out.id(VECTOR);
        out.id(u32::try_from(self.len()).unwrap_or(u32::MAX));
        self.iter().for_each(|item| item.write(layer, out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        input.vector(T::read)
    }
}

/// An object in one of its own kind.
impl<T: Tl> Tl for Box<T> {
    fn write(&self, layer: u16, out: &mut Writer) {
        T::write(self, layer, out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        input.deeper(T::read).map(Self::new)
    }
}
