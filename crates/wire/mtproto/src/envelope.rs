use crate::bytes::{concat, constant_time_eq, sha1};
use crate::{AuthKey, ProtocolError};

/// The sender of a message. Each direction uses a different part of the authorization key, at an offset `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A client.
    Client,
    /// The server.
    Server,
}

impl Side {
    /// > where x = 0 for messages from client to server and x = 8 for those from server to client
    fn x(self) -> usize {
        match self {
            Self::Client => 0,
            Self::Server => 8,
        }
    }
}

/// The content of an encrypted frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The server salt.
    pub salt: i64,
    /// The session id, chosen by the client.
    pub session: i64,
    /// The message id: approximately the Unix time multiplied by 2^32.
    pub id: i64,
    /// `seqno`: twice the number of content-related messages sent before, plus one if this message is one.
    pub sequence: i32,
    /// One serialized TL object.
    pub body: Vec<u8>,
}

/// Bytes before the ciphertext: the key id (8) and the message key (16).
const OUTER_HEADER: usize = 24;
/// Encrypted bytes before the body: salt, session, message id, seqno and length.
const HEADER: usize = 32;
/// The block size of AES.
const BLOCK: usize = 16;
/// > padding: 12 to 1024 bytes
const PADDING: std::ops::RangeInclusive<usize> = 12..=1024;

/// Reads the id of the key that a frame is encrypted with; 0 means that the frame is not encrypted.
///
/// # Errors
///
/// Returns [`ProtocolError::Framing`] if the frame has fewer than 8 bytes.
pub fn peek_key_id(frame: &[u8]) -> Result<i64, ProtocolError> {
    frame.get(..8).map(|id| i64::from_le_bytes(concat(&[id]))).ok_or(ProtocolError::Framing)
}

impl Envelope {
    /// Encrypts the message. The padding is taken from `random`.
    pub fn seal(&self, key: &AuthKey, from: Side, random: &[u8; 16]) -> Vec<u8> {
        let length = HEADER + self.body.len();
        let padding = (length + PADDING.start()).next_multiple_of(BLOCK) - length;
        let mut frame = Vec::with_capacity(OUTER_HEADER + length + padding);
        frame.extend_from_slice(&key.id().to_le_bytes());
        // Overwritten with the message key, which depends on what follows.
        frame.extend_from_slice(&[0; 16]);
        frame.extend_from_slice(&self.salt.to_le_bytes());
        frame.extend_from_slice(&self.session.to_le_bytes());
        frame.extend_from_slice(&self.id.to_le_bytes());
        frame.extend_from_slice(&self.sequence.to_le_bytes());
        frame.extend_from_slice(&u32::try_from(self.body.len()).unwrap_or(u32::MAX).to_le_bytes());
        frame.extend_from_slice(&self.body);
        frame.extend(random.iter().cycle().take(padding));
        let (head, plain) = frame.split_at_mut(OUTER_HEADER);
        let message_key = key.message_key(from.x(), plain);
        head[8..].copy_from_slice(&message_key);
        key.message_cipher(from.x(), &message_key).encrypt(plain);
        frame
    }

    /// Decrypts and authenticates a frame.
    ///
    /// # Errors
    ///
    /// Returns [`ProtocolError::Framing`] if the frame is too short to hold a header, and
    /// [`ProtocolError::NotAuthentic`] for any other fault: an attacker must not learn which check failed.
    pub fn open(frame: &[u8], key: &AuthKey, from: Side) -> Result<Self, ProtocolError> {
        let encrypted = frame.get(OUTER_HEADER..).ok_or(ProtocolError::Framing)?;
        // The padded intermediate transport may add up to 15 bytes after the last block.
        let blocks = encrypted.len() - encrypted.len() % BLOCK;
        if blocks < HEADER + BLOCK || peek_key_id(frame)? != key.id() {
            return Err(ProtocolError::NotAuthentic);
        }
        let message_key: [u8; 16] = concat(&[&frame[8..24]]);
        let mut plain = encrypted[..blocks].to_vec();
        key.message_cipher(from.x(), &message_key).decrypt(&mut plain);
        let authentic = constant_time_eq(&key.message_key(from.x(), &plain), &message_key);
        let int64 = |at: usize| i64::from_le_bytes(concat(&[&plain[at..at + 8]]));
        let length = u32::from_le_bytes(concat(&[&plain[28..32]])) as usize;
        let padding = (plain.len() - HEADER).checked_sub(length);
        // > msg_key must be checked first, and a failure must not be told from any other.
        // Every value above is computed before the first decision, so that the time is the same for each fault.
        if !authentic
            || !length.is_multiple_of(4)
            || !padding.is_some_and(|padding| PADDING.contains(&padding))
        {
            return Err(ProtocolError::NotAuthentic);
        }
        let (salt, session, id) = (int64(0), int64(8), int64(16));
        let sequence = i32::from_le_bytes(concat(&[&plain[24..28]]));
        plain.truncate(HEADER + length);
        plain.drain(..HEADER);
        Ok(Self { salt, session, id, sequence, body: plain })
    }

    /// Encrypts the message that binds a temporary key: the client half of [`Self::open_binding`].
    #[cfg(any(test, feature = "client"))]
    pub fn seal_binding(id: i64, inner: &[u8], permanent: &AuthKey, random: &[u8; 16]) -> Vec<u8> {
        let mut plain = random.to_vec();
        plain.extend_from_slice(&id.to_le_bytes());
        plain.extend_from_slice(&[0; 4]);
        plain.extend_from_slice(&u32::try_from(inner.len()).unwrap_or(u32::MAX).to_le_bytes());
        plain.extend_from_slice(inner);
        let message_key: [u8; 16] = concat(&[&sha1(&[&plain])[4..]]);
        plain.resize(plain.len().next_multiple_of(BLOCK), 0);
        permanent.mtproto1_cipher(&message_key).encrypt(&mut plain);
        [&permanent.id().to_le_bytes()[..], &message_key, &plain].concat()
    }

    /// Decrypts the message that binds a temporary key to a permanent one, and returns its message id and
    /// `bind_auth_key_inner`. It is encrypted with the permanent key by the rules of MTProto 1.0.
    ///
    /// > encrypted_message: random:int128 msg_id:long seqno:int msg_len:int bind_auth_key_inner
    ///
    /// # Errors
    ///
    /// Returns [`ProtocolError::NotAuthentic`] for any fault.
    pub fn open_binding(frame: &[u8], permanent: &AuthKey) -> Result<(i64, Vec<u8>), ProtocolError> {
        let encrypted = frame.get(OUTER_HEADER..).ok_or(ProtocolError::NotAuthentic)?;
        if peek_key_id(frame)? != permanent.id() || encrypted.len() % BLOCK != 0 {
            return Err(ProtocolError::NotAuthentic);
        }
        let message_key: [u8; 16] = concat(&[&frame[8..24]]);
        let mut plain = encrypted.to_vec();
        permanent.mtproto1_cipher(&message_key).decrypt(&mut plain);
        let head = plain.get(..HEADER).ok_or(ProtocolError::NotAuthentic)?;
        let id = i64::from_le_bytes(concat(&[&head[16..24]]));
        let length = u32::from_le_bytes(concat(&[&head[28..32]])) as usize;
        let whole =
            HEADER.checked_add(length).and_then(|end| plain.get(..end)).ok_or(ProtocolError::NotAuthentic)?;
        if !constant_time_eq(&sha1(&[whole])[4..], &message_key) {
            return Err(ProtocolError::NotAuthentic);
        }
        Ok((id, whole[HEADER..].to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (AuthKey, Envelope) {
        let key = AuthKey::new(std::array::from_fn(|n| (n * 7) as u8));
        (key, Envelope { salt: 1, session: 2, id: 3 << 32, sequence: 5, body: vec![9; 40] })
    }

    #[test]
    fn a_sealed_message_opens_only_with_its_direction() {
        let (key, envelope) = example();
        for (from, other) in [(Side::Client, Side::Server), (Side::Server, Side::Client)] {
            let frame = envelope.seal(&key, from, &[3; 16]);
            assert_eq!(Envelope::open(&frame, &key, from), Ok(envelope.clone()));
            assert_eq!(Envelope::open(&frame, &key, other), Err(ProtocolError::NotAuthentic));
        }
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_refused() {
        let (key, envelope) = example();
        let frame = envelope.seal(&key, Side::Client, &[3; 16]);
        for byte in 0..frame.len() {
            let mut changed = frame.clone();
            changed[byte] ^= 0x10;
            assert!(Envelope::open(&changed, &key, Side::Client).is_err(), "byte {byte}");
            assert!(Envelope::open(&frame[..byte], &key, Side::Client).is_err(), "cut at {byte}");
        }
    }

    // The sender knows the key and announces wrong lengths.
    #[test]
    fn padding_and_length_are_checked() {
        let (key, _) = example();
        for (body, padding, fine) in [
            (16, 16, true),
            (16, 12 + 4, true),
            (16, 0, false),
            (16, 1040, false),
            (18, 14, false),
            (0, 16, true),
        ] {
            let mut plain = vec![0; 28];
            plain.extend_from_slice(&u32::to_le_bytes(body));
            plain.resize(HEADER + body as usize + padding, 1);
            plain.resize(plain.len().next_multiple_of(16), 1);
            let message_key = key.message_key(0, &plain);
            key.message_cipher(0, &message_key).encrypt(&mut plain);
            let frame = [&key.id().to_le_bytes()[..], &message_key, &plain].concat();
            assert_eq!(Envelope::open(&frame, &key, Side::Client).is_ok(), fine, "{body} and {padding}");
        }
    }
}
