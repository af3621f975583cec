use crate::event::{BotEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::group::AdminRights;

/// `setMyDefaultAdministratorRights`.
pub struct SetDefaultRights {
    /// Which bot's.
    pub bot: AccountId,
    /// For channels, or else for groups.
    pub for_channels: bool,
    /// None at all removes the suggestion.
    pub rights: AdminRights,
}

impl Command for SetDefaultRights {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let settings = &world.active_bot(self.bot)?.settings;
        if settings.default_rights(self.for_channels) != self.rights {
            let (bot, for_channels, rights) = (self.bot, self.for_channels, self.rights);
            events.push(BotEvent::DefaultRightsSet { bot, for_channels, rights }.into());
        }
        Ok(())
    }
}
