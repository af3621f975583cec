//! The memory that a thousand hostile clients cost, while they are connected and afterwards.

use crate::http::{Connection, get, post, web_socket};
use crate::process::Memory::Resident;
use crate::server::Build;
use anyhow::Result;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

const CLIENTS: usize = 1_000;
/// Messages of the transcript that clients ask for and never read: 1 MB.
const MESSAGES: usize = 250;
/// Bytes that each client sends one at a time.
const DRIPPED: usize = 500;
/// The server's write time-out with a margin.
const GIVEN_UP: Duration = Duration::from_secs(75);

pub(crate) async fn run() -> Result<()> {
    println!("memory with {CLIENTS} clients of a kind, in MB");
    println!("  {:<42} {:>7} {:>7} {:>9} {:>7}", "", "before", "with", "given up", "after");
    let transcript = get("/control/users/1001/dialogs/1/messages");
    let events = get("/control/users/1001/events?after=0");
    let socket = web_socket("/control/users/1001/events?after=0");
    measure("say nothing", b"", 0).await?;
    measure("never read 1 MB of HTTP", &transcript, 0).await?;
    measure("never read 1 MB of server-sent events", &events, 0).await?;
    measure("never read 1 MB over a WebSocket", &socket, 0).await?;
    let body = "host: 127.0.0.1\r\ncontent-length: 100000\r\n\r\n";
    for (name, head) in [
        ("drip a body of the Bot API", format!("POST /bot1:A/getMe HTTP/1.1\r\n{body}")),
        ("drip a body of the control API", format!("POST /control/users HTTP/1.1\r\n{body}")),
        ("drip a head", "GET /bot1:A/getMe HTTP/1.1\r\nx: ".to_owned()),
    ] {
        measure(name, head.as_bytes(), DRIPPED).await?;
    }
    // The intermediate transport, and a frame of 1 MB.
    measure("drip a frame of MTProto", &[0xee, 0xee, 0xee, 0xee, 0, 0, 0x10, 0], DRIPPED).await
}

/// Clients that send something, continue byte by byte, and never read.
async fn measure(name: &str, said: &[u8], dripped: usize) -> Result<()> {
    let server = Build::current().memory().await?.with_dialog()?;
    let mut connection = Connection::open(server.port)?;
    let message =
        post("/bot1:A/sendMessage", &format!(r#"{{"chat_id":1001,"text":"{}"}}"#, "x".repeat(4000)));
    for _ in 0..MESSAGES {
        connection.call(&message)?;
    }
    let before = server.settled(Resident).await?;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(connect(server.port, said).await?);
    }
    for _ in 0..dripped {
        for client in &mut clients {
            client.write_all(b"a").await?;
        }
    }
    let with = server.settled(Resident).await?;
    // Clients that read nothing are measured until they are disconnected.
    let given_up = match dripped {
        0 => {
            tokio::time::sleep(GIVEN_UP).await;
            Some(server.settled(Resident).await?)
        }
        _ => None,
    };
    drop(clients);
    let after = server.settled(Resident).await?;
    let mb = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
    println!(
        "  {name:<42} {:>7} {:>7} {:>9} {:>7}{}",
        mb(before),
        mb(with),
        given_up.map_or("-".to_owned(), mb),
        mb(after),
        match dripped {
            0 => format!("   {} kB a client", with.saturating_sub(before) / CLIENTS as u64 / 1000),
            _ => format!("   {} bytes a byte", with.saturating_sub(before) / (CLIENTS * dripped) as u64),
        }
    );
    Ok(())
}

/// A connection with a small receive buffer.
async fn connect(port: u16, said: &[u8]) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4 << 10)?;
    let mut stream = socket.connect(([127, 0, 0, 1], port).into()).await?;
    stream.set_nodelay(true)?;
    stream.write_all(said).await?;
    Ok(stream)
}
