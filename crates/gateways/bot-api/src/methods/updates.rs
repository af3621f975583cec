use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::refusal::Call;
use crate::updates::{WebhookTarget, long_poll};
use parlor_wire_bot_api::Json;
use parlor_wire_bot_api::objects::WebhookInfo;
use parlor_wire_bot_api::requests::{DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook};
use parlor_world::ops::updates::{self as ops, WebhookChange};
use parlor_world::state::update_queue::{AllowedUpdates, UpdateQueue, Webhook};
use serde_json::Value;

/// The maximum size of a webhook's certificate, in bytes.
const MAX_CERTIFICATE: usize = 3 << 20;

pub(super) async fn get_updates(context: &Context<'_>, request: GetUpdates) -> Result<Answer, ApiError> {
    let bot = context.bot;
    let _present = context.host.presence().enter(bot);
    let offset = request.offset.unwrap_or(0);
    let confirm = ops::ConfirmUpdates { bot, offset, allowed: allowed_updates(&request.allowed_updates) };
    let limit = request.limit.unwrap_or(100).clamp(1, 100).unsigned_abs();
    let seconds = request.timeout.unwrap_or(0).clamp(0, 50).unsigned_abs();
    Answer::of(&long_poll(context.host, &context.shared.pollers, confirm, limit, seconds).await?)
}

pub(super) async fn set_webhook(context: &Context<'_>, request: SetWebhook) -> Result<Answer, ApiError> {
    let allowed = allowed_updates(&request.allowed_updates);
    if request.url.is_empty() {
        return change(context, None, allowed, request.drop_pending_updates).await;
    }
    if request.secret_token.len() > 256 {
        return Err(ApiError::bad_request("secret token is too long"));
    }
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !request.secret_token.bytes().all(alphabet) {
        return Err(ApiError::bad_request("secret token contains unallowed characters"));
    }
    let certificate = match context.args.file("certificate") {
        Some(file) if file.bytes.len() > MAX_CERTIFICATE => {
            let size = file.bytes.len();
            return Err(ApiError::bad_request(&format!("certificate size is too big ({size} bytes)")));
        }
        Some(file) => Some(String::from_utf8_lossy(&file.bytes).into_owned()),
        None => None,
    };
    let max_connections = request.max_connections.unwrap_or(40).clamp(1, 100);
    let webhook = Webhook {
        url: request.url,
        secret_token: Some(request.secret_token).filter(|token| !token.is_empty()),
        max_connections: u32::try_from(max_connections).unwrap_or(40),
        ip_address: Some(request.ip_address).filter(|address| !address.is_empty()),
        certificate,
    };
    let shared = context.shared;
    let address = WebhookTarget::check(&webhook, shared.webhooks.is_own_address()).await?;
    shared.webhooks.set_address(context.host, context.bot, address);
    change(context, Some(webhook), allowed, request.drop_pending_updates).await
}

pub(super) async fn delete_webhook(
    context: &Context<'_>,
    request: DeleteWebhook,
) -> Result<Answer, ApiError> {
    change(context, None, None, request.drop_pending_updates).await
}

async fn change(
    context: &Context<'_>,
    webhook: Option<Webhook>,
    allowed: Option<AllowedUpdates>,
    drop_pending_updates: bool,
) -> Result<Answer, ApiError> {
    let sets = webhook.is_some();
    let command = ops::SetWebhook { bot: context.bot, webhook, allowed, drop_pending_updates };
    let change = context.execute_with(Call::Other, command, |_, change| change).await?;
    let shared = context.shared;
    if sets {
        shared.pollers.abort(
            context.host,
            context.bot,
            ApiError::conflict("terminated by setWebhook request"),
        );
        shared.webhooks.deliver(context.host, context.bot);
    }
    Ok(Answer::yes()?.described(match change {
        WebhookChange::Set => "Webhook was set",
        WebhookChange::AlreadySet => "Webhook is already set",
        WebhookChange::Deleted => "Webhook was deleted",
        WebhookChange::AlreadyDeleted => "Webhook is already deleted",
    }))
}

pub(super) async fn get_webhook_info(context: &Context<'_>, _: GetWebhookInfo) -> Result<Answer, ApiError> {
    let bot = context.bot;
    let last_error = context.shared.webhooks.last_error(context.host, bot);
    let address = context.shared.webhooks.address(context.host, bot);
    let now = context.host.clock().now();
    let info = context.read(move |world| {
        let queue: &UpdateQueue = world.queue(bot)?;
        let webhook = queue.webhook.as_ref();
        let (last_error_date, last_error_message) = last_error.filter(|_| webhook.is_some()).unzip();
        let allowed = Some(queue.allowed).filter(|allowed| *allowed != AllowedUpdates::default());
        Some(WebhookInfo {
            url: webhook.map_or(String::new(), |webhook| webhook.url.clone()),
            has_custom_certificate: webhook.is_some_and(|webhook| webhook.certificate.is_some()),
            pending_update_count: i64::try_from(queue.pending(now)).unwrap_or(i64::MAX),
            ip_address: webhook.map(|webhook| WebhookTarget::shown_address(webhook, address)),
            last_error_date,
            last_error_message,
            max_connections: webhook.map(|webhook| i64::from(webhook.max_connections)),
            allowed_updates: allowed.map(|allowed| allowed.names().map(str::to_owned).collect()),
            ..WebhookInfo::default()
        })
    });
    Answer::of(&info.await?.ok_or_else(ApiError::unauthorized)?)
}

/// Decodes `allowed_updates`; `None`, which keeps the earlier choice, also if it is not a list of strings.
fn allowed_updates(parameter: &Json) -> Option<AllowedUpdates> {
    let Value::Array(names) = serde_json::from_str(&parameter.0).ok()? else { return None };
    let names: Vec<&str> = names.iter().map(Value::as_str).collect::<Option<_>>()?;
    Some(AllowedUpdates::from_names(names))
}
