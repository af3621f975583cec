use super::queue;
use crate::event::{Event, UpdatesEvent};
use crate::ids::{AccountId, Timestamp, UpdateId};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::update_queue::{AllowedUpdates, Webhook};

/// `setWebhook` and `deleteWebhook`.
pub struct SetWebhook {
    /// Which bot.
    pub bot: AccountId,
    /// `None` deletes it.
    pub webhook: Option<Webhook>,
    /// `None` leaves the choice as it is.
    pub allowed: Option<AllowedUpdates>,
    /// Forget what waits.
    pub drop_pending_updates: bool,
}

/// What became of the webhook; the Bot API describes it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookChange {
    /// It is new, another one than before, or set again with a certificate or without what waited.
    Set,
    /// The same was set already.
    AlreadySet,
    /// It was deleted.
    Deleted,
    /// There was none.
    AlreadyDeleted,
}

impl Command for SetWebhook {
    type Outcome = WebhookChange;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<WebhookChange, Refusal> {
        let queue = queue(world, self.bot)?;
        let changes = queue.webhook != self.webhook;
        if changes {
            let webhook = self.webhook.clone();
            events.push(UpdatesEvent::WebhookSet { bot: self.bot, webhook }.into());
        }
        if let Some(allowed) = self.allowed.filter(|allowed| *allowed != queue.allowed) {
            events.push(UpdatesEvent::AllowedSet { bot: self.bot, allowed }.into());
        }
        let next = i32::try_from(queue.next()).unwrap_or(i32::MAX);
        if self.drop_pending_updates && queue.first().is_some() {
            let below = UpdateId(next);
            events.push(UpdatesEvent::Confirmed { bot: self.bot, below }.into());
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
