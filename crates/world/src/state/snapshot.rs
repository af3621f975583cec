//! A world as a list of packed leaves: for snapshots that are taken while the world goes on.

use super::World;
use super::account::{Bot, User, UserProfile};
use super::bot_questions::Question;
use super::chat::Chat;
use super::dialog::Dialog;
use super::group::Member;
use super::message::Message;
use super::message_box::MessageBox;
use super::query::Query;
use super::session::{KeyId, LoginCode, Session};
use super::table::Packed;
use super::update_queue::UpdateQueue;
use crate::ids::{AccountId, BoxId, ChatId, MessageId, MessageKey, QueryId, Timestamp};
use crate::keyed::Key;
use serde::{Deserialize, Serialize};

/// What a world has beside its tables.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Head {
    key: Key,
    last: Timestamp,
    next_message: MessageKey,
}

macro_rules! tables {
    ($($variant:ident($key:ty, $value:ty) = |$world:ident| $table:expr),+ $(,)?) => {
        /// Rows of one of a world's tables, or its head, as they are written. The key is that by which the leaf begins.
        #[derive(Debug, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum PartRef<'w> {
            Head(&'w Head),
            $($variant(&'w $key, &'w Packed),)+
        }

        /// The same as it is read.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Part {
            Head(Head),
            $($variant($key, Packed),)+
        }

        impl Part {
            /// Checks that the rows can be unpacked, and are packed again as they are.
            ///
            /// # Errors
            ///
            /// What is wrong with them.
            pub fn verify(&self) -> Result<(), String> {
                match self {
                    Self::Head(_) => Ok(()),
                    $(Self::$variant(_, packed) => packed.verify::<($key, $value)>(),)+
                }
            }
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

            /// Captures more parts, of about so many rows together. Returns whether there may be more.
            pub fn capture(&mut self, mut rows: usize, each: &mut dyn FnMut(PartRef<'_>)) -> bool {
                $({
                    let $world = &mut *self;
                    $table.capture(&mut rows, &mut |start, packed| each(PartRef::$variant(start, packed)));
                })+
                rows == 0
            }

            /// Adds a part to a world that is being read. [`World::restored`] ends it.
            pub fn restore(&mut self, part: Part) {
                match part {
                    Part::Head(Head { key, last, next_message }) => {
                        (self.key, self.last, self.next_message) = (key, last, next_message);
                    }
                    $(Part::$variant(start, packed) => {
                        let $world = self;
                        $table.restore(start, packed);
                    })+
                }
            }
        }
    };
}

// The name of a variant is the table's name in every snapshot. `Box` makes the rows of a leaf short.
tables! {
    User(AccountId, Box<User>) = |world| world.users,
    Bot(AccountId, Box<Bot>) = |world| world.bots,
    Chat(ChatId, Box<Chat>) = |world| world.chats,
    Dialog((AccountId, ChatId), Dialog) = |world| world.dialogs,
    Member((ChatId, AccountId), Member) = |world| world.members,
    InviteLink(Box<str>, ChatId) = |world| world.links,
    Message(MessageKey, Box<Message>) = |world| world.messages,
    OldMessage((MessageKey, u32), (Timestamp, Box<Message>)) = |world| world.old_messages.0.rows_mut(),
    OldProfile((AccountId, u32), (Timestamp, UserProfile)) = |world| world.old_profiles.0.rows_mut(),
    MessageBox(BoxId, MessageBox) = |world| world.boxes,
    MessageId((BoxId, MessageId), MessageKey) = |world| world.message_ids,
    UpdateQueue(AccountId, UpdateQueue) = |world| world.queues,
    Query(QueryId, (Timestamp, Query)) = |world| world.queries.rows_mut(),
    Username(Box<str>, BoxId) = |world| world.usernames,
    Phone(Box<str>, AccountId) = |world| world.phones,
    LoginCode(Box<str>, LoginCode) = |world| world.codes,
    Question(AccountId, Question) = |world| world.questions,
    Session(KeyId, Session) = |world| world.sessions,
}

impl World {
    /// A world that is read part by part.
    pub fn being_restored() -> Self {
        Self::unrestored([0; 16])
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
