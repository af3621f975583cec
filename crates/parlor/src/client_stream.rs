//! A client's stream with two rules: a client that does not read is disconnected, and an idle connection may be closed
//! to admit another client. HTTP, event streams and WebSockets all use it.

use crate::connections::Slot;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// While output is pending, a client has to read at least [`MIN_WRITTEN`] bytes in this time.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
// A client that reads single bytes would otherwise occupy the memory of an answer for hours.
const MIN_WRITTEN: usize = 16 << 10;

/// A client's connection.
pub(crate) struct ClientStream<S> {
    stream: S,
    /// Bytes that were read to detect the protocol, and are to be read first.
    first: Vec<u8>,
    slot: Slot,
    /// The timer that runs while output is pending. Boxed, because idle connections have none.
    blocked: Option<Pin<Box<Sleep>>>,
    /// Bytes written since the timer started.
    written: usize,
}

impl<S> ClientStream<S> {
    pub(crate) fn new(stream: S, first: Vec<u8>, slot: Slot) -> Self {
        Self { stream, first, slot, blocked: None, written: 0 }
    }

    /// Has bytes that were read, but not used, read again.
    pub(crate) fn put_back(&mut self, bytes: &[u8]) {
        self.first.splice(0..0, bytes.iter().copied());
    }

    /// Returns the connection's slot in the limiter.
    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    /// Counts written bytes, and fails if they are too few when the timer expires.
    fn check_progress(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            self.written = self.written.saturating_add(*written.as_ref().unwrap_or(&0));
            return Poll::Ready(written);
        }
        if self.blocked.is_none() {
            self.written = 0;
            self.slot.set_blocked(true);
        }
        let blocked = self.blocked.get_or_insert_with(|| Box::pin(tokio::time::sleep(WRITE_TIMEOUT)));
        while blocked.as_mut().poll(cx).is_ready() {
            if self.written < MIN_WRITTEN {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.written = 0;
            blocked.as_mut().reset(Instant::now() + WRITE_TIMEOUT);
        }
        Poll::Pending
    }
}

impl ClientStream<TcpStream> {
    /// Waits until there is something to read: bytes, or the end. False if the limiter closes the connection first.
    pub(crate) async fn readable(&self) -> bool {
        poll_fn(|cx| match self.slot.poll_closed(cx) {
            Poll::Ready(()) => Poll::Ready(false),
            // An error is reported by the read that follows.
            Poll::Pending => self.stream.poll_read_ready(cx).map(|_| true),
        })
        .await
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ClientStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.slot.poll_closed(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if this.first.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buffer);
        }
        let length = this.first.len().min(buffer.remaining());
        buffer.put_slice(&this.first[..length]);
        this.first.drain(..length);
        // What has arrived since is read with them: hyper doubles a buffer that is not read into from its start. An error
        // or the end is found again by the next read.
        let _ = Pin::new(&mut this.stream).poll_read(cx, buffer);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ClientStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.check_progress(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.check_progress(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // A completed flush means that no output is pending.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        if this.blocked.take().is_some() {
            this.slot.set_blocked(false);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connections::ConnectionLimiter;
    use futures_util::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    /// Creates both ends of a connection with a buffer of 1 KiB.
    async fn pair() -> (ClientStream<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(1 << 10);
        let slot = ConnectionLimiter::new(1).slot().await;
        (ClientStream::new(ours, b"first".to_vec(), slot), theirs)
    }

    /// Sends 1 MiB to a client that reads `size` bytes at intervals; returns the seconds it took, and whether all was
    /// sent.
    async fn send(size: usize, every: Duration) -> (u64, bool) {
        let (mut ours, mut theirs) = pair().await;
        let reader = tokio::spawn(async move {
            let mut buffer = vec![0; size];
            while size > 0 && theirs.read_exact(&mut buffer).await.is_ok() {
                tokio::time::sleep(every).await;
            }
            // A client that never reads still keeps its connection open.
            std::future::pending::<()>().await;
            drop(theirs);
        });
        let began = Instant::now();
        let sent = async {
            ours.write_all(&vec![1; 1 << 20]).await?;
            ours.flush().await
        };
        let sent =
            tokio::time::timeout(Duration::from_secs(10_000), sent).await.expect("the write never ends");
        reader.abort();
        if let Err(error) = &sent {
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
        (began.elapsed().as_secs(), sent.is_ok())
    }

    #[tokio::test(start_paused = true)]
    async fn clients_that_do_not_read_are_disconnected() {
        for (size, every, expected) in [
            // Never reads.
            (0, 0, (60, false)),
            // Reads a byte at a time, one a second.
            (1, 1, (60, false)),
            // Reads 1 KiB each second: slow, but served to the end.
            (1 << 10, 1, (1022, true)),
            // Stops reading after the first 64 KiB, which count for the first minute.
            (64 << 10, 10_000, (120, false)),
        ] {
            assert_eq!(
                send(size, Duration::from_secs(every)).await,
                expected,
                "{size} bytes every {every} s"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_timer_restarts_when_a_client_has_read_everything() {
        let (mut ours, mut theirs) = pair().await;
        let mut buffer = vec![0; 2 << 10];
        for _ in 0..3 {
            let write = async {
                ours.write_all(&[1; 2 << 10]).await?;
                ours.flush().await
            };
            let read = async {
                tokio::time::sleep(WRITE_TIMEOUT - Duration::from_secs(1)).await;
                theirs.read_exact(&mut buffer).await
            };
            tokio::try_join!(write, read).unwrap();
        }
    }

    // Hyper would be taken away from it with the bytes that it has not written yet.
    #[tokio::test]
    async fn a_connection_with_pending_output_is_not_idle() {
        let (mut ours, mut theirs) = pair().await;
        let slot = ours.slot().clone();
        assert!(slot.idle_time().is_some());
        assert!(ours.write_all(&[1; 2 << 10]).now_or_never().is_none());
        assert_eq!(slot.idle_time(), None);
        theirs.read_exact(&mut [0; 1 << 10]).await.unwrap();
        ours.flush().await.unwrap();
        assert!(slot.idle_time().is_some());
    }

    #[tokio::test]
    async fn bytes_of_the_protocol_detection_are_read_together_with_the_following_ones() {
        let (mut ours, mut theirs) = pair().await;
        theirs.write_all(b" second").await.unwrap();
        let mut read = [0; 64];
        let length = ours.read(&mut read).await.unwrap();
        assert_eq!(&read[..length], b"first second");
    }

    #[tokio::test]
    async fn bytes_of_the_protocol_detection_are_read_first() {
        let (mut ours, mut theirs) = pair().await;
        theirs.write_all(b" second").await.unwrap();
        drop(theirs);
        let mut read = String::new();
        ours.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "first second");
    }
}
