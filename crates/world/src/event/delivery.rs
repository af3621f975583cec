use crate::ids::{AccountId, ChannelId, UpdateId};
use crate::state::message_box::{UpdateCount, UpdateState};
use crate::state::update::Update;
use serde::{Deserialize, Serialize};

/// An update for one reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum Delivery {
    /// For the MTProto clients of an account.
    Log {
        account: AccountId,
        /// The account's counters after it.
        state: UpdateState,
        /// How far it moves them.
        count: UpdateCount,
        update: Update,
    },
    /// For the MTProto clients of those who are in a supergroup or channel.
    Channel {
        channel: ChannelId,
        /// The channel's counter after it.
        pts: i32,
        /// How far it moves it.
        count: i32,
        update: Update,
        /// The bots that do not get it.
        except: Box<[AccountId]>,
    },
    /// For a bot's program over the Bot API.
    Queue { bot: AccountId, id: UpdateId, update: Update },
}

/// The stored form. Every message has deliveries, so their fields have places instead of names: 40 bytes, not 110.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    /// Account, pts, qts, how far each of these moved, update.
    Log(AccountId, i32, i32, i32, i32, Update),
    /// Channel, pts, how far it moved, update, excepted bots.
    Channel(ChannelId, i32, i32, Update, Box<[AccountId]>),
    /// Bot, `update_id`, update.
    Queue(AccountId, UpdateId, Update),
}

impl From<Delivery> for Stored {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Log { account, state, count, update } => {
                Self::Log(account, state.pts, state.qts, count.pts, count.qts, update)
            }
            Delivery::Channel { channel, pts, count, update, except } => {
                Self::Channel(channel, pts, count, update, except)
            }
            Delivery::Queue { bot, id, update } => Self::Queue(bot, id, update),
        }
    }
}

impl From<Stored> for Delivery {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Log(account, pts, qts, pts_count, qts_count, update) => Self::Log {
                account,
                state: UpdateState { pts, qts },
                count: UpdateCount { pts: pts_count, qts: qts_count },
                update,
            },
            Stored::Channel(channel, pts, count, update, except) => {
                Self::Channel { channel, pts, count, update, except }
            }
            Stored::Queue(bot, id, update) => Self::Queue { bot, id, update },
        }
    }
}
