//! Serves HTTP over one connection. Hyper needs several kilobytes for it, so it is taken away while a client is silent.

use crate::client_stream::ClientStream;
use crate::connections::Slot;
use crate::response::Tracked;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parlor_bot_api::Dropped;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The time-out for the head of a request, and for an idle kept-alive connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);
/// The limit of bytes of a request's head.
const MAX_HEAD: usize = 64 << 10;
/// A connection that is idle for so long is kept without hyper. Clients that are busy send their next request earlier.
pub(crate) const PARK_TIME: Duration = Duration::from_secs(1);

/// Serves requests until either side closes, or the client is silent for too long.
pub(crate) async fn serve<A, F>(mut stream: ClientStream<TcpStream>, answer: A)
where
    A: Fn(Request<Incoming>) -> F,
    F: Future<Output = Result<Response<Tracked>, Dropped>>,
{
    let slot = stream.slot().clone();
    loop {
        let Some(idle) = until_idle(stream, slot.clone(), &answer).await else { return };
        stream = idle;
        let left = HEADER_TIMEOUT.saturating_sub(slot.idle_time().unwrap_or_default());
        if !matches!(tokio::time::timeout(left, stream.readable()).await, Ok(true)) {
            return;
        }
    }
}

/// Serves requests until the connection has been idle for [`PARK_TIME`], and returns it; `None` if it is over.
async fn until_idle<F>(
    stream: ClientStream<TcpStream>,
    slot: Slot,
    answer: &impl Fn(Request<Incoming>) -> F,
) -> Option<ClientStream<TcpStream>>
where
    F: Future<Output = Result<Response<Tracked>, Dropped>>,
{
    // Boxed, because hyper reserves the memory of an answer's future as long as the connection is open.
    let answer = service_fn(|request| Box::pin(answer(request)));
    // Without hyper's own timer for heads, which it sets and cancels with every request.
    let connection = Builder::new()
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = Box::new(connection);
    let mut idle = IdleTimer { slot, timer: None };
    let is_idle = poll_fn(|cx| match Pin::new(&mut *connection).poll(cx) {
        // Errors are ignored: clients disconnect at any time, and injected faults break connections on purpose.
        Poll::Ready(_) => Poll::Ready(false),
        Poll::Pending => idle.poll(cx).map(|()| true),
    });
    let parts = if is_idle.await { connection.into_parts() } else { None }?;
    let mut stream = parts.io.into_inner();
    stream.put_back(&parts.read_buf);
    Some(stream)
}

/// Waits until a connection has been idle for [`PARK_TIME`]. The timer is not reset with every request, which would cost
/// more than to look at the clock when it expires.
struct IdleTimer {
    slot: Slot,
    timer: Option<Pin<Box<Sleep>>>,
}

impl IdleTimer {
    /// Has to be polled after each poll of the connection, which may have become idle in it.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(timer) = &mut self.timer {
                ready!(timer.as_mut().poll(cx));
                self.timer = None;
            }
            let Some(idle) = self.slot.idle_time() else { return Poll::Pending };
            let Some(left) = PARK_TIME.checked_sub(idle).filter(|left| !left.is_zero()) else {
                return Poll::Ready(());
            };
            self.timer = Some(Box::pin(tokio::time::sleep(left)));
        }
    }
}
