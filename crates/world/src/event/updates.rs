use crate::ids::{AccountId, UpdateId};
use crate::state::update_queue::{AllowedUpdates, Webhook};
use serde::{Deserialize, Serialize};

/// What happens to a bot's Bot API updates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdatesEvent {
    /// The bot chose which kinds it wants from now on.
    AllowedSet { bot: AccountId, allowed: AllowedUpdates },
    /// The bot has all updates below this id.
    Confirmed { bot: AccountId, below: UpdateId },
    /// One update was delivered by webhook, out of order with others.
    Delivered { bot: AccountId, update: UpdateId },
    /// The webhook was set, or (`None`) deleted.
    WebhookSet {
        bot: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        webhook: Option<Webhook>,
    },
}
