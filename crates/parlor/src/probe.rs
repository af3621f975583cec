//! Whether a Parlor server answers at an address.

use crate::server::reachable;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// A server on this machine answers at once.
const PROBE_TIME: Duration = Duration::from_secs(2);
/// How a server that wants a token, or is called by another name, refuses to describe itself.
const REFUSALS: [&str; 2] = ["TOKEN_REQUIRED", "HOST_NOT_ALLOWED"];

/// A Parlor server that answered.
pub(crate) struct Found {
    pub(crate) root: String,
    /// None if it did not say.
    version: Option<String>,
}

impl Found {
    /// The name with the version, if it is known.
    pub(crate) fn name(&self) -> String {
        self.version.as_ref().map_or_else(|| "Parlor".to_owned(), |version| format!("Parlor {version}"))
    }
}

/// Returns the Parlor server at an address; none if nobody answers there in time, or another program does.
pub(crate) async fn find(address: SocketAddr) -> Option<Found> {
    let root = format!("http://{}", reachable(address));
    let client = reqwest::Client::builder().no_proxy().timeout(PROBE_TIME).build().ok()?;
    let answer = client.get(format!("{root}/control")).send().await.ok()?;
    let about: Value = answer.json().await.ok()?;
    let is_refusal = about["code"].as_str().is_some_and(|code| REFUSALS.contains(&code));
    let version = about["version"].as_str().map(str::to_owned);
    (about["name"] == "parlor" || is_refusal).then_some(Found { root, version })
}
