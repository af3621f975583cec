//! Logins and their ends, and new accounts.

use super::*;

#[tokio::test]
async fn authorizations_survive_a_restart() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let data = ["--data", file.to_str().context("utf-8")?];
    let mut server = Server::start(&data).await?;
    let mut bot = Client::connect(server.address(), LAYER).await?;
    bot.begin().await?;
    bot.log_in(BOT).await?;
    let key = bot.key();
    server.child.kill().await?;
    let server = Server::start(&data).await?;
    let mut bot = Client::resume(server.address(), key, LAYER).await?;
    ensure!(me(&mut bot).await?.id == 777);
    // An unknown key gets the transport's error, and only that connection is closed.
    let mut stranger = Client::resume(server.address(), AuthKey::new([9; 256]), LAYER).await?;
    let error = stranger.begin().await.err().context("an error")?;
    ensure!(error.to_string() == "transport error -404", "{error}");
    ensure!(me(&mut bot).await?.id == 777);
    bot.call::<enums::AuthLoggedOut>(|layer, out| functions::AuthLogOut {}.write(layer, out)).await?;
    let error = refused(me(&mut bot).await)?;
    ensure!(error.code == 401 && error.message == "AUTH_KEY_UNREGISTERED");
    Ok(())
}

#[tokio::test]
async fn created_sessions_belong_to_their_world() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let world = server.control("POST", "/worlds", json!({})).await?;
    let root = world["control"].as_str().context("root")?;
    let post = async |path: &str, body: Value| -> Result<Value> {
        let answer =
            server.http().post(format!("{root}{path}")).json(&body).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    };
    post("/users", json!({"id": 5, "first_name": "Ann", "phone": "4915112345"})).await?;
    post("/bots", json!({"token": BOT, "username": "world_bot"})).await?;
    let at = post("/mtproto", json!({})).await?;
    ensure!(
        at["port"].as_u64().context("port")?.to_string()
            != server.address().rsplit(':').next().context("port")?
    );
    ensure!(post("/mtproto", json!({})).await? == at, "the same port again");
    for (account, id) in [("5", 5), ("world_bot", 777)] {
        let session = post("/sessions", json!({"account": account})).await?;
        ensure!(session["port"] == at["port"] && session["account_id"] == id);
        let key = session["auth_key"].as_str().and_then(AuthKey::from_hex).context("a key")?;
        let mut client = Client::resume(&format!("127.0.0.1:{}", at["port"]), key.clone(), LAYER).await?;
        client.begin().await?;
        ensure!(me(&mut client).await?.id == id);
        // The default world knows nothing of it.
        let mut stranger = Client::resume(server.address(), key, LAYER).await?;
        ensure!(stranger.begin().await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn a_new_user_registers_by_phone() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut client = Client::connect(server.address(), LAYER).await?;
    client.begin().await?;
    let phone_number = "+49 151 12345".to_owned();
    let request = functions::AuthSendCode {
        phone_number: phone_number.clone(),
        api_id: 1,
        api_hash: "a".repeat(32),
        settings: types::CodeSettings::default().into(),
    };
    let enums::AuthSentCode::SentCode(sent) = client.call(|layer, out| request.write(layer, out)).await?;
    let codes = server.control("GET", "/codes", Value::Null).await?;
    let code = codes[0]["code"].as_str().context("code")?.to_owned();
    let sign_in = functions::AuthSignIn {
        phone_number: phone_number.clone(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: Some(code),
    };
    let sign_up = functions::AuthSignUp {
        phone_number,
        phone_code_hash: sent.phone_code_hash,
        first_name: "Ann".to_owned(),
        last_name: String::new(),
        ..Default::default()
    };
    // Not before the code was proven.
    let error =
        refused(client.call::<enums::AuthAuthorization>(|layer, out| sign_up.write(layer, out)).await)?;
    ensure!(error.message == "PHONE_CODE_EMPTY");
    let answer: enums::AuthAuthorization = client.call(|layer, out| sign_in.write(layer, out)).await?;
    ensure!(matches!(answer, enums::AuthAuthorization::AuthorizationSignUpRequired(_)));
    client.call::<enums::AuthAuthorization>(|layer, out| sign_up.write(layer, out)).await?;
    let own = me(&mut client).await?;
    ensure!(
        own.first_name.as_deref() == Some("Ann") && own.phone.as_deref() == Some("4915112345"),
        "{own:?}"
    );
    ensure!(own.last_name.is_none());
    Ok(())
}

#[tokio::test]
async fn bot_father_creates_a_bot_over_mtproto() -> Result<()> {
    let (server, _) = begin(&[]).await?;
    let mut ann = server.minted("1001").await?;
    ann.state().await?;
    let father = ann.resolve("botfather").await?;
    let table = [
        ("/newbot", "Alright, a new bot."),
        ("Tetris", "Good. Now let's choose a username"),
        ("tetris_bot", "Done! Congratulations on your new bot."),
    ];
    let mut answer = String::new();
    for (number, (said, expected)) in (1..).zip(table) {
        send(&mut ann, father.clone(), said, number).await?;
        answer = pushed_text(&mut ann).await?;
        ensure!(answer.contains(expected), "{said}: {answer}");
    }
    let token = answer.lines().find(|line| line.contains(':') && !line.contains(' ')).context("a token")?;
    let (status, me) = server.bot_api(token, "getMe", json!({})).await?;
    ensure!(status == 200 && me["result"]["username"] == "tetris_bot", "{me}");
    let mut bot = Client::connect(server.address(), LAYER).await?;
    bot.begin().await?;
    bot.log_in(token).await?;
    ensure!(self::me(&mut bot).await?.username.as_deref() == Some("tetris_bot"));
    Ok(())
}

#[tokio::test]
async fn a_revoked_token_ends_its_sessions() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    bot.state().await?;
    server.control("POST", "/bots/777/token", Value::Null).await?;
    // The session ends asynchronously; until then it may still be answered.
    let mut outcome = me(&mut bot).await;
    for _ in 0..200 {
        if outcome.is_err() {
            break;
        }
        outcome = me(&mut bot).await;
    }
    let error = refused(outcome)?;
    ensure!(error == RpcError { code: 401, message: "AUTH_KEY_UNREGISTERED".to_owned() });
    let error = refused(bot.log_in(BOT).await)?;
    ensure!(error.message == "ACCESS_TOKEN_INVALID");
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_all_logins() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    me(&mut bot).await?;
    server.control("POST", "/reset", Value::Null).await?;
    let error = refused(me(&mut bot).await)?;
    ensure!(error.message == "AUTH_KEY_UNREGISTERED", "{error:?}");
    bot.log_in(BOT).await?;
    ensure!(me(&mut bot).await?.id == 777, "the same connection logs in anew");
    Ok(())
}
