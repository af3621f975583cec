use super::extract::{Body, Json, Path, UserPath, World, user};
use crate::Control;
use crate::problem::Problem;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::{StatusCode, header};
use parlor_host::random;
use parlor_wire_mtproto::dh::Group;
use parlor_wire_mtproto::srp::Verifier;
use parlor_wire_mtproto::{AuthKey, DEVELOPMENT_PEM, RsaKey};
use parlor_world::ops::account::SetPassword;
use parlor_world::ops::session::SignIn;
use parlor_world::state::account::Account;
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret, Password};
use parlor_world::{AccountId, Refusal};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use utoipa::ToSchema;

/// The number of the data centre that MTProto clients connect to.
const DATA_CENTRE: u8 = 2;

/// A login code. It is shown here instead of being sent to a phone.
#[derive(Serialize, ToSchema)]
pub(super) struct LoginCode {
    /// The digits of the phone number.
    phone: String,
    code: String,
    /// Unix time in seconds.
    sent: i64,
}

/// Lists the valid login codes that MTProto clients have requested.
#[utoipa::path(
    get,
    path = "/control/codes",
    operation_id = "list_login_codes",
    tag = "logins",
    responses((status = 200, description = "The codes", body = Vec<LoginCode>), Problem)
)]
pub(super) async fn codes(World(host): World) -> Result<Json<Vec<LoginCode>>, Problem> {
    let list = host.read(|world, now| {
        let codes = world.codes(now);
        let each = codes.map(|(phone, code)| LoginCode {
            phone: phone.to_owned(),
            code: code.code.clone(),
            sent: code.at.date(),
        });
        each.collect::<Vec<_>>()
    });
    Ok(Json(list.await?))
}

/// A two-step password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// `null` removes it.
    password: Option<String>,
    #[serde(default)]
    hint: String,
}

/// Sets or removes the two-step password that MTProto logins need.
#[utoipa::path(
    put,
    path = "/control/users/{user}/password",
    operation_id = "set_password",
    tag = "logins",
    params(UserPath),
    request_body = NewPassword,
    responses((status = 204, description = "The password is set"), Problem)
)]
pub(super) async fn password(
    World(host): World,
    Path(UserPath { user: name }): Path<UserPath>,
    Body(new): Body<NewPassword>,
) -> Result<StatusCode, Problem> {
    let user = user(&host, &name).await?;
    let hint = new.hint;
    let password = match new.password {
        None => None,
        Some(password) => {
            let (salt1, salt2) = (random::<16>()?.to_vec(), random::<16>()?.to_vec());
            let made = tokio::task::spawn_blocking(move || {
                Some(Verifier::new(&Group::new()?, &password, salt1, salt2))
            });
            let broken =
                || Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "SRP_FAILED", "no verifier was made");
            let verifier = made.await.ok().flatten().ok_or_else(broken)?;
            Some(Password { salt1: verifier.salt1, salt2: verifier.salt2, verifier: verifier.value, hint })
        }
    };
    host.execute(SetPassword { user, password }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The address of this world for MTProto clients.
#[derive(Serialize, ToSchema)]
pub(super) struct MtProtoAddress {
    host: String,
    port: u16,
    dc_id: u8,
    /// The server's RSA key (PKCS #1), which clients must know.
    public_key: &'static str,
    /// The fingerprint with which clients select the key.
    #[schema(value_type = String)]
    fingerprint: String,
}

/// Returns the MTProto address of this world. For a world other than the default one, it opens a port.
#[utoipa::path(
    post,
    path = "/control/mtproto",
    operation_id = "open_mtproto",
    tag = "logins",
    responses((status = 200, description = "The address", body = MtProtoAddress), Problem)
)]
pub(super) async fn address(
    State(control): State<Control>,
    World(host): World,
) -> Result<Json<MtProtoAddress>, Problem> {
    let at = open(&control, host).await?;
    let fingerprint = RsaKey::development().map_or(0, |key| key.fingerprint);
    Ok(Json(MtProtoAddress {
        host: at.ip().to_string(),
        port: at.port(),
        dc_id: DATA_CENTRE,
        public_key: DEVELOPMENT_PEM,
        fingerprint: fingerprint.to_string(),
    }))
}

async fn open(control: &Control, host: parlor_host::Host) -> Result<SocketAddr, Problem> {
    let refused = |error: std::io::Error| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NO_PORT", format!("no port could be opened: {error}"))
    };
    (control.mtproto)(host).await.map_err(refused)
}

/// Returns the server's RSA key in the format of MTProto clients.
#[utoipa::path(
    get,
    path = "/control/mtproto.pem",
    operation_id = "show_mtproto_key",
    tag = "logins",
    responses((status = 200, description = "The key", body = String, content_type = "application/x-pem-file"), Problem)
)]
pub(super) async fn key() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], DEVELOPMENT_PEM)
}

/// The account of a new session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    /// The id or username of a user or bot.
    account: String,
}

/// A session that is already logged in, so that a client needs no key exchange.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedSession {
    /// The account's id.
    account_id: i64,
    is_bot: bool,
    dc_id: u8,
    host: String,
    port: u16,
    /// 256 bytes in hexadecimal.
    auth_key: String,
    /// For `telethon.sessions.StringSession`.
    telethon: String,
    /// For `StringSession` of GramJS and teleproto.
    gramjs: String,
    /// For `session_string` of Kurigram and Pyrogram, which does not contain the address.
    pyrogram: String,
}

/// Creates an MTProto session that is already logged in.
#[utoipa::path(
    post,
    path = "/control/sessions",
    operation_id = "create_session",
    tag = "logins",
    request_body = NewSession,
    responses((status = 201, description = "The session", body = CreatedSession), Problem)
)]
pub(super) async fn create_session(
    State(control): State<Control>,
    World(host): World,
    Body(new): Body<NewSession>,
) -> Result<(StatusCode, Json<CreatedSession>), Problem> {
    let name = new.account;
    let found = host.read(|world, _| {
        let id = match name.parse() {
            Ok(id) => world.account(AccountId(id)).map(Account::id),
            Err(_) => world.by_username(&name),
        };
        id.map(|id| (id, world.is_bot(id)))
    });
    let (account, is_bot) = found.await?.ok_or(Refusal::UserNotFound)?;
    let at = open(&control, host.clone()).await?;
    let bytes = random()?;
    let auth = AuthKey::new(bytes);
    let (key, auth_key) = (KeyId(auth.id()), auth.to_hex());
    let client = ClientInfo { device: "Minted session".to_owned(), ..ClientInfo::default() };
    host.execute(SignIn { key, secret: KeySecret(auth_key.clone()), account, client }).await?;
    let session = CreatedSession {
        account_id: account.0,
        is_bot,
        dc_id: DATA_CENTRE,
        host: at.ip().to_string(),
        port: at.port(),
        telethon: format!("1{}", URL_SAFE.encode(telethon(at, &bytes))),
        gramjs: format!("1{}", STANDARD.encode(gramjs(at, &bytes))),
        pyrogram: URL_SAFE.encode(pyrogram(account.0, is_bot, &bytes)).trim_end_matches('=').to_owned(),
        auth_key,
    };
    Ok((StatusCode::CREATED, Json(session)))
}

/// Data centre, address, port, key: `>B4sH256s`, or `>B16sH256s`.
fn telethon(at: SocketAddr, key: &[u8; 256]) -> Vec<u8> {
    let address = match at.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    [&[DATA_CENTRE][..], &address, &at.port().to_be_bytes(), key].concat()
}

/// Data centre, length of the address, address, port, key.
fn gramjs(at: SocketAddr, key: &[u8; 256]) -> Vec<u8> {
    let address = at.ip().to_string();
    let length = u16::try_from(address.len()).unwrap_or_default().to_be_bytes();
    [&[DATA_CENTRE][..], &length, address.as_bytes(), &at.port().to_be_bytes(), key].concat()
}

/// Data centre, app, test mode, key, account, bot: `>BI?256sQ?`.
fn pyrogram(account: i64, is_bot: bool, key: &[u8; 256]) -> Vec<u8> {
    let app = 1u32.to_be_bytes();
    [&[DATA_CENTRE][..], &app, &[0], key, &account.to_be_bytes(), &[u8::from(is_bot)]].concat()
}
