//! The control API's problem for every refusal, in one exhaustive `match`. The codes are MTProto's where MTProto has one.

use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Failure;
use parlor_world::Refusal;
use parlor_world::ids::{BoxId, GroupKind};
use parlor_world::refusal::{ButtonKind, EntityFault, GroupOperation, InviteFault, MessageOperation};

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
        Refusal::BotToBotDisabled => (
            S::FORBIDDEN,
            "USER_BOT_TO_BOT_DISABLED",
            "the other bot does not exchange messages with bots".to_owned(),
        ),
        Refusal::PeerIsBot => (S::FORBIDDEN, "USER_IS_BOT", "bots don't write to bots".to_owned()),
        Refusal::JoinRequestMissing => {
            (S::NOT_FOUND, "HIDE_REQUESTER_MISSING", "there is no open request to join that chat".to_owned())
        }
        Refusal::ChatHasNoJoinRequests => {
            (S::BAD_REQUEST, "CHAT_HAS_NO_JOIN_REQUESTS", "a private chat has no requests to join".to_owned())
        }
        Refusal::RemovedFromChat(kind) => {
            (S::FORBIDDEN, "CHAT_FORBIDDEN", format!("the account was removed from the {}", noun(kind)))
        }
        Refusal::NotInChat(kind) => {
            (S::FORBIDDEN, "CHANNEL_PRIVATE", format!("the account is not in the {}", noun(kind)))
        }
        Refusal::GroupDeleted => (S::FORBIDDEN, "CHAT_DELETED", "the group was deleted".to_owned()),
        Refusal::GroupUpgraded(supergroup) => (
            S::BAD_REQUEST,
            "CHAT_UPGRADED",
            format!("the group is now the supergroup {}", BoxId::from(supergroup).0),
        ),
        Refusal::NotEnoughRights(operation) => {
            (S::FORBIDDEN, "CHAT_ADMIN_REQUIRED", format!("the account may not {}", group_verb(operation)))
        }
        Refusal::ChannelAdminRequired => {
            (S::FORBIDDEN, "CHAT_WRITE_FORBIDDEN", "only administrators post in a channel".to_owned())
        }
        Refusal::WrongChatKind(operation) => (
            S::BAD_REQUEST,
            "CHAT_KIND_INVALID",
            format!("nobody can {} in a chat of that kind", group_verb(operation)),
        ),
        Refusal::ChatNotModified => {
            (S::BAD_REQUEST, "CHAT_NOT_MODIFIED", "the change changes nothing".to_owned())
        }
        Refusal::DescriptionNotModified => {
            (S::BAD_REQUEST, "CHAT_ABOUT_NOT_MODIFIED", "the description is the present one".to_owned())
        }
        Refusal::TitleInvalid => {
            (S::BAD_REQUEST, "CHAT_TITLE_EMPTY", "a title has 1 to 128 characters".to_owned())
        }
        Refusal::DescriptionTooLong => {
            (S::BAD_REQUEST, "CHAT_ABOUT_TOO_LONG", "a description has at most 255 characters".to_owned())
        }
        Refusal::TargetIsOwner(operation) => (
            S::FORBIDDEN,
            "USER_CREATOR",
            format!("the account owns the chat: one can't {} here", group_verb(operation)),
        ),
        Refusal::TargetIsAdministrator => (
            S::FORBIDDEN,
            "USER_ADMIN_INVALID",
            "the account is an administrator whom another one appointed".to_owned(),
        ),
        Refusal::TargetIsSelf(operation) => (
            S::BAD_REQUEST,
            "USER_ID_INVALID",
            format!("nobody can {} with their own account", group_verb(operation)),
        ),
        Refusal::TargetNotAdministrator => {
            (S::BAD_REQUEST, "USER_NOT_ADMIN", "the account is no administrator".to_owned())
        }
        Refusal::TargetNotInChat => {
            (S::NOT_FOUND, "USER_NOT_PARTICIPANT", "the account is not in the chat".to_owned())
        }
        Refusal::TargetUnknown => {
            (S::NOT_FOUND, "PARTICIPANT_ID_INVALID", "the actor knows no such account".to_owned())
        }
        Refusal::TargetInChat => {
            (S::CONFLICT, "USER_ALREADY_PARTICIPANT", "the account is in the chat already".to_owned())
        }
        Refusal::TargetBanned => {
            (S::FORBIDDEN, "USER_KICKED", "the account was banned from the chat".to_owned())
        }
        Refusal::RightForbidden => {
            (S::FORBIDDEN, "RIGHT_FORBIDDEN", "nobody gives rights that they lack".to_owned())
        }
        Refusal::CustomTitleInvalid => (
            S::BAD_REQUEST,
            "ADMIN_RANK_INVALID",
            "a title has at most 16 characters, and no emoji".to_owned(),
        ),
        Refusal::MembersTooMany => {
            (S::BAD_REQUEST, "USERS_TOO_MUCH", "the chat has no room for more members".to_owned())
        }
        Refusal::BotsTooMany => {
            (S::BAD_REQUEST, "BOTS_TOO_MUCH", "the chat has no room for more bots".to_owned())
        }
        Refusal::AdministratorsTooMany => {
            (S::BAD_REQUEST, "ADMINS_TOO_MUCH", "the chat has no room for more administrators".to_owned())
        }
        Refusal::BotCantJoinGroups => {
            (S::FORBIDDEN, "BOT_GROUPS_BLOCKED", "the bot's owner forbids adding it to groups".to_owned())
        }
        Refusal::BotMustBeAdministrator => (
            S::BAD_REQUEST,
            "USER_BOT",
            "bots are in channels as administrators only: promote it instead".to_owned(),
        ),
        Refusal::BotsCantJoin => {
            (S::FORBIDDEN, "BOT_METHOD_INVALID", "bots neither join nor add anybody by themselves".to_owned())
        }
        Refusal::MembersHidden => {
            (S::FORBIDDEN, "MEMBERS_HIDDEN", "only administrators see the members".to_owned())
        }
        Refusal::SlowMode(seconds) => {
            (S::TOO_MANY_REQUESTS, "SLOWMODE_WAIT", format!("slow mode: wait {seconds} seconds"))
        }
        Refusal::ChatIdUnavailable => {
            (S::CONFLICT, "CHAT_ID_UNAVAILABLE", "the id is taken, or out of range".to_owned())
        }
        Refusal::InviteLinkInvalid => {
            (S::NOT_FOUND, "INVITE_HASH_INVALID", "no chat has that invite link".to_owned())
        }
        Refusal::InviteLinkExpired => (
            S::BAD_REQUEST,
            "INVITE_HASH_EXPIRED",
            "the invite link was revoked, has expired, or is used up".to_owned(),
        ),
        Refusal::InviteLinkOptions(fault) => invite_fault(fault),
        Refusal::JoinRequestSent => {
            (S::CONFLICT, "INVITE_REQUEST_SENT", "the account asked to join, and waits".to_owned())
        }
        Refusal::InvitesTooMany => {
            (S::BAD_REQUEST, "INVITES_TOO_MUCH", "the chat has no room for more of them".to_owned())
        }
        Refusal::NotAForum => (S::BAD_REQUEST, "CHANNEL_FORUM_MISSING", "the chat has no topics".to_owned()),
        Refusal::TopicNotFound | Refusal::ThreadNotFound => {
            (S::NOT_FOUND, "TOPIC_ID_INVALID", "there is no such topic".to_owned())
        }
        Refusal::TopicClosed => {
            (S::FORBIDDEN, "TOPIC_CLOSED", "only administrators write in a closed topic".to_owned())
        }
        Refusal::TopicNotModified => {
            (S::BAD_REQUEST, "TOPIC_NOT_MODIFIED", "the change changes nothing".to_owned())
        }
        Refusal::TopicNameInvalid => {
            (S::BAD_REQUEST, "TOPIC_TITLE_EMPTY", "a topic's name has 1 to 128 characters".to_owned())
        }
        Refusal::TopicColorInvalid => {
            (S::BAD_REQUEST, "TOPIC_COLOR_INVALID", "there is no such colour of icons".to_owned())
        }
        Refusal::SendAsInvalid => (
            S::FORBIDDEN,
            "SEND_AS_PEER_INVALID",
            "the account may not write in the name of that chat here".to_owned(),
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

fn noun(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Basic => "group",
        GroupKind::Supergroup => "supergroup",
        GroupKind::Channel => "channel",
    }
}

/// Completes "the account may not …".
fn group_verb(operation: GroupOperation) -> &'static str {
    match operation {
        GroupOperation::SendText => "send texts",
        GroupOperation::Invite => "add accounts",
        GroupOperation::Restrict => "restrict members",
        GroupOperation::Ban => "ban members",
        GroupOperation::Unban => "unban members",
        GroupOperation::Promote => "appoint administrators",
        GroupOperation::SetCustomTitle => "give titles to administrators",
        GroupOperation::SetPermissions => "change permissions",
        GroupOperation::SetTitle => "change the title",
        GroupOperation::SetPhoto => "change the photo",
        GroupOperation::SetDescription => "change the description",
        GroupOperation::SetUsername => "change the username",
        GroupOperation::ChangeInfo => "change the settings",
        GroupOperation::Pin => "pin messages",
        GroupOperation::Delete => "delete messages of others",
        GroupOperation::EditPost => "edit posts",
        GroupOperation::ManageInviteLink => "manage invite links",
        GroupOperation::ManageJoinRequests => "decide on requests to join",
        GroupOperation::CreateTopic => "make topics",
        GroupOperation::EditTopic => "change the topic",
        GroupOperation::DeleteTopic => "delete topics",
        GroupOperation::CloseTopic => "close or open the topic",
        GroupOperation::BanSenderChat => "ban channels",
        GroupOperation::Leave => "leave or delete the chat",
        GroupOperation::ListMembers => "list members",
        GroupOperation::React => "set reactions",
    }
}

fn invite_fault(fault: InviteFault) -> (StatusCode, &'static str, String) {
    let bad = StatusCode::BAD_REQUEST;
    let (status, code, detail) = match fault {
        InviteFault::Name => (bad, "INVITE_LINK_NAME_TOO_LONG", "a name has at most 32 characters"),
        InviteFault::ExpireDate => (bad, "EXPIRE_DATE_INVALID", "the link must end in the future"),
        InviteFault::Limit => (bad, "USAGE_LIMIT_INVALID", "a limit is 1 to 99999 members"),
        InviteFault::LimitWithApproval => {
            (bad, "USAGE_LIMIT_INVALID", "a link has either a limit or asks for approval")
        }
        InviteFault::Primary => {
            (bad, "CHAT_INVITE_PERMANENT", "a primary link can't be changed, only revoked")
        }
        InviteFault::NotOwn => {
            (StatusCode::FORBIDDEN, "INVITE_LINK_NOT_OWN", "the link is another administrator's")
        }
        InviteFault::Revoked => (bad, "INVITE_HASH_EXPIRED", "the link was revoked already"),
        InviteFault::Subscription => {
            (bad, "SUBSCRIPTION_INVALID", "a subscription is to a channel, for 30 days and 1 to 10000 Stars")
        }
    };
    (status, code, detail.to_owned())
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
