//! The Bot API's error code and text for every refusal, in one exhaustive `match`.

use crate::answer::ApiError;
use crate::group_words;
use parlor_host::Failure;
use parlor_world::refusal::{BotTextKind, ButtonKind, CommandFault, EntityFault, MessageOperation};
use parlor_world::{ChatId, Refusal};

/// The kind of method. The official server uses different texts for some errors when a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// Methods that send messages: sendMessage, forwardMessage, copyMessage and similar ones.
    Send,
    /// promoteChatMember.
    Promote,
    /// All other methods.
    Other,
}

/// Returns the error for a command that the host did not execute.
pub(crate) fn failed(failure: Failure, call: Call) -> ApiError {
    match failure {
        Failure::Refused(refusal) => refused(refusal, call),
        Failure::Stopped => stopped(),
    }
}

/// Returns the error of requests that are handled while the server stops.
pub(crate) fn stopped() -> ApiError {
    ApiError::internal("restart")
}

/// Returns the error for a refusal.
pub(crate) fn refused(refusal: Refusal, call: Call) -> ApiError {
    ApiError { refusal: Some(refusal.clone()), ..encode(refusal, call) }
}

fn encode(refusal: Refusal, call: Call) -> ApiError {
    let bad = ApiError::bad_request;
    match refusal {
        Refusal::ChatIdEmpty => bad("chat_id is empty"),
        Refusal::ChatNotFound | Refusal::UserNotFound => bad("chat not found"),
        Refusal::NeverStarted => match call {
            Call::Send => ApiError::forbidden("bot can't initiate conversation with a user"),
            Call::Promote | Call::Other => bad("PEER_ID_INVALID"),
        },
        Refusal::BlockedByUser => ApiError::forbidden("bot was blocked by the user"),
        Refusal::UserDeactivated => ApiError::forbidden("user is deactivated"),
        Refusal::BotToBotDisabled => bad("USER_BOT_TO_BOT_DISABLED"),
        Refusal::PeerIsBot => match call {
            Call::Send => ApiError::forbidden("the bot can't send messages to the bot"),
            Call::Promote | Call::Other => bad("USER_IS_BOT"),
        },
        Refusal::JoinRequestMissing => bad("HIDE_REQUESTER_MISSING"),
        Refusal::ChatHasNoJoinRequests => bad("the chat can't have join requests"),
        Refusal::YouBlockedUser => bad("YOU_BLOCKED_USER"),

        Refusal::RemovedFromChat(kind) => {
            ApiError::forbidden(&format!("bot was kicked from the {} chat", group_words::kind(kind)))
        }
        Refusal::NotInChat(kind) => {
            ApiError::forbidden(&format!("bot is not a member of the {} chat", group_words::kind(kind)))
        }
        Refusal::GroupDeleted => ApiError::forbidden("the group chat was deleted"),
        Refusal::GroupUpgraded(to) => ApiError::upgraded(ChatId::Channel(to)),
        Refusal::NotEnoughRights(operation) => bad(group_words::not_enough_rights(operation)),
        Refusal::ChannelAdminRequired => bad("need administrator rights in the channel chat"),
        Refusal::WrongChatKind(operation) => bad(group_words::wrong_kind(operation)),
        Refusal::ChatNotModified => bad("CHAT_NOT_MODIFIED"),
        Refusal::DescriptionNotModified => bad("chat description is not modified"),
        Refusal::TitleInvalid => bad("title must be non-empty"),
        Refusal::DescriptionTooLong => bad("CHAT_ABOUT_TOO_LONG"),
        Refusal::TargetIsOwner(operation) => bad(group_words::owner(operation)),
        Refusal::TargetIsAdministrator => match call {
            // The official server says it of bans and restrictions only.
            Call::Promote => bad("CHAT_ADMIN_REQUIRED"),
            Call::Send | Call::Other => bad("user is an administrator of the chat"),
        },
        Refusal::TargetIsSelf(operation) => bad(group_words::oneself(operation)),
        Refusal::TargetNotAdministrator => bad("user is not an administrator"),
        Refusal::TargetNotInChat => match call {
            // Bots can't add anybody, and to promote a stranger is to add one.
            Call::Promote => bad("USER_NOT_MUTUAL_CONTACT"),
            Call::Send | Call::Other => bad("USER_NOT_PARTICIPANT"),
        },
        Refusal::TargetUnknown => bad("PARTICIPANT_ID_INVALID"),
        Refusal::TargetInChat => bad("USER_ALREADY_PARTICIPANT"),
        Refusal::TargetBanned => bad("USER_KICKED"),
        Refusal::RightForbidden => bad("RIGHT_FORBIDDEN"),
        Refusal::CustomTitleInvalid => bad("CUSTOM_TITLE_INVALID"),
        Refusal::MembersTooMany => bad("USERS_TOO_MUCH"),
        Refusal::BotsTooMany => bad("BOTS_TOO_MUCH"),
        Refusal::AdministratorsTooMany => bad("ADMINS_TOO_MUCH"),
        Refusal::BotCantJoinGroups => bad("BOT_GROUPS_BLOCKED"),
        Refusal::BotMustBeAdministrator => bad("USER_BOT"),
        Refusal::BotsCantJoin => bad("BOT_METHOD_INVALID"),
        Refusal::MembersHidden => bad("member list is inaccessible"),
        Refusal::SlowMode(seconds) | Refusal::FloodWait(seconds) => ApiError::flood_wait(seconds),
        Refusal::ChatIdUnavailable => bad("CHAT_ID_INVALID"),
        Refusal::SendAsInvalid => bad("SEND_AS_PEER_INVALID"),

        Refusal::InviteLinkInvalid => bad("INVITE_HASH_INVALID"),
        Refusal::InviteLinkExpired => bad("INVITE_HASH_EXPIRED"),
        Refusal::InviteLinkOptions(fault) => bad(group_words::invite_fault(fault)),
        Refusal::JoinRequestSent => bad("INVITE_REQUEST_SENT"),
        Refusal::InvitesTooMany => bad("INVITES_TOO_MUCH"),

        Refusal::NotAForum => bad("the chat is not a forum"),
        Refusal::TopicNotFound => bad("TOPIC_ID_INVALID"),
        Refusal::ThreadNotFound => bad("message thread not found"),
        Refusal::TopicClosed => bad("TOPIC_CLOSED"),
        Refusal::TopicNotModified => bad("TOPIC_NOT_MODIFIED"),
        Refusal::TopicNameInvalid => bad("name must be non-empty"),
        Refusal::TopicColorInvalid => bad("invalid icon color specified"),

        Refusal::MessageNotFound(MessageOperation::Press) => bad("MESSAGE_ID_INVALID"),
        Refusal::MessageNotFound(operation) => {
            bad(&format!("message to {} not found", operation_name(operation)))
        }
        Refusal::TextEmpty => bad("text must be non-empty"),
        Refusal::TextTooLong => match call {
            Call::Send => bad("message is too long"),
            Call::Promote | Call::Other => bad("MESSAGE_TOO_LONG"),
        },
        Refusal::EntitiesInvalid(fault) => bad(&entity_fault(fault)),
        Refusal::MessageNotModified => bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a \
             current content and reply markup of the message",
        ),
        Refusal::MessageCantBeEdited => bad("message can't be edited"),
        Refusal::MessageCantBeDeleted => bad("message can't be deleted for everyone"),
        Refusal::MessageCantBeForwarded => bad("the message can't be forwarded"),
        Refusal::ContentProtected => bad("message has protected content and can't be forwarded"),
        Refusal::QuoteInvalid => bad("QUOTE_TEXT_INVALID"),
        Refusal::ReactionInvalid => bad("REACTION_INVALID"),
        Refusal::ReactionsTooMany => bad("REACTIONS_TOO_MANY"),
        Refusal::ButtonDataInvalid => bad("BUTTON_DATA_INVALID"),
        Refusal::ButtonUrlInvalid(url) => {
            bad(&format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"))
        }
        Refusal::ButtonTextEmpty(ButtonKind::Keyboard) => bad("Keyboard button text must be non-empty"),
        Refusal::ButtonTextEmpty(ButtonKind::Inline) => bad("Inline keyboard button text must be non-empty"),
        Refusal::ReplyMarkupTooLong => bad("reply markup is too long"),
        Refusal::ButtonNotFound => bad("DATA_INVALID"),

        Refusal::QueryInvalid => bad("query is too old and response timeout expired or query ID is invalid"),
        Refusal::AnswerTooLong => bad("MESSAGE_TOO_LONG"),
        Refusal::AnswerUrlInvalid => bad("URL_INVALID"),

        Refusal::LinkInvalid => bad("URL_INVALID"),
        Refusal::StartParamInvalid => bad("START_PARAM_INVALID"),
        Refusal::StartParamTooLong => bad("START_PARAM_TOO_LONG"),

        Refusal::LanguageCodeInvalid => bad("Invalid language code specified"),
        Refusal::CommandInvalid(fault) => bad(command_fault(fault)),
        Refusal::BotTextTooLong(kind) => bad(match kind {
            BotTextKind::Name => "BOT_TITLE_INVALID",
            BotTextKind::Description => "BOT_DESCRIPTION_INVALID",
            BotTextKind::ShortDescription => "BOT_ABOUT_INVALID",
            // Only BotFather sets these.
            BotTextKind::Domain => "BOT_DOMAIN_INVALID",
            BotTextKind::InlinePlaceholder => "BOT_INLINE_INVALID",
        }),
        Refusal::MenuButtonInvalid => bad("BUTTON_INVALID"),
        Refusal::WebhookActive => ApiError::conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ),

        Refusal::BotNotFound | Refusal::TokenInvalid => ApiError::unauthorized(),
        Refusal::AccountIdUnavailable => bad("USER_ID_INVALID"),
        Refusal::UsernameOccupied => bad("USERNAME_OCCUPIED"),
        Refusal::UsernameInvalid => bad("USERNAME_INVALID"),
        Refusal::NameInvalid => bad("FIRSTNAME_INVALID"),
        Refusal::PhoneNumberInvalid => bad("PHONE_NUMBER_INVALID"),
        Refusal::PhoneNumberOccupied => bad("PHONE_NUMBER_OCCUPIED"),
        Refusal::PhoneCodeEmpty => bad("PHONE_CODE_EMPTY"),
        Refusal::PhoneCodeInvalid => bad("PHONE_CODE_INVALID"),
        Refusal::PhoneCodeExpired => bad("PHONE_CODE_EXPIRED"),
    }
}

fn operation_name(operation: MessageOperation) -> &'static str {
    match operation {
        MessageOperation::Edit => "edit",
        MessageOperation::Delete => "delete",
        MessageOperation::Forward => "forward",
        MessageOperation::Copy => "copy",
        MessageOperation::Reply => "be replied",
        MessageOperation::React => "react",
        MessageOperation::Pin => "pin",
        MessageOperation::Unpin => "unpin",
        MessageOperation::Press => "press",
    }
}

fn command_fault(fault: CommandFault) -> &'static str {
    match fault {
        CommandFault::Empty => "Command must be non-empty",
        CommandFault::TooLong => "Command length must not exceed 32",
        CommandFault::DescriptionEmpty => "Command description must be non-empty",
        CommandFault::DescriptionTooLong => "Command description length must not exceed 256",
        CommandFault::Characters => "BOT_COMMAND_INVALID",
        CommandFault::TooMany => "BOT_COMMANDS_TOO_MUCH",
    }
}

/// Returns TDLib's text for an invalid entity.
fn entity_fault(fault: EntityFault) -> String {
    match fault {
        EntityFault::Offset(offset) => format!("Receive an entity with incorrect offset {offset}"),
        EntityFault::Length(length) => format!("Receive an entity with incorrect length {length}"),
        EntityFault::BeginsInsideSymbol { byte } => {
            format!("Entity begins in a middle of a UTF-16 symbol at byte offset {byte}")
        }
        EntityFault::BeginsAfterEnd { offset } => {
            format!("Entity begins after the end of the text at UTF-16 offset {offset}")
        }
        EntityFault::EndsInsideSymbol { offset, byte } => format!(
            "Entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at byte offset {byte}"
        ),
        EntityFault::EndsAfterEnd { offset, end } => format!(
            "Entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
        ),
    }
}
