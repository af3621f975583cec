//! Finds out what listens at an address: a Parlor server, another program, or nothing.

use crate::address::root_of;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The time-out of a probe; a running server answers within milliseconds.
pub(crate) const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// The error codes with which a Parlor server refuses to describe itself without a token, or under this host name.
const REFUSALS: [&str; 2] = ["TOKEN_REQUIRED", "HOST_NOT_ALLOWED"];

/// The result of a probe.
pub(crate) enum Answer {
    /// A Parlor server.
    Parlor(Found),
    /// A Parlor server without a world of that name.
    NoWorld,
    /// Another program, or no answer in time.
    Other,
    /// The connection was refused.
    NotListening,
}

/// A Parlor server that answered.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) root: String,
    /// `None` if the server did not describe itself.
    pub(crate) about: Option<About>,
}

/// A world's description of itself, from `GET /control`.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// `None` if it was not sent.
    version: Option<String>,
    /// The id of the world; servers of earlier versions do not send it.
    pub(crate) world: Option<String>,
    /// The data file; `None` if the data is in memory only.
    pub(crate) data: Option<PathBuf>,
}

impl Found {
    /// Returns "Parlor", with the version if it is known.
    pub(crate) fn name(&self) -> String {
        let version = self.about.as_ref().and_then(|about| about.version.as_ref());
        version.map_or_else(|| "Parlor".to_owned(), |version| format!("Parlor {version}"))
    }
}

impl About {
    fn read(about: &Value) -> Option<Self> {
        let text = |name: &str| about[name].as_str().map(str::to_owned);
        (about["name"] == "parlor").then(|| Self {
            version: text("version"),
            world: text("world"),
            data: text("data").map(PathBuf::from),
        })
    }
}

/// Creates an HTTP client for Parlor servers, which ignores proxies in the environment.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().connect_timeout(PROBE_TIMEOUT).build()
}

/// Probes a root. Servers that listen beyond loopback need the token.
pub(crate) async fn probe(root: &str, token: Option<&str>) -> Answer {
    let Ok(client) = client() else { return Answer::NotListening };
    let mut request = client.get(format!("{root}/control")).timeout(PROBE_TIMEOUT);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = match request.send().await {
        Ok(answer) => answer.json().await.unwrap_or(Value::Null),
        Err(error) if error.is_connect() => return Answer::NotListening,
        Err(_) => return Answer::Other,
    };
    let about = About::read(&answer);
    match answer["code"].as_str() {
        _ if about.is_some() => Answer::Parlor(Found { root: root.to_owned(), about }),
        Some(code) if REFUSALS.contains(&code) => Answer::Parlor(Found { root: root.to_owned(), about }),
        Some("WORLD_NOT_FOUND") => Answer::NoWorld,
        _ => Answer::Other,
    }
}

/// Returns the Parlor server at an address, if there is one.
pub(crate) async fn find(address: SocketAddr) -> Option<Found> {
    match probe(&root_of(address), None).await {
        Answer::Parlor(found) => Some(found),
        _ => None,
    }
}
