//! Runs other programs.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Returns a Cargo command in the root of the repository.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Prints and runs a command.
///
/// # Errors
///
/// If the command cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("> {command:?}");
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}
