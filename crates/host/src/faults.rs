//! Faults that a test orders for a bot's next requests. Gateways ask before they do anything else.

use parlor_world::BotId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Orders that may wait in one world.
const MAX_FAULTS: usize = 1000;

/// The name of an order.
pub type FaultId = u64;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// "Too Many Requests", with so many seconds to wait.
    TooManyRequests { retry_after: u32 },
    /// "Internal Server Error".
    ServerError,
    /// No answer for so long, then the connection ends.
    TimeOut { after: Duration },
    /// The connection ends without an answer.
    Dropped,
}

/// An order: the next `remaining` requests of the bot, or those of one method, fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Whose requests.
    pub bot: BotId,
    /// What goes wrong.
    pub kind: FaultKind,
    /// How many requests still fail.
    pub remaining: u32,
    /// Only requests of this method, in lower case.
    pub method: Option<String>,
}

/// The orders of one world, oldest first.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Orders>);

#[derive(Debug, Default)]
struct Orders {
    next: FaultId,
    waiting: BTreeMap<FaultId, Fault>,
}

impl Faults {
    /// Orders a fault. None when too many wait already.
    pub fn order(&self, fault: Fault) -> Option<FaultId> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if orders.waiting.len() >= MAX_FAULTS {
            return None;
        }
        let id = orders.next;
        orders.next += 1;
        if fault.remaining > 0 {
            orders.waiting.insert(id, fault);
        }
        Some(id)
    }

    /// Takes the oldest fault that this request must suffer. MTProto's methods may be named by their last word alone.
    pub fn strike(&self, bot: BotId, method: &str) -> Option<FaultKind> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let short = method.rsplit('.').next().unwrap_or_default();
        let is_named = |only: &str| only.eq_ignore_ascii_case(method) || only.eq_ignore_ascii_case(short);
        let fits = |fault: &Fault| fault.bot == bot && fault.method.as_deref().is_none_or(is_named);
        let (id, fault) = orders.waiting.iter_mut().find(|(_, fault)| fits(fault))?;
        let (id, kind) = (*id, fault.kind);
        fault.remaining -= 1;
        if fault.remaining == 0 {
            orders.waiting.remove(&id);
        }
        Some(kind)
    }

    /// What waits for a bot.
    pub fn waiting(&self, bot: BotId) -> Vec<(FaultId, Fault)> {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = orders.waiting.iter().filter(|(_, fault)| fault.bot == bot);
        own.map(|(id, fault)| (*id, fault.clone())).collect()
    }

    /// Cancels all orders for a bot.
    pub fn clear(&self, bot: BotId) {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.waiting.retain(|_, fault| fault.bot != bot);
    }
}
