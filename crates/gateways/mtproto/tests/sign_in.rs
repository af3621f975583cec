//! Signing in by phone: wrong codes and passwords are limited, and with a control token, the token is the password.

mod common;

use anyhow::{Context, Result, ensure};
use common::{create_user, serve};
use parlor_stories::mtproto::{Client, RpcError, refused};
use parlor_wire_mtproto::client::prove_password;
use parlor_wire_mtproto::dh::Group;
use parlor_wire_mtproto::srp::Verifier;
use parlor_wire_tl::{Bytes, LAYER, enums, functions, types};
use parlor_world::AccountId;
use parlor_world::ops::account::SetPassword;
use parlor_world::state::session::Password;

const PHONE: &str = "9996621234";
const CODE: &str = "22222";

async fn connect(address: &str) -> Result<Client> {
    let mut client = Client::connect(address, LAYER).await?;
    client.begin().await?;
    Ok(client)
}

async fn prove(client: &mut Client, password: &str) -> Result<enums::AuthAuthorization> {
    let enums::AccountPassword::Password(asked) =
        client.call(|layer, out| functions::AccountGetPassword {}.write(layer, out)).await?;
    let Some(enums::PasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        algorithm,
    )) = asked.current_algo
    else {
        anyhow::bail!("no algorithm")
    };
    let group = Group::new().context("a group")?;
    let b = asked.srp_B.context("B")?.0;
    let (a, proof) = prove_password(&group, password, &algorithm.salt1.0, &algorithm.salt2.0, &b, &[3; 256])
        .context("an answer")?;
    let proof = types::InputCheckPasswordSRP {
        srp_id: asked.srp_id.context("an id")?,
        A: Bytes(a.to_vec()),
        M1: Bytes(proof.to_vec()),
    };
    let request = functions::AuthCheckPassword { password: proof.into() };
    client.call(|layer, out| request.write(layer, out)).await
}

fn is_flood_wait(error: &RpcError) -> bool {
    let seconds = error.message.strip_prefix("FLOOD_WAIT_").and_then(|seconds| seconds.parse().ok());
    error.code == 420 && seconds.is_some_and(|seconds: u64| (1..=600).contains(&seconds))
}

#[tokio::test]
async fn wrong_codes_are_limited_by_code_and_phone() -> Result<()> {
    let stage = serve(None).await?;
    create_user(&stage, 1001, PHONE).await?;
    create_user(&stage, 1002, "9996635678").await?;
    let mut client = connect(&stage.address).await?;
    for _ in 0..2 {
        let hash = client.send_code(PHONE).await?;
        for guess in 0..5 {
            let error = refused(client.sign_in(PHONE, &hash, &format!("1111{guess}")).await)?;
            ensure!(error.message == "PHONE_CODE_INVALID", "{guess}: {error}");
        }
        let error = refused(client.sign_in(PHONE, &hash, CODE).await)?;
        let limited = error.message == "PHONE_CODE_EXPIRED" || is_flood_wait(&error);
        ensure!(limited, "the right code after five wrong ones: {error}");
    }
    // The limit also holds on another connection and for another spelling of the number, and not for another number.
    let mut other = connect(&stage.address).await?;
    let error = refused(other.send_code("+99966 2 1234").await)?;
    ensure!(is_flood_wait(&error), "{error}");
    let hash = other.send_code("9996635678").await?;
    other.sign_in("9996635678", &hash, "33333").await?;
    Ok(())
}

#[tokio::test]
async fn wrong_codes_are_limited_by_address() -> Result<()> {
    let stage = serve(None).await?;
    let mut client = connect(&stage.address).await?;
    let mut tried = 0;
    let error = loop {
        let phone = format!("99966300{:02}", tried / 5);
        let hash = match client.send_code(&phone).await {
            Err(error) => break error.downcast::<RpcError>()?,
            Ok(hash) => hash,
        };
        for _ in 0..5 {
            refused(client.sign_in(&phone, &hash, "00000").await)?;
            tried += 1;
        }
        ensure!(tried <= 100, "no limit");
    };
    ensure!(tried == 50 && is_flood_wait(&error), "{tried}: {error}");
    Ok(())
}

#[tokio::test]
async fn wrong_passwords_are_limited() -> Result<()> {
    let stage = serve(None).await?;
    create_user(&stage, 1001, PHONE).await?;
    let verifier = Verifier::new(&Group::new().context("a group")?, "secret", vec![1; 8], vec![2; 8]);
    let password = Password {
        salt1: verifier.salt1,
        salt2: verifier.salt2,
        verifier: verifier.value,
        hint: String::new(),
    };
    stage.host.execute(SetPassword { user: AccountId(1001), password: Some(password) }).await?;
    let mut client = connect(&stage.address).await?;
    let hash = client.send_code(PHONE).await?;
    let error = refused(client.sign_in(PHONE, &hash, CODE).await)?;
    ensure!(error.message == "SESSION_PASSWORD_NEEDED");
    for _ in 0..10 {
        let error = refused(prove(&mut client, "wrong").await)?;
        ensure!(error.message == "PASSWORD_HASH_INVALID", "{error}");
    }
    let error = refused(prove(&mut client, "secret").await)?;
    ensure!(is_flood_wait(&error), "{error}");
    Ok(())
}

#[tokio::test]
async fn the_control_token_is_the_password_of_users_without_one() -> Result<()> {
    let stage = serve(Some("the token")).await?;
    create_user(&stage, 1001, PHONE).await?;
    let mut client = connect(&stage.address).await?;
    let hash = client.send_code(PHONE).await?;
    let error = refused(client.sign_in(PHONE, &hash, CODE).await)?;
    ensure!((error.code, error.message.as_str()) == (401, "SESSION_PASSWORD_NEEDED"), "{error}");
    let error = refused(prove(&mut client, "not the token").await)?;
    ensure!(error.message == "PASSWORD_HASH_INVALID", "{error}");
    prove(&mut client, "the token").await?;
    // The user has no password of their own, and does not see the server's.
    let enums::AccountPassword::Password(password) =
        client.call(|layer, out| functions::AccountGetPassword {}.write(layer, out)).await?;
    ensure!(!password.has_password, "{password:?}");
    // Registering is refused.
    let mut stranger = connect(&stage.address).await?;
    let hash = stranger.send_code("9996635678").await?;
    let error = refused(stranger.sign_in("9996635678", &hash, "33333").await)?;
    ensure!(error.message == "PHONE_NUMBER_UNOCCUPIED", "{error}");
    let request = functions::AuthSignUp {
        phone_number: "9996635678".to_owned(),
        phone_code_hash: hash,
        first_name: "Bob".to_owned(),
        ..Default::default()
    };
    let signed_up = stranger.call::<enums::AuthAuthorization>(|layer, out| request.write(layer, out)).await;
    ensure!(refused(signed_up)?.message == "PHONE_CODE_EMPTY");
    Ok(())
}
