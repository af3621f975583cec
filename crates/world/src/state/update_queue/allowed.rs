use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! kinds {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The kinds of update that a bot may ask for, by their Bot API names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum UpdateKind { $(
            #[doc = concat!("`", $name, "`")]
            $variant,
        )+ }

        impl UpdateKind {
            /// All of them, in the Bot API's order. Journals store names, so a kind may be inserted anywhere.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in `allowed_updates`.
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

/// The set of kinds that a bot asked for; kept until it asks for another. Stored as a list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedUpdates(u64);

const _: () = assert!(UpdateKind::ALL.len() <= 64, "the set is a 64-bit mask");

impl AllowedUpdates {
    /// The set of these names. Unknown names are ignored; an empty set means the default, as in the Bot API server.
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

impl Serialize for AllowedUpdates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for AllowedUpdates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Ok(Self::from_names(names.iter().map(String::as_str)))
    }
}
