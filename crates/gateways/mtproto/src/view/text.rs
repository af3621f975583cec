use parlor_wire_tl::{enums, types};
use parlor_world::text::{Entity, EntityKind, Text};

/// The first layer that has formatted dates.
const DATES: u16 = 223;

/// Returns a text's entities; `None` instead of an empty list. Entities unknown to the client's layer are left out; the text
/// itself is unaffected.
pub(crate) fn entities(text: &Text, layer: u16) -> Option<Vec<enums::MessageEntity>> {
    let known = |entity: &&Entity| layer >= DATES || !matches!(entity.kind, EntityKind::DateTime { .. });
    let list: Vec<_> = text.entities.iter().filter(known).map(entity).collect();
    Some(list).filter(|list| !list.is_empty())
}

fn entity(entity: &Entity) -> enums::MessageEntity {
    let cut = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let (offset, length) = (cut(entity.offset), cut(entity.length));
    match &entity.kind {
        EntityKind::Bold => types::MessageEntityBold { offset, length }.into(),
        EntityKind::Italic => types::MessageEntityItalic { offset, length }.into(),
        EntityKind::Underline => types::MessageEntityUnderline { offset, length }.into(),
        EntityKind::Strikethrough => types::MessageEntityStrike { offset, length }.into(),
        EntityKind::Spoiler => types::MessageEntitySpoiler { offset, length }.into(),
        EntityKind::Code => types::MessageEntityCode { offset, length }.into(),
        EntityKind::Pre { language } => {
            types::MessageEntityPre { offset, length, language: language.clone() }.into()
        }
        EntityKind::Blockquote { expandable } => {
            types::MessageEntityBlockquote { collapsed: *expandable, offset, length }.into()
        }
        EntityKind::TextLink { url } => {
            types::MessageEntityTextUrl { offset, length, url: url.clone() }.into()
        }
        EntityKind::TextMention { user } => {
            types::MessageEntityMentionName { offset, length, user_id: user.0 }.into()
        }
        EntityKind::CustomEmoji { id } => {
            types::MessageEntityCustomEmoji { offset, length, document_id: *id }.into()
        }
        EntityKind::DateTime { unix_time, format } => types::MessageEntityFormattedDate {
            relative: format.contains(['r', 'R']),
            short_time: format.contains('t'),
            long_time: format.contains('T'),
            short_date: format.contains('d'),
            long_date: format.contains('D'),
            day_of_week: format.contains(['w', 'W']),
            offset,
            length,
            date: super::seconds(*unix_time),
        }
        .into(),
        EntityKind::Mention => types::MessageEntityMention { offset, length }.into(),
        EntityKind::Hashtag => types::MessageEntityHashtag { offset, length }.into(),
        EntityKind::Cashtag => types::MessageEntityCashtag { offset, length }.into(),
        EntityKind::BotCommand => types::MessageEntityBotCommand { offset, length }.into(),
        EntityKind::Url => types::MessageEntityUrl { offset, length }.into(),
        EntityKind::Email => types::MessageEntityEmail { offset, length }.into(),
        EntityKind::PhoneNumber => types::MessageEntityPhone { offset, length }.into(),
        EntityKind::BankCard => types::MessageEntityBankCard { offset, length }.into(),
    }
}
