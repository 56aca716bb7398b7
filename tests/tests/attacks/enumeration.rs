//! Who has an account here? Neither login nor refresh nor logout tells.

use crate::harness::hello::Hello;

#[tokio::test]
async fn asvs_v6_3_8_enumeration_login_answers_alike_for_known_and_unknown_accounts() {
    let hello = Hello::start();
    let client = hello.client();
    client.sign_up("ada@example.org").await.expect(201);
    let known = client.try_login("ada@example.org", "a wrong password").await;
    let unknown = client.try_login("bob@example.org", "a wrong password").await;
    assert_eq!(known.status, 401);
    assert_eq!(known.shape(), unknown.shape());
}

#[tokio::test]
async fn asvs_v6_3_8_enumeration_the_limit_comes_at_the_same_try_for_known_and_unknown_accounts() {
    let hello = Hello::start();
    hello.client().sign_up("ada@example.org").await.expect(201);
    let mut shapes = Vec::new();
    for email in ["ada@example.org", "bob@example.org"] {
        let mut seen = Vec::new();
        for n in 0..12 {
            let (status, mut headers, body) =
                hello.client_number(n).try_login(email, "a wrong password").await.shape();
            // The seconds to wait run while we try.
            headers.iter_mut().filter(|(name, _)| name == "retry-after").for_each(|(_, value)| value.clear());
            seen.push((status, headers, body));
        }
        shapes.push(seen);
    }
    assert_eq!((shapes[0][9].0, shapes[0][10].0), (401, 429));
    assert_eq!(shapes[0], shapes[1]);
}

#[tokio::test]
async fn asvs_v6_3_8_enumeration_refresh_answers_alike_for_known_and_made_up_tokens() {
    let hello = Hello::start();
    let client = hello.client();
    let over = client.join("ada@example.org").await;
    client.logout(&over.refresh).await.expect(204);
    let reused = client.login("ada@example.org").await;
    let next = client.refresh(&reused.refresh).await.expect(200).json();
    client.refresh(next["refresh_token"].as_str().unwrap()).await.expect(200);

    let expected = client.refresh(&over.refresh).await.expect_error(401, "invalid_refresh_token").shape();
    for (what, token) in [
        ("spent", reused.refresh.clone()),
        ("ended by reuse", reused.refresh.clone()),
        ("garbage", "garbage".to_owned()),
        ("nothing", String::new()),
        ("cut short", over.refresh[..over.refresh.len() - 1].to_owned()),
        ("too long", format!("{}AAAA", over.refresh)),
        ("a kilobyte", "A".repeat(1024)),
        ("an access token", over.access.clone()),
    ] {
        assert_eq!(client.refresh(&token).await.shape(), expected, "{what}");
    }
}

#[tokio::test]
async fn enumeration_logout_answers_alike_for_every_token() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    let genuine = client.logout(&ada.refresh).await.expect(204).shape();
    assert_eq!(client.logout(&ada.refresh).await.shape(), genuine);
    assert_eq!(client.logout("garbage").await.shape(), genuine);
}
