//! Faults that a test injects into a bot's next requests. Gateways check for one before they handle a request.

use parlor_world::AccountId;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Faults that one world lists, finished ones included; a new fault replaces the oldest finished one.
const MAX_FAULTS: usize = 1000;

/// The number of a fault.
pub type FaultId = u64;

/// The kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The error "Too Many Requests", with the seconds to wait.
    TooManyRequests { retry_after: u32 },
    /// The error "Internal Server Error".
    ServerError,
    /// No answer for the given time, then the connection is closed.
    TimeOut { after: Duration },
    /// The connection is closed without an answer.
    Dropped,
}

/// A fault: the next `count` requests of the bot, or those of one method, fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bot whose requests fail.
    pub bot: AccountId,
    /// The kind of fault.
    pub kind: FaultKind,
    /// How many requests fail in total.
    pub count: u32,
    /// How many requests are still to fail; 0 once the fault is finished.
    pub remaining: u32,
    /// Only requests of this method fail (compared without regard to case); all requests if `None`.
    pub method: Option<String>,
}

impl Fault {
    fn matches(&self, bot: AccountId, method: &str) -> bool {
        // An MTProto method may be named without its namespace.
        let short = method.rsplit('.').next().unwrap_or_default();
        let is_named = |only: &str| only.eq_ignore_ascii_case(method) || only.eq_ignore_ascii_case(short);
        self.remaining > 0 && self.bot == bot && self.method.as_deref().is_none_or(is_named)
    }
}

/// The faults of one world, oldest first.
#[derive(Debug, Default)]
pub struct Faults(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    next: FaultId,
    faults: BTreeMap<FaultId, Fault>,
}

impl Faults {
    /// Adds a fault. Returns `None` if too many unfinished ones exist already.
    pub fn inject(&self, fault: Fault) -> Option<FaultId> {
        let mut list = self.list();
        if list.faults.len() >= MAX_FAULTS {
            let done = list.faults.iter().find(|(_, fault)| fault.remaining == 0).map(|(id, _)| *id)?;
            list.faults.remove(&done);
        }
        let id = list.next;
        list.next += 1;
        list.faults.insert(id, fault);
        Some(id)
    }

    /// Finds the oldest unfinished fault that matches this request, and counts the request as one of its failures.
    pub fn take_matching(&self, bot: AccountId, method: &str) -> Option<FaultKind> {
        let mut list = self.list();
        let fault = list.faults.values_mut().find(|fault| fault.matches(bot, method))?;
        fault.remaining -= 1;
        Some(fault.kind)
    }

    /// Returns the faults of a bot, finished and unfinished, oldest first.
    pub fn list_for(&self, bot: AccountId) -> Vec<(FaultId, Fault)> {
        let list = self.list();
        let own = list.faults.iter().filter(|(_, fault)| fault.bot == bot);
        own.map(|(id, fault)| (*id, fault.clone())).collect()
    }

    /// Removes all faults of a bot.
    pub fn clear(&self, bot: AccountId) {
        self.list().faults.retain(|_, fault| fault.bot != bot);
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(method: Option<&str>, count: u32) -> Fault {
        let method = method.map(str::to_owned);
        Fault { bot: AccountId(1), kind: FaultKind::ServerError, count, remaining: count, method }
    }

    #[test]
    fn a_fault_stays_listed_after_its_last_failure() {
        let faults = Faults::default();
        faults.inject(fault(Some("sendMessage"), 2)).unwrap();
        let remaining = || faults.list_for(AccountId(1)).iter().map(|(_, f)| f.remaining).collect::<Vec<_>>();
        for (bot, method, fails, left) in [
            (1, "getMe", false, 2),
            (2, "sendMessage", false, 2),
            (1, "SENDMESSAGE", true, 1),
            (1, "messages.sendMessage", true, 0),
            (1, "sendMessage", false, 0),
        ] {
            let found = faults.take_matching(AccountId(bot), method);
            assert_eq!((found.is_some(), remaining()), (fails, vec![left]), "{bot} {method}");
        }
    }

    #[test]
    fn finished_faults_are_replaced_and_unfinished_ones_are_not() {
        let faults = Faults::default();
        for _ in 0..MAX_FAULTS {
            faults.inject(fault(None, 1)).unwrap();
        }
        assert_eq!(faults.inject(fault(None, 1)), None);
        faults.take_matching(AccountId(1), "getMe").unwrap();
        assert!(faults.inject(fault(None, 1)).is_some());
        let list = faults.list_for(AccountId(1));
        assert_eq!((list.len(), list.first().map(|(id, _)| *id)), (MAX_FAULTS, Some(1)));
    }
}
