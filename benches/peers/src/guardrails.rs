//! cerberust, looking for personal data and for secrets in a question: a stack for each request, as its documentation has it.

use crate::Failure;
use crate::asked::answer;
use cerberust::{PiiScanner, Scanner, ScannerStack, SecretScanner};
use std::hint::black_box;

/// The question that `compare` has judged.
const QUESTION: &str = include_str!("../texts/question.txt");

pub(crate) fn run() -> Result<(), Failure> {
    answer(|_| {
        let scanners: Vec<Box<dyn Scanner>> =
            vec![Box::new(PiiScanner::new()), Box::new(SecretScanner::new())];
        let redacted = ScannerStack::new(scanners, true).run_input(black_box(QUESTION));
        match redacted {
            Ok(text) if !text.contains("robin.field@example.org") => Ok(()),
            _ => Err("the question was not redacted".into()),
        }
    })
}
