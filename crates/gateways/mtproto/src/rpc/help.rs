use crate::context::{Answer, Context};
use crate::view;
use parlor_host::Clock;
use parlor_wire_tl::{enums, types};
use std::net::{IpAddr, Ipv4Addr};

/// The data centre that this server reports, unless the client's connection names another one.
const DATA_CENTRE: i32 = 2;
/// Telegram has five data centres; this server acts as all of them.
const DATA_CENTRES: std::ops::RangeInclusive<i32> = 1..=5;

/// Seconds after which apps repeat the requests for promoted chats and terms of service.
const ASK_AGAIN: i32 = 24 * 60 * 60;

fn this_dc(context: &Context) -> i32 {
    // > int16, shifted by 10000 for the test servers and negative for media
    let requested = i32::from(context.data_centre.unwrap_or_default().unsigned_abs()) % 10_000;
    if DATA_CENTRES.contains(&requested) { requested } else { DATA_CENTRE }
}

pub(super) fn get_config(context: &Context) -> Answer {
    let address = context.address;
    let ip = address.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip());
    let options = DATA_CENTRES.map(|id| {
        let option = types::DcOption {
            ipv6: ip.is_ipv6(),
            id,
            ip_address: ip.to_string(),
            port: address.map_or(0, |address| i32::from(address.port())),
            ..Default::default()
        };
        option.into()
    });
    let now = i32::try_from(Clock::machine() / 1000).unwrap_or(i32::MAX);
    let config = types::Config {
        date: now,
        expires: now.saturating_add(3600),
        this_dc: this_dc(context),
        dc_options: options.collect(),
        dc_txt_domain_name: String::new(),
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        forwarded_count_max: 100,
        online_update_period_ms: 210_000,
        offline_blur_timeout_ms: 5_000,
        offline_idle_timeout_ms: 30_000,
        online_cloud_timeout_ms: 300_000,
        notify_cloud_delay_ms: 30_000,
        notify_default_delay_ms: 1_500,
        push_chat_period_ms: 60_000,
        push_chat_limit: 2,
        edit_time_limit: 172_800,
        revoke_time_limit: i32::MAX,
        revoke_pm_time_limit: i32::MAX,
        rating_e_decay: 2_419_200,
        stickers_recent_limit: 200,
        channels_read_media_period: 604_800,
        call_receive_timeout_ms: 20_000,
        call_ring_timeout_ms: 90_000,
        call_connect_timeout_ms: 30_000,
        call_packet_timeout_ms: 10_000,
        me_url_prefix: "https://t.me/".to_owned(),
        caption_length_max: 1024,
        message_length_max: 4096,
        webfile_dc_id: this_dc(context),
        ..Default::default()
    };
    context.encode(&enums::Config::from(config))
}

pub(super) fn get_nearest_dc(context: &Context) -> Answer {
    let this_dc = this_dc(context);
    let nearest = types::NearestDc { country: "DE".to_owned(), this_dc, nearest_dc: this_dc };
    context.encode(&enums::NearestDc::from(nearest))
}

pub(super) fn get_app_config(context: &Context) -> Answer {
    let config = types::HelpAppConfig { hash: 0, config: types::JsonObject::default().into() };
    context.encode(&enums::HelpAppConfig::from(config))
}

pub(super) fn get_peer_colors(context: &Context) -> Answer {
    context.me()?;
    context.encode(&enums::HelpPeerColors::from(types::HelpPeerColors::default()))
}

/// Answers that no chat is promoted.
pub(super) async fn get_promo_data(context: &Context) -> Answer {
    context.user()?;
    let expires = context.read(|_, now| view::date(now)).await?.saturating_add(ASK_AGAIN);
    context.encode(&enums::HelpPromoData::from(types::HelpPromoDataEmpty { expires }))
}

/// Answers that there are no new terms of service.
pub(super) async fn get_terms_of_service_update(context: &Context) -> Answer {
    context.user()?;
    let expires = context.read(|_, now| view::date(now)).await?.saturating_add(ASK_AGAIN);
    let none = types::HelpTermsOfServiceUpdateEmpty { expires };
    context.encode(&enums::HelpTermsOfServiceUpdate::from(none))
}
