//! What was decided and is not durable yet.

use parlor_world::updates::Update;
use parlor_world::{AccountId, BotId, Change, Recorded, World, chat_action};
use tokio::sync::oneshot;

/// Events that go into the journal together, with what is to happen once they are there.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) events: Vec<Recorded>,
    pub(crate) effects: Effects,
    /// Who may not be answered before.
    waiting: Vec<oneshot::Sender<()>>,
}

/// What readers learn.
#[derive(Default)]
pub(crate) struct Effects {
    /// Whose bells ring.
    pub(crate) concerned: Vec<AccountId>,
    /// For those who list accounts.
    pub(crate) changes: Vec<Change>,
    /// What is shown and forgotten.
    pub(crate) live: Vec<Update>,
    /// The secrets of tokens that are valid from now on, by bot; none for a bot that is gone.
    pub(crate) tokens: Vec<(BotId, Option<Box<str>>)>,
}

impl Batch {
    /// Takes up the events from that place on, which have just made the world what it is: those that are not kept are
    /// effects only.
    pub(crate) fn decided(&mut self, start: usize, world: &World) {
        let effects = &mut self.effects;
        for Recorded { event, .. } in self.events.iter().skip(start) {
            let change = event.change();
            if change == Some(Change::Everything) {
                effects.tokens.clear();
            }
            effects.changes.extend(change);
            effects.concerned.extend(event.concerns().into_iter().flatten());
            effects.live.extend(chat_action::live_update(event));
            let secret = |bot| (bot, world.bot(bot).and_then(|bot| bot.secret.clone()));
            effects.tokens.extend(event.changes_token().map(secret));
        }
        let decided = self.events.extract_if(start.., |recorded| !recorded.event.is_durable());
        decided.for_each(drop);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.waiting.is_empty()
    }

    /// Rings once everything that was decided so far is durable; breaks off if that can't be.
    pub(crate) fn wait(&mut self) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        self.waiting.push(done);
        wait
    }

    /// Forgets everything; whoever waited learns that it was in vain. The next one is likely to be as large.
    pub(crate) fn clear(&mut self) {
        let Self { events, effects: Effects { concerned, changes, live, tokens }, waiting } = self;
        events.clear();
        concerned.clear();
        changes.clear();
        live.clear();
        tokens.clear();
        waiting.clear();
    }

    /// Lets go of everybody who waited.
    pub(crate) fn release(self) {
        for waiting in self.waiting {
            // Whoever asked may have hung up; what was decided holds all the same.
            let _ = waiting.send(());
        }
    }
}
