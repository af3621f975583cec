use super::{Dialog, JoinCard, described};
use parlor_wire_bot_api::objects;
use parlor_world::ids::GroupKind;
use parlor_world::link::LinkAction;
use parlor_world::ops::link;
use parlor_world::{AccountId, ChatId, Refusal, Timestamp, World};
use serde::Serialize;
use utoipa::ToSchema;

/// What the app shows after a link was opened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct OpenedLink {
    /// `open`, `start`, `start_group`, `start_channel` or `start_app`; `join` for a group or channel in which the user is
    /// not.
    pub(crate) action: &'static str,
    /// The payload that pressing Start would send, or that adding the bot to a group does.
    pub(crate) payload: Option<String>,
    /// The dialog; its `start_offered` takes the link into account. `null` for `join`.
    pub(crate) dialog: Option<Dialog>,
    /// What is shown before the user joins.
    pub(crate) card: Option<JoinCard>,
    /// The groups or channels to which the user may add the bot.
    #[schema(value_type = Vec<described::Chat>)]
    pub(crate) chats: Vec<objects::Chat>,
    /// The rights with which the bot is to be added: the link's, or those that the bot suggests; `null` for none.
    #[schema(value_type = Option<described::ChatAdministratorRights>)]
    pub(crate) rights: Option<objects::ChatAdministratorRights>,
}

impl OpenedLink {
    /// # Errors
    /// That of a group or channel from which the user was removed.
    pub(crate) fn of(
        world: &World,
        now: Timestamp,
        user: AccountId,
        opened: link::Opened<'_>,
    ) -> Result<Self, Refusal> {
        let (chat, link) = match opened {
            link::Opened::Bot(bot) => return Ok(Self::bot(world, now, user, bot)),
            link::Opened::Chat(chat) => (chat, None),
            link::Opened::Invite(chat, link) => (chat, Some(link)),
        };
        let nothing =
            Self { action: "open", payload: None, dialog: None, card: None, chats: Vec::new(), rights: None };
        if world.takes_part(chat, user, now) {
            return Ok(Self { dialog: Some(Dialog::of(world, now, user, chat)), ..nothing });
        }
        if link.is_none() {
            parlor_world::Target::from(chat).resolve(world, user.into(), now)?;
        }
        Ok(Self { action: "join", card: JoinCard::of(world, user, chat, link), ..nothing })
    }

    fn bot(world: &World, now: Timestamp, user: AccountId, opened: link::OpenedBot<'_>) -> Self {
        let (action, payload) = match opened.action {
            LinkAction::Open => ("open", String::new()),
            LinkAction::Start(payload) => ("start", payload),
            LinkAction::StartGroup(payload) => ("start_group", payload),
            LinkAction::StartChannel => ("start_channel", String::new()),
            LinkAction::StartApp(payload) => ("start_app", payload),
        };
        let mut dialog = Dialog::of(world, now, user, ChatId::private(user, opened.bot.id));
        dialog.start_offered = opened.start_offered;
        let kind = if action == "start_channel" { GroupKind::Channel } else { GroupKind::Supergroup };
        let rights = parlor_view::administrator_rights(kind, opened.rights);
        let is_adding = matches!(action, "start_group" | "start_channel");
        Self {
            action,
            payload: Some(payload).filter(|payload| !payload.is_empty()),
            dialog: Some(dialog),
            card: None,
            chats: opened.chats.into_iter().map(|chat| parlor_view::group_chat(world, chat)).collect(),
            rights: Some(rights).filter(|_| is_adding && !opened.rights.is_empty()),
        }
    }
}
