//! Faults that a test injects into a bot's next requests. Gateways ask for one before they do anything else.

use parlor_world::AccountId;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Faults that one world lists, done ones included; a new one displaces the oldest that is done.
const MAX_FAULTS: usize = 1000;

/// The number of a fault.
pub type FaultId = u64;

/// The kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// "Too Many Requests", with the seconds to wait.
    TooManyRequests { retry_after: u32 },
    /// "Internal Server Error".
    ServerError,
    /// No answer for that long, then the connection ends.
    TimeOut { after: Duration },
    /// The connection ends without an answer.
    Dropped,
}

/// A fault: the next `count` requests of the bot, or those of one method, fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Whose requests.
    pub bot: AccountId,
    /// The kind of fault.
    pub kind: FaultKind,
    /// How many requests fail in all.
    pub count: u32,
    /// How many of them still do; 0 once it is done.
    pub remaining: u32,
    /// Only requests of this method, in any case; all if `None`.
    pub method: Option<String>,
}

impl Fault {
    fn fits(&self, bot: AccountId, method: &str) -> bool {
        // MTProto's methods may be named by their last word alone.
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
    /// Adds a fault. `None` when too many wait already.
    pub fn order(&self, fault: Fault) -> Option<FaultId> {
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

    /// Uses up one failure of the oldest fault that fits this request.
    pub fn strike(&self, bot: AccountId, method: &str) -> Option<FaultKind> {
        let mut list = self.list();
        let fault = list.faults.values_mut().find(|fault| fault.fits(bot, method))?;
        fault.remaining -= 1;
        Some(fault.kind)
    }

    /// The faults of a bot, oldest first: those that wait and those that are done.
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
    fn a_fault_is_listed_as_done_after_it_struck() {
        let faults = Faults::default();
        faults.order(fault(Some("sendMessage"), 2)).unwrap();
        let remaining = || faults.list_for(AccountId(1)).iter().map(|(_, f)| f.remaining).collect::<Vec<_>>();
        for (bot, method, struck, left) in [
            (1, "getMe", false, 2),
            (2, "sendMessage", false, 2),
            (1, "SENDMESSAGE", true, 1),
            (1, "messages.sendMessage", true, 0),
            (1, "sendMessage", false, 0),
        ] {
            let found = faults.strike(AccountId(bot), method);
            assert_eq!((found.is_some(), remaining()), (struck, vec![left]), "{bot} {method}");
        }
    }

    #[test]
    fn done_faults_make_room_and_waiting_ones_do_not() {
        let faults = Faults::default();
        for _ in 0..MAX_FAULTS {
            faults.order(fault(None, 1)).unwrap();
        }
        assert_eq!(faults.order(fault(None, 1)), None);
        faults.strike(AccountId(1), "getMe").unwrap();
        assert!(faults.order(fault(None, 1)).is_some());
        let list = faults.list_for(AccountId(1));
        assert_eq!((list.len(), list.first().map(|(id, _)| *id)), (MAX_FAULTS, Some(1)));
    }
}
