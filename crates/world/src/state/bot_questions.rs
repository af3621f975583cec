//! What BotFather waits to be told.

use crate::ids::AccountId;
use serde::{Deserialize, Serialize};

/// What BotFather waits to be told by a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// The name of a new bot.
    NewName,
    /// The username of a new bot.
    NewUsername { name: String },
    /// Which bot it is about.
    Which { topic: Topic },
    /// The new value.
    Value { topic: Topic, bot: AccountId },
}

/// What a bot's owner can ask BotFather to change or to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// /token
    Token,
    /// /revoke
    Revoke,
    /// /setname
    Name,
    /// /setdescription
    Description,
    /// /setabouttext
    About,
    /// /setcommands
    Commands,
    /// /setdomain
    Domain,
    /// /setjoingroups
    JoinGroups,
    /// /setprivacy
    Privacy,
    /// /setbottobot
    BotToBot,
    /// /setinline
    Inline,
    /// /deletebot
    Delete,
}
