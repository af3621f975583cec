use crate::ids::AccountId;
use crate::refusal::BotTextKind;
use crate::state::bot_questions::Question;
use crate::state::bot_settings::{BotCommand, CommandScope, MenuButton};
use crate::state::group::AdminRights;
use serde::{Deserialize, Serialize};

/// What happens to what a bot says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BotEvent {
    /// A list of commands was set, or (empty) removed.
    CommandsSet { bot: AccountId, scope: CommandScope, language: String, commands: Vec<BotCommand> },
    /// A name, description or short description was set, or (empty) removed.
    TextSet { bot: AccountId, kind: BotTextKind, language: String, text: String },
    /// The menu button was set for one user, or (`None`) for all others.
    MenuButtonSet {
        bot: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<AccountId>,
        button: MenuButton,
    },
    /// The rights that apps suggest when the bot is added to a group, or to a channel.
    DefaultRightsSet { bot: AccountId, for_channels: bool, rights: AdminRights },
    /// BotFather asked a user something, or (`None`) has the answer.
    QuestionAsked {
        user: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<Question>,
    },
}
