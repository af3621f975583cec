//! How a bot program is pointed at Parlor without being edited: environment variables, and start-up hooks for Python
//! and Node. Nothing but requests to api.telegram.org and MTProto connections is touched.

use anyhow::{Context, Result};
use parlor_wire_mtproto::DEVELOPMENT_PEM;
use std::ffi::OsString;
use std::path::Path;
use tempfile::TempDir;
use tokio::process::Command;

const PYTHON: &str = include_str!("hooks/sitecustomize.py");
const NODE: &str = include_str!("hooks/hook.cjs");

/// The hooks on disk; gone when dropped.
pub(crate) struct Hooks(TempDir);

impl Hooks {
    pub(crate) fn write() -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("parlor-hooks-").tempdir().context("a folder for the hooks")?;
        std::fs::write(folder.path().join("sitecustomize.py"), PYTHON)?;
        std::fs::write(folder.path().join("hook.cjs"), NODE)?;
        std::fs::write(folder.path().join("mtproto.pem"), DEVELOPMENT_PEM)?;
        Ok(Self(folder))
    }

    /// Sets a program's environment up; `root` is the server's, or one of its worlds', `mtproto` a host and port.
    pub(crate) fn apply(&self, command: &mut Command, root: &str, mtproto: &str) {
        command.env("PARLOR_MTPROTO", mtproto);
        command.env("PARLOR_URL", root);
        command.env("TELOXIDE_API_URL", root);
        command.env("PARLOR_MTPROTO_KEY", self.0.path().join("mtproto.pem"));
        command.env("PYTHONPATH", prepend(self.0.path(), std::env::var_os("PYTHONPATH")));
        let hook = self.0.path().join("hook.cjs");
        let mut options = std::env::var_os("NODE_OPTIONS").unwrap_or_default();
        options.push(format!(" --require \"{}\"", hook.display()));
        command.env("NODE_OPTIONS", options);
    }
}

fn prepend(folder: &Path, old: Option<OsString>) -> OsString {
    let mut path = folder.as_os_str().to_owned();
    if let Some(old) = old.filter(|old| !old.is_empty()) {
        path.push(":");
        path.push(old);
    }
    path
}
