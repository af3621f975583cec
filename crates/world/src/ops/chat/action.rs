use crate::event::{ChatEvent, Event};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::{Actor, Command, Right, Target};
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::dialog::{ACTION_SECONDS, ChatAction, ShownAction};

/// An account shows what it is doing ("typing…"). A bot may do so exactly when it may write, so it can find out that way.
pub struct ShowChatAction {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// `None` ends it.
    pub action: Option<ChatAction>,
}

impl Command for ShowChatAction {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        place.permit(Right::ShowAction)?;
        // Before the first contact there is no chat in which the other account could see it.
        if place.dialog.is_some() {
            let (chat, by, action) = (place.chat, place.actor, self.action);
            events.push(ChatEvent::ActionShown { chat, by, action }.into());
        }
        Ok(())
    }
}

pub(super) fn apply(
    world: &mut World,
    at: Timestamp,
    chat: ChatId,
    by: AccountId,
    action: Option<ChatAction>,
) {
    let shown = action.map(|action| ShownAction { action, until: at.plus_seconds(ACTION_SECONDS) });
    world.open_dialog(by, chat).action = shown;
}
