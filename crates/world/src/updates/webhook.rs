use super::AllowedUpdates;
use crate::{BotId, Command, Event, Refusal, Timestamp, UpdateId, World};
use serde::{Deserialize, Serialize};

/// Where a bot's updates are pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// As the bot gave it; checked by the gateway that delivers.
    pub url: String,
    /// Sent in every request's `X-Telegram-Bot-Api-Secret-Token`; empty for none.
    pub secret_token: String,
    /// How many deliveries may be under way at once, 1 to 100.
    pub max_connections: u32,
    /// The address to send to instead of the one that DNS gives; empty for none.
    pub ip_address: String,
    /// The self-signed certificate that the bot uploaded, in PEM.
    pub certificate: Option<String>,
}

/// `setWebhook` and `deleteWebhook`.
pub struct SetWebhook {
    /// Which bot.
    pub bot: BotId,
    /// None deletes it.
    pub webhook: Option<Webhook>,
    /// None leaves the choice as it is.
    pub allowed: Option<AllowedUpdates>,
    /// Forget what waits.
    pub drop_pending_updates: bool,
}

/// What became of the webhook; the Bot API says it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookChange {
    /// It is new, another one than before, or set again with a certificate or without what waited.
    Set,
    /// The same was set already.
    AlreadySet,
    /// It is gone.
    Deleted,
    /// There was none.
    AlreadyDeleted,
}

impl Command for SetWebhook {
    type Outcome = WebhookChange;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<WebhookChange, Refusal> {
        let bot = world.living_bot(self.bot)?;
        let changes = bot.webhook != self.webhook;
        if changes {
            events.push(Event::WebhookSet { bot: self.bot, webhook: self.webhook.clone() });
        }
        if let Some(allowed) = self.allowed.filter(|allowed| *allowed != bot.allowed_updates) {
            events.push(Event::AllowedUpdatesSet { bot: self.bot, allowed });
        }
        let next = i32::try_from(bot.queue.next()).unwrap_or(i32::MAX);
        if self.drop_pending_updates && bot.queue.first_number().is_some() {
            events.push(Event::UpdatesConfirmed { bot: self.bot, below: UpdateId(next) });
        }
        Ok(match (&self.webhook, changes) {
            (Some(_), true) => WebhookChange::Set,
            // A certificate is not compared, and dropping updates is a change (telegram-bot-api, Client.cpp).
            (Some(webhook), false) if webhook.certificate.is_some() || self.drop_pending_updates => {
                WebhookChange::Set
            }
            (Some(_), false) => WebhookChange::AlreadySet,
            (None, true) => WebhookChange::Deleted,
            (None, false) => WebhookChange::AlreadyDeleted,
        })
    }
}

pub(crate) fn apply_webhook(world: &mut World, bot: BotId, webhook: Option<&Webhook>) {
    if let Some(bot) = world.bots.get_mut(&bot) {
        bot.webhook = webhook.cloned();
    }
}
