use parlor_wire_mtproto::transport::ServerTransport;
use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::net::TcpStream;

/// The size of the read buffer, in bytes.
const READ: usize = 16 << 10;

/// The byte stream of a connection.
pub(crate) enum Stream {
    Tcp(TcpStream),
    /// A pipe to the task of a WebSocket.
    Web(DuplexStream),
}

impl Stream {
    /// Waits for bytes and passes them to `incoming`. Returns their number; 0 at the end of the stream.
    // The buffer is on the stack and exists only while bytes are copied, so that thousands of idle connections need no
    // memory for it.
    pub(crate) async fn read(&mut self, incoming: &mut ServerTransport) -> io::Result<usize> {
        poll_fn(|context| {
            let mut space = [const { MaybeUninit::uninit() }; READ];
            let mut buffer = ReadBuf::uninit(&mut space);
            ready!(self.poll_read(context, &mut buffer))?;
            incoming.receive(buffer.filled());
            Poll::Ready(Ok(buffer.filled().len()))
        })
        .await
    }

    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Web(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }

    pub(crate) async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.write_all(bytes).await,
            Self::Web(stream) => stream.write_all(bytes).await,
        }
    }
}
