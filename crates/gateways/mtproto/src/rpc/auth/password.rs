use super::sign_in::{admit, log_in};
use crate::attempts::Subject;
use crate::context::{Answer, Context};
use crate::keys::Pending;
use crate::refusal::RpcError;
use parlor_host::random;
use parlor_wire_mtproto::dh::G;
use parlor_wire_mtproto::srp::{Challenge, Verifier};
use parlor_wire_tl::functions::AuthCheckPassword;
use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::AccountId;
use parlor_world::state::session::Password;
use std::sync::Arc;
use tokio::time::Instant;

/// Returns the user whose password is meant: logged in, or about to log in.
fn password_user(context: &Context) -> Result<AccountId, RpcError> {
    match context.key.login().pending() {
        Some(Pending::Password(user, _)) => Ok(user),
        _ => context.user(),
    }
}

/// Returns the user's own password.
async fn own(context: &Context, user: AccountId) -> Result<Option<Box<Password>>, RpcError> {
    context.read(|world, _| world.user(user)?.password.clone()).await
}

/// Returns the password that a login needs: the user's own, otherwise the server's.
async fn required(context: &Context, user: AccountId) -> Result<Option<Box<Password>>, RpcError> {
    let servers = || context.gateway.0.password.clone().map(Box::new);
    Ok(own(context, user).await?.or_else(servers))
}

pub(in crate::rpc) async fn get_password(context: &Context) -> Answer {
    let user = password_user(context)?;
    let is_login = matches!(context.key.login().pending(), Some(Pending::Password(..)));
    let password = match is_login {
        true => required(context, user).await?,
        false => own(context, user).await?,
    };
    let new_algo = algorithm(context, &[], &[]);
    let base = types::AccountPassword {
        new_algo,
        new_secure_algo: types::SecurePasswordKdfAlgoUnknown {}.into(),
        secure_random: Bytes(random::<256>()?.to_vec()),
        ..Default::default()
    };
    let Some(password) = password else { return context.encode(&enums::AccountPassword::from(base)) };
    let verifier = verifier(&password);
    let group = context.gateway.clone();
    let secret = random::<256>()?;
    // Two modular exponentiations of 2048 bits would delay the other connections of this thread.
    let made = tokio::task::spawn_blocking(move || verifier.challenge(&group.0.group, secret));
    let challenge = made.await.ok().flatten().ok_or_else(|| RpcError::new(500, "SRP_FAILED"))?;
    let answer = types::AccountPassword {
        has_password: true,
        current_algo: Some(algorithm(context, &password.salt1, &password.salt2)),
        srp_B: Some(Bytes(challenge.public.to_vec())),
        srp_id: Some(srp_id(&challenge)),
        hint: Some(password.hint).filter(|hint| !hint.is_empty()),
        ..base
    };
    context.key.login().set_challenge(Arc::new(challenge));
    context.encode(&enums::AccountPassword::from(answer))
}

pub(in crate::rpc) async fn check_password(context: &Context, request: AuthCheckPassword) -> Answer {
    let enums::InputCheckPasswordSRP::InputCheckPasswordSRP(proof) = request.password else {
        return Err(RpcError::bad("PASSWORD_HASH_INVALID"));
    };
    let (user, challenge) = match context.key.login().pending() {
        Some(Pending::Password(user, Some(challenge))) => (user, challenge),
        Some(Pending::Password(_, None)) => return Err(RpcError::bad("SRP_ID_INVALID")),
        _ => return Err(RpcError::new(401, "AUTH_KEY_UNREGISTERED")),
    };
    if proof.srp_id != srp_id(&challenge) {
        return Err(RpcError::bad("SRP_ID_INVALID"));
    }
    let subjects = [Subject::Account(context.host.id(), user.0), Subject::Address(context.peer)];
    admit(context, &subjects)?;
    let password = required(context, user).await?.ok_or_else(|| RpcError::bad("PASSWORD_EMPTY"))?;
    let verifier = verifier(&password);
    let gateway = context.gateway.clone();
    let checked = tokio::task::spawn_blocking(move || {
        verifier.check(&gateway.0.group, &challenge, &proof.A.0, &proof.M1.0)
    });
    if !checked.await.unwrap_or(false) {
        context.gateway.0.attempts.count(subjects, Instant::now());
        return Err(RpcError::bad("PASSWORD_HASH_INVALID"));
    }
    log_in(context, user).await
}

fn verifier(password: &Password) -> Verifier {
    Verifier {
        salt1: password.salt1.clone(),
        salt2: password.salt2.clone(),
        value: password.verifier.clone(),
    }
}

/// Returns the id of a challenge, which is derived from its public value.
fn srp_id(challenge: &Challenge) -> i64 {
    challenge.public.first_chunk::<8>().map_or(1, |id| i64::from_le_bytes(*id))
}

fn algorithm(context: &Context, salt1: &[u8], salt2: &[u8]) -> enums::PasswordKdfAlgo {
    types::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow {
        salt1: Bytes(salt1.to_vec()),
        salt2: Bytes(salt2.to_vec()),
        g: G,
        p: Bytes(context.gateway.0.group.prime().to_vec()),
    }
    .into()
}
