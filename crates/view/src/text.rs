use crate::user;
use parlor_wire_bot_api::objects::MessageEntity;
use parlor_world::World;
use parlor_world::text::{Entity, EntityKind, Text};

/// The entities of a text; none if it has none, since empty lists are left out.
pub(crate) fn entities(world: &World, text: &Text) -> Option<Vec<MessageEntity>> {
    // > entity_type != td_api::textEntityTypeBankCardNumber::ID (telegram-bot-api: JsonVectorEntities)
    let shown = text.entities.iter().filter(|own| own.kind != EntityKind::BankCard);
    let list: Vec<_> = shown.map(|own| entity(world, own)).collect();
    Some(list).filter(|list| !list.is_empty())
}

fn entity(world: &World, Entity { kind, offset, length }: &Entity) -> MessageEntity {
    let plain = |name: &str| MessageEntity {
        kind: name.to_owned(),
        offset: i64::from(*offset),
        length: i64::from(*length),
        ..MessageEntity::default()
    };
    match kind {
        EntityKind::Blockquote { expandable: false } => plain("blockquote"),
        EntityKind::Blockquote { expandable: true } => plain("expandable_blockquote"),
        EntityKind::Pre { language } => {
            let language = Some(language.clone()).filter(|language| !language.is_empty());
            MessageEntity { language, ..plain("pre") }
        }
        EntityKind::Code => plain("code"),
        EntityKind::TextLink { url } => MessageEntity { url: Some(url.clone()), ..plain("text_link") },
        EntityKind::TextMention { user } => {
            MessageEntity { user: Some(Box::new(user::by_id(world, *user))), ..plain("text_mention") }
        }
        EntityKind::CustomEmoji { id } => {
            MessageEntity { custom_emoji_id: Some(id.to_string()), ..plain("custom_emoji") }
        }
        EntityKind::DateTime { unix_time, format } => MessageEntity {
            unix_time: Some(*unix_time),
            date_time_format: Some(format.clone()),
            ..plain("date_time")
        },
        EntityKind::Bold => plain("bold"),
        EntityKind::Italic => plain("italic"),
        EntityKind::Underline => plain("underline"),
        EntityKind::Strikethrough => plain("strikethrough"),
        EntityKind::Spoiler => plain("spoiler"),
        EntityKind::Mention => plain("mention"),
        EntityKind::Hashtag => plain("hashtag"),
        EntityKind::Cashtag => plain("cashtag"),
        EntityKind::BotCommand => plain("bot_command"),
        EntityKind::Url => plain("url"),
        EntityKind::Email => plain("email"),
        EntityKind::PhoneNumber => plain("phone_number"),
        EntityKind::BankCard => plain("bank_card_number"),
    }
}
