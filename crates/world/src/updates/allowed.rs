use crate::{BotId, Command, Event, Refusal, Timestamp, World};
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The kinds of update that a bot may ask for, by their Bot API names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum UpdateKind { $(
            #[doc = concat!("`", $name, "`")]
            $variant,
        )+ }

        impl UpdateKind {
            /// All of them, in the Bot API's order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As `allowed_updates` spells it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    Message = "message",
    EditedMessage = "edited_message",
    ChannelPost = "channel_post",
    EditedChannelPost = "edited_channel_post",
    BusinessConnection = "business_connection",
    BusinessMessage = "business_message",
    EditedBusinessMessage = "edited_business_message",
    DeletedBusinessMessages = "deleted_business_messages",
    GuestMessage = "guest_message",
    MessageReaction = "message_reaction",
    MessageReactionCount = "message_reaction_count",
    InlineQuery = "inline_query",
    ChosenInlineResult = "chosen_inline_result",
    CallbackQuery = "callback_query",
    ShippingQuery = "shipping_query",
    PreCheckoutQuery = "pre_checkout_query",
    PurchasedPaidMedia = "purchased_paid_media",
    Poll = "poll",
    PollAnswer = "poll_answer",
    MyChatMember = "my_chat_member",
    ChatMember = "chat_member",
    ChatJoinRequest = "chat_join_request",
    ChatBoost = "chat_boost",
    RemovedChatBoost = "removed_chat_boost",
    ManagedBot = "managed_bot",
    Subscription = "subscription",
    StoppedMessageGeneration = "stopped_message_generation",
}

/// The set of kinds that a bot asked for; remembered until it asks for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AllowedUpdates(u32);

impl AllowedUpdates {
    /// The set with just these names; unknown names are ignored, an empty set means the default, as in the Bot API
    /// server.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut bits = 0;
        for name in names {
            let known = UpdateKind::ALL.iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
            bits |= known.map_or(0, |kind| 1 << (*kind as u32));
        }
        if bits == 0 { Self::default() } else { Self(bits) }
    }

    /// Whether that kind is wanted.
    pub fn contains(self, kind: UpdateKind) -> bool {
        self.0 & (1 << (kind as u32)) != 0
    }

    /// The names in the set, in the Bot API's order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        UpdateKind::ALL.iter().filter(move |kind| self.contains(**kind)).map(|kind| kind.name())
    }
}

impl Default for AllowedUpdates {
    /// > Specify an empty list to receive all update types except chat_member, message_reaction, and
    /// > message_reaction_count (default).
    fn default() -> Self {
        let off = [UpdateKind::ChatMember, UpdateKind::MessageReaction, UpdateKind::MessageReactionCount];
        let on = UpdateKind::ALL.iter().filter(|kind| !off.contains(kind));
        Self(on.fold(0, |bits, kind| bits | 1 << (*kind as u32)))
    }
}

/// The bot names the kinds of update it wants from now on; those that wait already are not touched.
pub struct AllowUpdates {
    /// Which bot.
    pub bot: BotId,
    /// What it wants.
    pub allowed: AllowedUpdates,
}

impl Command for AllowUpdates {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if world.living_bot(self.bot)?.allowed_updates != self.allowed {
            events.push(Event::AllowedUpdatesSet { bot: self.bot, allowed: self.allowed });
        }
        Ok(())
    }
}

pub(crate) fn apply_allowed(world: &mut World, bot: BotId, allowed: AllowedUpdates) {
    if let Some(bot) = world.bots.get_mut(&bot) {
        bot.allowed_updates = allowed;
    }
}
