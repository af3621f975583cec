//! A gateway to a world in memory.

use anyhow::{Context, Result};
use parlor_host::{ClockStart, Host, Options};
use parlor_mtproto::MtProto;
use parlor_storage::Memory;
use parlor_stories::mtproto::RpcError;
use parlor_world::account::{CreateUser, UserProfile};
use parlor_world::{Rules, UserId};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// A world, and where the gateway serves it.
pub struct Stage {
    pub host: Host,
    pub address: String,
    /// Connections that are open.
    #[allow(dead_code, reason = "not every test ends connections")]
    pub connections: Arc<AtomicUsize>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves a new world. With a control token, as beyond loopback.
pub async fn serve(control_token: Option<&str>) -> Result<Stage> {
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::default() };
    let host = Host::open(Box::new(Memory::forgetting()), options)?;
    let gateway = MtProto::new(None, control_token)?.context("a gateway")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let served = host.clone();
    let connections = Arc::new(AtomicUsize::new(0));
    let open = connections.clone();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (gateway, host, open) = (gateway.clone(), served.clone(), open.clone());
            open.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                gateway.serve(host, stream, Vec::new(), Arc::new(|_| {})).await;
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    Ok(Stage { host, address, connections, server })
}

/// Makes a person with a phone.
#[allow(dead_code, reason = "not every test signs people in")]
pub async fn person(stage: &Stage, id: i64, phone: &str) -> Result<()> {
    let profile =
        UserProfile { first_name: "Ann".into(), phone: Some(phone.into()), ..UserProfile::default() };
    stage.host.tell(CreateUser { id: Some(UserId(id)), profile }).await?;
    Ok(())
}

/// The refusal of a call that must not succeed.
#[allow(dead_code, reason = "not every test is refused something")]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Result<RpcError> {
    match outcome {
        Ok(answer) => anyhow::bail!("it was not refused: {answer:?}"),
        Err(error) => error.downcast::<RpcError>(),
    }
}
