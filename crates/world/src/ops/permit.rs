use super::actor::Place;
use crate::ids::Timestamp;
use crate::limits;
use crate::refusal::Refusal;
use crate::state::chat::Chat;

/// What an account may be allowed to do in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Send, forward and copy messages; counts against the limits on speed.
    Send,
    /// Show a chat action: the way in which bots find out whether they may write.
    ShowAction,
    /// Pin and unpin messages.
    Pin,
    /// Edit one's own messages.
    Edit,
    /// Set reactions.
    React,
}

impl Place<'_> {
    /// May the actor do that here? The one place that answers it.
    pub(crate) fn permit(&self, right: Right, now: Timestamp) -> Result<(), Refusal> {
        if self.world.is_bot(self.actor) { self.permit_bot(right, now) } else { self.permit_user(right) }
    }

    /// > Bots can't start conversations with users. A user must either add them to a group or send them a message
    /// > first. (core.telegram.org/bots/faq)
    fn permit_bot(&self, right: Right, now: Timestamp) -> Result<(), Refusal> {
        let dialog = self.dialog.ok_or(Refusal::ChatNotFound)?;
        let bot = self.world.active_bot(self.actor)?;
        if right != Right::React {
            self.world.active_account(self.other())?;
        }
        if dialog.is_blocked_by_other() {
            return Err(Refusal::BlockedByUser);
        }
        if matches!(right, Right::Send | Right::ShowAction | Right::Pin) {
            dialog.shared.may_bot_write(now)?;
        }
        if right == Right::Send && self.world.rules.limits {
            dialog.dialog.rate.check(limits::PER_CHAT, now)?;
            bot.rate.check(limits::OVERALL, now)?;
        }
        Ok(())
    }

    /// Users may write to everybody who exists and has not blocked them.
    fn permit_user(&self, right: Right) -> Result<(), Refusal> {
        if !matches!(right, Right::Send | Right::React) {
            return Ok(());
        }
        if self.dialog.is_some_and(|dialog| dialog.dialog.is_blocked) {
            return Err(Refusal::YouBlockedUser);
        }
        self.world.active_account(self.other())?;
        if self.dialog.is_some_and(|dialog| dialog.is_blocked_by_other()) {
            return Err(Refusal::BlockedByUser);
        }
        Ok(())
    }
}

impl Chat {
    /// Whether the bot of a private chat may write to its user, as far as the chat itself says.
    ///
    /// # Errors
    /// [`Refusal::NeverStarted`].
    pub fn may_bot_write(&self, now: Timestamp) -> Result<(), Refusal> {
        let private = self.private();
        let is_open = private.join_request.as_ref().is_some_and(|request| request.is_open(now));
        if private.is_started || is_open { Ok(()) } else { Err(Refusal::NeverStarted) }
    }
}
