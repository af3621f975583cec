use parlor_wire_tl::enums::{InputUser, MessageEntity};
use parlor_world::text::{Entity, EntityKind, Text};
use parlor_world::{AccountId, UserId};

/// A text with its entities. What the server recognises by itself is left to it.
pub(crate) fn text(message: &str, entities: Option<&Vec<MessageEntity>>, me: AccountId) -> Text {
    let entities = entities.into_iter().flatten().filter_map(|entity| decode(entity, me));
    Text::formatted(message, entities)
}

fn decode(entity: &MessageEntity, me: AccountId) -> Option<Entity> {
    use MessageEntity as E;
    let (offset, length, kind) = match entity {
        E::MessageEntityBold(e) => (e.offset, e.length, EntityKind::Bold),
        E::MessageEntityItalic(e) => (e.offset, e.length, EntityKind::Italic),
        E::MessageEntityUnderline(e) => (e.offset, e.length, EntityKind::Underline),
        E::MessageEntityStrike(e) => (e.offset, e.length, EntityKind::Strikethrough),
        E::MessageEntitySpoiler(e) => (e.offset, e.length, EntityKind::Spoiler),
        E::MessageEntityCode(e) => (e.offset, e.length, EntityKind::Code),
        E::MessageEntityPre(e) => (e.offset, e.length, EntityKind::Pre { language: e.language.clone() }),
        E::MessageEntityBlockquote(e) => {
            (e.offset, e.length, EntityKind::Blockquote { expandable: e.collapsed })
        }
        E::MessageEntityTextUrl(e) => (e.offset, e.length, EntityKind::TextLink { url: e.url.clone() }),
        E::MessageEntityMentionName(e) => {
            (e.offset, e.length, EntityKind::TextMention { user: UserId(e.user_id) })
        }
        E::InputMessageEntityMentionName(e) => {
            let user = match (&e.user_id, me) {
                (InputUser::InputUser(user), _) => UserId(user.user_id),
                (InputUser::InputUserSelf(_), AccountId::User(me)) => me,
                _ => return None,
            };
            (e.offset, e.length, EntityKind::TextMention { user })
        }
        E::MessageEntityCustomEmoji(e) => (e.offset, e.length, EntityKind::CustomEmoji { id: e.document_id }),
        E::MessageEntityFormattedDate(e) => {
            let letters = [
                (e.relative, 'r'),
                (e.short_time, 't'),
                (e.long_time, 'T'),
                (e.short_date, 'd'),
                (e.long_date, 'D'),
                (e.day_of_week, 'w'),
            ];
            let format = letters.iter().filter(|(set, _)| *set).map(|(_, letter)| *letter).collect();
            (e.offset, e.length, EntityKind::DateTime { unix_time: i64::from(e.date), format })
        }
        E::MessageEntityUnknown(_)
        | E::MessageEntityMention(_)
        | E::MessageEntityHashtag(_)
        | E::MessageEntityBotCommand(_)
        | E::MessageEntityUrl(_)
        | E::MessageEntityEmail(_)
        | E::MessageEntityPhone(_)
        | E::MessageEntityCashtag(_)
        | E::MessageEntityBankCard(_) => return None,
    };
    Some(Entity { kind, offset: offset.try_into().ok()?, length: length.try_into().ok()? })
}
