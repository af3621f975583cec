use crate::ids::AccountId;
use crate::state::account::{BotFlags, UserProfile};
use crate::state::session::Password;
use serde::{Deserialize, Serialize};

/// What happens to accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountEvent {
    /// A user registered.
    UserCreated { user: AccountId, profile: UserProfile },
    /// A user's names, username, language or bio changed.
    UserChanged { user: AccountId, profile: UserProfile },
    /// A user deleted the account: the chats stay, without a name.
    UserDeleted { user: AccountId },
    /// A user set a two-step password, or (`None`) removed it.
    PasswordSet {
        user: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password: Option<Password>,
    },
    /// A bot was made.
    BotCreated(BotCreated),
    /// A bot's username or switches changed.
    BotChanged { bot: AccountId, username: String, flags: BotFlags },
    /// A bot's token was replaced.
    TokenRevoked { bot: AccountId, secret: String },
    /// A bot was deleted.
    BotDeleted { bot: AccountId },
}

/// A new bot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BotCreated {
    /// Its id.
    pub bot: AccountId,
    /// Its name for all languages.
    pub name: String,
    /// Its username.
    pub username: String,
    /// The second half of its token.
    pub secret: String,
    /// BotFather's switches.
    pub flags: BotFlags,
    /// The user who made it, if BotFather was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<AccountId>,
    /// The id of its first update.
    pub first_update: i64,
}
