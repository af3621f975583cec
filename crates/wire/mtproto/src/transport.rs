//! Splits streams into frames: the full, abridged, intermediate and padded intermediate transports, plain or obfuscated.
//!
//! A server detects the transport from the first bytes of a connection. Pass received bytes to
//! [`ServerTransport::receive`], then call [`ServerTransport::frame`] until it returns `None`;
//! [`ServerTransport::pack`] encodes an answer in the same transport.

use crate::ProtocolError;
use crate::bytes::{concat, sha256};
use aes::Aes256;
use ctr::cipher::{KeyIvInit, StreamCipher};

/// The longest frame: a container of 1 MiB, its headers and a margin.
pub const MAX_FRAME: usize = (1 << 20) + (16 << 10);
/// The first byte of an abridged frame whose length is in the next three bytes.
const LONG_LENGTH: u8 = 0x7f;
/// The bit of a length that asks for a quick acknowledgement, which nothing here needs.
const QUICK_ACK: u32 = 1 << 31;
/// The bytes of a full frame around its payload: length, sequence number and checksum.
const FULL_OVERHEAD: usize = 12;
/// The first bytes of an obfuscated connection.
const OBFUSCATED_HEADER: usize = 64;

pub(crate) type Ctr = ctr::Ctr128BE<Aes256>;

/// The encoding of frames in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Length, sequence number, CRC32.
    Full,
    /// Length in 4-byte words, in one byte or four.
    Abridged,
    /// Length in four bytes.
    Intermediate,
    /// Like intermediate, with up to 15 random bytes after each frame.
    Padded,
}

impl Framing {
    /// The byte that is repeated to announce the transport; the full transport has none.
    pub(crate) fn tag(self) -> Option<u8> {
        match self {
            Self::Full => None,
            Self::Abridged => Some(0xef),
            Self::Intermediate => Some(0xee),
            Self::Padded => Some(0xdd),
        }
    }

    /// The transport that four tag bytes announce.
    fn from_tag(tag: &[u8]) -> Option<Self> {
        let all = [Self::Abridged, Self::Intermediate, Self::Padded];
        all.into_iter().find(|framing| framing.tag().is_some_and(|byte| tag == [byte; 4]))
    }
}

/// The two ciphers of an obfuscated connection.
struct Obfuscation {
    receive: Ctr,
    send: Ctr,
    /// The data centre that the client names.
    data_centre: i16,
}

/// The server's end of a connection.
///
/// ```
/// use parlor_wire_mtproto::transport::ServerTransport;
///
/// let mut transport = ServerTransport::new(None);
/// transport.receive(&[0xef, 1, 10, 20]);
/// assert_eq!(transport.frame(), Ok(None), "the frame is incomplete");
/// transport.receive(&[30, 40]);
/// assert_eq!(transport.frame(), Ok(Some(vec![10, 20, 30, 40])));
/// ```
#[derive(Default)]
pub struct ServerTransport {
    buffer: Vec<u8>,
    framing: Option<Framing>,
    // Boxed, because its two AES key schedules are larger than everything else, and many connections have none.
    obfuscation: Option<Box<Obfuscation>>,
    /// The MTProxy secret, if this address is also a proxy.
    secret: Option<[u8; 16]>,
    /// Frames received and sent: the sequence numbers of the full transport.
    received: u32,
    sent: u32,
}

impl ServerTransport {
    /// Creates the state of a new connection. With an MTProxy secret, clients may connect directly or as to a proxy;
    /// the first bytes tell which.
    pub fn new(secret: Option<[u8; 16]>) -> Self {
        Self { secret, ..Self::default() }
    }

    /// A connection whose framing is known.
    #[cfg(any(test, feature = "client"))]
    pub(crate) fn with_framing(framing: Framing) -> Self {
        Self { framing: Some(framing), ..Self::default() }
    }

    /// Appends received bytes.
    pub fn receive(&mut self, bytes: &[u8]) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(bytes);
        if let Some(obfuscation) = &mut self.obfuscation {
            obfuscation.receive.apply_keystream(&mut self.buffer[start..]);
        }
    }

    /// The data centre that an obfuscated client names as its destination.
    pub fn data_centre(&self) -> Option<i16> {
        self.obfuscation.as_ref().map(|obfuscation| obfuscation.data_centre)
    }

    /// Returns the next complete frame, or `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// Returns [`ProtocolError::Framing`] if the bytes belong to no transport or a checksum or sequence number is
    /// wrong, and [`ProtocolError::TooLong`] if a frame exceeds [`MAX_FRAME`].
    pub fn frame(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        if self.framing.is_none() && !self.detect()? {
            return Ok(None);
        }
        match self.framing {
            Some(Framing::Full) => self.full_frame(),
            Some(Framing::Abridged) => self.abridged_frame(),
            Some(Framing::Intermediate | Framing::Padded) => self.intermediate_frame(),
            None => Ok(None),
        }
    }

    /// Encodes a frame for the client. `random` determines the padding of the padded transport.
    pub fn pack(&mut self, frame: &[u8], random: u8) -> Vec<u8> {
        let framing = self.framing.unwrap_or(Framing::Intermediate);
        let mut packed = pack(framing, frame, self.sent, random);
        self.sent = self.sent.wrapping_add(1);
        if let Some(obfuscation) = &mut self.obfuscation {
            obfuscation.send.apply_keystream(&mut packed);
        }
        packed
    }

    /// Detects the transport from the first bytes; returns false while there are too few.
    fn detect(&mut self) -> Result<bool, ProtocolError> {
        let Some(first) = self.buffer.first() else { return Ok(false) };
        if Some(*first) == Framing::Abridged.tag() {
            return Ok(self.set_framing(Framing::Abridged, 1));
        }
        let Some(head) = self.buffer.get(..8) else { return Ok(false) };
        if let Some(framing) = Framing::from_tag(&head[..4]) {
            return Ok(self.set_framing(framing, 4));
        }
        // A full transport has no tag: its length is followed by the first sequence number, 0. Obfuscated headers
        // never have zeros there.
        if head[4..] == [0; 4] {
            return Ok(self.set_framing(Framing::Full, 0));
        }
        let Some(head) = self.buffer.get(..OBFUSCATED_HEADER) else { return Ok(false) };
        let head = concat(&[head]);
        // A client of the proxy mixes the secret into its keys, so that only the right keys decrypt to a known tag.
        let with_secret = || self.secret.and_then(|secret| deobfuscate(&head, Some(secret)));
        let (mut obfuscation, framing) =
            deobfuscate(&head, None).or_else(with_secret).ok_or(ProtocolError::Framing)?;
        self.set_framing(framing, OBFUSCATED_HEADER);
        obfuscation.receive.apply_keystream(&mut self.buffer);
        self.obfuscation = Some(Box::new(obfuscation));
        Ok(true)
    }

    fn set_framing(&mut self, framing: Framing, skip: usize) -> bool {
        self.framing = Some(framing);
        self.buffer.drain(..skip);
        true
    }

    /// Takes a frame of `length` bytes after a header of `head` bytes; `None` if it is incomplete.
    fn take_frame(&mut self, head: usize, length: usize) -> Result<Option<Vec<u8>>, ProtocolError> {
        if length > MAX_FRAME {
            return Err(ProtocolError::TooLong);
        }
        if self.buffer.len() < head + length {
            return Ok(None);
        }
        Ok(Some(self.take_bytes(head, head + length)))
    }

    /// Removes the first `end` bytes and returns those after `start`. A connection holds no buffer between frames.
    fn take_bytes(&mut self, start: usize, end: usize) -> Vec<u8> {
        if self.buffer.len() == end {
            let mut frame = std::mem::take(&mut self.buffer);
            frame.drain(..start);
            return frame;
        }
        let frame = self.buffer[start..end].to_vec();
        self.buffer.drain(..end);
        frame
    }

    /// The little-endian 32-bit number at an offset.
    fn word(&self, at: usize) -> Option<u32> {
        self.buffer.get(at..at + 4).map(|word| u32::from_le_bytes(concat(&[word])))
    }

    fn abridged_frame(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        let Some(first) = self.buffer.first().copied() else { return Ok(None) };
        // The highest bit asks for a quick acknowledgement, which nothing here needs.
        let short = usize::from(first & LONG_LENGTH);
        if short < usize::from(LONG_LENGTH) {
            return self.take_frame(1, short * 4);
        }
        let Some(word) = self.word(0) else { return Ok(None) };
        self.take_frame(4, (word >> 8) as usize * 4)
    }

    fn intermediate_frame(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        let Some(word) = self.word(0) else { return Ok(None) };
        self.take_frame(4, (word & !QUICK_ACK) as usize)
    }

    fn full_frame(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        let Some(length) = self.word(0) else { return Ok(None) };
        let length = length as usize;
        if !(FULL_OVERHEAD..=MAX_FRAME + FULL_OVERHEAD).contains(&length) || !length.is_multiple_of(4) {
            return Err(ProtocolError::Framing);
        }
        let Some(whole) = self.buffer.get(..length) else { return Ok(None) };
        let (checked, sum) = whole.split_at(length - 4);
        let sequence = u32::from_le_bytes(concat(&[&whole[4..8]]));
        if crc32fast::hash(checked).to_le_bytes() != sum || sequence != self.received {
            return Err(ProtocolError::Framing);
        }
        self.received = self.received.wrapping_add(1);
        let mut frame = self.take_bytes(8, length);
        frame.truncate(length - FULL_OVERHEAD);
        Ok(Some(frame))
    }
}

/// > random payload of 64 bytes: key at 8, initialisation vector at 40, protocol at 56, data centre at 60, the last
/// > eight encrypted; the other direction uses the same bytes reversed
fn deobfuscate(head: &[u8; 64], secret: Option<[u8; 16]>) -> Option<(Obfuscation, Framing)> {
    let mut reversed = *head;
    reversed.reverse();
    let mut receive = cipher(head, secret);
    let send = cipher(&reversed, secret);
    let mut plain = *head;
    receive.apply_keystream(&mut plain);
    let framing = Framing::from_tag(&plain[56..60])?;
    let data_centre = i16::from_le_bytes(concat(&[&plain[60..62]]));
    Some((Obfuscation { receive, send, data_centre }, framing))
}

/// The cipher of one direction. A proxy's secret is hashed into its key.
pub(crate) fn cipher(head: &[u8; 64], secret: Option<[u8; 16]>) -> Ctr {
    let key: [u8; 32] = match secret {
        Some(secret) => sha256(&[&head[8..40], &secret]),
        None => concat(&[&head[8..40]]),
    };
    let iv: [u8; 16] = concat(&[&head[40..56]]);
    Ctr::new(&key.into(), &iv.into())
}

/// Encodes a frame.
pub(crate) fn pack(framing: Framing, frame: &[u8], sequence: u32, random: u8) -> Vec<u8> {
    let length = |extra: usize| u32::try_from(frame.len() + extra).unwrap_or(u32::MAX).to_le_bytes();
    let mut packed = Vec::with_capacity(frame.len() + 16);
    match framing {
        Framing::Abridged => {
            let words = u32::try_from(frame.len() / 4).unwrap_or(u32::MAX).to_le_bytes();
            match frame.len() / 4 {
                0..0x7f => packed.push(words[0]),
                _ => packed.extend_from_slice(&[LONG_LENGTH, words[0], words[1], words[2]]),
            }
            packed.extend_from_slice(frame);
        }
        Framing::Intermediate => {
            packed.extend_from_slice(&length(0));
            packed.extend_from_slice(frame);
        }
        Framing::Padded => {
            let padding = usize::from(random & 0x0f);
            packed.extend_from_slice(&length(padding));
            packed.extend_from_slice(frame);
            packed.resize(packed.len() + padding, random);
        }
        Framing::Full => {
            packed.extend_from_slice(&length(FULL_OVERHEAD));
            packed.extend_from_slice(&sequence.to_le_bytes());
            packed.extend_from_slice(frame);
            let sum = crc32fast::hash(&packed);
            packed.extend_from_slice(&sum.to_le_bytes());
        }
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientTransport;

    const ALL: [Framing; 4] = [Framing::Full, Framing::Abridged, Framing::Intermediate, Framing::Padded];

    #[test]
    fn every_transport_round_trips_frames_received_in_pieces_of_any_size() {
        for framing in ALL {
            for (obfuscated, secret) in
                [(None, None), (Some([0x5b; 64]), None), (Some([0x5b; 64]), Some([7; 16]))]
            {
                if obfuscated.is_some() && framing == Framing::Full {
                    continue;
                }
                for piece in [1, 3, 64, 10_000] {
                    let (mut client, mut bytes) = ClientTransport::new(framing, obfuscated, secret);
                    let mut server = ServerTransport::new(secret);
                    let frames = [vec![1; 40], vec![2; 4 * 200], vec![3; 4]];
                    frames.iter().for_each(|frame| bytes.extend(client.pack(frame)));
                    let mut found = Vec::new();
                    for part in bytes.chunks(piece) {
                        server.receive(part);
                        while let Some(frame) = server.frame().unwrap() {
                            found.push(frame);
                        }
                    }
                    // A padded frame ends with its padding.
                    let equal = found.iter().zip(&frames).all(|(found, frame)| found.starts_with(frame));
                    assert!(equal && found.len() == 3, "{framing:?} in pieces of {piece}");
                    client.receive(&server.pack(&[9; 24], 3));
                    assert!(client.frame().unwrap().unwrap().starts_with(&[9; 24]));
                }
            }
        }
    }

    #[test]
    fn frames_of_every_length_up_to_the_limit_are_read() {
        for framing in [Framing::Full, Framing::Abridged, Framing::Intermediate] {
            for (length, expected) in [
                (4, Ok(4)),
                // The longest abridged frame with a short length, and the shortest one with a long length.
                (0x7e * 4, Ok(0x7e * 4)),
                (0x7f * 4, Ok(0x7f * 4)),
                (MAX_FRAME, Ok(MAX_FRAME)),
                (MAX_FRAME + 4, Err(())),
            ] {
                let (mut client, begin) = ClientTransport::new(framing, None, None);
                let mut server = ServerTransport::new(None);
                server.receive(&[begin, client.pack(&vec![7; length])].concat());
                let found = server.frame().map(|frame| frame.map_or(0, |frame| frame.len()));
                assert_eq!(found.map_err(|_| ()), expected, "{framing:?}: {length}");
            }
        }
    }

    #[test]
    fn no_buffer_is_held_between_frames() {
        for framing in ALL {
            let (mut client, begin) = ClientTransport::new(framing, None, None);
            let mut server = ServerTransport::new(None);
            let bytes = [begin, client.pack(&[1; 40]), client.pack(&[2; 4000])].concat();
            let (first, second) = bytes.split_at(2000);
            server.receive(first);
            assert!(server.frame().unwrap().unwrap().starts_with(&[1; 40]), "{framing:?}");
            assert_eq!(server.frame(), Ok(None), "{framing:?}");
            server.receive(second);
            assert!(server.frame().unwrap().unwrap().starts_with(&[2; 4000]), "{framing:?}");
            assert_eq!(server.buffer.capacity(), 0, "{framing:?}");
        }
    }

    #[test]
    fn the_bit_for_quick_acknowledgements_is_ignored() {
        for (bytes, name) in [
            (&[0xef, 0x81, 1, 2, 3, 4][..], "abridged, short length"),
            (&[0xef, 0xff, 1, 0, 0, 1, 2, 3, 4], "abridged, long length"),
            (&[0xee, 0xee, 0xee, 0xee, 4, 0, 0, 0x80, 1, 2, 3, 4], "intermediate"),
        ] {
            let mut server = ServerTransport::new(None);
            server.receive(bytes);
            assert_eq!(server.frame(), Ok(Some(vec![1, 2, 3, 4])), "{name}");
        }
    }

    #[test]
    fn invalid_streams_are_refused() {
        let changed = |at: usize| {
            let (mut client, _) = ClientTransport::new(Framing::Full, None, None);
            let mut bytes = client.pack(&[1; 40]);
            bytes[at] ^= 1;
            bytes
        };
        let repeated = {
            let (mut client, _) = ClientTransport::new(Framing::Full, None, None);
            client.pack(&[1; 40]).repeat(2)
        };
        let with_secret = {
            let (mut client, begin) = ClientTransport::new(Framing::Padded, Some([0x5b; 64]), Some([1; 16]));
            [begin, client.pack(&[1; 40])].concat()
        };
        for (bytes, expected, reason) in [
            (vec![0xee, 0xee, 0xee, 0xee, 0xff, 0xff, 0xff, 0x7f], ProtocolError::TooLong, "too long"),
            (vec![0x41; 64], ProtocolError::Framing, "no transport begins so"),
            (changed(0), ProtocolError::Framing, "the length is not divisible by 4"),
            (changed(20), ProtocolError::Framing, "the checksum is wrong"),
            (repeated, ProtocolError::Framing, "the sequence number is repeated"),
            (with_secret, ProtocolError::Framing, "the secret is wrong"),
        ] {
            let mut server = ServerTransport::new(Some([2; 16]));
            server.receive(&bytes);
            let found = std::iter::repeat_with(|| server.frame()).take(3).find_map(Result::err);
            assert_eq!(found, Some(expected), "{reason}");
        }
    }
}
