use crate::dialog::{ChatRef, Dialog, bot_side, user_side};
use crate::{BotId, DialogId, Refusal, Side, World};

/// Who acts, and in which dialog.
#[derive(Debug, Clone)]
pub enum Route {
    /// A bot, in the chat it names.
    Bot(BotId, ChatRef),
    /// A user, in the dialog with a bot.
    User(DialogId),
}

impl Route {
    /// The dialog, the side that acts, and what there is of the dialog: nothing before a user's first message.
    pub(crate) fn resolve<'w>(
        &self,
        world: &'w World,
    ) -> Result<(DialogId, Side, Option<&'w Dialog>), Refusal> {
        match self {
            Self::Bot(bot, chat) => {
                let (id, dialog) = bot_side(world, *bot, chat)?;
                Ok((id, Side::Bot, Some(dialog)))
            }
            Self::User(id) => Ok((*id, Side::User, user_side(world, *id)?)),
        }
    }
}
