//! A world as a list of rows: for snapshots that are taken while the world goes on.

use super::World;
use super::account::{Account, UserProfile};
use super::bot_questions::Question;
use super::chat::Chat;
use super::dialog::Dialog;
use super::message::Message;
use super::message_box::MessageBox;
use super::query::Query;
use super::session::{KeyId, LoginCode, Session};
use super::update_queue::UpdateQueue;
use crate::ids::{AccountId, ChatId, MessageId, MessageKey, QueryId, Timestamp};
use crate::keyed::Key;
use serde::{Deserialize, Serialize};

/// What a world has beside its tables.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Head {
    key: Key,
    last: Timestamp,
    next_message: MessageKey,
}

macro_rules! rows {
    ($($variant:ident($key:ty, $value:ty) = |$world:ident| $table:expr),+ $(,)?) => {
        /// One row of a world's tables, or its head, as it is written.
        #[derive(Debug, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum RowRef<'w> {
            Head(&'w Head),
            $($variant(&'w $key, &'w $value),)+
        }

        /// The same as it is read.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Row {
            Head(Head),
            $($variant($key, $value),)+
        }

        impl World {
            /// Begins to capture the world as it is now: later changes do not show. Returns its head.
            pub fn begin_capture(&mut self) -> Head {
                $({
                    let $world = &mut *self;
                    $table.begin_capture();
                })+
                Head { key: self.key, last: self.last, next_message: self.next_message }
            }

            /// Captures up to `limit` more rows. Returns how many; fewer than `limit` means that it is done.
            pub fn capture(&mut self, limit: usize, each: &mut dyn FnMut(RowRef<'_>)) -> usize {
                let mut count = 0;
                $({
                    let $world = &mut *self;
                    let mut row = |key: &$key, value: &$value| each(RowRef::$variant(key, value));
                    count += $table.capture(limit - count, &mut row);
                })+
                count
            }

            /// Adds a row to a world that is being read. [`World::restored`] ends it.
            pub fn restore(&mut self, row: Row) {
                match row {
                    Row::Head(Head { key, last, next_message }) => {
                        (self.key, self.last, self.next_message) = (key, last, next_message);
                    }
                    $(Row::$variant(key, value) => {
                        let $world = self;
                        $table.insert(key, value);
                    })+
                }
            }
        }
    };
}

// The name of a variant is the table's name in every snapshot. `Box` keeps the larger values out of the tables' nodes.
rows! {
    Account(AccountId, Account) = |world| world.accounts,
    Chat(ChatId, Box<Chat>) = |world| world.chats,
    Dialog((AccountId, ChatId), Dialog) = |world| world.dialogs,
    Message(MessageKey, Box<Message>) = |world| world.messages,
    OldMessage((MessageKey, u32), (Timestamp, Box<Message>)) = |world| world.old_messages.0.rows_mut(),
    OldProfile((AccountId, u32), (Timestamp, UserProfile)) = |world| world.old_profiles.0.rows_mut(),
    MessageBox(AccountId, MessageBox) = |world| world.boxes,
    MessageId((AccountId, MessageId), MessageKey) = |world| world.message_ids,
    UpdateQueue(AccountId, UpdateQueue) = |world| world.queues,
    Query(QueryId, (Timestamp, Query)) = |world| world.queries.rows_mut(),
    Username(Box<str>, AccountId) = |world| world.usernames,
    Phone(Box<str>, AccountId) = |world| world.phones,
    LoginCode(Box<str>, LoginCode) = |world| world.codes,
    Question(AccountId, Question) = |world| world.questions,
    Session(KeyId, Session) = |world| world.sessions,
}

impl World {
    /// A world that is read row by row.
    pub fn unrestored() -> Self {
        Self {
            accounts: super::table::Table::default(),
            usernames: super::table::Table::default(),
            ..Self::new([0; 16])
        }
    }

    /// Ends what [`World::restore`] did.
    #[must_use]
    pub fn restored(mut self) -> Self {
        self.old_messages.0.restore_order();
        self.old_profiles.0.restore_order();
        self.queries.restore_order();
        self
    }
}
