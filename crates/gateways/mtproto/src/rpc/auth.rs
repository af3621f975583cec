use crate::attempts::Subject;
use crate::context::{Answer, Context};
use crate::keys::Pending;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_mtproto::Envelope;
use parlor_wire_tl::functions::{AuthBindTempAuthKey, AuthImportBotAuthorization, AuthSignIn, AuthSignUp};
use parlor_wire_tl::{Reader, Tl, enums, types};
use parlor_world::account::{AdoptToken, Token};
use parlor_world::authorization::{Login, SendCode, SignIn, SignOut, SignUp};
use parlor_world::{AccountId, Refusal};
use tokio::time::Instant;

/// Digits of a login code.
const CODE_LENGTH: i32 = 5;

pub(super) async fn import_bot(context: &Context, request: AuthImportBotAuthorization) -> Answer {
    let token = Token::parse(&request.bot_auth_token).ok_or(RpcError::bad("ACCESS_TOKEN_INVALID"))?;
    let bot = context.tell(AdoptToken(token)).await?;
    log_in(context, AccountId::Bot(bot)).await
}

/// From now on the key is the account's.
pub(super) async fn log_in(context: &Context, account: AccountId) -> Answer {
    let key = context.key.login();
    let client = key.client();
    let command = SignIn { key: key.id(), secret: key.secret(), account, client };
    let user = context.ask(command, move |world, _, ()| view::account(world, account, account)).await?;
    logged_in(context, account, user)
}

fn logged_in(context: &Context, account: AccountId, user: enums::User) -> Answer {
    context.key.login().belongs_to(Some(account), &context.host);
    context.encode(&enums::AuthAuthorization::from(types::AuthAuthorization { user, ..Default::default() }))
}

/// What wrong codes for a phone are counted for.
fn subjects(context: &Context, phone: &str) -> [Subject; 2] {
    let digits = phone.chars().filter(char::is_ascii_digit).collect();
    [Subject::Phone(context.host.id(), digits), Subject::Address(context.peer)]
}

/// Refuses whoever was wrong too often.
pub(super) fn admit(context: &Context, subjects: &[Subject]) -> Result<(), RpcError> {
    match context.gateway.0.attempts.wait(subjects, Instant::now()) {
        Some(seconds) => Err(RpcError::new(420, &format!("FLOOD_WAIT_{seconds}"))),
        None => Ok(()),
    }
}

pub(super) async fn send_code(context: &Context, phone: &str) -> Answer {
    admit(context, &subjects(context, phone))?;
    let hash = context.tell(SendCode { phone: phone.to_owned() }).await?;
    let sent = types::AuthSentCode {
        r#type: types::AuthSentCodeTypeApp { length: CODE_LENGTH }.into(),
        phone_code_hash: hash,
        ..Default::default()
    };
    context.encode(&enums::AuthSentCode::from(sent))
}

pub(super) async fn sign_in(context: &Context, request: AuthSignIn) -> Answer {
    let (phone, hash) = (request.phone_number, request.phone_code_hash);
    let code = request.phone_code.unwrap_or_default();
    let subjects = subjects(context, &phone);
    admit(context, &subjects)?;
    let attempts = &context.gateway.0.attempts;
    let this_code = Subject::Code(hash.clone());
    if attempts.wait(std::slice::from_ref(&this_code), Instant::now()).is_some() {
        return Err(Refusal::PhoneCodeExpired.into());
    }
    let shown = (phone.clone(), hash.clone());
    let login = context.look(move |world, now| world.check_code(&shown.0, &shown.1, &code, now)).await?;
    if login == Err(Refusal::PhoneCodeInvalid) {
        attempts.count(subjects.into_iter().chain([this_code]), Instant::now());
    }
    let needs_password = context.gateway.0.password.is_some();
    match login? {
        Login::Known(user) if needs_password => {
            context.key.login().set_pending(Pending::Password(user, None));
            Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED"))
        }
        // Whoever may register shows the token to the control API.
        Login::Nobody if needs_password => Err(RpcError::bad("PHONE_NUMBER_UNOCCUPIED")),
        Login::Known(user) => log_in(context, AccountId::User(user)).await,
        Login::PasswordNeeded(user) => {
            context.key.login().set_pending(Pending::Password(user, None));
            Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED"))
        }
        Login::Nobody => {
            context.key.login().set_pending(Pending::SignUp { phone, hash });
            let required = types::AuthAuthorizationSignUpRequired::default();
            context.encode(&enums::AuthAuthorization::from(required))
        }
    }
}

pub(super) async fn sign_up(context: &Context, request: AuthSignUp) -> Answer {
    let key = context.key.login();
    match key.pending() {
        Some(Pending::SignUp { phone, hash })
            if phone == request.phone_number && hash == request.phone_code_hash => {}
        _ => return Err(RpcError::bad("PHONE_CODE_EMPTY")),
    }
    let client = key.client();
    let command = SignUp {
        phone: request.phone_number,
        first_name: request.first_name,
        last_name: request.last_name,
        sign_in: (key.id(), key.secret(), client),
    };
    let view = |world: &parlor_world::World, _, user| {
        let me = AccountId::User(user);
        (me, view::account(world, me, me))
    };
    let (me, user) = context.ask(command, view).await?;
    logged_in(context, me, user)
}

pub(super) async fn log_out(context: &Context) -> Answer {
    let key = context.key.login();
    context.tell(SignOut { key: key.id() }).await?;
    key.belongs_to(None, &context.host);
    context.encode(&enums::AuthLoggedOut::from(types::AuthLoggedOut::default()))
}

/// Ties a temporary key to a permanent one.
///
/// > encrypted_message is encrypted with the permanent key; its msg_id must be the one of the query. (The msg_id is not
/// > compared: the message proves the permanent key, and the temporary one carries it.)
pub(super) async fn bind_temporary(context: &Context, request: &AuthBindTempAuthKey) -> Answer {
    let invalid = || RpcError::bad("ENCRYPTED_MESSAGE_INVALID");
    let permanent = context.gateway.0.keys.find(&context.host, request.perm_auth_key_id).await;
    let permanent = permanent.ok_or_else(invalid)?;
    let (_, inner) =
        Envelope::open_binding(&request.encrypted_message.0, &permanent.auth).map_err(|_| invalid())?;
    let inner = enums::BindAuthKeyInner::read(&mut Reader::new(&inner)).map_err(|_| invalid())?;
    let enums::BindAuthKeyInner::BindAuthKeyInner(inner) = inner;
    let right = inner.nonce == request.nonce
        && inner.temp_auth_key_id == context.key.auth.id()
        && inner.perm_auth_key_id == request.perm_auth_key_id
        && inner.expires_at == request.expires_at;
    if !right {
        return Err(invalid());
    }
    context.key.bind(permanent);
    context.encode(&true)
}
