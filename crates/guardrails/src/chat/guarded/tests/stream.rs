//! Answers that come piece by piece.

use super::*;
use crate::FinishReason;
use crate::chat::Delta;
use futures_core::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

type Piece = Result<Delta, ModelError>;

/// Says it piece by piece; then it ends, or is silent for ever.
struct Brook {
    pieces: Mutex<VecDeque<Piece>>,
    silent: bool,
    dropped: Arc<AtomicBool>,
}

struct Flow(VecDeque<Piece>, bool, Arc<AtomicBool>);

impl Stream for Flow {
    type Item = Piece;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Piece>> {
        match self.0.pop_front() {
            None if self.1 => Poll::Pending,
            next => Poll::Ready(next),
        }
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        self.2.store(true, Ordering::Relaxed);
    }
}

#[async_trait::async_trait]
impl ChatModel for Brook {
    async fn answer(&self, _: &ChatRequest) -> Result<ChatAnswer, ModelError> {
        Err(ModelError::new(ModelErrorKind::Unavailable, "not here"))
    }

    async fn stream(&self, _: &ChatRequest) -> Result<ChatStream, ModelError> {
        let pieces = std::mem::take(&mut *self.pieces.lock().unwrap());
        Ok(Box::pin(Flow(pieces, self.silent, Arc::clone(&self.dropped))))
    }
}

struct Bank {
    model: GuardedModel<Brook>,
    log: Arc<Kept>,
    budget: Arc<MemoryBudget>,
    dropped: Arc<AtomicBool>,
}

fn bank(pieces: Vec<Piece>, silent: bool, log: Kept) -> Bank {
    let (log, dropped) = (Arc::new(log), Arc::new(AtomicBool::new(false)));
    let brook = Brook { pieces: Mutex::new(pieces.into()), silent, dropped: dropped.clone() };
    let budget = money::budget(1500);
    let model = guarded(brook, guard_with(&["pii", "secrets"]), with_tool(), log.clone())
        .with_budget(budget.clone(), OnFault::Refuse);
    Bank { model, log, budget, dropped }
}

impl Bank {
    async fn begin(&self) -> GuardedStream {
        match self.model.stream(&caller(), &ChatRequest::ask("hi")).await.unwrap() {
            StreamReply::Answering { stream, .. } => stream,
            StreamReply::Withheld(_) => panic!("withheld"),
        }
    }

    fn outcomes(&self) -> Vec<Outcome> {
        self.log.events.lock().unwrap().iter().map(|event| event.outcome).collect()
    }
}

async fn next(stream: &mut GuardedStream) -> Option<Result<Delta, ChatError>> {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

/// The text, the rest, and the error.
async fn all(stream: &mut GuardedStream) -> (String, Vec<Delta>, Option<ChatError>) {
    let (mut text, mut rest) = (String::new(), Vec::new());
    while let Some(item) = next(stream).await {
        match item {
            Ok(Delta::Text(more)) => text.push_str(&more),
            Ok(other) => rest.push(other),
            Err(error) => {
                assert!(next(stream).await.is_none());
                return (text, rest, Some(error));
            }
        }
    }
    (text, rest, None)
}

fn pieces(texts: &[&str]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = texts.iter().map(|text| Ok(Delta::Text((*text).into()))).collect();
    pieces.push(Ok(Delta::Finish(FinishReason::Stop)));
    pieces
}

fn call(arguments: &str) -> Piece {
    Ok(Delta::ToolCall(ToolCall { id: "1".into(), name: "say".into(), arguments: arguments.into() }))
}

#[tokio::test]
async fn truncation_a_secret_cut_over_deltas_does_not_pass() {
    let text = "take ghp_16C7e42F292c6912E7710c838347Ae178B4a and write to jo@example.org, says Rex.";
    for size in [1, 3, 7, 40] {
        let cut: Vec<&str> =
            (0..text.len()).step_by(size).map(|at| &text[at..text.len().min(at + size)]).collect();
        let bank = bank(pieces(&cut), false, Kept::default());
        let mut stream = bank.begin().await;
        let (said, rest, error) = all(&mut stream).await;
        let want = "take [REDACTED:secret] and write to [REDACTED:email], says [REDACTED:pet].";
        assert_eq!((&*said, error.is_none()), (want, true));
        assert_eq!(rest, [Delta::Finish(FinishReason::Stop)]);
        assert!(stream.withheld().is_none());
        assert_eq!(bank.outcomes(), [Outcome::Success; 2]);
        let told = format!("{:?}", bank.log.events.lock().unwrap());
        assert!(told.contains(want) && !told.contains("ghp_") && told.contains("digest"), "{told}");
    }
}

#[tokio::test]
async fn what_is_withheld_midway_is_replaced_by_the_policys_answer() {
    let mut said = pieces(&["You may like ", "ac", "me, they", " are good"]);
    said.insert(0, call(r#"{"what":"hi"}"#));
    let bank = bank(said, false, Kept::default());
    let mut stream = bank.begin().await;
    let (text, rest, error) = all(&mut stream).await;
    assert!(error.is_none());
    assert_eq!(text, "You may like \n\nwe do not speak of that");
    assert_eq!(rest, [Delta::Finish(FinishReason::ContentFilter)], "nor is the call made");
    let withheld = stream.withheld().unwrap();
    assert_eq!((withheld.direction, withheld.verdict.action), (Direction::Output, Action::Block));
    assert!(bank.dropped.load(Ordering::Relaxed), "the model is stopped");
    assert_eq!(bank.outcomes(), [Outcome::Success, Outcome::Denied]);
    assert!(!money::left(&bank.budget, 600).await, "the model may have said more than was heard");
}

#[tokio::test]
async fn what_is_withheld_before_is_not_asked() {
    let bank = bank(Vec::new(), false, Kept::default());
    match bank.model.stream(&caller(), &ChatRequest::ask("how is acme?")).await.unwrap() {
        StreamReply::Withheld(withheld) => assert_eq!(withheld.direction, Direction::Input),
        StreamReply::Answering { .. } => panic!("asked"),
    }
}

#[tokio::test]
async fn calls_come_whole_and_after_all_else() {
    let mut said = pieces(&["so ", "be it"]);
    said.insert(1, call(r#"{"what":"x\nRex\ny"}"#));
    said.push(Ok(Delta::Usage(Usage { input: 10, output: 30 })));
    let bank = bank(said, false, Kept::default());
    let (text, rest, error) = all(&mut bank.begin().await).await;
    assert!(text == "so be it" && error.is_none());
    match &rest[..] {
        [Delta::ToolCall(call), Delta::Finish(FinishReason::Stop), Delta::Usage(_)] => {
            assert_eq!(call.arguments, r#"{"what":"x\n[REDACTED:pet]\ny"}"#)
        }
        other => panic!("{other:?}"),
    }
    assert!(money::left(&bank.budget, 1460).await && !money::left(&bank.budget, 1461).await);
}

#[tokio::test]
async fn confusion_a_call_is_held_to_the_guard_and_to_the_list() {
    for (arguments, refused) in [(r#"{"what":"ac\u006de"}"#, false), (r#"{"to":"me"}"#, true)] {
        let mut said = pieces(&["done"]);
        said.insert(1, call(arguments));
        let bank = bank(said, false, Kept::default());
        let mut stream = bank.begin().await;
        let (_, rest, error) = all(&mut stream).await;
        assert_eq!(matches!(error, Some(ChatError::Tool(_))), refused);
        assert_eq!(stream.withheld().is_some(), !refused);
        assert!(!rest.iter().any(|delta| matches!(delta, Delta::ToolCall(_))));
        assert_eq!(bank.outcomes(), [Outcome::Success, Outcome::Denied]);
    }
    let mut flood: Vec<Piece> = (0..9).map(|_| call(r#"{"what":"hi"}"#)).collect();
    flood.extend(pieces(&[]));
    let error = all(&mut bank(flood, false, Kept::default()).begin().await).await.2;
    assert!(matches!(error, Some(ChatError::Tool(crate::ToolRefusal::TooManyCalls(8)))));
}

#[tokio::test]
async fn exhaustion_a_dropped_stream_costs_all_that_was_set_aside() {
    let bank = bank(pieces(&["Once upon a time "]), true, Kept::default());
    let mut stream = bank.begin().await;
    assert!(matches!(next(&mut stream).await, Some(Ok(Delta::Text(_)))));
    drop(stream);
    assert!(bank.dropped.load(Ordering::Relaxed));
    bank.model.settle_cancelled().await;
    assert!(!money::left(&bank.budget, 600).await);
}

#[tokio::test]
async fn truncation_a_model_that_breaks_off_is_an_error_and_costs_all() {
    let broken = || Err(ModelError::new(ModelErrorKind::Interrupted, "gone"));
    let begun = || Ok(Delta::Text("the card is 4111 1111".into()));
    for said in [vec![begun()], vec![begun(), broken()]] {
        let bank = bank(said, false, Kept::default());
        let (text, rest, error) = all(&mut bank.begin().await).await;
        assert!(matches!(error, Some(ChatError::Model(_))) && rest.is_empty());
        assert!(!text.contains("4111"), "what is held is not given out: {text}");
        assert_eq!(bank.outcomes(), [Outcome::Success, Outcome::Error]);
        assert!(!money::left(&bank.budget, 600).await);
    }
}

#[tokio::test]
async fn no_audit_no_end_unless_told_otherwise() {
    let said = || {
        let mut said = pieces(&["done"]);
        said.insert(0, call(r#"{"what":"hi"}"#));
        said
    };
    let full = || Kept { room: Some(1), ..Kept::default() };
    let strict = bank(said(), false, full());
    let (_, rest, error) = all(&mut strict.begin().await).await;
    assert!(matches!(error, Some(ChatError::Audit(_))) && rest.is_empty());
    let mut lax = bank(said(), false, full());
    lax.model = lax.model.on_audit_fault(OnFault::CarryOn);
    let (text, rest, error) = all(&mut lax.begin().await).await;
    assert!(text == "done" && rest.len() == 2 && error.is_none());
}
