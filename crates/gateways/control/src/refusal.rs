//! The control API's problem for every refusal, in one exhaustive `match`. The codes are MTProto's where MTProto has one.

use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Failure;
use parlor_world::Refusal;
use parlor_world::refusal::{ButtonKind, EntityFault, MessageOperation};

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => problem(refusal),
            Failure::Stopped => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "STOPPED", "this world has stopped")
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        problem(refusal)
    }
}

pub(crate) fn problem(refusal: Refusal) -> Problem {
    use StatusCode as S;
    let (status, code, detail) = match refusal {
        Refusal::ChatIdEmpty => (S::BAD_REQUEST, "PEER_ID_INVALID", "no chat was given".to_owned()),
        Refusal::ChatNotFound => (S::NOT_FOUND, "PEER_ID_INVALID", "the bot knows no such chat".to_owned()),
        Refusal::NeverStarted => {
            (S::FORBIDDEN, "PEER_ID_INVALID", "the user never wrote to the bot".to_owned())
        }
        Refusal::BlockedByUser => (S::FORBIDDEN, "USER_IS_BLOCKED", "the user blocked the sender".to_owned()),
        Refusal::UserDeactivated => {
            (S::FORBIDDEN, "INPUT_USER_DEACTIVATED", "the user's account is deleted".to_owned())
        }
        Refusal::PeerIsBot => (S::FORBIDDEN, "USER_IS_BOT", "bots don't write to bots".to_owned()),
        Refusal::JoinRequestMissing => {
            (S::NOT_FOUND, "HIDE_REQUESTER_MISSING", "there is no open request to join that chat".to_owned())
        }
        Refusal::ChatHasNoJoinRequests => {
            (S::BAD_REQUEST, "CHAT_HAS_NO_JOIN_REQUESTS", "a private chat has no requests to join".to_owned())
        }
        Refusal::ChatNotServed => (
            S::BAD_REQUEST,
            "CHAT_NOT_SERVED",
            "groups and channels are not served; see docs/coverage.md".to_owned(),
        ),
        Refusal::YouBlockedUser => {
            (S::FORBIDDEN, "YOU_BLOCKED_USER", "the user blocked that account; unblock it first".to_owned())
        }
        Refusal::MessageNotFound(operation) => {
            (S::NOT_FOUND, "MESSAGE_ID_INVALID", format!("there is no such message to {}", verb(operation)))
        }
        Refusal::TextEmpty => (S::BAD_REQUEST, "MESSAGE_EMPTY", "nothing is left of the text".to_owned()),
        Refusal::TextTooLong => {
            (S::BAD_REQUEST, "MESSAGE_TOO_LONG", "a text has at most 4096 characters".to_owned())
        }
        Refusal::EntitiesInvalid(fault) => (S::BAD_REQUEST, "ENTITY_BOUNDS_INVALID", entity_fault(fault)),
        Refusal::MessageNotModified => {
            (S::BAD_REQUEST, "MESSAGE_NOT_MODIFIED", "the edit changes nothing".to_owned())
        }
        Refusal::MessageCantBeEdited => {
            (S::FORBIDDEN, "MESSAGE_AUTHOR_REQUIRED", "only the sender can edit, and only texts".to_owned())
        }
        Refusal::MessageCantBeDeleted => (
            S::FORBIDDEN,
            "MESSAGE_DELETE_FORBIDDEN",
            "the message is too old to be deleted for both".to_owned(),
        ),
        Refusal::MessageCantBeForwarded => {
            (S::BAD_REQUEST, "MESSAGE_ID_INVALID", "service messages can't be forwarded".to_owned())
        }
        Refusal::ContentProtected => {
            (S::FORBIDDEN, "CHAT_FORWARDS_RESTRICTED", "the content is protected".to_owned())
        }
        Refusal::QuoteInvalid => {
            (S::BAD_REQUEST, "QUOTE_TEXT_INVALID", "the quote is not part of the message".to_owned())
        }
        Refusal::ReactionInvalid => {
            (S::BAD_REQUEST, "REACTION_INVALID", "there is no such reaction".to_owned())
        }
        Refusal::ReactionsTooMany => {
            (S::BAD_REQUEST, "REACTIONS_TOO_MANY", "one reaction at most".to_owned())
        }
        Refusal::ButtonDataInvalid => {
            (S::BAD_REQUEST, "BUTTON_DATA_INVALID", "data has 1 to 64 bytes".to_owned())
        }
        Refusal::ButtonUrlInvalid(url) => {
            (S::BAD_REQUEST, "BUTTON_URL_INVALID", format!("{url:?} is no link"))
        }
        Refusal::ButtonTextEmpty(ButtonKind::Keyboard) => {
            (S::BAD_REQUEST, "BUTTON_TEXT_INVALID", "a keyboard button without a text".to_owned())
        }
        Refusal::ButtonTextEmpty(ButtonKind::Inline) => {
            (S::BAD_REQUEST, "BUTTON_TEXT_INVALID", "an inline keyboard button without a text".to_owned())
        }
        Refusal::ReplyMarkupTooLong => {
            (S::BAD_REQUEST, "REPLY_MARKUP_TOO_LONG", "too many buttons".to_owned())
        }
        Refusal::ButtonNotFound => (S::NOT_FOUND, "DATA_INVALID", "there is no such button".to_owned()),
        Refusal::QueryInvalid => {
            (S::BAD_REQUEST, "QUERY_ID_INVALID", "the query is too old or unknown".to_owned())
        }
        Refusal::AnswerTooLong => (S::BAD_REQUEST, "MESSAGE_TOO_LONG", "at most 200 characters".to_owned()),
        Refusal::AnswerUrlInvalid => {
            (S::BAD_REQUEST, "URL_INVALID", "a bot may not open that URL".to_owned())
        }
        Refusal::LinkInvalid => (S::BAD_REQUEST, "URL_INVALID", "that is no link to a bot".to_owned()),
        Refusal::StartParamInvalid => {
            (S::BAD_REQUEST, "START_PARAM_INVALID", "a payload has only A-Z a-z 0-9 _ and -".to_owned())
        }
        Refusal::StartParamTooLong => {
            (S::BAD_REQUEST, "START_PARAM_TOO_LONG", "a payload has at most 64 characters".to_owned())
        }
        Refusal::LanguageCodeInvalid => {
            (S::BAD_REQUEST, "LANG_CODE_INVALID", "two lower-case letters".to_owned())
        }
        Refusal::CommandInvalid(fault) => (S::BAD_REQUEST, "BOT_COMMAND_INVALID", format!("{fault:?}")),
        Refusal::BotTextTooLong(kind) => {
            (S::BAD_REQUEST, "BOT_TEXT_TOO_LONG", format!("{kind:?} has at most {} characters", kind.limit()))
        }
        Refusal::MenuButtonInvalid => (S::BAD_REQUEST, "BUTTON_INVALID", "text and https address".to_owned()),
        Refusal::WebhookActive => (S::CONFLICT, "WEBHOOK_ACTIVE", "a webhook is set".to_owned()),
        Refusal::UserNotFound => (S::NOT_FOUND, "USER_NOT_FOUND", "there is no such user".to_owned()),
        Refusal::BotNotFound => (S::NOT_FOUND, "BOT_NOT_FOUND", "there is no such bot".to_owned()),
        Refusal::AccountIdUnavailable => {
            (S::CONFLICT, "ID_UNAVAILABLE", "the id is taken, or not within 1 to 2^40 - 1".to_owned())
        }
        Refusal::UsernameOccupied => (S::CONFLICT, "USERNAME_OCCUPIED", "the username is taken".to_owned()),
        Refusal::UsernameInvalid => (
            S::BAD_REQUEST,
            "USERNAME_INVALID",
            "5 to 32 Latin letters, digits and underscores, a letter first; a bot's ends in bot".to_owned(),
        ),
        Refusal::NameInvalid => {
            (S::BAD_REQUEST, "FIRSTNAME_INVALID", "a name has 1 to 64 characters".to_owned())
        }
        Refusal::PhoneNumberInvalid => {
            (S::BAD_REQUEST, "PHONE_NUMBER_INVALID", "a phone number has 5 to 15 digits".to_owned())
        }
        Refusal::PhoneNumberOccupied => {
            (S::CONFLICT, "PHONE_NUMBER_OCCUPIED", "the phone number is taken".to_owned())
        }
        Refusal::PhoneCodeEmpty => (S::BAD_REQUEST, "PHONE_CODE_EMPTY", "there is no code".to_owned()),
        Refusal::PhoneCodeInvalid => {
            (S::BAD_REQUEST, "PHONE_CODE_INVALID", "that is not the code".to_owned())
        }
        Refusal::PhoneCodeExpired => {
            (S::BAD_REQUEST, "PHONE_CODE_EXPIRED", "the code is too old, or was never sent".to_owned())
        }
        Refusal::TokenInvalid => (S::BAD_REQUEST, "TOKEN_INVALID", "a token is <id>:<secret>".to_owned()),
        Refusal::FloodWait(seconds) => {
            (S::TOO_MANY_REQUESTS, "FLOOD_WAIT", format!("too fast: wait {seconds} seconds"))
        }
    };
    Problem::new(status, code, detail)
}

fn verb(operation: MessageOperation) -> &'static str {
    match operation {
        MessageOperation::Edit => "edit",
        MessageOperation::Delete => "delete",
        MessageOperation::Forward => "forward",
        MessageOperation::Copy => "copy",
        MessageOperation::Reply => "reply to",
        MessageOperation::React => "react to",
        MessageOperation::Pin => "pin",
        MessageOperation::Unpin => "unpin",
        MessageOperation::Press => "press a button of",
    }
}

fn entity_fault(fault: EntityFault) -> String {
    match fault {
        EntityFault::Offset(offset) => format!("an entity's offset {offset} is out of range"),
        EntityFault::Length(length) => format!("an entity's length {length} is out of range"),
        EntityFault::BeginsInsideSymbol { .. } => "an entity begins inside a surrogate pair".to_owned(),
        EntityFault::BeginsAfterEnd { offset } => {
            format!("an entity begins at {offset}, which is not before the end of the text")
        }
        EntityFault::EndsInsideSymbol { offset, .. } => {
            format!("the entity at {offset} ends inside a surrogate pair")
        }
        EntityFault::EndsAfterEnd { offset, end } => {
            format!("the entity at {offset} ends at {end}, after the end of the text")
        }
    }
}
