//! What the command line says when a server can't start, and when it does.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary, printed};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

/// Starts a server that can't; returns what it says.
async fn refused(listen: &str) -> Result<String> {
    let mut command = Command::new(binary());
    command.args(["--memory", "--no-demo", "--listen", listen]).kill_on_drop(true);
    let output = command.output().await?;
    ensure!(!output.status.success(), "it started");
    Ok(String::from_utf8(output.stderr)?)
}

#[tokio::test]
async fn a_port_that_parlor_has_is_said_to_be_parlors() -> Result<()> {
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
async fn a_port_that_another_program_has_is_said_not_to_be_parlors() -> Result<()> {
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
