//! The random ids of each account's latest messages, so that a repeated request is found without reading messages.

use super::message::Message;
use crate::ids::{AccountId, MessageKey};
use std::collections::{BTreeMap, VecDeque};

/// Random ids that are kept of each account: clients repeat a request at once, or never.
pub(super) const MAX_RANDOM_IDS: usize = 256;

/// Derived from the messages that were applied to this value, and never stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct RandomIds {
    first: Option<MessageKey>,
    latest: BTreeMap<AccountId, VecDeque<(i64, MessageKey)>>,
}

/// Always equal: worlds with the same messages are the same, whether they were applied or came from a snapshot.
impl PartialEq for RandomIds {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl RandomIds {
    /// Records a new message.
    pub(crate) fn record(&mut self, message: &Message) {
        self.first.get_or_insert(message.key);
        let Some(random_id) = message.random_id() else { return };
        let latest = self.latest.entry(message.from).or_default();
        if latest.len() == MAX_RANDOM_IDS {
            latest.pop_front();
        }
        latest.push_back((random_id, message.key));
    }

    /// The account's messages with that random id, the newest first. They may have been deleted since.
    pub(super) fn find(&self, from: AccountId, random_id: i64) -> impl Iterator<Item = MessageKey> {
        let latest = self.latest.get(&from).into_iter().flatten().rev();
        latest.filter(move |(known, _)| *known == random_id).map(|(_, key)| *key)
    }

    /// The first message that was recorded; those of a snapshot come before it.
    pub(super) fn first(&self) -> Option<MessageKey> {
        self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Timestamp;
    use crate::ops::account::CreateUser;
    use crate::ops::message::{DeleteMessages, Send};
    use crate::state::World;
    use crate::state::account::UserProfile;
    use crate::text::Text;
    use crate::{Command, Effects};

    const NOW: Timestamp = Timestamp(1_790_000_000_000);
    const ANN: AccountId = AccountId(1);
    const BOB: AccountId = AccountId(2);
    const EVE: AccountId = AccountId(3);

    fn run<C: Command>(world: &mut World, command: &C) -> C::Outcome {
        world.handle(command, NOW, &mut Vec::new(), &mut Effects::default()).unwrap()
    }

    fn world() -> World {
        let mut world = World::new([7; 16]);
        for id in [ANN, BOB, EVE] {
            let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
            run(&mut world, &CreateUser { id: Some(id), profile });
        }
        world
    }

    fn send(world: &mut World, from: AccountId, to: AccountId, random_id: i64) -> MessageKey {
        let mut send = Send::text(from, to, Text::plain("once"));
        send.options.random_id = Some(random_id);
        run(world, &send)
    }

    #[test]
    fn a_repetition_is_found_in_its_chat_until_it_is_deleted() {
        let mut world = world();
        let first = send(&mut world, ANN, BOB, 42);
        let elsewhere = send(&mut world, ANN, EVE, 42);
        assert_ne!(first, elsewhere, "another chat");
        assert_ne!(send(&mut world, BOB, ANN, 42), first, "another sender");
        assert_eq!(send(&mut world, ANN, BOB, 42), first);
        assert_eq!(send(&mut world, ANN, EVE, 42), elsewhere);
        let mut last = first;
        for for_all in [false, true] {
            let id = world.message_by_key(last).unwrap().id_for(ANN);
            let (actor, target, messages) = (ANN.into(), BOB.into(), vec![id]);
            run(&mut world, &DeleteMessages { actor, target, messages, for_all, skip_missing: false });
            let again = send(&mut world, ANN, BOB, 42);
            assert_ne!(again, last, "{for_all}");
            last = again;
        }
    }

    /// Messages of a snapshot are read: their ids were not recorded.
    #[test]
    fn repetitions_of_messages_of_a_snapshot_are_found() {
        let mut world = world();
        let before: Vec<_> = (0..10).map(|n| send(&mut world, ANN, BOB, n)).collect();
        world.random_ids = RandomIds::default();
        assert_eq!(send(&mut world, ANN, BOB, 3), before[3], "nothing was recorded yet");
        let after = send(&mut world, ANN, BOB, 77);
        assert_eq!(send(&mut world, ANN, BOB, 9), before[9]);
        assert_eq!(send(&mut world, ANN, BOB, 77), after);
        for n in 100..100 + MAX_RANDOM_IDS as i64 {
            send(&mut world, ANN, BOB, n);
        }
        assert_ne!(send(&mut world, ANN, BOB, 9), before[9], "it was long ago");
    }
}
