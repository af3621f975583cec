//! Every reason for which a command can be refused.

use crate::ids::{ChannelId, GroupKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why the world refuses a command.
///
/// Each gateway turns every variant into its protocol's error in one exhaustive `match`; a new refusal does not compile
/// until each gateway handles it. The error names in the docs are MTProto's, from the methods' pages on core.telegram.org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    // Who is addressed.
    /// No chat was named.
    ChatIdEmpty,
    /// The bot never saw that user, or the username is a person's, or not in use.
    ChatNotFound,
    /// The user never wrote to the bot (`PEER_ID_INVALID` for a user who has been seen).
    NeverStarted,
    /// The user blocked the sender (`USER_IS_BLOCKED`).
    BlockedByUser,
    /// The user's account is deleted (`INPUT_USER_DEACTIVATED`).
    UserDeactivated,
    /// Bots don't write to bots (`USER_IS_BOT`).
    PeerIsBot,
    /// The other bot does not exchange messages with bots (`USER_BOT_TO_BOT_DISABLED`).
    BotToBotDisabled,
    /// Nobody asked to join that chat, or it was decided already (`HIDE_REQUESTER_MISSING`).
    JoinRequestMissing,
    /// A private chat has no requests to join.
    ChatHasNoJoinRequests,
    /// The sender blocked the account that it writes to (`YOU_BLOCKED_USER`).
    YouBlockedUser,

    // Groups and channels.
    /// The actor was removed from that group or channel (`CHANNEL_PRIVATE`).
    RemovedFromChat(GroupKind),
    /// The actor is not in that group or channel (`CHANNEL_PRIVATE`).
    NotInChat(GroupKind),
    /// The group was deleted.
    GroupDeleted,
    /// The basic group is now that supergroup: only its history is left.
    GroupUpgraded(ChannelId),
    /// The actor lacks a right, or a permission that members may have (`CHAT_ADMIN_REQUIRED`).
    NotEnoughRights(GroupOperation),
    /// Only administrators post in a channel (`CHAT_WRITE_FORBIDDEN`).
    ChannelAdminRequired,
    /// The operation does not exist for that kind of chat.
    WrongChatKind(GroupOperation),
    /// The change changes nothing (`CHAT_NOT_MODIFIED`).
    ChatNotModified,
    /// The description is the present one (`CHAT_ABOUT_NOT_MODIFIED`).
    DescriptionNotModified,
    /// No title, or over 128 characters (`CHAT_TITLE_EMPTY`).
    TitleInvalid,
    /// Over 255 characters (`CHAT_ABOUT_TOO_LONG`).
    DescriptionTooLong,
    /// Nobody may do that to the owner (`USER_ADMIN_INVALID`).
    TargetIsOwner(GroupOperation),
    /// Another administrator, whom the actor may not change (`USER_ADMIN_INVALID`).
    TargetIsAdministrator,
    /// Nobody may do that to itself.
    TargetIsSelf(GroupOperation),
    /// The target is no administrator.
    TargetNotAdministrator,
    /// The target is not in the chat (`USER_NOT_PARTICIPANT`).
    TargetNotInChat,
    /// An account that the actor has never met (`PARTICIPANT_ID_INVALID`).
    TargetUnknown,
    /// The target is in the chat already (`USER_ALREADY_PARTICIPANT`).
    TargetInChat,
    /// The target was banned from the chat (`USER_KICKED`).
    TargetBanned,
    /// An administrator can't give rights that it lacks (`RIGHT_FORBIDDEN`).
    RightForbidden,
    /// The title of an administrator is too long or has emoji (`ADMIN_RANK_INVALID`).
    CustomTitleInvalid,
    /// Over the limit of members (`USERS_TOO_MUCH`).
    MembersTooMany,
    /// Over the limit of bots (`BOTS_TOO_MUCH`).
    BotsTooMany,
    /// Over the limit of administrators (`ADMINS_TOO_MUCH`).
    AdministratorsTooMany,
    /// The bot's owner forbids adding it to groups (`BOT_GROUPS_BLOCKED`).
    BotCantJoinGroups,
    /// Bots are in channels as administrators only (`USER_BOT`).
    BotMustBeAdministrator,
    /// Bots can't join or add anybody themselves (`BOT_METHOD_INVALID`).
    BotsCantJoin,
    /// The member list is for administrators (`CHAT_ADMIN_REQUIRED`).
    MembersHidden,
    /// Wait so many seconds between two messages (`SLOWMODE_WAIT_X`).
    SlowMode(u32),
    /// A chat's id is taken or out of range.
    ChatIdUnavailable,

    // Invite links.
    /// No chat has that link (`INVITE_HASH_INVALID`).
    InviteLinkInvalid,
    /// The link was revoked, is over or used up (`INVITE_HASH_EXPIRED`).
    InviteLinkExpired,
    /// The link's options contradict each other or are out of range.
    InviteLinkOptions(InviteFault),
    /// The account asked to join, and waits (`INVITE_REQUEST_SENT`).
    JoinRequestSent,
    /// Too many ask, or too many links.
    InvitesTooMany,

    // Topics.
    /// The supergroup has no topics (`CHANNEL_FORUM_MISSING`).
    NotAForum,
    /// No such topic (`TOPIC_ID_INVALID`).
    TopicNotFound,
    /// There is no topic with that id to write in (`TOPIC_DELETED`).
    ThreadNotFound,
    /// A chat in whose name the actor may not write there (`SEND_AS_PEER_INVALID`).
    SendAsInvalid,
    /// Only administrators write in a closed topic (`TOPIC_CLOSED`).
    TopicClosed,
    /// The edit changes nothing (`TOPIC_NOT_MODIFIED`).
    TopicNotModified,
    /// No name, or over 128 characters (`TOPIC_TITLE_EMPTY`).
    TopicNameInvalid,
    /// Not one of the colours that exist.
    TopicColorInvalid,

    // Messages.
    /// The message does not exist for that side; the operation completes "message to … not found".
    MessageNotFound(MessageOperation),
    /// Nothing is left of the text (`MESSAGE_EMPTY`).
    TextEmpty,
    /// Over [`crate::text::MAX_LENGTH`] characters (`MESSAGE_TOO_LONG`).
    TextTooLong,
    /// The entities don't fit the text.
    EntitiesInvalid(EntityFault),
    /// The edit changes nothing (`MESSAGE_NOT_MODIFIED`).
    MessageNotModified,
    /// Not this side's message, or not of a kind that can be edited (`MESSAGE_AUTHOR_REQUIRED`).
    MessageCantBeEdited,
    /// A message that this side may not delete for both (`MESSAGE_DELETE_FORBIDDEN`).
    MessageCantBeDeleted,
    /// Service messages can't be forwarded or copied.
    MessageCantBeForwarded,
    /// Protected content can't be forwarded or copied (`CHAT_FORWARDS_RESTRICTED`).
    ContentProtected,
    /// The quote is not part of the message that is replied to (`QUOTE_TEXT_INVALID`).
    QuoteInvalid,
    /// Not one of the reactions that exist (`REACTION_INVALID`).
    ReactionInvalid,
    /// More reactions than this account may set (`REACTIONS_TOO_MANY`).
    ReactionsTooMany,
    /// Callback data must have 1 to 64 bytes (`BUTTON_DATA_INVALID`).
    ButtonDataInvalid,
    /// A button's URL is malformed (`BUTTON_URL_INVALID`); holds the URL.
    ButtonUrlInvalid(String),
    /// A button without text.
    ButtonTextEmpty(ButtonKind),
    /// Over the limit of buttons (`REPLY_MARKUP_TOO_LONG`).
    ReplyMarkupTooLong,
    /// The button doesn't exist, or cannot be pressed that way (`DATA_INVALID`).
    ButtonNotFound,

    // Queries.
    /// The query is too old, or was never asked (`QUERY_ID_INVALID`).
    QueryInvalid,
    /// The answer's text is over 200 characters (`MESSAGE_TOO_LONG`).
    AnswerTooLong,
    /// The answer's URL is not one that a bot may open (`URL_INVALID`).
    AnswerUrlInvalid,

    // Deep links.
    /// The link does not lead to a bot.
    LinkInvalid,
    /// `START_PARAM_INVALID`: the payload has characters outside of `A-Z a-z 0-9 _ -`.
    StartParamInvalid,
    /// `START_PARAM_TOO_LONG`: the payload has over 64 characters.
    StartParamTooLong,

    // A bot's own settings.
    /// Neither empty nor two lower-case letters.
    LanguageCodeInvalid,
    /// A command is malformed.
    CommandInvalid(CommandFault),
    /// A name, description or short description is too long; says which.
    BotTextTooLong(BotTextKind),
    /// The menu button is malformed (`BUTTON_INVALID`).
    MenuButtonInvalid,
    /// `getUpdates` while a webhook is set.
    WebhookActive,

    // Accounts.
    /// No such user.
    UserNotFound,
    /// No such bot.
    BotNotFound,
    /// The id is taken, or outside of 1 to 2^40 - 1.
    AccountIdUnavailable,
    /// `USERNAME_OCCUPIED`.
    UsernameOccupied,
    /// `USERNAME_INVALID`: 5 to 32 Latin letters, digits and underscores; a bot's ends in `bot`.
    UsernameInvalid,
    /// `FIRSTNAME_INVALID`: a first name has 1 to 64 characters, a last name at most 64.
    NameInvalid,
    /// `PHONE_NUMBER_INVALID`: 5 to 15 digits.
    PhoneNumberInvalid,
    /// Another account has that phone number (`PHONE_NUMBER_OCCUPIED`).
    PhoneNumberOccupied,
    /// `PHONE_CODE_EMPTY`.
    PhoneCodeEmpty,
    /// `PHONE_CODE_INVALID`.
    PhoneCodeInvalid,
    /// `PHONE_CODE_EXPIRED`: never sent, or too long ago.
    PhoneCodeExpired,
    /// The token's form is wrong, or its id is another bot's.
    TokenInvalid,

    // Speed.
    /// `FLOOD_WAIT_X`: too fast; whole seconds to wait, at least 1.
    FloodWait(u32),
}

/// What a message was looked up for: completes Telegram's "message to … not found".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageOperation {
    /// "message to edit"
    Edit,
    /// "message to delete"
    Delete,
    /// "message to forward"
    Forward,
    /// "message to copy"
    Copy,
    /// "message to be replied"
    Reply,
    /// "message to react"
    React,
    /// "message to pin"
    Pin,
    /// "message to unpin"
    Unpin,
    /// A button press.
    Press,
}

/// What an actor wanted to do to a group or channel: completes "not enough rights to …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupOperation {
    /// Send a text.
    SendText,
    /// Add accounts, or let them join.
    Invite,
    /// Ban, unban or restrict.
    Restrict,
    /// Remove a member for good.
    Ban,
    /// Allow a banned account to come back.
    Unban,
    /// Make, change or remove administrators.
    Promote,
    /// Give an administrator a title.
    SetCustomTitle,
    /// Change what all members may do.
    SetPermissions,
    /// Change the title.
    SetTitle,
    /// Change the photo.
    SetPhoto,
    /// Change the description.
    SetDescription,
    /// Change the username.
    SetUsername,
    /// Change another setting.
    ChangeInfo,
    /// Pin or unpin.
    Pin,
    /// Delete the messages of others.
    Delete,
    /// Edit posts.
    EditPost,
    /// Make, edit or revoke invite links.
    ManageInviteLink,
    /// Approve or decline.
    ManageJoinRequests,
    /// Make a topic.
    CreateTopic,
    /// Change a topic.
    EditTopic,
    /// Delete a topic.
    DeleteTopic,
    /// Close or open a topic, or hide General.
    CloseTopic,
    /// Ban a chat that writes.
    BanSenderChat,
    /// Leave.
    Leave,
    /// List members or administrators.
    ListMembers,
    /// Set reactions.
    React,
}

/// What is wrong with the options of an invite link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteFault {
    /// Over 32 characters (`INVITE_LINK_NAME_TOO_LONG`).
    Name,
    /// In the past, or too far away (`EXPIRE_DATE_INVALID`).
    ExpireDate,
    /// Not 0 to 99999 (`USAGE_LIMIT_INVALID`).
    Limit,
    /// A limit of members, and a request to join.
    LimitWithApproval,
    /// The primary link can't be changed (`CHAT_INVITE_PERMANENT`).
    Primary,
    /// Another administrator's.
    NotOwn,
    /// Revoked already (`INVITE_HASH_EXPIRED`).
    Revoked,
    /// The price or the period of a subscription is out of range, or the chat is no channel.
    Subscription,
}

/// How entities fail to fit their text: TDLib's checks. Offsets and lengths count UTF-16 code units, bytes are UTF-8's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityFault {
    /// The offset is far out of range.
    Offset(u32),
    /// The length is far out of range.
    Length(u32),
    /// It begins between the two halves of a surrogate pair; the byte offset of the next symbol.
    BeginsInsideSymbol { byte: usize },
    /// It begins at the end of the text or after it.
    BeginsAfterEnd { offset: u32 },
    /// It ends between the two halves of a surrogate pair.
    EndsInsideSymbol { offset: u32, byte: usize },
    /// It ends after the end of the text.
    EndsAfterEnd { offset: u32, end: u32 },
}

/// Which kind of button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonKind {
    /// Of a custom keyboard.
    Keyboard,
    /// Under a message.
    Inline,
}

/// Which of a bot's own texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BotTextKind {
    /// Its name.
    Name,
    /// "What can this bot do?": shown while the chat is empty.
    Description,
    /// "About": on the profile page and with shared links.
    ShortDescription,
    /// The site on which people log in by it; set through BotFather only.
    Domain,
    /// Shown to users who type the bot's username for inline mode; set through BotFather only.
    InlinePlaceholder,
}

impl BotTextKind {
    /// The number of characters that it may have.
    pub fn limit(self) -> usize {
        match self {
            Self::Name | Self::InlinePlaceholder => 64,
            Self::Description => 512,
            Self::ShortDescription => 120,
            Self::Domain => 253,
        }
    }
}

/// What is wrong with a bot command (TDLib's checks, then the server's).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandFault {
    /// No command.
    Empty,
    /// Over 32 characters.
    TooLong,
    /// No description.
    DescriptionEmpty,
    /// Description over 256 characters.
    DescriptionTooLong,
    /// Characters outside of `a-z 0-9 _` (`BOT_COMMAND_INVALID`).
    Characters,
    /// Over 100 commands (`BOT_COMMANDS_TOO_MUCH`).
    TooMany,
}

impl fmt::Display for Refusal {
    /// For logs and tests; each gateway words what its clients see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Refusal {}
