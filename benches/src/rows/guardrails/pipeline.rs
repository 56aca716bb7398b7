//! What a question and an answer cost on their way, with all that ships.

use crate::Failure;
use crate::measure::{Time, batch_size, in_turn, micros_each};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::hint::black_box;
use stockade_guardrails::{Action, Ask, Direction, Guard, Policy, StreamStep};

/// A kilobyte of somebody's question, with a telephone number and an address in it.
const QUESTION: &str = include_str!("../../../peers/texts/question.txt");

/// Every policy that ships and looks at texts that go this way.
fn guard(direction: Direction) -> Result<Guard, Failure> {
    let policies = Policy::shipped_names().map(Policy::shipped).collect::<Result<Vec<_>, _>>()?;
    let looking = policies.into_iter().filter(|policy| policy.applies_to(direction));
    Ok(Guard::builder().policies(looking).build()?)
}

/// A question judged by every policy that looks at questions, and what is to be taken out of it taken out.
pub(in crate::rows) fn question(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let guard = guard(Direction::Input)?;
    let mut ours = || {
        let text = black_box(QUESTION);
        let verdict = guard.check(text, &Ask::input());
        let redacted = guard.redact(text, &verdict);
        match verdict.action == Action::Redact && !redacted.contains("robin.field@example.org") {
            true => Ok(()),
            false => Err("the question was not redacted".into()),
        }
    };
    let mut peer = plan.peers()?.guardrails()?;
    let runs = plan.runs(31);
    let size = batch_size(0.02, &mut ours)?;
    let medians = in_turn(runs, || micros_each(Time::Cpu, size, &mut ours), || peer.micros_each(size))?;
    Ok(Row::new(id, medians, "cerberust, personal data and secrets", Unit::Micros, runs))
}

/// So many bytes come at once from a model.
const CHUNK: usize = 16;

/// Sixteen bytes of prose on their way through a guard over a stream, beside the same bytes of a text that is judged as a whole.
pub(in crate::rows) fn chunk(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let guard = guard(Direction::Output)?;
    let prose = super::texts::ascii();
    let prose = prose.get(..64 << 10).unwrap_or(&prose);
    let chunks = f64::from(u32::try_from(prose.len().div_ceil(CHUNK))?);
    let mut ours = || {
        let (mut stream, mut passed) = (guard.stream(&Ask::output()), 0);
        for piece in prose.as_bytes().chunks(CHUNK) {
            match stream.push(std::str::from_utf8(piece)?) {
                StreamStep::Pass(more) => passed += more.len(),
                StreamStep::Stop(..) => return Err("prose was stopped".into()),
            }
        }
        black_box(passed + stream.finish().rest.len());
        Ok(())
    };
    let mut whole = || {
        let _ = black_box(guard.check(black_box(prose), &Ask::output()));
        Ok(())
    };
    let runs = plan.runs(15);
    let medians = in_turn(
        runs,
        || Ok(micros_each(Time::Cpu, 1, &mut ours)? / chunks),
        || Ok(micros_each(Time::Cpu, 1, &mut whole)? / chunks),
    )?;
    Ok(Row::new(id, medians, "Guard::check of the whole, for as many bytes", Unit::Micros, runs))
}
