use crate::event::{ChatEvent, Event};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::{Actor, Command, Target};
use crate::refusal::Refusal;
use crate::state::World;

/// A user blocks the other account ("Stop bot"), or unblocks it. Unblocking restores writing without a new `/start`.
pub struct SetBlocked {
    /// The user.
    pub user: AccountId,
    /// Whom.
    pub target: Target,
    /// False unblocks.
    pub is_blocked: bool,
}

impl Command for SetBlocked {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.active_user(self.user)?;
        let place = self.target.place(world, Actor::from(self.user), now)?;
        let was_blocked = place.dialog.is_some_and(|dialog| dialog.dialog.is_blocked);
        let has_other = place.other().is_some_and(|other| other != place.actor);
        if has_other && was_blocked != self.is_blocked {
            let (chat, by, is_blocked) = (place.chat, place.actor, self.is_blocked);
            events.push(ChatEvent::BlockChanged { chat, by, is_blocked }.into());
        }
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, chat: ChatId, by: AccountId, is_blocked: bool) {
    // The other account is told, so both know the chat from now on.
    world.open_chat(chat);
    for member in chat.pair() {
        world.open_dialog(member, chat).action = None;
    }
    world.open_dialog(by, chat).is_blocked = is_blocked;
}
