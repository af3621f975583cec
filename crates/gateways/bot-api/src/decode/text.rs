use super::value;
use crate::answer::ApiError;
use parlor_wire_bot_api::json::{self, Object};
use parlor_wire_bot_api::objects::MessageEntity;
use parlor_wire_bot_api::{Args, Json, text as markup};
use parlor_world::AccountId;
use parlor_world::content::LinkPreview;
use parlor_world::text::{Entity, EntityKind, MAX_BYTES, Text};
use serde_json::Value;

/// Decodes a text with its parse mode, or with its entities if there is no parse mode.
pub(crate) fn text(raw: &str, parse_mode: &str, entities: &Json) -> Result<Text, ApiError> {
    // The official server ignores entities that are not valid JSON. Most requests have no entities, so the parser is not
    // called for an empty parameter.
    let entities = match entities.is_empty() {
        true => Value::Null,
        false => serde_json::from_str(&entities.0).unwrap_or(Value::Null),
    };
    formatted(raw, parse_mode, &entities).map_err(|error| ApiError::bad_request(&error))
}

pub(super) fn formatted(raw: &str, parse_mode: &str, entities: &Value) -> Result<Text, String> {
    if raw.len() > MAX_BYTES {
        return Err("Text is too long".to_owned());
    }
    let plain = parse_mode.is_empty() || parse_mode.eq_ignore_ascii_case("none");
    if !plain && !raw.is_empty() {
        let parsed = markup::parse(raw, parse_mode)?;
        return Ok(Text::formatted(&parsed.text, parsed.entities.iter().filter_map(from_markup)));
    }
    let list = entities.as_array().map_or(&[][..], Vec::as_slice);
    let entities =
        list.iter().filter_map(|value| from_json(value).transpose()).collect::<Result<Vec<_>, _>>();
    let entities = entities.map_err(|error| format!("Can't parse MessageEntity: {error}"))?;
    Ok(Text::formatted(raw, entities))
}

fn from_markup(own: &MessageEntity) -> Option<Entity> {
    let kind = match own.kind.as_str() {
        "text_link" => EntityKind::TextLink { url: own.url.clone()? },
        "text_mention" => EntityKind::TextMention { user: AccountId(own.user.as_ref()?.id) },
        "custom_emoji" => EntityKind::CustomEmoji { id: own.custom_emoji_id.as_ref()?.parse().ok()? },
        "pre" => EntityKind::Pre { language: own.language.clone().unwrap_or_default() },
        "date_time" => EntityKind::DateTime {
            unix_time: own.unix_time?,
            format: own.date_time_format.clone().unwrap_or_default(),
        },
        other => EntityKind::named(other)?,
    };
    Some(Entity { kind, offset: own.offset.try_into().ok()?, length: own.length.try_into().ok()? })
}

/// Decodes an entity; `None` for a kind that the server detects by itself.
fn from_json(value: &Value) -> Result<Option<Entity>, String> {
    let object = value.as_object().ok_or("expected an Object")?;
    let offset = json::required_integer(object, "offset")?;
    let length = json::required_integer(object, "length")?;
    let Some(kind) = kind(object)? else { return Ok(None) };
    let out_of_range = |what: &str, value: i64| format!("Receive an entity with incorrect {what} {value}");
    Ok(Some(Entity {
        kind,
        offset: offset.try_into().map_err(|_| out_of_range("offset", offset))?,
        length: length.try_into().map_err(|_| out_of_range("length", length))?,
    }))
}

fn kind(object: &Object) -> Result<Option<EntityKind>, String> {
    let name = json::required_string(object, "type")?;
    if let Some(kind) = EntityKind::named(&name) {
        return Ok(Some(kind));
    }
    Ok(match name.as_str() {
        "" => return Err("Type is not specified".to_owned()),
        "pre" => Some(EntityKind::Pre { language: json::optional_string(object, "language")? }),
        "text_link" => Some(EntityKind::TextLink { url: json::required_string(object, "url")? }),
        "text_mention" => {
            let user = json::required_object(object, "user")?;
            Some(EntityKind::TextMention { user: AccountId(json::required_integer(user, "id")?) })
        }
        "custom_emoji" => {
            Some(EntityKind::CustomEmoji { id: json::required_integer(object, "custom_emoji_id")? })
        }
        "date_time" => Some(EntityKind::DateTime {
            unix_time: json::required_integer(object, "unix_time")?,
            format: json::optional_string(object, "date_time_format")?,
        }),
        "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
        | "bank_card_number" => None,
        _ => return Err("Unsupported type specified".to_owned()),
    })
}

/// Decodes `link_preview_options`, or the old `disable_web_page_preview`.
pub(crate) fn link_preview(options: &Json, args: &Args) -> Result<Option<LinkPreview>, ApiError> {
    let Some(value) = value(options, "link preview options JSON object")? else {
        let disabled =
            ["true", "yes", "1"].contains(&args.get("disable_web_page_preview").to_lowercase().as_str());
        return Ok(disabled.then(|| LinkPreview { disabled, ..LinkPreview::default() }));
    };
    let object =
        value.as_object().ok_or_else(|| ApiError::bad_request("Object expected as link preview options"))?;
    let read = || -> Result<LinkPreview, String> {
        Ok(LinkPreview {
            disabled: json::optional_bool(object, "is_disabled")?,
            url: Some(json::optional_string(object, "url")?).filter(|url| !url.is_empty()),
            small: json::optional_bool(object, "prefer_small_media")?,
            large: json::optional_bool(object, "prefer_large_media")?,
            above: json::optional_bool(object, "show_above_text")?,
        })
    };
    let options = read().map_err(|error| ApiError::bad_request(&error))?;
    Ok(Some(options).filter(|options| *options != LinkPreview::default()))
}
