//! A stream of events, judged on its way.

use super::beside::{self, Beside};
use super::channel::{self, Channel};
use super::events::Events;
use super::path::{self, Piece, Room, Step};
use super::replies::{self, Filtered};
use super::settings::Job;
use super::sieve::Sieve;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use stockade_guardrails::{Action, Direction, Verdict, parse_json};

/// Reads the events of an answer, and writes those that may pass.
pub(super) struct Relay {
    job: Job,
    events: Events,
    out: Vec<u8>,
    channels: Vec<Channel>,
    /// The choices of which some content was passed on.
    spoken: Vec<u64>,
    /// The choices that have ended, or were ended.
    ended: Vec<u64>,
    /// How many of these were ended.
    blocked: u64,
    /// How many bytes of calls came.
    held: usize,
    /// What every chunk says of itself.
    template: Map<String, Value>,
    over: bool,
}

/// More texts at once are no answer.
const MAX_CHANNELS: usize = 512;
/// What is repeated with each choice of a chunk has no more bytes; what does not fit is left out.
const MAX_TEMPLATE: usize = 16 * 1024;

impl Relay {
    pub(super) fn new(job: Job) -> Self {
        Self {
            job,
            events: Events::default(),
            out: Vec::new(),
            channels: Vec::new(),
            spoken: Vec::new(),
            ended: Vec::new(),
            blocked: 0,
            held: 0,
            template: Map::new(),
            over: false,
        }
    }

    /// What may be passed on by now.
    pub(super) fn take(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.out)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// The answer broke off: what was held back is not passed on.
    pub(super) fn abandon(&mut self) {
        self.over = true;
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut found = Vec::new();
        let pushed = self.events.push(bytes, self.job.settings.max_answer, |event| found.push(event.into()));
        found.iter().for_each(|event| self.event(event));
        if pushed.is_err() {
            self.fail();
        }
    }

    /// The end of the bytes.
    pub(super) fn finish(&mut self) {
        let mut found = Vec::new();
        self.events.finish(|event| found.push(event.into()));
        found.iter().for_each(|event| self.event(event));
        self.end_all();
        self.over = true;
    }

    fn event(&mut self, (data, is_error): &(Vec<u8>, bool)) {
        if self.over {
            return;
        }
        if data.trim_ascii() == b"[DONE]" {
            self.end_all();
            self.done();
            return;
        }
        let value = std::str::from_utf8(data).ok().and_then(|text| parse_json(text, usize::MAX).ok());
        match value {
            Some(Value::Object(chunk)) => self.chunk(chunk, *is_error),
            _ => self.fail(),
        }
    }

    fn chunk(&mut self, mut chunk: Map<String, Value>, is_error: bool) {
        let choices = match chunk.remove("choices") {
            Some(Value::Array(choices)) => choices,
            None | Some(Value::Null) if beside::is_error(&chunk) => return self.error(chunk, is_error),
            None | Some(Value::Null) if chunk.get("usage").is_some_and(Value::is_object) => Vec::new(),
            _ => return self.fail(),
        };
        if u64::try_from(choices.len()).is_ok_and(|given| given > self.job.choices) {
            return self.fail();
        }
        beside::bound(&mut chunk, MAX_TEMPLATE);
        // What may not pass was left out; nobody's answer ends for it.
        let _: Beside = beside::judge(&self.job, &mut chunk);
        let usage = chunk.remove("usage").filter(|usage| !usage.is_null());
        self.template = chunk;
        for choice in choices {
            if !self.over && !self.choice(choice) {
                return self.fail();
            }
        }
        if let Some(usage) = usage
            && !self.over
        {
            let mut last = self.template.clone();
            last.insert("choices".to_owned(), json!([]));
            last.insert("usage".to_owned(), usage);
            self.write(&Value::Object(last));
        }
    }

    /// Nothing more can become of what was held back, and nothing comes after an error.
    fn error(&mut self, mut error: Map<String, Value>, is_named: bool) {
        self.end_all();
        if self.over {
            return;
        }
        if beside::judge(&self.job, &mut error) == Beside::Lacking {
            return self.fail();
        }
        if is_named {
            self.out.extend_from_slice(b"event: error\n");
        }
        self.write(&Value::Object(error));
        self.over = true;
    }

    /// Passes on what may be of a choice; whether it could be read.
    fn choice(&mut self, mut choice: Value) -> bool {
        let index = match choice.get("index") {
            None => 0,
            Some(index) => match index.as_u64() {
                Some(index) => index,
                None => return false,
            },
        };
        if !choice.is_object() || index >= self.job.choices {
            return false;
        }
        if self.ended.contains(&index) {
            return true;
        }
        if let Some(logprobs) = choice.get_mut("logprobs") {
            *logprobs = Value::Null;
        }
        let mut stopped = None;
        let mut crowded = false;
        path::texts(&mut choice, Room::Choice, &mut Vec::new(), &mut |way, piece| match piece {
            Piece::Text(text) | Piece::Call(text) | Piece::Token(text) if stopped.is_some() || crowded => {
                text.clear();
            }
            Piece::Text(text) if !channel::is_name(way) => match self.channel(index, way, Channel::text) {
                Some(place) => stopped = self.speak(place, text),
                None => crowded = !text.is_empty(),
            },
            Piece::Call(text) => {
                self.held += text.len();
                let call = |_: &Job, choice, way: &[Step]| Channel::call(choice, way);
                match self.channel(index, way, call).filter(|_| self.held <= self.job.settings.max_answer) {
                    Some(place) => stopped = self.speak(place, text),
                    None => crowded = !text.is_empty(),
                }
            }
            whole => stopped = stopped.take().or_else(|| self.at_once(whole)),
        });
        if crowded {
            return false;
        }
        let finish = choice.get_mut("finish_reason").map(Value::take).filter(|reason| !reason.is_null());
        if path::has_substance(&choice) {
            self.write_choice(choice);
        }
        match (stopped, finish) {
            (Some(verdict), _) => self.block(index, &verdict),
            (None, Some(reason)) => {
                if self.end(index) {
                    self.write_choice(json!({"index": index, "delta": {}, "finish_reason": reason}));
                }
            }
            (None, None) => {}
        }
        true
    }

    /// The place of the channel for what is at `way`, which `make` makes if there is none yet; nothing if there are too many.
    fn channel(
        &mut self,
        choice: u64,
        way: &[Step],
        make: impl FnOnce(&Job, u64, &[Step]) -> Option<Channel>,
    ) -> Option<usize> {
        let known = self.channels.iter().position(|one| one.is(choice, way));
        if known.is_some() || self.channels.len() == MAX_CHANNELS {
            return known;
        }
        self.channels.push(make(&self.job, choice, way)?);
        Some(self.channels.len() - 1)
    }

    /// Leaves of `text` what may be passed on by now; if that is the end, what keeps the rest back.
    fn speak(&mut self, place: usize, text: &mut String) -> Option<Box<Verdict>> {
        let channel = self.channels.get_mut(place)?;
        let stops = channel.push(text);
        if !text.is_empty() && channel.is_content() && !self.spoken.contains(&channel.choice) {
            self.spoken.push(channel.choice);
        }
        if !stops {
            return None;
        }
        let verdict = self.channels.swap_remove(place).finish(&self.job).verdict?;
        self.job.watch(Direction::Output, &verdict);
        Some(Box::new(verdict))
    }

    /// A name, a token or a number comes whole.
    fn at_once(&mut self, mut piece: Piece<'_>) -> Option<Box<Verdict>> {
        let mut sieve = Sieve::new(&self.job, Direction::Output);
        sieve.piece(match &mut piece {
            Piece::Text(text) | Piece::Call(text) => Piece::Text(text),
            Piece::Token(text) => Piece::Token(text),
            Piece::Number(number) => Piece::Number(number),
        });
        let verdict = sieve.worst.filter(|verdict| verdict.action >= Action::Block)?;
        match piece {
            Piece::Text(text) | Piece::Call(text) | Piece::Token(text) => text.clear(),
            Piece::Number(number) => *number = Value::Null,
        }
        self.job.watch(Direction::Output, &verdict);
        Some(Box::new(verdict))
    }

    /// Passes on what is held back of a choice that has ended; whether it may end as it did.
    fn end(&mut self, index: u64) -> bool {
        let (of_choice, others) =
            std::mem::take(&mut self.channels).into_iter().partition(|one| one.choice == index);
        self.channels = others;
        let of_choice: Vec<Channel> = of_choice;
        for channel in of_choice {
            let way = channel.way.clone();
            let end = channel.finish(&self.job);
            if let Some(verdict) = &end.verdict {
                self.job.watch(Direction::Output, verdict);
            }
            if let Some(verdict) = end.stops() {
                self.say_instead(index, verdict);
                return false;
            }
            if !end.rest.is_empty() {
                let mut choice = path::holding(&way, end.rest);
                if let Value::Object(entries) = &mut choice {
                    entries.insert("index".to_owned(), json!(index));
                    entries.insert("finish_reason".to_owned(), Value::Null);
                }
                self.write_choice(choice);
            }
        }
        self.ended.push(index);
        true
    }

    /// The model's choice ends here.
    fn block(&mut self, index: u64, verdict: &Verdict) {
        self.channels.retain(|channel| channel.choice != index);
        self.say_instead(index, verdict);
    }

    fn say_instead(&mut self, index: u64, verdict: &Verdict) {
        let spoke = self.spoken.contains(&index);
        let text = self.job.instead(Some(verdict)).to_owned();
        let text = if spoke { format!("\n\n{text}") } else { text };
        self.write_choice(replies::choice(Some(json!(index)), &text, Filtered::Says));
        self.write_choice(replies::choice(Some(json!(index)), "", Filtered::Ends));
        self.ended.push(index);
        self.blocked += 1;
        if self.blocked >= self.job.choices {
            // Nobody waits for the rest.
            self.done();
        }
    }

    fn end_all(&mut self) {
        while let Some(index) = self.channels.first().map(|channel| channel.choice) {
            if self.over {
                return;
            }
            self.end(index);
        }
    }

    fn done(&mut self) {
        if !self.over {
            self.out.extend_from_slice(b"data: [DONE]\n\n");
            self.over = true;
        }
    }

    /// What cannot be read does not pass, nor does anything after it.
    fn fail(&mut self) {
        if !self.over {
            self.write(&json!({
                "error": {"code": "answer_unreadable", "message": "the answer cannot be checked", "type": "server_error"}
            }));
            self.done();
        }
    }

    fn write_choice(&mut self, choice: Value) {
        let mut chunk = self.template.clone();
        chunk.insert("choices".to_owned(), Value::Array(vec![choice]));
        self.write(&Value::Object(chunk));
    }

    fn write(&mut self, event: &Value) {
        self.out.extend_from_slice(format!("data: {event}\n\n").as_bytes());
    }
}
