//! What answers at an address: a Parlor server, another program, or nobody.

use crate::server::root_of;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A server that is there answers at once.
pub(crate) const PROBE_TIME: Duration = Duration::from_secs(2);
/// How a server that wants a token, or is called by another name, refuses to describe itself.
const REFUSALS: [&str; 2] = ["TOKEN_REQUIRED", "HOST_NOT_ALLOWED"];

pub(crate) enum Answer {
    Parlor(Found),
    /// A Parlor that has no world of that name.
    NoWorld,
    /// Another program, or one that does not answer in time.
    Other,
    /// No connection.
    Nobody,
}

/// A Parlor server that answered.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) root: String,
    /// None if it did not describe itself.
    pub(crate) about: Option<About>,
}

/// How a world of a server describes itself.
#[derive(Debug, Clone)]
pub(crate) struct About {
    version: String,
    /// The world's id; servers of earlier versions have none.
    pub(crate) world: Option<String>,
    /// Its file; none if it is kept in memory only.
    pub(crate) data: Option<PathBuf>,
}

impl Found {
    /// The name with the version, if it is known.
    pub(crate) fn name(&self) -> String {
        self.about.as_ref().map_or_else(|| "Parlor".to_owned(), |about| format!("Parlor {}", about.version))
    }
}

impl About {
    fn read(about: &Value) -> Option<Self> {
        let text = |name: &str| about[name].as_str().map(str::to_owned);
        (about["name"] == "parlor").then(|| Self {
            version: text("version").unwrap_or_default(),
            world: text("world"),
            data: text("data").map(PathBuf::from),
        })
    }
}

/// A client for a server of ours: no proxy of the environment leads to it.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().connect_timeout(PROBE_TIME).build()
}

/// Asks what answers at a root; `token` is for servers that listen beyond loopback.
pub(crate) async fn ask(root: &str, token: Option<&str>) -> Answer {
    let Ok(client) = client() else { return Answer::Nobody };
    let mut request = client.get(format!("{root}/control")).timeout(PROBE_TIME);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = match request.send().await {
        Ok(answer) => answer.json().await.unwrap_or(Value::Null),
        Err(error) if error.is_connect() => return Answer::Nobody,
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

/// Returns the Parlor server at an address; none if nobody answers there in time, or another program does.
pub(crate) async fn find(address: SocketAddr) -> Option<Found> {
    match ask(&root_of(address), None).await {
        Answer::Parlor(found) => Some(found),
        _ => None,
    }
}
