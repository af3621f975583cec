use crate::attempts::Subject;
use crate::context::{Answer, Context};
use crate::keys::{KeyOwner, Pending};
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::{AuthImportBotAuthorization, AuthSignIn, AuthSignUp};
use parlor_wire_tl::{enums, types};
use parlor_world::ops::account::AdoptToken;
use parlor_world::ops::session::{Login, SendCode, SignIn, SignOut, SignUp, check_code};
use parlor_world::state::account::Token;
use parlor_world::{AccountId, Refusal, World};
use tokio::time::Instant;

/// The number of digits of a login code.
const CODE_LENGTH: i32 = 5;

pub(in crate::rpc) async fn import_bot(context: &Context, request: AuthImportBotAuthorization) -> Answer {
    let token = Token::parse(&request.bot_auth_token).ok_or_else(|| RpcError::bad("ACCESS_TOKEN_INVALID"))?;
    let bot = context.execute(AdoptToken(token)).await?;
    log_in(context, bot).await
}

/// Logs an account in with the key of the request.
pub(super) async fn log_in(context: &Context, account: AccountId) -> Answer {
    let key = context.key.login();
    let client = key.client();
    let command = SignIn { key: key.id(), secret: key.secret(), account, client };
    let (owner, user) = context.execute_with(command, |world, _, ()| myself(world, account)).await?;
    logged_in(context, owner, user)
}

fn myself(world: &World, account: AccountId) -> (KeyOwner, enums::User) {
    let owner = KeyOwner { account, is_bot: world.is_bot(account) };
    (owner, view::account(world, account, account))
}

fn logged_in(context: &Context, owner: KeyOwner, user: enums::User) -> Answer {
    context.key.login().set_owner(Some(owner), &context.host);
    context.encode(&enums::AuthAuthorization::from(types::AuthAuthorization { user, ..Default::default() }))
}

/// Returns the subjects for which wrong codes of a phone number are counted.
fn subjects(context: &Context, phone: &str) -> [Subject; 2] {
    let digits = phone.chars().filter(char::is_ascii_digit).collect();
    [Subject::Phone(context.host.id(), digits), Subject::Address(context.peer)]
}

/// Refuses with `FLOOD_WAIT` after too many wrong attempts.
pub(super) fn admit(context: &Context, subjects: &[Subject]) -> Result<(), RpcError> {
    match context.gateway.0.attempts.wait(subjects, Instant::now()) {
        Some(seconds) => Err(RpcError::new(420, &format!("FLOOD_WAIT_{seconds}"))),
        None => Ok(()),
    }
}

pub(in crate::rpc) async fn send_code(context: &Context, phone: &str) -> Answer {
    admit(context, &subjects(context, phone))?;
    let hash = context.execute(SendCode { phone: phone.to_owned() }).await?;
    let sent = types::AuthSentCode {
        r#type: types::AuthSentCodeTypeApp { length: CODE_LENGTH }.into(),
        phone_code_hash: hash,
        ..Default::default()
    };
    context.encode(&enums::AuthSentCode::from(sent))
}

pub(in crate::rpc) async fn sign_in(context: &Context, request: AuthSignIn) -> Answer {
    let (phone, hash) = (request.phone_number, request.phone_code_hash);
    let code = request.phone_code.unwrap_or_default();
    let subjects = subjects(context, &phone);
    admit(context, &subjects)?;
    let attempts = &context.gateway.0.attempts;
    let this_code = Subject::Code(hash.clone());
    if attempts.wait(std::slice::from_ref(&this_code), Instant::now()).is_some() {
        return Err(Refusal::PhoneCodeExpired.into());
    }
    let login = context.read(|world, now| check_code(world, &phone, &hash, &code, now)).await?;
    if login == Err(Refusal::PhoneCodeInvalid) {
        attempts.count(subjects.into_iter().chain([this_code]), Instant::now());
    }
    let needs_password = context.gateway.0.password.is_some();
    match login? {
        Login::Known(user) if needs_password => {
            context.key.login().set_pending(Pending::Password(user, None));
            Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED"))
        }
        // With a control token, users can be created only through the control API.
        Login::Unknown if needs_password => Err(RpcError::bad("PHONE_NUMBER_UNOCCUPIED")),
        Login::Known(user) => log_in(context, user).await,
        Login::PasswordNeeded(user) => {
            context.key.login().set_pending(Pending::Password(user, None));
            Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED"))
        }
        Login::Unknown => {
            context.key.login().set_pending(Pending::SignUp { phone, hash });
            let required = types::AuthAuthorizationSignUpRequired::default();
            context.encode(&enums::AuthAuthorization::from(required))
        }
    }
}

pub(in crate::rpc) async fn sign_up(context: &Context, request: AuthSignUp) -> Answer {
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
    let (owner, user) = context.execute_with(command, |world, _, user| myself(world, user)).await?;
    logged_in(context, owner, user)
}

pub(in crate::rpc) async fn log_out(context: &Context) -> Answer {
    let key = context.key.login();
    context.execute(SignOut { key: key.id() }).await?;
    key.set_owner(None, &context.host);
    context.encode(&enums::AuthLoggedOut::from(types::AuthLoggedOut::default()))
}
