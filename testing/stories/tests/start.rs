//! The output of a server that starts, and of one that cannot.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary, printed};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

/// Starts a server that cannot start, and returns its output.
async fn refused(listen: &str) -> Result<String> {
    let mut command = Command::new(binary());
    command.args(["--memory", "--no-demo", "--listen", listen]).kill_on_drop(true);
    let output = command.output().await?;
    ensure!(!output.status.success(), "it started");
    Ok(String::from_utf8(output.stderr)?)
}

#[tokio::test]
async fn a_port_in_use_by_parlor_is_explained() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let port = server.root.rsplit(':').next().context("a port")?;
    let expected = format!(
        "parlor: Parlor {} is already running at {}: use it, or choose another address with --listen\n",
        env!("CARGO_PKG_VERSION"),
        server.root
    );
    for listen in [port.to_owned(), format!("localhost:{port}"), format!("127.0.0.1:{port}")] {
        let said = refused(&listen).await?;
        ensure!(said == expected, "{listen}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn a_port_in_use_by_another_program_is_explained() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    // The other program takes connections and closes them.
    let other = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
        }
    });
    let said = refused(&address).await?;
    other.abort();
    ensure!(
        said == format!(
            "parlor: another program listens on {address}, and it is not Parlor: choose another address with --listen\n"
        ),
        "{said}"
    );
    Ok(())
}

#[tokio::test]
async fn the_banner_offers_only_tokens_that_work() -> Result<()> {
    for (strict, expected) in [
        ("false", "any, such as 123456:anything"),
        ("true", "from @BotFather on the page, or from POST /control/bots"),
    ] {
        let mut command = Command::new(binary());
        command.args(["--memory", "--no-demo", "--listen", "0", "--strict", strict]);
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        let said = printed(&mut lines, "a token").await?;
        ensure!(said == expected, "--strict {strict}: {said}");
    }
    Ok(())
}

/// Systems often allow few files at first, for programs that use `select`; a server needs one for each connection, and the
/// program that `parlor run` runs is left alone.
#[tokio::test]
async fn the_server_raises_its_own_limit_on_open_files() -> Result<()> {
    let low = |arguments: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -Sn 256; exec '{}' {arguments}", binary().display())]);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        command
    };
    let mut server = low("--memory --no-demo --listen 0").spawn()?;
    let mut lines = BufReader::new(server.stdout.take().context("piped")?).lines();
    let root = printed(&mut lines, "Bot API root").await?;
    let address = root.trim_start_matches("http://");
    // More than the initial limit, all open at once and none closed for another client.
    let mut clients = Vec::new();
    for _ in 0..400 {
        clients.push(TcpStream::connect(address).await?);
    }
    let request = b"GET /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for client in &mut clients {
        client.write_all(request).await?;
        ensure!(client.read(&mut [0; 1024]).await? > 0, "a connection was closed");
    }
    let output = low("run --memory --listen 0 -- sh -c 'ulimit -Sn'").output().await?;
    ensure!(String::from_utf8_lossy(&output.stdout).trim() == "256", "{output:?}");
    Ok(())
}
