//! Redirects an unmodified program to Parlor by environment variables and start-up hooks for Python, Node, Bun and
//! Deno. They change only requests to api.telegram.org and MTProto connections.

use anyhow::{Context, Result};
use parlor_wire_mtproto::DEVELOPMENT_PEM;
use serde_json::json;
use std::env::var_os;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::process::Command;

const PYTHON: &str = include_str!("../hooks/sitecustomize.py");
const JAVASCRIPT: &str = include_str!("../hooks/hook.cjs");

/// The hooks in a temporary folder, which is removed when this is dropped.
pub(super) struct Hooks(TempDir);

/// The addresses to which a program is redirected.
pub(super) struct Target<'a> {
    /// The root of the server, or of one of its worlds.
    pub(super) root: &'a str,
    /// The MTProto address as `host:port`.
    pub(super) mtproto: &'a str,
    /// The folder for session files.
    pub(super) sessions: &'a Path,
}

impl Hooks {
    pub(super) fn write(root: &str) -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("parlor-hooks-").tempdir().context("a folder for the hooks")?;
        let hooks = Self(folder);
        // Deno asks the user before a program may read its environment, so the settings are part of the hook.
        let settings = json!({ "url": root, "called": hooks.called() });
        std::fs::write(hooks.path("sitecustomize.py"), PYTHON)?;
        std::fs::write(hooks.path("hook.cjs"), format!("{JAVASCRIPT}\ninstall({settings});\n"))?;
        std::fs::write(hooks.path("mtproto.pem"), DEVELOPMENT_PEM)?;
        Ok(hooks)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The file that a hook creates when the program first uses a redirected library.
    pub(super) fn called(&self) -> PathBuf {
        self.path("called")
    }

    /// Sets the environment variables of a program.
    pub(super) fn apply(&self, command: &mut Command, target: &Target<'_>) {
        command.env("PARLOR_URL", target.root);
        command.env("PARLOR_MTPROTO", target.mtproto);
        command.env("PARLOR_MTPROTO_KEY", self.path("mtproto.pem"));
        command.env("PARLOR_SESSIONS", target.sessions);
        command.env("PARLOR_CALLED", self.called());
        command.env("TELOXIDE_API_URL", target.root);
        command.env("PYTHONPATH", join(self.0.path().as_os_str(), ":", var_os("PYTHONPATH").as_deref()));
        let hook = self.path("hook.cjs");
        let node = format!("--require \"{}\"", hook.display());
        command
            .env("NODE_OPTIONS", join(&var_os("NODE_OPTIONS").unwrap_or_default(), " ", Some(node.as_ref())));
        let bun = format!("--preload={}", hook.display());
        command.env("BUN_OPTIONS", join(&var_os("BUN_OPTIONS").unwrap_or_default(), " ", Some(bun.as_ref())));
        let own = without_proxy(var_os("NO_PROXY").or_else(|| var_os("no_proxy")), target.root);
        // Some libraries read the variable in upper case, some in lower case.
        command.env("NO_PROXY", &own).env("no_proxy", own);
    }
}

/// Joins two texts with a separator, which is omitted if either is empty.
fn join(first: &OsStr, separator: &str, second: Option<&OsStr>) -> OsString {
    let second = second.unwrap_or_default();
    let mut text = first.to_owned();
    if !first.is_empty() && !second.is_empty() {
        text.push(separator);
    }
    text.push(second);
    text
}

/// The value of `NO_PROXY`: the hosts of the environment, Parlor's, and Telegram's, because some libraries choose the
/// proxy by the address that the program named.
fn without_proxy(old: Option<OsString>, root: &str) -> OsString {
    let old = old.unwrap_or_default();
    if old == "*" {
        return old;
    }
    let url = reqwest::Url::parse(root).ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str).unwrap_or_default().trim_matches(['[', ']']);
    let mut own = vec!["127.0.0.1", "localhost", "::1", "api.telegram.org"];
    if !host.is_empty() && !own.contains(&host) {
        own.push(host);
    }
    join(&old, ",", Some(own.join(",").as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parlor_and_telegram_are_excluded_from_proxies() {
        let own = "127.0.0.1,localhost,::1,api.telegram.org";
        for (old, root, expected) in [
            (None, "http://127.0.0.1:8081", own.to_owned()),
            (Some(""), "http://[::1]/w/w1", own.to_owned()),
            (Some("a.test,.b.test"), "http://localhost:8081", format!("a.test,.b.test,{own}")),
            (None, "http://parlor.test/w/w1", format!("{own},parlor.test")),
            (None, "http://10.0.0.5:8081", format!("{own},10.0.0.5")),
            (Some("*"), "http://127.0.0.1:8081", "*".to_owned()),
        ] {
            assert_eq!(without_proxy(old.map(OsString::from), root), *expected, "{old:?}");
        }
    }
}
