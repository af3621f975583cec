//! What the system says about processes: memory, CPU time, and the share of everything else.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// Linux counts CPU time in hundredths of a second, whatever its configuration.
const TICK: f64 = 0.01;

/// A process, by its id.
#[derive(Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

/// CPU time in seconds.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cpu {
    /// Of its own code.
    pub(crate) user: f64,
    /// Of the kernel's on its behalf.
    pub(crate) kernel: f64,
}

impl Cpu {
    pub(crate) fn total(self) -> f64 {
        self.user + self.kernel
    }

    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { user: self.user - earlier.user, kernel: self.kernel - earlier.kernel }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { user: self.user + other.user, kernel: self.kernel + other.kernel }
    }
}

/// A kind of memory, as `/proc/<pid>/status` names it.
#[derive(Clone, Copy)]
pub(crate) enum Memory {
    /// All that is resident, with the pages of the binary's file.
    Resident,
    /// What the process itself has filled.
    Anonymous,
    /// The most that was ever resident.
    Peak,
}

impl Process {
    /// This process.
    pub(crate) fn own() -> Self {
        Self(std::process::id())
    }

    /// The CPU time that all its threads took so far.
    pub(crate) fn cpu(self) -> Result<Cpu> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // After the name, which may contain anything, fields 11 and 12 are the times.
        let rest = stat.rsplit(')').next().context("stat")?;
        let mut fields = rest.split_whitespace().skip(11).map(str::parse::<f64>);
        let mut next = || anyhow::Ok(fields.next().context("stat")?? * TICK);
        Ok(Cpu { user: next()?, kernel: next()? })
    }

    /// Its memory of a kind, in bytes.
    pub(crate) fn memory(self, kind: Memory) -> Result<u64> {
        let name = match kind {
            Memory::Resident => "VmRSS:",
            Memory::Anonymous => "RssAnon:",
            Memory::Peak => "VmHWM:",
        };
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context(name)?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
    }

    /// Sets the peak of its memory to what is resident now.
    pub(crate) fn forget_peak(self) -> Result<()> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.0), "5")?)
    }
}

/// Watches how much of the machine's CPU time goes to processes other than the measured ones.
pub(crate) struct Watch {
    began: Instant,
    busy: f64,
    participants: f64,
    processes: Vec<Process>,
}

impl Watch {
    /// Begins the measurement. This process counts as a measured one.
    pub(crate) fn begin(servers: &[Process]) -> Result<Self> {
        let mut processes = servers.to_vec();
        processes.push(Process::own());
        let participants = total(&processes)?;
        Ok(Self { began: Instant::now(), busy: busy()?, participants, processes })
    }

    /// The share of others since then, of all cores.
    pub(crate) fn foreign(&self) -> Result<f64> {
        let (busy, own) = (busy()? - self.busy, total(&self.processes)? - self.participants);
        let cores = std::thread::available_parallelism()?.get() as f64;
        Ok(((busy - own) / (self.began.elapsed().as_secs_f64() * cores)).max(0.0))
    }
}

fn total(processes: &[Process]) -> Result<f64> {
    processes.iter().map(|process| Ok(process.cpu()?.total())).sum()
}

/// Seconds for which the cores were not idle: user, nice, system, interrupts, and what other virtual machines took.
fn busy() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("/proc/stat")?;
    let fields = line.split_whitespace().skip(1).map(|field| field.parse::<f64>().unwrap_or_default());
    // Fields 3 and 4 are idle time, and time spent waiting for disks.
    let busy: f64 =
        fields.enumerate().filter(|(n, _)| ![3, 4].contains(n) && *n < 8).map(|(_, ticks)| ticks).sum();
    Ok(busy * TICK)
}

/// CPU time of the calling thread.
pub(crate) fn own_thread() -> Result<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let running = times.split_whitespace().next().context("schedstat")?;
    Ok(Duration::from_nanos(running.parse()?))
}
