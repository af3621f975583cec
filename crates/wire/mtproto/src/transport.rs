//! Streams to frames: full, abridged, intermediate, padded intermediate, each plain or obfuscated.
//!
//! A server learns the transport from a connection's first bytes: [`Incoming::receive`], then [`Incoming::frame`]
//! until there is none; [`Incoming::pack`] answers in the same transport.

use crate::Broken;
use crate::bytes::{join, sha256};
use aes::Aes256;
use ctr::cipher::{KeyIvInit, StreamCipher};

/// The longest frame: a container of 1 MiB with what surrounds it, and room.
pub const MAX_FRAME: usize = (1 << 20) + (16 << 10);
/// An abridged frame's first byte when its length takes three more.
const LONG: u8 = 0x7f;

type Ctr = ctr::Ctr128BE<Aes256>;

/// How frames are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Length, sequence number, CRC32.
    Full,
    /// Length in words, one byte or four.
    Abridged,
    /// Length in four bytes.
    Intermediate,
    /// The same, with up to 15 random bytes behind each frame.
    Padded,
}

/// The two ciphers of an obfuscated connection.
struct Obfuscation {
    receive: Ctr,
    send: Ctr,
    /// The data centre that the client dialled.
    data_centre: i16,
}

/// The server's end of a connection.
#[derive(Default)]
pub struct Incoming {
    buffer: Vec<u8>,
    framing: Option<Framing>,
    obfuscation: Option<Obfuscation>,
    /// The secret of the proxy endpoint that this is too, if it is one.
    secret: Option<[u8; 16]>,
    received: u32,
    sent: u32,
}

impl Incoming {
    /// A connection to the server itself or, if there is a secret, to its proxy endpoint: the first bytes tell.
    pub fn new(secret: Option<[u8; 16]>) -> Self {
        Self { secret, ..Self::default() }
    }

    /// Takes what has arrived.
    pub fn receive(&mut self, bytes: &[u8]) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(bytes);
        if let Some(obfuscation) = &mut self.obfuscation {
            obfuscation.receive.apply_keystream(&mut self.buffer[start..]);
        }
    }

    /// The data centre that an obfuscated client says it dialled.
    pub fn data_centre(&self) -> Option<i16> {
        self.obfuscation.as_ref().map(|obfuscation| obfuscation.data_centre)
    }

    /// The next whole frame.
    pub fn frame(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        if self.framing.is_none() && !self.detect()? {
            return Ok(None);
        }
        match self.framing {
            Some(Framing::Full) => self.full(),
            Some(Framing::Abridged) => self.abridged(),
            Some(Framing::Intermediate | Framing::Padded) => self.intermediate(),
            None => Ok(None),
        }
    }

    /// A frame for the client. `random` supplies what padded transports add.
    pub fn pack(&mut self, frame: &[u8], random: u8) -> Vec<u8> {
        let framing = self.framing.unwrap_or(Framing::Intermediate);
        let mut packed = pack(framing, frame, self.sent, random);
        self.sent = self.sent.wrapping_add(1);
        if let Some(obfuscation) = &mut self.obfuscation {
            obfuscation.send.apply_keystream(&mut packed);
        }
        packed
    }

    /// Learns the transport from the first bytes; false while there are too few.
    fn detect(&mut self) -> Result<bool, Broken> {
        let Some(first) = self.buffer.first() else { return Ok(false) };
        if *first == 0xef {
            return Ok(self.found(Framing::Abridged, 1));
        }
        let Some(head) = self.buffer.get(..8) else { return Ok(false) };
        match &head[..4] {
            [0xee, 0xee, 0xee, 0xee] => return Ok(self.found(Framing::Intermediate, 4)),
            [0xdd, 0xdd, 0xdd, 0xdd] => return Ok(self.found(Framing::Padded, 4)),
            // > the first int after the length is 0: a full transport's first sequence number
            _ if head[4..] == [0; 4] => return Ok(self.found(Framing::Full, 0)),
            _ => {}
        }
        let Some(head) = self.buffer.get(..64) else { return Ok(false) };
        let head = join(&[head]);
        // Whoever means the proxy mixes its secret in.
        let by_secret = || self.secret.and_then(|secret| deobfuscate(&head, Some(secret)));
        let (mut obfuscation, framing) =
            deobfuscate(&head, None).or_else(by_secret).ok_or(Broken::Framing)?;
        self.found(framing, 64);
        obfuscation.receive.apply_keystream(&mut self.buffer);
        self.obfuscation = Some(obfuscation);
        Ok(true)
    }

    fn found(&mut self, framing: Framing, skip: usize) -> bool {
        self.framing = Some(framing);
        self.buffer.drain(..skip);
        true
    }

    /// Takes a frame of so many bytes behind so many of head; none while it is not whole.
    fn cut(&mut self, head: usize, length: usize) -> Result<Option<Vec<u8>>, Broken> {
        if length > MAX_FRAME {
            return Err(Broken::TooLong);
        }
        if self.buffer.len() < head + length {
            return Ok(None);
        }
        let frame = self.buffer[head..head + length].to_vec();
        self.buffer.drain(..head + length);
        Ok(Some(frame))
    }

    fn word(&self, at: usize) -> Option<u32> {
        self.buffer.get(at..at + 4).map(|word| u32::from_le_bytes(join(&[word])))
    }

    fn abridged(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        let Some(first) = self.buffer.first().copied() else { return Ok(None) };
        // > the highest bit asks for a quick acknowledgement: nothing here needs one
        let short = usize::from(first & LONG);
        if short < usize::from(LONG) {
            return self.cut(1, short * 4);
        }
        let Some(word) = self.word(0) else { return Ok(None) };
        self.cut(4, (word >> 8) as usize * 4)
    }

    fn intermediate(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        let Some(word) = self.word(0) else { return Ok(None) };
        self.cut(4, (word & 0x7fff_ffff) as usize)
    }

    fn full(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        let Some(length) = self.word(0) else { return Ok(None) };
        let length = length as usize;
        if !(12..=MAX_FRAME + 12).contains(&length) || !length.is_multiple_of(4) {
            return Err(Broken::Framing);
        }
        let Some(whole) = self.buffer.get(..length) else { return Ok(None) };
        let (checked, sum) = whole.split_at(length - 4);
        let sequence = u32::from_le_bytes(join(&[&whole[4..8]]));
        if crc32fast::hash(checked).to_le_bytes() != sum || sequence != self.received {
            return Err(Broken::Framing);
        }
        self.received = self.received.wrapping_add(1);
        let frame = checked[8..].to_vec();
        self.buffer.drain(..length);
        Ok(Some(frame))
    }
}

/// > random payload of 64 bytes: key at 8, initialisation vector at 40, protocol at 56, data centre at 60, the last
/// > eight encrypted; the other direction uses the same bytes reversed
fn deobfuscate(head: &[u8; 64], secret: Option<[u8; 16]>) -> Option<(Obfuscation, Framing)> {
    let mut reversed = *head;
    reversed.reverse();
    let mut receive = stream(head, secret);
    let send = stream(&reversed, secret);
    let mut plain = *head;
    receive.apply_keystream(&mut plain);
    let framing = match &plain[56..60] {
        [0xef, 0xef, 0xef, 0xef] => Framing::Abridged,
        [0xee, 0xee, 0xee, 0xee] => Framing::Intermediate,
        [0xdd, 0xdd, 0xdd, 0xdd] => Framing::Padded,
        _ => return None,
    };
    let data_centre = i16::from_le_bytes(join(&[&plain[60..62]]));
    Some((Obfuscation { receive, send, data_centre }, framing))
}

/// The cipher of one direction; with a proxy's secret, its key is hashed with it.
fn stream(head: &[u8; 64], secret: Option<[u8; 16]>) -> Ctr {
    let key: [u8; 32] = match secret {
        Some(secret) => sha256(&[&head[8..40], &secret]),
        None => join(&[&head[8..40]]),
    };
    let iv: [u8; 16] = join(&[&head[40..56]]);
    Ctr::new(&key.into(), &iv.into())
}

fn pack(framing: Framing, frame: &[u8], sequence: u32, random: u8) -> Vec<u8> {
    let length = |extra: usize| u32::try_from(frame.len() + extra).unwrap_or(u32::MAX).to_le_bytes();
    let mut packed = Vec::with_capacity(frame.len() + 16);
    match framing {
        Framing::Abridged => {
            let words = u32::try_from(frame.len() / 4).unwrap_or(u32::MAX).to_le_bytes();
            match frame.len() / 4 {
                0..0x7f => packed.push(words[0]),
                _ => packed.extend_from_slice(&[LONG, words[0], words[1], words[2]]),
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
            packed.extend_from_slice(&length(12));
            packed.extend_from_slice(&sequence.to_le_bytes());
            packed.extend_from_slice(frame);
            let sum = crc32fast::hash(&packed);
            packed.extend_from_slice(&sum.to_le_bytes());
        }
    }
    packed
}

/// The client's end of a connection.
pub struct Outgoing {
    framing: Framing,
    ciphers: Option<(Ctr, Ctr)>,
    sent: u32,
    answers: Incoming,
}

impl Outgoing {
    /// A connection, and the bytes that it begins with. With `obfuscated`, those are 64 random ones.
    pub fn new(framing: Framing, obfuscated: Option<[u8; 64]>, secret: Option<[u8; 16]>) -> (Self, Vec<u8>) {
        let tag: [u8; 4] = match framing {
            Framing::Full => [0; 4],
            Framing::Abridged => [0xef; 4],
            Framing::Intermediate => [0xee; 4],
            Framing::Padded => [0xdd; 4],
        };
        let answers = Incoming { framing: Some(framing), ..Incoming::default() };
        let Some(mut head) = obfuscated else {
            let begin = match framing {
                Framing::Full => Vec::new(),
                Framing::Abridged => vec![0xef],
                _ => tag.to_vec(),
            };
            return (Self { framing, ciphers: None, sent: 0, answers }, begin);
        };
        head[56..60].copy_from_slice(&tag);
        head[60..62].copy_from_slice(&2i16.to_le_bytes());
        let mut reversed = head;
        reversed.reverse();
        let mut send = stream(&head, secret);
        let receive = stream(&reversed, secret);
        let mut encrypted = head;
        send.apply_keystream(&mut encrypted);
        head[56..].copy_from_slice(&encrypted[56..]);
        (Self { framing, ciphers: Some((send, receive)), sent: 0, answers }, head.to_vec())
    }

    /// A frame for the server.
    pub fn pack(&mut self, frame: &[u8]) -> Vec<u8> {
        let mut packed = pack(self.framing, frame, self.sent, 5);
        self.sent += 1;
        if let Some((send, _)) = &mut self.ciphers {
            send.apply_keystream(&mut packed);
        }
        packed
    }

    /// Takes what has arrived; the next frame is at [`Outgoing::frame`].
    pub fn receive(&mut self, bytes: &[u8]) {
        let mut bytes = bytes.to_vec();
        if let Some((_, receive)) = &mut self.ciphers {
            receive.apply_keystream(&mut bytes);
        }
        self.answers.receive(&bytes);
    }

    /// The next whole frame.
    pub fn frame(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        self.answers.frame()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Framing; 4] = [Framing::Full, Framing::Abridged, Framing::Intermediate, Framing::Padded];

    #[test]
    fn frames_survive_every_transport_in_pieces_of_any_size() {
        for framing in ALL {
            for (obfuscated, secret) in
                [(None, None), (Some([0x5b; 64]), None), (Some([0x5b; 64]), Some([7; 16]))]
            {
                if obfuscated.is_some() && framing == Framing::Full {
                    continue;
                }
                for piece in [1, 3, 64, 10_000] {
                    let (mut client, mut bytes) = Outgoing::new(framing, obfuscated, secret);
                    let mut server = Incoming::new(secret);
                    let frames = [vec![1; 40], vec![2; 4 * 200], vec![3; 4]];
                    frames.iter().for_each(|frame| bytes.extend(client.pack(frame)));
                    let mut found = Vec::new();
                    for part in bytes.chunks(piece) {
                        server.receive(part);
                        while let Some(frame) = server.frame().unwrap() {
                            found.push(frame);
                        }
                    }
                    let same = found.iter().zip(&frames).all(|(found, frame)| found.starts_with(frame));
                    assert!(same && found.len() == 3, "{framing:?} in pieces of {piece}");
                    client.receive(&server.pack(&[9; 24], 3));
                    assert!(client.frame().unwrap().unwrap().starts_with(&[9; 24]));
                }
            }
        }
    }

    #[test]
    fn what_is_no_transport_is_refused() {
        let mut long = Incoming::new(None);
        long.receive(&[0xee, 0xee, 0xee, 0xee, 0xff, 0xff, 0xff, 0x7f]);
        assert_eq!(long.frame(), Err(Broken::TooLong));
        let mut rubbish = Incoming::new(None);
        rubbish.receive(&[0x41; 64]);
        assert_eq!(rubbish.frame(), Err(Broken::Framing));
        let (mut client, begin) = Outgoing::new(Framing::Full, None, None);
        let mut bytes = client.pack(&[1; 40]);
        bytes[20] ^= 1;
        let mut server = Incoming::new(None);
        server.receive(&[begin, bytes].concat());
        assert_eq!(server.frame(), Err(Broken::Framing), "the sum is wrong");
        let (mut client, begin) = Outgoing::new(Framing::Padded, Some([0x5b; 64]), Some([1; 16]));
        let mut server = Incoming::new(Some([2; 16]));
        server.receive(&[begin, client.pack(&[1; 40])].concat());
        assert_eq!(server.frame(), Err(Broken::Framing), "the secret is wrong");
    }
}
