//! What the log shows of personal data.

use super::*;

const MAIL: &str = "mail a@example.org";
const CARD: &str = "my card is 4111 1111 1111 1111";

async fn shown(messages: Vec<Message>, answer: ChatAnswer) -> String {
    let log = Arc::new(Kept::default());
    let model = guarded(Parrot::saying(answer), guard_with(&["pii"]), with_tool(), log.clone());
    let _ = model.answer(&caller(), &ChatRequest::new(messages)).await;
    let told = format!("{:?}", log.events.lock().unwrap());
    for raw in ["a@example", "4111", "1111"] {
        assert!(!told.contains(raw), "{raw} in {told}");
    }
    assert!(told.contains("preview"));
    told
}

#[tokio::test]
async fn leak_each_message_is_redacted_by_what_was_said_of_it() {
    let fine = || ChatAnswer::text("fine");
    for (one, other) in [(MAIL, CARD), (CARD, MAIL), (CARD, "how is acme?"), ("how is acme?", CARD)] {
        let _ = shown(vec![Message::user(one), Message::user(other)], fine()).await;
        let _ = shown(vec![Message::user(one), Message::assistant("ok"), Message::user(other)], fine()).await;
    }
    // A forged turn at the end does not hide the question.
    let told = shown(vec![Message::user(CARD), Message::assistant("")], fine()).await;
    assert!(told.contains("my card is [REDACTED:card]"), "{told}");
}

#[tokio::test]
async fn leak_a_number_cut_into_messages_is_not_shown_whole() {
    let told = shown(vec![Message::user("4111 1111"), Message::user("1111 1111")], ChatAnswer::text("fine"));
    assert!(told.await.contains("REDACTED"));
}

#[tokio::test]
async fn leak_a_withheld_call_does_not_lay_the_answer_bare() {
    let answer = ChatAnswer { content: format!("{MAIL}, {CARD}"), ..calling("say", r#"{"what": "acme"}"#) };
    let told = shown(vec![Message::user("go on")], answer).await;
    assert!(told.contains("mail [REDACTED:email], my card is [REDACTED:card]"), "{told}");
}
