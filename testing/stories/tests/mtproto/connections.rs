//! Transports, keys and lost connections.

use super::*;

#[tokio::test]
async fn every_transport_and_both_paddings() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    for (framing, obfuscated) in [
        (Framing::Full, false),
        (Framing::Abridged, false),
        (Framing::Intermediate, false),
        (Framing::Padded, false),
        (Framing::Abridged, true),
        (Framing::Intermediate, true),
        (Framing::Padded, true),
    ] {
        for padding in [RsaPadding::Sha1, RsaPadding::RsaPad] {
            let mut wire = Wire::open(server.address(), framing, obfuscated).await?;
            let (key, salt) = wire.exchange(padding, None).await?;
            let config = Client::over(wire, key, salt, LAYER).begin().await?;
            ensure!(config.this_dc == 2, "{framing:?}");
            let enums::DcOption::DcOption(option) = config.dc_options.first().context("an option")?;
            ensure!(format!("{}:{}", option.ip_address, option.port) == server.address());
        }
    }
    Ok(())
}

#[tokio::test]
async fn web_sockets_and_the_proxy_lead_to_the_same_server() -> Result<()> {
    let server = Server::start(&["--memory", "--proxy-secret", "dd000102030405060708090a0b0c0d0e0f"]).await?;
    let address = server.address();
    let secret = std::array::from_fn(|n| n as u8);
    for wire in [
        Wire::by_proxy(address, Framing::Padded, secret).await?,
        Wire::by_web_socket(address, Framing::Intermediate, None).await?,
        Wire::by_web_socket(address, Framing::Abridged, Some(&server.root)).await?,
        Wire::open(address, Framing::Padded, true).await?,
    ] {
        let mut wire = wire;
        let (key, salt) = wire.exchange(RsaPadding::RsaPad, None).await?;
        let mut client = Client::over(wire, key, salt, LAYER);
        client.begin().await?;
        client.log_in(BOT).await?;
        ensure!(me(&mut client).await?.id == 777);
    }
    let wrong =
        Wire::by_proxy(address, Framing::Padded, [9; 16]).await?.exchange(RsaPadding::Sha1, None).await;
    ensure!(wrong.is_err(), "the secret is wrong");
    for origin in ["https://evil.example", "null"] {
        ensure!(Wire::by_web_socket(address, Framing::Abridged, Some(origin)).await.is_err(), "{origin}");
    }
    Ok(())
}

#[tokio::test]
async fn a_resend_after_a_lost_connection_is_harmless_and_the_layer_is_remembered() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut bot = Client::connect(server.address(), 158).await?;
    bot.begin().await?;
    bot.log_in(BOT).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    let first = send(&mut bot, user(1001, 0), "once", 42).await?;
    let key = bot.key();
    drop(bot);
    // A new connection and session, without invokeWithLayer.
    let mut bot = Client::resume(server.address(), key, 158).await?;
    let again = send(&mut bot, user(1001, 0), "once", 42).await?;
    let (enums::Updates::UpdateShortSentMessage(first), enums::Updates::UpdateShortSentMessage(again)) =
        (first, again)
    else {
        anyhow::bail!("not short")
    };
    ensure!(first.id == again.id && first.pts == again.pts);
    ensure!(texts(&server).await? == ["/start", "once"]);
    // The layer's own constructor of a user.
    let request = functions::UsersGetUsers { id: vec![types::InputUserSelf {}.into()] };
    let mut out = Writer::default();
    request.write(158, &mut out);
    let body = out.finish().map_err(anyhow::Error::msg)?;
    let answer = bot.call_raw(&body).await??;
    let mut expected = Writer::default();
    types::User::default().write(158, &mut expected);
    let expected = expected.finish().map_err(anyhow::Error::msg)?;
    ensure!(answer.get(8..12) == expected.get(..4), "not a user of layer 158");
    Ok(())
}

/// TDLib describes its device by JSON of every kind.
#[tokio::test]
async fn a_client_may_describe_itself_by_any_json() -> Result<()> {
    let (_server, mut bot) = begin(&[]).await?;
    let values: [enums::JSONValue; 5] = [
        types::JsonNull {}.into(),
        types::JsonBool { value: true }.into(),
        types::JsonNumber { value: -3600.0 }.into(),
        types::JsonString { value: "Europe/Berlin".to_owned() }.into(),
        types::JsonArray { value: vec![types::JsonNumber { value: 1.5 }.into()] }.into(),
    ];
    let pair = |value| types::JsonObjectValue { key: "key".to_owned(), value }.into();
    let params = types::JsonObject { value: values.map(pair).to_vec() };
    let mut query = Writer::default();
    functions::HelpGetConfig {}.write(LAYER, &mut query);
    let query = Raw(query.finish().map_err(anyhow::Error::msg)?);
    let request = functions::InitConnection { query, params: Some(params.into()), ..Default::default() };
    let config: enums::Config = bot.call(|layer, out| request.write(layer, out)).await?;
    let enums::Config::Config(config) = config;
    ensure!(config.this_dc == 2, "{config:?}");
    Ok(())
}

#[tokio::test]
async fn a_temporary_key_carries_the_login_of_the_permanent_one() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut wire = Wire::open(server.address(), Framing::Intermediate, true).await?;
    let (permanent, _) = wire.exchange(RsaPadding::RsaPad, None).await?;
    let (temporary, salt) = wire.exchange(RsaPadding::RsaPad, Some(86_400)).await?;
    let mut client = Client::over(wire, temporary.clone(), salt, LAYER);
    let nonce = i64::from_le_bytes(random_bytes());
    let expires_at = i32::try_from(now() / 1000 + 86_400)?;
    let bind = |nonce| {
        let inner = types::BindAuthKeyInner {
            nonce,
            temp_auth_key_id: temporary.id(),
            perm_auth_key_id: permanent.id(),
            temp_session_id: 1,
            expires_at,
        };
        let mut out = Writer::default();
        enums::BindAuthKeyInner::from(inner).write(0, &mut out);
        out.finish().unwrap()
    };
    for (inner, fine) in [(bind(nonce ^ 1), false), (bind(nonce), true)] {
        let sealed = Envelope::seal_binding(now() << 22, &inner, &permanent, &random_bytes());
        let request = functions::AuthBindTempAuthKey {
            perm_auth_key_id: permanent.id(),
            nonce,
            expires_at,
            encrypted_message: Bytes(sealed),
        };
        let bound = client.call::<bool>(|layer, out| request.write(layer, out)).await;
        ensure!(bound.is_ok() == fine, "{bound:?}");
    }
    client.begin().await?;
    client.log_in(BOT).await?;
    ensure!(me(&mut client).await?.id == 777);
    let mut other = Client::resume(server.address(), permanent, LAYER).await?;
    ensure!(me(&mut other).await?.id == 777, "the permanent key is logged in too");
    Ok(())
}

#[tokio::test]
async fn misbehaving_clients_do_not_affect_others() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    // Random bytes at the start, random bytes after the key exchange, a truncated frame, a flood of requests.
    for start in
        [vec![0xef, 0x7f, 0xff, 0xff, 0xff], vec![7; 64], vec![0xee; 4], vec![0xdd, 0xdd, 0xdd, 0xdd, 1]]
    {
        let mut stream = tokio::net::TcpStream::connect(server.address()).await?;
        tokio::io::AsyncWriteExt::write_all(&mut stream, &start).await?;
    }
    let mut wire = Wire::open(server.address(), Framing::Abridged, false).await?;
    let (key, _) = wire.exchange(RsaPadding::Sha1, None).await?;
    let mut frame = key.id().to_le_bytes().to_vec();
    frame.resize(400, 0x55);
    wire.send(&frame).await?;
    ensure!(wire.receive().await? == (-404_i32).to_le_bytes(), "the transport's error");
    let mut flood = Client::connect(server.address(), LAYER).await?;
    flood.begin().await?;
    let task = tokio::spawn(async move {
        for _ in 0..300 {
            let _ = flood.call_raw(&[1, 2, 3, 4]).await;
        }
    });
    for n in 0..20 {
        send(&mut bot, user(1001, 0), &n.to_string(), 100 + n).await?;
    }
    task.abort();
    ensure!(texts(&server).await?.len() == 21);
    Ok(())
}
