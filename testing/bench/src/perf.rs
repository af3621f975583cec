//! Counts a server's system calls with Linux's `perf`, if it is installed and may be used.

use crate::process::Process;
use anyhow::{Context, Result};
use std::process::{Command, Stdio};

/// All system calls.
const ALL: &str = "raw_syscalls:sys_enter";
/// Those that are also counted one by one.
const NAMED: [&str; 12] = [
    "futex",
    "epoll_wait",
    "write",
    "writev",
    "sendto",
    "recvfrom",
    "read",
    "pwrite64",
    "fsync",
    "fdatasync",
    "getrandom",
    "mprotect",
];

/// How many system calls a process made.
pub(crate) struct Calls {
    pub(crate) all: f64,
    named: Vec<(&'static str, f64)>,
}

impl Calls {
    /// The calls of one name.
    pub(crate) fn of(&self, name: &str) -> f64 {
        self.named.iter().filter(|(known, _)| *known == name).map(|(_, count)| count).sum()
    }

    /// The most frequent ones, each divided by a number of requests.
    pub(crate) fn frequent(&self, requests: f64) -> String {
        let mut named: Vec<_> = self.named.iter().map(|(name, count)| (name, count / requests)).collect();
        named.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let named = named.iter().filter(|(_, count)| *count >= 0.005);
        named.map(|(name, count)| format!("{name} {count:.2}")).collect::<Vec<_>>().join(", ")
    }
}

/// Runs this program with some arguments, and counts the system calls of a server meanwhile. `None` without `perf`.
pub(crate) fn count(server: Process, arguments: &[&str]) -> Result<Option<Calls>> {
    let events: Vec<String> = NAMED.iter().map(|name| format!("syscalls:sys_enter_{name}")).collect();
    let events = format!("{ALL},{}", events.join(","));
    let output = tempfile::NamedTempFile::new()?;
    // `perf` starts the command once it counts.
    let mut perf = Command::new("perf");
    perf.args(["stat", "--field-separator=,", "--output"]).arg(output.path());
    perf.args(["--event", &events, "--pid", &server.0.to_string()]);
    perf.arg(std::env::current_exe()?).args(arguments);
    let done = perf.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !done.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let table = std::fs::read_to_string(output.path())?;
    let find = |event: &str| -> Result<f64> {
        let line = table.lines().find(|line| line.split(',').any(|field| field == event));
        let count = line.and_then(|line| line.split(',').next()).context("perf's table")?;
        Ok(count.parse().unwrap_or_default())
    };
    let named = NAMED.iter().map(|name| Ok((*name, find(&format!("syscalls:sys_enter_{name}"))?)));
    Ok(Some(Calls { all: find(ALL)?, named: named.collect::<Result<_>>()? }))
}
