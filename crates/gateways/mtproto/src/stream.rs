use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;

/// Bytes that are read at once from a socket; no buffer is held between reads.
const READ: usize = 16 << 10;
/// The same from a WebSocket, whose buffer waits with it.
const READ_WEB: usize = 2 << 10;

/// The byte stream of a connection.
pub(crate) enum Stream {
    Tcp(TcpStream),
    /// The other end belongs to a WebSocket.
    Web(DuplexStream),
}

impl Stream {
    /// Waits for bytes, and appends them. Thousands of idle connections hold no buffer.
    pub(crate) async fn read(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => {
                stream.readable().await?;
                buffer.reserve(READ);
                stream.read_buf(buffer).await
            }
            Self::Web(stream) => {
                buffer.reserve(READ_WEB);
                stream.read_buf(buffer).await
            }
        }
    }

    pub(crate) async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.write_all(bytes).await,
            Self::Web(stream) => stream.write_all(bytes).await,
        }
    }
}
