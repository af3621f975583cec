//! The MTProto error of every refusal, in one exhaustive `match`. Names and codes are those of the methods' pages on
//! core.telegram.org.

use parlor_host::{Failure, NoRandomness};
use parlor_world::Refusal;
use parlor_world::ids::GroupKind;
use parlor_world::refusal::{BotTextKind, CommandFault, GroupOperation, InviteFault, MessageOperation};

/// `rpc_error`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RpcError {
    pub(crate) code: i32,
    pub(crate) message: String,
    /// The world's refusal that caused it, if any.
    pub(crate) refusal: Option<Refusal>,
    /// The name of the Telegram feature that Parlor does not serve, if that is the cause.
    pub(crate) not_served: Option<Box<str>>,
}

impl RpcError {
    pub(crate) fn new(code: i32, message: &str) -> Self {
        Self { code, message: message.to_owned(), refusal: None, not_served: None }
    }

    /// Creates the error for a Telegram feature that Parlor does not serve. It is a client error, because clients repeat a
    /// request after a server error.
    pub(crate) fn not_served(what: &str) -> Self {
        Self { not_served: Some(what.into()), ..Self::bad(&format!("NOT_SERVED_BY_PARLOR: {what}")) }
    }

    pub(crate) fn bad(message: &str) -> Self {
        Self::new(400, message)
    }
}

impl From<NoRandomness> for RpcError {
    fn from(_: NoRandomness) -> Self {
        Self::new(500, "NO_RANDOMNESS")
    }
}

impl From<Failure> for RpcError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Stopped => Self::new(500, "WORLD_STOPPED"),
        }
    }
}

impl From<Refusal> for RpcError {
    fn from(refusal: Refusal) -> Self {
        Self { refusal: Some(refusal.clone()), ..encode(refusal) }
    }
}

fn encode(refusal: Refusal) -> RpcError {
    let (code, message) = match refusal {
        Refusal::ChatIdEmpty
        | Refusal::ChatNotFound
        | Refusal::NeverStarted
        | Refusal::ChatHasNoJoinRequests => (400, "PEER_ID_INVALID"),
        Refusal::RemovedFromChat(GroupKind::Basic)
        | Refusal::NotInChat(GroupKind::Basic)
        | Refusal::GroupUpgraded(_)
        | Refusal::ChannelAdminRequired => (403, "CHAT_WRITE_FORBIDDEN"),
        Refusal::RemovedFromChat(_) | Refusal::NotInChat(_) | Refusal::GroupDeleted => {
            (400, "CHANNEL_PRIVATE")
        }
        Refusal::NotEnoughRights(GroupOperation::SendText) => (403, "CHAT_SEND_PLAIN_FORBIDDEN"),
        Refusal::NotEnoughRights(GroupOperation::Delete) => (403, "MESSAGE_DELETE_FORBIDDEN"),
        Refusal::NotEnoughRights(_) | Refusal::MembersHidden => (400, "CHAT_ADMIN_REQUIRED"),
        Refusal::WrongChatKind(_) => (400, "PEER_ID_INVALID"),
        Refusal::ChatNotModified => (400, "CHAT_NOT_MODIFIED"),
        Refusal::DescriptionNotModified => (400, "CHAT_ABOUT_NOT_MODIFIED"),
        Refusal::TitleInvalid => (400, "CHAT_TITLE_EMPTY"),
        Refusal::DescriptionTooLong => (400, "CHAT_ABOUT_TOO_LONG"),
        Refusal::TargetIsOwner(GroupOperation::Leave | GroupOperation::Promote) => (400, "USER_CREATOR"),
        Refusal::TargetIsOwner(_) | Refusal::TargetIsAdministrator | Refusal::TargetNotAdministrator => {
            (400, "USER_ADMIN_INVALID")
        }
        Refusal::TargetIsSelf(_) => (400, "USER_ID_INVALID"),
        Refusal::TargetNotInChat => (400, "USER_NOT_PARTICIPANT"),
        Refusal::TargetUnknown => (400, "PARTICIPANT_ID_INVALID"),
        Refusal::TargetInChat => (400, "USER_ALREADY_PARTICIPANT"),
        Refusal::TargetBanned => (400, "USER_KICKED"),
        Refusal::RightForbidden => (403, "RIGHT_FORBIDDEN"),
        Refusal::CustomTitleInvalid => (400, "ADMIN_RANK_INVALID"),
        Refusal::MembersTooMany => (400, "USERS_TOO_MUCH"),
        Refusal::BotsTooMany => (400, "BOTS_TOO_MUCH"),
        Refusal::AdministratorsTooMany => (400, "ADMINS_TOO_MUCH"),
        Refusal::BotCantJoinGroups => (400, "BOT_GROUPS_BLOCKED"),
        Refusal::BotMustBeAdministrator => (400, "USER_BOT"),
        Refusal::BotsCantJoin => (400, "BOT_METHOD_INVALID"),
        Refusal::SlowMode(seconds) => return RpcError::new(420, &format!("SLOWMODE_WAIT_{seconds}")),
        Refusal::ChatIdUnavailable => (400, "CHAT_ID_INVALID"),
        Refusal::InviteLinkInvalid => (400, "INVITE_HASH_INVALID"),
        Refusal::InviteLinkExpired | Refusal::InviteLinkOptions(InviteFault::Revoked) => {
            (400, "INVITE_HASH_EXPIRED")
        }
        Refusal::InviteLinkOptions(InviteFault::Name) => (400, "INVITE_LINK_NAME_TOO_LONG"),
        Refusal::InviteLinkOptions(InviteFault::ExpireDate) => (400, "EXPIRE_DATE_INVALID"),
        Refusal::InviteLinkOptions(InviteFault::Limit | InviteFault::LimitWithApproval) => {
            (400, "USAGE_LIMIT_INVALID")
        }
        Refusal::InviteLinkOptions(InviteFault::Primary) => (400, "CHAT_INVITE_PERMANENT"),
        Refusal::InviteLinkOptions(InviteFault::NotOwn) => (403, "EDIT_BOT_INVITE_FORBIDDEN"),
        Refusal::InviteLinkOptions(InviteFault::Subscription) => (400, "PRICING_CHAT_INVALID"),
        Refusal::JoinRequestSent => (400, "INVITE_REQUEST_SENT"),
        Refusal::InvitesTooMany => (400, "INVITES_TOO_MUCH"),
        Refusal::NotAForum => (400, "CHANNEL_FORUM_MISSING"),
        Refusal::TopicNotFound => (400, "TOPIC_ID_INVALID"),
        Refusal::ThreadNotFound => (400, "TOPIC_DELETED"),
        Refusal::TopicClosed => (400, "TOPIC_CLOSED"),
        Refusal::SendAsInvalid => (400, "SEND_AS_PEER_INVALID"),
        Refusal::TopicNotModified => (400, "TOPIC_NOT_MODIFIED"),
        Refusal::TopicNameInvalid => (400, "TOPIC_TITLE_EMPTY"),
        Refusal::TopicColorInvalid => (400, "TOPIC_ICON_COLOR_INVALID"),
        Refusal::BlockedByUser => (403, "USER_IS_BLOCKED"),
        Refusal::UserDeactivated => (400, "INPUT_USER_DEACTIVATED"),
        Refusal::PeerIsBot => (400, "USER_IS_BOT"),
        Refusal::BotToBotDisabled => (403, "USER_BOT_TO_BOT_DISABLED"),
        Refusal::JoinRequestMissing => (400, "HIDE_REQUESTER_MISSING"),
        Refusal::YouBlockedUser => (400, "YOU_BLOCKED_USER"),
        Refusal::MessageNotFound(MessageOperation::Reply) => (400, "REPLY_MESSAGE_ID_INVALID"),
        Refusal::MessageNotFound(_) | Refusal::MessageCantBeForwarded => (400, "MESSAGE_ID_INVALID"),
        Refusal::TextEmpty => (400, "MESSAGE_EMPTY"),
        Refusal::TextTooLong | Refusal::AnswerTooLong => (400, "MESSAGE_TOO_LONG"),
        Refusal::EntitiesInvalid(_) => (400, "ENTITY_BOUNDS_INVALID"),
        Refusal::MessageNotModified => (400, "MESSAGE_NOT_MODIFIED"),
        Refusal::MessageCantBeEdited => (403, "MESSAGE_AUTHOR_REQUIRED"),
        Refusal::MessageCantBeDeleted => (403, "MESSAGE_DELETE_FORBIDDEN"),
        Refusal::ContentProtected => (400, "CHAT_FORWARDS_RESTRICTED"),
        Refusal::QuoteInvalid => (400, "QUOTE_TEXT_INVALID"),
        Refusal::ReactionInvalid => (400, "REACTION_INVALID"),
        Refusal::ReactionsTooMany => (400, "REACTIONS_TOO_MANY"),
        Refusal::ButtonDataInvalid => (400, "BUTTON_DATA_INVALID"),
        Refusal::ButtonUrlInvalid(_) => (400, "BUTTON_URL_INVALID"),
        Refusal::ButtonTextEmpty(_) => (400, "BUTTON_TEXT_INVALID"),
        Refusal::ReplyMarkupTooLong => (400, "REPLY_MARKUP_TOO_LONG"),
        Refusal::ButtonNotFound => (400, "DATA_INVALID"),
        Refusal::QueryInvalid => (400, "QUERY_ID_INVALID"),
        Refusal::AnswerUrlInvalid | Refusal::LinkInvalid => (400, "URL_INVALID"),
        Refusal::StartParamInvalid => (400, "START_PARAM_INVALID"),
        Refusal::StartParamTooLong => (400, "START_PARAM_TOO_LONG"),
        Refusal::LanguageCodeInvalid => (400, "LANG_CODE_INVALID"),
        Refusal::CommandInvalid(CommandFault::DescriptionEmpty | CommandFault::DescriptionTooLong) => {
            (400, "BOT_COMMAND_DESCRIPTION_INVALID")
        }
        Refusal::CommandInvalid(CommandFault::TooMany) => (400, "BOT_COMMANDS_TOO_MUCH"),
        Refusal::CommandInvalid(_) => (400, "BOT_COMMAND_INVALID"),
        Refusal::BotTextTooLong(BotTextKind::Name) => (400, "BOT_TITLE_INVALID"),
        Refusal::BotTextTooLong(BotTextKind::Description) => (400, "BOT_DESCRIPTION_INVALID"),
        Refusal::BotTextTooLong(BotTextKind::ShortDescription) => (400, "BOT_ABOUT_INVALID"),
        // No request of a bot can set these.
        Refusal::BotTextTooLong(BotTextKind::Domain) => (400, "BOT_DOMAIN_INVALID"),
        Refusal::BotTextTooLong(BotTextKind::InlinePlaceholder) => (400, "BOT_INLINE_INVALID"),
        Refusal::MenuButtonInvalid => (400, "BUTTON_INVALID"),
        Refusal::WebhookActive => (400, "WEBHOOK_ACTIVE"),
        Refusal::UserNotFound | Refusal::AccountIdUnavailable => (400, "USER_ID_INVALID"),
        Refusal::BotNotFound => (400, "BOT_INVALID"),
        Refusal::UsernameOccupied => (400, "USERNAME_OCCUPIED"),
        Refusal::UsernameInvalid => (400, "USERNAME_INVALID"),
        Refusal::NameInvalid => (400, "FIRSTNAME_INVALID"),
        Refusal::PhoneNumberInvalid => (400, "PHONE_NUMBER_INVALID"),
        Refusal::PhoneNumberOccupied => (400, "PHONE_NUMBER_OCCUPIED"),
        Refusal::PhoneCodeEmpty => (400, "PHONE_CODE_EMPTY"),
        Refusal::PhoneCodeInvalid => (400, "PHONE_CODE_INVALID"),
        Refusal::PhoneCodeExpired => (400, "PHONE_CODE_EXPIRED"),
        Refusal::TokenInvalid => (400, "ACCESS_TOKEN_INVALID"),
        Refusal::FloodWait(seconds) => return RpcError::new(420, &format!("FLOOD_WAIT_{seconds}")),
    };
    RpcError::new(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_names_and_codes_of_the_methods_pages() {
        for (refusal, code, message) in [
            (Refusal::ChatNotFound, 400, "PEER_ID_INVALID"),
            (Refusal::NeverStarted, 400, "PEER_ID_INVALID"),
            (Refusal::BlockedByUser, 403, "USER_IS_BLOCKED"),
            (Refusal::YouBlockedUser, 400, "YOU_BLOCKED_USER"),
            (Refusal::UserDeactivated, 400, "INPUT_USER_DEACTIVATED"),
            (Refusal::PeerIsBot, 400, "USER_IS_BOT"),
            (Refusal::MessageNotFound(MessageOperation::Reply), 400, "REPLY_MESSAGE_ID_INVALID"),
            (Refusal::MessageNotFound(MessageOperation::Pin), 400, "MESSAGE_ID_INVALID"),
            (Refusal::MessageNotModified, 400, "MESSAGE_NOT_MODIFIED"),
            (Refusal::MessageCantBeEdited, 403, "MESSAGE_AUTHOR_REQUIRED"),
            (Refusal::MessageCantBeDeleted, 403, "MESSAGE_DELETE_FORBIDDEN"),
            (Refusal::ContentProtected, 400, "CHAT_FORWARDS_RESTRICTED"),
            (Refusal::CommandInvalid(CommandFault::TooMany), 400, "BOT_COMMANDS_TOO_MUCH"),
            (Refusal::CommandInvalid(CommandFault::DescriptionEmpty), 400, "BOT_COMMAND_DESCRIPTION_INVALID"),
            (Refusal::CommandInvalid(CommandFault::Characters), 400, "BOT_COMMAND_INVALID"),
            (Refusal::BotTextTooLong(BotTextKind::ShortDescription), 400, "BOT_ABOUT_INVALID"),
            (Refusal::QueryInvalid, 400, "QUERY_ID_INVALID"),
            (Refusal::TokenInvalid, 400, "ACCESS_TOKEN_INVALID"),
            (Refusal::FloodWait(7), 420, "FLOOD_WAIT_7"),
        ] {
            let error = RpcError::from(refusal.clone());
            assert_eq!((error.code, error.message.as_str()), (code, message), "{refusal:?}");
            assert_eq!(error.refusal, Some(refusal));
        }
        assert_eq!(RpcError::from(Failure::Stopped), RpcError::new(500, "WORLD_STOPPED"));
        let not_served = RpcError::not_served("messages.sendMedia");
        assert_eq!(not_served.message, "NOT_SERVED_BY_PARLOR: messages.sendMedia");
        assert_eq!(not_served.not_served.as_deref(), Some("messages.sendMedia"));
    }
}
