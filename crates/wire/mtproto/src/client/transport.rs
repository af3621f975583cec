use crate::ProtocolError;
use crate::transport::{Ctr, Framing, ServerTransport, cipher, pack};
use ctr::cipher::StreamCipher;

/// The client's end of a connection.
pub struct ClientTransport {
    framing: Framing,
    /// The ciphers of both directions: sending, receiving.
    ciphers: Option<(Ctr, Ctr)>,
    sent: u32,
    /// Splits the answers, which have the same framing as requests.
    answers: ServerTransport,
}

impl ClientTransport {
    /// Creates a connection and returns it with its first bytes. `obfuscated` holds 64 random bytes, `secret` the
    /// secret of an MTProxy.
    pub fn new(framing: Framing, obfuscated: Option<[u8; 64]>, secret: Option<[u8; 16]>) -> (Self, Vec<u8>) {
        let answers = ServerTransport::with_framing(framing);
        let tag = framing.tag();
        let Some(mut head) = obfuscated else {
            let length = if framing == Framing::Abridged { 1 } else { 4 };
            let begin = tag.map_or(Vec::new(), |byte| vec![byte; length]);
            return (Self { framing, ciphers: None, sent: 0, answers }, begin);
        };
        head[56..60].copy_from_slice(&[tag.unwrap_or_default(); 4]);
        head[60..62].copy_from_slice(&2i16.to_le_bytes());
        let mut reversed = head;
        reversed.reverse();
        let mut send = cipher(&head, secret);
        let receive = cipher(&reversed, secret);
        let mut encrypted = head;
        send.apply_keystream(&mut encrypted);
        head[56..].copy_from_slice(&encrypted[56..]);
        (Self { framing, ciphers: Some((send, receive)), sent: 0, answers }, head.to_vec())
    }

    /// Encodes a frame for the server.
    pub fn pack(&mut self, frame: &[u8]) -> Vec<u8> {
        let mut packed = pack(self.framing, frame, self.sent, 5);
        self.sent += 1;
        if let Some((send, _)) = &mut self.ciphers {
            send.apply_keystream(&mut packed);
        }
        packed
    }

    /// Appends received bytes.
    pub fn receive(&mut self, bytes: &[u8]) {
        let mut bytes = bytes.to_vec();
        if let Some((_, receive)) = &mut self.ciphers {
            receive.apply_keystream(&mut bytes);
        }
        self.answers.receive(&bytes);
    }

    /// Returns the next complete frame, or `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// As [`ServerTransport::frame`].
    pub fn frame(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        self.answers.frame()
    }
}
