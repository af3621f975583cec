//! Messages.

use crate::content::Content;
use crate::ids::{AccountId, ChatId, MessageId, MessageIds, MessageKey, MessageRef, MessageVersion};
use crate::markup::Markup;
use crate::refusal::Refusal;
use crate::serde_default::{is_default, is_false};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A message, stored once for all who see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What the world calls it.
    pub key: MessageKey,
    /// The chat.
    pub chat: ChatId,
    /// What its message boxes call it.
    pub ids: MessageIds,
    /// The sender.
    pub from: AccountId,
    /// When it was sent, in seconds since the epoch.
    pub date: i64,
    /// When it was last edited, in seconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit_date: Option<i64>,
    /// How often it was edited.
    #[serde(default, skip_serializing_if = "is_default")]
    pub version: u32,
    /// What it says.
    pub content: Content,
    /// What few messages have; boxed to keep the rest small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extras: Option<Box<MessageExtras>>,
}

/// The rarer properties of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MessageExtras {
    /// What it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Where it was first sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Origin>,
    /// The keyboard that it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markup: Option<Markup>,
    /// Sent without a sound.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_silent: bool,
    /// May not be forwarded, copied or saved.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_protected: bool,
    /// Reactions, by who set them; in the order of setting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<(AccountId, Vec<Reaction>)>,
    /// The number by which an MTProto client sent it: a second one with the same number is the same message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_id: Option<i64>,
}

/// A reply to a message of the same chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The message that is replied to.
    pub to: MessageRef,
    /// The part of it that is quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
}

/// A quoted part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The quoted text.
    pub text: Text,
    /// Where it begins in the message, in UTF-16 code units.
    pub position: u32,
    /// Chosen by the sender, not by the server.
    pub is_manual: bool,
}

/// The first sender of a forwarded message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who.
    pub sender: AccountId,
    /// When, in seconds since the epoch.
    pub date: i64,
}

impl Message {
    /// Its id in the box of `viewer`, a member of its chat.
    pub fn id_for(&self, viewer: AccountId) -> MessageId {
        self.ids.for_viewer(self.chat, viewer)
    }

    /// A reference to it.
    pub fn reference(&self) -> MessageRef {
        MessageRef { key: self.key, ids: self.ids }
    }

    /// As it is now: later edits are other versions.
    pub fn current(&self) -> MessageVersion {
        MessageVersion(self.key, self.version)
    }

    /// The text as `viewer` sees it; `None` for service messages.
    pub fn text_for(&self, viewer: AccountId) -> Option<Text> {
        self.content.text_for(viewer == self.from)
    }

    /// Its keyboard.
    pub fn markup(&self) -> Option<&Markup> {
        self.extras.as_ref()?.markup.as_ref()
    }

    /// What it replies to.
    pub fn reply(&self) -> Option<&Reply> {
        self.extras.as_ref()?.reply.as_ref()
    }

    /// Where it was first sent.
    pub fn origin(&self) -> Option<Origin> {
        self.extras.as_ref()?.forward
    }

    /// Its sender's number for it.
    pub fn random_id(&self) -> Option<i64> {
        self.extras.as_ref()?.random_id
    }

    /// Whether it was sent without a sound.
    pub fn is_silent(&self) -> bool {
        self.extras.as_ref().is_some_and(|extras| extras.is_silent)
    }

    /// Whether it may not be forwarded or copied.
    pub fn is_protected(&self) -> bool {
        self.extras.as_ref().is_some_and(|extras| extras.is_protected)
    }

    /// The reactions of one account.
    pub fn reactions(&self, by: AccountId) -> &[Reaction] {
        let all = self.extras.as_ref().map_or(&[][..], |extras| &extras.reactions);
        all.iter().find(|(account, _)| *account == by).map_or(&[], |(_, reactions)| reactions)
    }

    pub(crate) fn extras_mut(&mut self) -> &mut MessageExtras {
        self.extras.get_or_insert_default()
    }
}

/// A reaction: one of the emoji below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reaction(Box<str>);

impl Reaction {
    /// A known reaction, as the Bot API lists them under `ReactionTypeEmoji`; variation selectors don't matter.
    ///
    /// # Errors
    /// [`Refusal::ReactionInvalid`] for anything else.
    pub fn parse(emoji: &str) -> Result<Self, Refusal> {
        let bare = |text: &str| text.replace('\u{fe0f}', "");
        let wanted = bare(emoji);
        let known = EMOJI.split(' ').find(|known| bare(known) == wanted);
        known.map(|known| Self(known.into())).ok_or(Refusal::ReactionInvalid)
    }

    /// The emoji.
    pub fn emoji(&self) -> &str {
        &self.0
    }
}

const EMOJI: &str = "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 \
                     💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 \
                     😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";
