//! Bots fetch and confirm their Bot API updates, and say where to send them.

mod confirm;
mod webhook;

pub use confirm::{ConfirmDelivery, ConfirmUpdates};
pub use webhook::{SetWebhook, WebhookChange};

use crate::event::UpdatesEvent;
use crate::ids::AccountId;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::update_queue::UpdateQueue;

pub(crate) fn apply(world: &mut World, event: &UpdatesEvent) {
    let bot = match event {
        UpdatesEvent::AllowedSet { bot, .. }
        | UpdatesEvent::Confirmed { bot, .. }
        | UpdatesEvent::Delivered { bot, .. }
        | UpdatesEvent::WebhookSet { bot, .. } => bot,
    };
    let Some(queue) = world.queues.get_mut(bot) else { return };
    match event {
        UpdatesEvent::AllowedSet { allowed, .. } => queue.allowed = *allowed,
        UpdatesEvent::Confirmed { below, .. } => queue.drop_below(*below),
        UpdatesEvent::Delivered { update, .. } => queue.drop_one(*update),
        UpdatesEvent::WebhookSet { webhook, .. } => queue.webhook.clone_from(webhook),
    }
}

/// The queue of an active bot.
fn queue(world: &World, bot: AccountId) -> Result<&UpdateQueue, Refusal> {
    world.active_bot(bot)?;
    world.queue(bot).ok_or(Refusal::BotNotFound)
}
