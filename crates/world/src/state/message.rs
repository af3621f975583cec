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
    /// The account that sent it, also where a chat is shown as the sender.
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
    /// The chat in whose name it was sent: every post of a channel, and messages of anonymous administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_chat: Option<ChatId>,
    /// The name of the author of a post, or the title of an anonymous administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<str>>,
    /// The topic, or the first message of the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// A channel's post that came to the discussion group by itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_automatic: bool,
    /// The bot that it is meant for: the one that gets it in privacy mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant_for: Option<AccountId>,
}

/// What a message of a supergroup belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The message that begins it.
    pub root: MessageId,
    /// A topic of a forum, not a thread of replies.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_topic: bool,
}

/// Whom a message names as its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A user or bot.
    Account(AccountId),
    /// A channel, or a group for its anonymous administrators.
    Chat(ChatId),
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who.
    pub sender: AccountId,
    /// When, in seconds since the epoch.
    pub date: i64,
    /// The chat in whose name it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<OriginChat>,
}

/// The chat in whose name a forwarded message was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginChat {
    /// A channel, or a group for its anonymous administrators.
    pub chat: ChatId,
    /// The post's id in its channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<MessageId>,
    /// As [`MessageExtras::signature`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<str>>,
}

impl Origin {
    /// What a forwarded message tells of where it comes from. A forwarded forward keeps its first sender.
    pub(crate) fn of(message: &Message) -> Self {
        message.origin().cloned().unwrap_or_else(|| {
            let chat = message.sender_chat().map(|chat| OriginChat {
                chat,
                post: match &message.ids {
                    MessageIds::Channel(id) if chat == message.chat => Some(*id),
                    _ => None,
                },
                signature: message.signature().map(Into::into),
            });
            Self { sender: message.from, date: message.date, chat }
        })
    }
}

impl Message {
    /// Its id in the box of `viewer`; 0, which no message has, for who was not in the group when it was sent.
    pub fn id_for(&self, viewer: AccountId) -> MessageId {
        self.ids.for_viewer(self.chat, viewer).unwrap_or(MessageId(0))
    }

    /// Whether `viewer` was in the chat when it was sent, or the chat shows all its messages to all.
    pub fn is_numbered_for(&self, viewer: AccountId) -> bool {
        self.ids.for_viewer(self.chat, viewer).is_some()
    }

    /// A reference to it.
    pub fn reference(&self) -> MessageRef {
        MessageRef { key: self.key, ids: self.ids.clone() }
    }

    /// Whom it names as its sender.
    pub fn sender(&self) -> Sender {
        self.sender_chat().map_or(Sender::Account(self.from), Sender::Chat)
    }

    /// The chat in whose name it was sent.
    pub fn sender_chat(&self) -> Option<ChatId> {
        self.extras.as_ref()?.sender_chat
    }

    /// The name of the author of a post, or the title of an anonymous administrator.
    pub fn signature(&self) -> Option<&str> {
        self.extras.as_ref()?.signature.as_deref()
    }

    /// The topic or thread that it belongs to.
    pub fn thread(&self) -> Option<Thread> {
        self.extras.as_ref()?.thread
    }

    /// Whether it is a channel's post that came to the discussion group by itself.
    pub fn is_automatic(&self) -> bool {
        self.extras.as_ref().is_some_and(|extras| extras.is_automatic)
    }

    /// The bot that it is meant for.
    pub fn meant_for(&self) -> Option<AccountId> {
        self.extras.as_ref()?.meant_for
    }

    /// As it is now: later edits are other versions.
    pub fn current(&self) -> MessageVersion {
        MessageVersion(self.key, self.version)
    }

    /// The text as `viewer` sees it; `None` for service messages. The payload of a press on Start is for the bot only.
    pub fn text_for(&self, viewer: AccountId) -> Option<Text> {
        let hides_payload = match self.chat {
            ChatId::Private(..) => viewer == self.from,
            ChatId::Group(_) | ChatId::Channel(_) => self.meant_for() != Some(viewer),
        };
        self.content.text_for(hides_payload)
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
    pub fn origin(&self) -> Option<&Origin> {
        self.extras.as_ref()?.forward.as_ref()
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

    /// All reactions, by who set them.
    pub fn all_reactions(&self) -> &[(AccountId, Vec<Reaction>)] {
        self.extras.as_ref().map_or(&[], |extras| &extras.reactions)
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
