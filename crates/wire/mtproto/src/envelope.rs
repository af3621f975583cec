use crate::bytes::{join, same, sha1};
use crate::{AuthKey, Broken};

/// Who sealed a message: the key is used at another place for each direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A client; `x` is 0.
    Client,
    /// A server; `x` is 8.
    Server,
}

impl Side {
    fn x(self) -> usize {
        match self {
            Self::Client => 0,
            Self::Server => 8,
        }
    }
}

/// What an encrypted frame holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The server's salt that the sender knows.
    pub salt: i64,
    /// The sender's session.
    pub session: i64,
    /// The message's id: about the time, times 2^32.
    pub id: i64,
    /// Twice the number of content-related messages before it, plus one if it is one.
    pub sequence: i32,
    /// One object.
    pub body: Vec<u8>,
}

/// Bytes before the body inside of the encryption.
const HEAD: usize = 32;
/// > padding: 12 to 1024 bytes
const PADDING: std::ops::RangeInclusive<usize> = 12..=1024;

/// The key that a frame was sealed with; 0 for plain ones.
pub fn peek_key_id(frame: &[u8]) -> Result<i64, Broken> {
    frame.get(..8).map(|id| i64::from_le_bytes(join(&[id]))).ok_or(Broken::Framing)
}

impl Envelope {
    /// Encrypts. `random` supplies the padding.
    pub fn seal(&self, key: &AuthKey, from: Side, random: &[u8; 16]) -> Vec<u8> {
        let mut plain = Vec::with_capacity(HEAD + self.body.len() + 32);
        plain.extend_from_slice(&self.salt.to_le_bytes());
        plain.extend_from_slice(&self.session.to_le_bytes());
        plain.extend_from_slice(&self.id.to_le_bytes());
        plain.extend_from_slice(&self.sequence.to_le_bytes());
        plain.extend_from_slice(&u32::try_from(self.body.len()).unwrap_or(u32::MAX).to_le_bytes());
        plain.extend_from_slice(&self.body);
        let padding = 12 + (16 - (plain.len() + 12) % 16) % 16;
        plain.extend(random.iter().cycle().take(padding));
        let message_key = key.message_key(from.x(), &plain);
        key.message_cipher(from.x(), &message_key).encrypt(&mut plain);
        let mut frame = Vec::with_capacity(24 + plain.len());
        frame.extend_from_slice(&key.id().to_le_bytes());
        frame.extend_from_slice(&message_key);
        frame.append(&mut plain);
        frame
    }

    /// Decrypts and checks. Whatever is wrong, it is the same error, and only after the key was compared.
    pub fn open(frame: &[u8], key: &AuthKey, from: Side) -> Result<Self, Broken> {
        let encrypted = frame.get(24..).ok_or(Broken::Framing)?;
        // Intermediate transports may pad behind the last block.
        let blocks = encrypted.len() - encrypted.len() % 16;
        if blocks < HEAD + 16 || peek_key_id(frame)? != key.id() {
            return Err(Broken::NotAuthentic);
        }
        let message_key: [u8; 16] = join(&[&frame[8..24]]);
        let mut plain = encrypted[..blocks].to_vec();
        key.message_cipher(from.x(), &message_key).decrypt(&mut plain);
        let authentic = same(&key.message_key(from.x(), &plain), &message_key);
        let long = |at: usize| i64::from_le_bytes(join(&[&plain[at..at + 8]]));
        let length = u32::from_le_bytes(join(&[&plain[28..32]])) as usize;
        let padding = (plain.len() - HEAD).checked_sub(length);
        // > msg_key must be checked first, and a failure must not be told from any other.
        if !authentic
            || !length.is_multiple_of(4)
            || !padding.is_some_and(|padding| PADDING.contains(&padding))
        {
            return Err(Broken::NotAuthentic);
        }
        Ok(Self {
            salt: long(0),
            session: long(8),
            id: long(16),
            sequence: i32::from_le_bytes(join(&[&plain[24..28]])),
            body: plain[HEAD..HEAD + length].to_vec(),
        })
    }

    /// Seals the message that binds a temporary key: the client's side of [`Self::open_binding`].
    pub fn seal_binding(id: i64, inner: &[u8], permanent: &AuthKey, random: &[u8; 16]) -> Vec<u8> {
        let mut plain = random.to_vec();
        plain.extend_from_slice(&id.to_le_bytes());
        plain.extend_from_slice(&[0; 4]);
        plain.extend_from_slice(&u32::try_from(inner.len()).unwrap_or(u32::MAX).to_le_bytes());
        plain.extend_from_slice(inner);
        let message_key: [u8; 16] = join(&[&sha1(&[&plain])[4..]]);
        plain.resize(plain.len().next_multiple_of(16), 0);
        permanent.old_cipher(&message_key).encrypt(&mut plain);
        [&permanent.id().to_le_bytes()[..], &message_key, &plain].concat()
    }

    /// Opens the message, sealed in the manner of MTProto 1 with the permanent key, that binds a temporary key to it.
    ///
    /// > encrypted_message: random:int128 msg_id:long seqno:int msg_len:int bind_auth_key_inner
    pub fn open_binding(frame: &[u8], permanent: &AuthKey) -> Result<(i64, Vec<u8>), Broken> {
        let encrypted = frame.get(24..).ok_or(Broken::NotAuthentic)?;
        if peek_key_id(frame)? != permanent.id() || encrypted.len() % 16 != 0 {
            return Err(Broken::NotAuthentic);
        }
        let message_key: [u8; 16] = join(&[&frame[8..24]]);
        let mut plain = encrypted.to_vec();
        permanent.old_cipher(&message_key).decrypt(&mut plain);
        let head = plain.get(..HEAD).ok_or(Broken::NotAuthentic)?;
        let id = i64::from_le_bytes(join(&[&head[16..24]]));
        let length = u32::from_le_bytes(join(&[&head[28..32]])) as usize;
        let whole = HEAD.checked_add(length).and_then(|end| plain.get(..end)).ok_or(Broken::NotAuthentic)?;
        if !same(&sha1(&[whole])[4..], &message_key) {
            return Err(Broken::NotAuthentic);
        }
        Ok((id, whole[HEAD..].to_vec()))
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
    fn what_is_sealed_is_opened_by_the_other_side_only() {
        let (key, envelope) = example();
        for (from, other) in [(Side::Client, Side::Server), (Side::Server, Side::Client)] {
            let frame = envelope.seal(&key, from, &[3; 16]);
            assert_eq!(Envelope::open(&frame, &key, from), Ok(envelope.clone()));
            assert_eq!(Envelope::open(&frame, &key, other), Err(Broken::NotAuthentic));
        }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let (key, envelope) = example();
        let frame = envelope.seal(&key, Side::Client, &[3; 16]);
        for byte in 0..frame.len() {
            let mut changed = frame.clone();
            changed[byte] ^= 0x10;
            assert!(Envelope::open(&changed, &key, Side::Client).is_err(), "byte {byte}");
            assert!(Envelope::open(&frame[..byte], &key, Side::Client).is_err(), "cut at {byte}");
        }
    }

    /// A sender who knows the key, and lies about lengths.
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
            plain.resize(HEAD + body as usize + padding, 1);
            plain.resize(plain.len().next_multiple_of(16), 1);
            let message_key = key.message_key(0, &plain);
            key.message_cipher(0, &message_key).encrypt(&mut plain);
            let frame = [&key.id().to_le_bytes()[..], &message_key, &plain].concat();
            assert_eq!(Envelope::open(&frame, &key, Side::Client).is_ok(), fine, "{body} and {padding}");
        }
    }
}
