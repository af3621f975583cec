use parlor_wire_tl::enums::{InputUser, MessageEntity};
use parlor_world::AccountId;
use parlor_world::text::{Entity, EntityKind, Text};

/// Decodes a text with its entities. Entities that the server detects by itself are ignored.
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
            (e.offset, e.length, EntityKind::TextMention { user: AccountId(e.user_id) })
        }
        E::InputMessageEntityMentionName(e) => {
            let user = match &e.user_id {
                InputUser::InputUser(user) => AccountId(user.user_id),
                InputUser::InputUserSelf(_) => me,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view;
    use parlor_wire_tl::{LAYER, types};

    const ME: AccountId = AccountId(1001);

    #[test]
    fn entities_are_encoded_as_they_were_sent() {
        let kinds = [
            EntityKind::Bold,
            EntityKind::Italic,
            EntityKind::Underline,
            EntityKind::Strikethrough,
            EntityKind::Spoiler,
            EntityKind::Code,
            EntityKind::Pre { language: "rust".to_owned() },
            EntityKind::Blockquote { expandable: true },
            EntityKind::TextLink { url: "https://a.example".to_owned() },
            EntityKind::TextMention { user: AccountId(1002) },
            EntityKind::CustomEmoji { id: 5 },
            EntityKind::DateTime { unix_time: 100, format: "rtTdDw".to_owned() },
        ];
        for kind in kinds {
            let sent = Text { text: "abc".into(), entities: vec![Entity { kind, offset: 1, length: 2 }] };
            let shown = view::entities(&sent, LAYER);
            assert_eq!(text("abc", shown.as_ref(), ME), sent);
        }
    }

    #[test]
    fn entities_that_the_server_detects_are_ignored() {
        let (offset, length) = (0, 3);
        let entities = vec![
            types::MessageEntityUrl { offset, length }.into(),
            types::MessageEntityMention { offset, length }.into(),
            types::MessageEntityBold { offset: -1, length }.into(),
        ];
        assert_eq!(text("abc", Some(&entities), ME), Text::plain("abc"));
        let user_id = types::InputUserSelf {}.into();
        let myself = vec![types::InputMessageEntityMentionName { offset, length, user_id }.into()];
        let mention = Entity { kind: EntityKind::TextMention { user: ME }, offset: 0, length: 3 };
        assert_eq!(text("abc", Some(&myself), ME).entities, [mention]);
    }
}
