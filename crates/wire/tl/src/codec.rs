use std::fmt;

/// `vector`
const VECTOR: u32 = 0x1cb5_c415;
/// `boolTrue`
const TRUE: u32 = 0x9972_75b5;
/// `boolFalse`
const FALSE: u32 = 0xbc79_9737;
/// The limit of nested vectors and boxed objects, which bounds the stack. Correct clients nest a few levels.
const MAX_DEPTH: u8 = 32;

/// A value that TL can encode.
pub trait Tl: Sized {
    /// Appends the value in the encoding of a layer. A constructor that the layer lacks is noted in the writer.
    fn write(&self, layer: u16, out: &mut Writer);

    /// Reads a value in the encoding of any layer.
    ///
    /// # Errors
    ///
    /// Returns a [`TlError`] if the bytes do not encode such a value.
    fn read(input: &mut Reader<'_>) -> Result<Self, TlError>;
}

/// The reason why bytes cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlError {
    /// The bytes end early.
    #[error("at byte {at}: {need} bytes are needed, {have} are left")]
    TooShort { at: usize, need: usize, have: usize },
    /// The constructor is unknown, or not of the expected type.
    #[error("at byte {at}: constructor {id:#010x} is not known here")]
    Unknown { at: usize, id: u32 },
    /// A string is not UTF-8.
    #[error("at byte {at}: a string is not UTF-8")]
    NotUtf8 { at: usize },
    /// Vectors and objects are nested too deeply.
    #[error("at byte {at}: nested too deeply")]
    TooDeep { at: usize },
    /// A field is present that is not served.
    #[error("the field {0} is not served")]
    Unserved(&'static str),
}

/// Collects the bytes of an object.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    missing: Option<&'static str>,
}

impl Writer {
    /// Appends a constructor id or a flags field.
    pub fn id(&mut self, id: u32) {
        self.bytes.extend_from_slice(&id.to_le_bytes());
    }

    /// Notes that the layer lacks a constructor, so that the object cannot be encoded.
    pub fn missing(&mut self, name: &'static str) {
        self.missing.get_or_insert(name);
    }

    /// Returns the encoded bytes.
    ///
    /// # Errors
    ///
    /// Returns the name of the first constructor that the layer lacks.
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

/// A cursor over encoded bytes.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u8,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// The bytes that are not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The offset of the next byte.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Reads `count` bytes.
    ///
    /// # Errors
    ///
    /// Returns [`TlError::TooShort`] if fewer are left.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], TlError> {
        let rest = self.rest();
        let taken =
            rest.get(..count).ok_or(TlError::TooShort { at: self.at, need: count, have: rest.len() })?;
        self.at += count;
        Ok(taken)
    }

    /// Reads a constructor id or a flags field.
    ///
    /// # Errors
    ///
    /// Returns [`TlError::TooShort`] if fewer than four bytes are left.
    pub fn id(&mut self) -> Result<u32, TlError> {
        self.array().map(u32::from_le_bytes)
    }

    /// The error for an unknown id that was just read.
    pub fn unknown(&self, id: u32) -> TlError {
        TlError::Unknown { at: self.at.saturating_sub(4), id }
    }

    /// Reads a value one level deeper, within [`MAX_DEPTH`]: every value that may contain its own type is read so.
    pub(crate) fn nested<T>(
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
        // Every item takes at least four bytes, so an impossible count is refused before any memory is allocated.
        let (need, have) = (count.saturating_mul(4), self.rest().len());
        if need > have {
            return Err(TlError::TooShort { at: self.at, need, have });
        }
        self.nested(|input| (0..count).map(|_| item(input)).collect())
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

/// `!X`: the request inside another one, which extends to the end of the bytes.
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

// Only types that contain themselves are boxed.
impl<T: Tl> Tl for Box<T> {
    fn write(&self, layer: u16, out: &mut Writer) {
        T::write(self, layer, out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, TlError> {
        input.nested(T::read).map(Self::new)
    }
}
