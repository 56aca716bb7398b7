use super::*;
use http_body_util::BodyExt;
use std::collections::VecDeque;

struct Script(VecDeque<Result<&'static str, BodyFault>>, Heard);

/// What the upstream was said to be.
type Heard = std::rc::Rc<std::cell::RefCell<Vec<Outcome>>>;

impl Settle for Script {
    fn settle(&mut self, outcome: Outcome) {
        self.1.borrow_mut().push(outcome);
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        Poll::Ready(self.0.pop_front().map(|step| step.map(|text| Frame::data(Bytes::from(text)))))
    }
}

/// The frames as they are given on.
async fn frames(steps: impl IntoIterator<Item = Result<&'static str, BodyFault>>) -> Vec<String> {
    judged(steps).await.0
}

/// The same, with what the upstream was said to be.
async fn judged(
    steps: impl IntoIterator<Item = Result<&'static str, BodyFault>>,
) -> (Vec<String>, Vec<Outcome>) {
    let heard = Heard::default();
    let script = Script(steps.into_iter().collect(), heard.clone());
    let mut events = Events::new(script, "eu".to_owned());
    let mut frames = Vec::new();
    while let Some(Ok(frame)) = events.frame().await {
        frames.push(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap());
    }
    assert!(events.is_end_stream());
    let heard = heard.borrow().clone();
    (frames, heard)
}

fn error(frame: &str) -> String {
    let data = frame.strip_prefix("event: error\ndata: ").and_then(|rest| rest.strip_suffix("\n\n")).unwrap();
    let json: serde_json::Value = serde_json::from_str(data).unwrap();
    json["error"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn events_are_given_on_as_they_come_and_end_with_done() {
    let steps = ["data: 1\n\n", "data: 2\n\ndata: 3\n\n", "data: [DONE]\n\n"];
    assert_eq!(frames(steps.map(Ok)).await, steps);
    assert_eq!(frames(["data: 1\r\n\r\n", "data: [DONE]\r\n\r\n"].map(Ok)).await.len(), 2);
    assert_eq!(frames(["data:[DONE]\n\n\n"].map(Ok)).await.len(), 1);
}

#[tokio::test]
async fn partial_write_an_event_in_pieces_is_given_on_whole() {
    let pieces = ["da", "ta: 1\n", "\ndata: 2", "\r\n\r", "\n", "data: [DONE]\n\n"];
    assert_eq!(frames(pieces.map(Ok)).await, ["data: 1\n\n", "data: 2\r\n\r\n", "data: [DONE]\n\n"]);
}

#[tokio::test]
async fn truncation_a_stream_that_breaks_off_says_so_and_gives_no_half_event() {
    for (last, code) in [
        (Some(Err(BodyFault::Stalled)), "upstream_stalled"),
        (Some(Err(BodyFault::Broken("reset".into()))), "upstream_broken"),
        (None, "upstream_truncated"),
    ] {
        let steps = [Ok("data: 1\n\ndata: {\"half\": ")].into_iter().chain(last);
        let frames = frames(steps).await;
        assert_eq!((frames.len(), frames[0].as_str(), error(&frames[1]).as_str()), (2, "data: 1\n\n", code));
        assert!(!frames[1].contains("reset"), "nothing of the inside");
    }
    let ended = frames([Ok("data: 1\n\n")]).await;
    assert_eq!(error(&ended[1]), "upstream_truncated", "whole events, but no `[DONE]`");
}

#[tokio::test]
async fn flood_an_event_without_end_is_not_held() {
    let endless =
        std::iter::repeat_with(|| Ok("data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).take(10_000);
    let frames = frames(endless).await;
    assert_eq!((frames.len(), error(&frames[0]).as_str()), (1, "upstream_event_too_long"));
}

#[tokio::test]
async fn after_done_any_end_is_the_end_and_without_it_none_is() {
    let broken = || Err(BodyFault::Broken("reset".into()));
    for steps in [
        vec![Ok("data: 1\n\ndata: [DONE]\n\n: bye\n\n")],
        vec![Ok("data: [DONE]\n\n"), broken()],
        vec![Ok("data: [DONE]\n\n"), Err(BodyFault::Stalled)],
        vec![Ok("data: [DONE]\r\n\r\nid: 7\r\n"), broken()],
    ] {
        let (frames, heard) = judged(steps).await;
        assert_eq!((frames.len(), heard), (1, vec![Outcome::Ok]), "{frames:?}");
    }
    let (_, heard) = judged([Ok("data: 1\n\n")]).await;
    assert_eq!(heard, [Outcome::ServerFault], "cut short in good order");
}

#[test]
fn a_stream_has_begun_with_its_first_event_that_says_something() {
    use Seen::{Part, Whole};
    let good = Some(Outcome::Ok);
    let bad = Some(Outcome::ServerFault);
    for (bytes, seen, verdict) in [
        ("", Part, None),
        ("", Whole, bad),
        (": ping\n\n: ping\n\n", Part, None),
        (": ping\n\n", Whole, bad),
        ("data: {\"choices\":[]}\n", Part, None),
        ("data: {\"choices\":[]}\n\n", Part, good),
        (": ping\r\n\r\ndata: {\"choices\":[],\"error\":null}\r\n\r\n", Part, good),
        ("data: {\"choices\":[]}\n\n", Whole, bad),
        ("data: {\"choices\":[]}\n\ndata: [DONE]\n\n: bye\n\n", Whole, good),
        ("data: [DONE]\n\n", Part, bad),
        ("data: {\"error\":{\"message\":\"overloaded\"}}\n\n", Part, bad),
        (": ping\n\nevent: error\ndata: later\n\n", Part, bad),
        ("data: {\ndata: \"error\": 1}\n\n", Part, bad),
        ("event: ping\n\n", Part, None),
    ] {
        assert_eq!(begins(bytes.as_bytes(), seen), verdict, "{bytes:?} {seen:?}");
    }
}
