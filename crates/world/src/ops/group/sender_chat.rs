use crate::event::{Event, GroupEvent};
use crate::ids::{ChatId, GroupKind, Timestamp};
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::AdminRights;

/// An administrator forbids a channel, and whoever owns it by other channels, to write in a supergroup or channel; or allows
/// it again.
pub struct BanSenderChat {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Which channel.
    pub sender: ChatId,
    /// False allows it again.
    pub is_banned: bool,
}

impl Command for BanSenderChat {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let operation = GroupOperation::BanSenderChat;
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(operation)?;
        if group.kind == GroupKind::Basic {
            return Err(Refusal::WrongChatKind(operation));
        }
        place.has(AdminRights::RESTRICT_MEMBERS, GroupOperation::Restrict)?;
        let ChatId::Channel(sender) = self.sender else { return Err(Refusal::TargetUnknown) };
        world.group(self.sender).ok_or(Refusal::ChatNotFound)?;
        if group.banned_chats.contains(&sender) != self.is_banned {
            let (chat, is_banned) = (place.chat, self.is_banned);
            events.push(GroupEvent::ChatBanned { chat, sender, is_banned }.into());
        }
        Ok(())
    }
}
