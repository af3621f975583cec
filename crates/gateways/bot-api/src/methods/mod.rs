//! The methods: one file per method or family, named as in the Bot API and in the world.

mod answer_callback_query;
mod chat_action;
mod chat_profile;
mod delete_message;
mod edit_message;
mod forward_message;
mod get_chat;
mod get_me;
mod invite_links;
mod join_request;
mod members;
mod menu_button;
mod my_commands;
mod my_texts;
mod pin_message;
mod rights;
mod send_message;
mod session;
mod set_message_reaction;
mod topics;
mod updates;

use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::{Method, Request};

pub(crate) async fn call(context: &Context<'_>, method: Method) -> Result<Answer, ApiError> {
    macro_rules! serve {
        ($($variant:ident => $handler:path),+ $(,)?) => {
            match method {
                // Boxed, so that a request uses the memory of its own method, not of the largest one.
                $(Method::$variant => Box::pin($handler(context, Request::from_args(context.args))).await,)+
            }
        };
    }
    serve! {
        AnswerCallbackQuery => answer_callback_query::handle,
        ApproveChatJoinRequest => join_request::approve,
        BanChatMember => members::ban,
        BanChatSenderChat => rights::ban_sender,
        Close => session::close,
        CloseForumTopic => topics::close,
        CloseGeneralForumTopic => topics::close_general,
        CopyMessage => forward_message::copy,
        CopyMessages => forward_message::copy_many,
        CreateChatInviteLink => invite_links::create,
        CreateChatSubscriptionInviteLink => invite_links::create_subscription,
        CreateForumTopic => topics::create,
        DeclineChatJoinRequest => join_request::decline,
        DeleteForumTopic => topics::delete,
        DeleteMessage => delete_message::handle,
        DeleteMessages => delete_message::many,
        DeleteMyCommands => my_commands::delete,
        DeleteWebhook => updates::delete_webhook,
        EditChatInviteLink => invite_links::edit,
        EditChatSubscriptionInviteLink => invite_links::edit_subscription,
        EditForumTopic => topics::edit,
        EditGeneralForumTopic => topics::edit_general,
        EditMessageReplyMarkup => edit_message::markup,
        EditMessageText => edit_message::text,
        ExportChatInviteLink => invite_links::export,
        ForwardMessage => forward_message::handle,
        ForwardMessages => forward_message::many,
        GetChat => get_chat::handle,
        GetChatAdministrators => members::administrators,
        GetChatMember => members::get,
        GetChatMemberCount => members::count,
        GetChatMenuButton => menu_button::get,
        GetMe => get_me::handle,
        GetMyCommands => my_commands::get,
        GetMyDefaultAdministratorRights => rights::get_default,
        GetMyDescription => my_texts::get_description,
        GetMyName => my_texts::get_name,
        GetMyShortDescription => my_texts::get_short_description,
        GetUpdates => updates::get_updates,
        GetWebhookInfo => updates::get_webhook_info,
        HideGeneralForumTopic => topics::hide_general,
        LeaveChat => members::leave,
        LogOut => session::log_out,
        PinChatMessage => pin_message::pin,
        PromoteChatMember => rights::promote,
        ReopenForumTopic => topics::reopen,
        ReopenGeneralForumTopic => topics::reopen_general,
        RestrictChatMember => rights::restrict,
        RevokeChatInviteLink => invite_links::revoke,
        SendChatAction => chat_action::handle,
        SendMessage => send_message::handle,
        SetChatAdministratorCustomTitle => rights::set_title,
        SetChatDescription => chat_profile::set_description,
        SetChatMenuButton => menu_button::set,
        SetChatPermissions => rights::set_permissions,
        SetChatTitle => chat_profile::set_title,
        SetMessageReaction => set_message_reaction::handle,
        SetMyCommands => my_commands::set,
        SetMyDefaultAdministratorRights => rights::set_default,
        SetMyDescription => my_texts::set_description,
        SetMyName => my_texts::set_name,
        SetMyShortDescription => my_texts::set_short_description,
        SetWebhook => updates::set_webhook,
        UnbanChatMember => members::unban,
        UnbanChatSenderChat => rights::unban_sender,
        UnhideGeneralForumTopic => topics::unhide_general,
        UnpinAllChatMessages => pin_message::unpin_all,
        UnpinChatMessage => pin_message::unpin,
    }
}
