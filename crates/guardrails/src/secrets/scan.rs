use super::assignment::Value;
use super::class::{ALNUM, ALPHA, Class, DIGIT, is_placeholder, is_random};
use super::contexts::{self, GENERIC, PASSWORDS};
use super::manifest;
use super::token::{Check, Part, Token};
use super::tokens;
use super::{assignment, crc32, credentials, password, pem, quiet, signs};
use crate::found::in_readings;
use crate::pii::url;
use crate::{Found, Kind, Span};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::BTreeSet;

/// Whether the checksum in a token must be right, for issuers that put one in (GitHub, npm).
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksums {
    /// A token of the right form counts, whatever its checksum: a mistyped one gives most of a secret away.
    #[default]
    Ignored,
    /// It must be right: what documentation and tests show as a token is none.
    Required,
}

/// Finds secrets. Made once, then shared: making one compiles the automaton, which takes milliseconds.
///
/// ```
/// use stockade_guardrails::secrets::Secrets;
/// let text = "it is 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";
/// let mut found = Vec::new();
/// Secrets::new().find(text, &mut found);
/// assert_eq!((found[0].kind.as_str(), found[0].span.start), ("secret:github", 6));
/// ```
#[derive(Debug, Clone)]
pub struct Secrets {
    /// `None` only if the automaton of the built-in names could not be made, which a test rules out.
    automaton: Option<AhoCorasick>,
    targets: Vec<Target>,
    checksums: Checksums,
    selectors: Vec<String>,
}

/// What a pattern of the automaton leads to.
#[derive(Debug, Clone, Copy)]
enum Target {
    /// The token of that place in [`tokens::ALL`].
    Token(usize),
    /// The service of that place in [`contexts::ALL`].
    Named(usize),
    /// The sign of that place in [`signs::ALL`].
    Around(usize),
    Generic,
    Password,
    Address,
    Header,
    Pem,
    Curl,
    CurlUser,
    CurlHeader,
    ServiceAccount,
    Manifest,
}

const GENERIC_KEY: Kind = Kind::new("secret:generic");
const PASSWORD: Kind = Kind::new("secret:password");
const CREDENTIALS: Kind = Kind::new("secret:credentials");
const PRIVATE_KEY: Kind = Kind::new("secret:private-key");
const KUBERNETES: Kind = Kind::new("secret:kubernetes");
const SLACK: Kind = Kind::new("secret:slack");
const GCP: Kind = Kind::new("secret:gcp");

/// Nobody assigns anything in the middle of a value this long; looking there again and again would take more than linear time.
const LONG: usize = 64;
/// How far after `curl` its options are looked for.
const COMMAND_MAX: usize = 1024;

impl Default for Secrets {
    fn default() -> Self {
        Self::new()
    }
}

impl Secrets {
    /// All kinds, whatever their checksums.
    #[must_use]
    pub fn new() -> Self {
        let mut patterns: Vec<&str> = Vec::new();
        let mut targets = Vec::new();
        let mut add = |pattern, target| {
            patterns.push(pattern);
            targets.push(target);
        };
        for (place, token) in tokens::ALL.iter().enumerate() {
            add(token.prefix, Target::Token(place));
        }
        for (place, named) in contexts::ALL.iter().enumerate() {
            add(named.name, Target::Named(place));
        }
        for (place, around) in signs::ALL.iter().enumerate() {
            add(around.sign, Target::Around(place));
        }
        for name in GENERIC {
            add(name, if PASSWORDS.contains(name) { Target::Password } else { Target::Generic });
        }
        add("://", Target::Address);
        add("authorization", Target::Header);
        add("-----BEGIN", Target::Pem);
        add("curl", Target::Curl);
        for option in [" -u", "\n-u", "\t-u", " --user", "\n--user", "\t--user"] {
            add(option, Target::CurlUser);
        }
        for option in [" -h", "\n-h", "\t-h", " --header", "\n--header", "\t--header"] {
            add(option, Target::CurlHeader);
        }
        add("\"service_account\"", Target::ServiceAccount);
        add("kind:", Target::Manifest);
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns)
            .ok();
        Self { automaton, targets, checksums: Checksums::Ignored, selectors: Vec::new() }
    }

    /// Every kind that there is, once, by name.
    pub fn kinds() -> impl Iterator<Item = Kind> {
        let tokens = tokens::ALL.iter().map(|token| token.kind);
        let named = contexts::ALL.iter().map(|named| named.kind);
        let around = signs::ALL.iter().map(|around| around.kind);
        let own = [CREDENTIALS, GCP, GENERIC_KEY, KUBERNETES, PASSWORD, PRIVATE_KEY, SLACK];
        tokens.chain(named).chain(around).chain(own).collect::<BTreeSet<_>>().into_iter()
    }

    /// Only the kinds that one of `selectors` asks for, as [`Kind::is_selected_by`] has it; none of them means all.
    #[must_use]
    pub fn only<S: Into<String>>(self, selectors: impl IntoIterator<Item = S>) -> Self {
        Self { selectors: selectors.into_iter().map(Into::into).collect(), ..self }
    }

    /// Whether checksums must be right.
    #[must_use]
    pub fn with_checksums(self, checksums: Checksums) -> Self {
        Self { checksums, ..self }
    }

    /// Adds what `text` holds to `found`, in no particular order; findings may overlap ([`crate::resolve`] chooses).
    ///
    /// Takes time linear in the text, whatever it holds. ASCII without escapes and control characters is not copied.
    pub fn find(&self, text: &str, found: &mut Vec<Found>) {
        in_readings(text, found, |text, found| self.find_in(text.as_bytes(), found));
    }

    fn find_in(&self, bytes: &[u8], found: &mut Vec<Found>) {
        let mut scan =
            Scan { secrets: self, bytes, found, done: 0, read: 0, value: Span::new(0, 0), curl: None };
        for hit in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(bytes)) {
            if let Some(target) = self.targets.get(hit.pattern().as_usize()) {
                scan.look(*target, hit.start(), hit.end());
            }
        }
    }

    fn wants(&self, kind: Kind) -> bool {
        self.selectors.is_empty() || self.selectors.iter().any(|selector| kind.is_selected_by(selector))
    }
}

struct Scan<'s> {
    secrets: &'s Secrets,
    bytes: &'s [u8],
    found: &'s mut Vec<Found>,
    /// Where the last private key ended: nothing inside is looked at.
    done: usize,
    /// How far manifests were read.
    read: usize,
    /// The last long value: names inside name nothing.
    value: Span,
    /// Where `curl` was last seen.
    curl: Option<usize>,
}

impl Scan<'_> {
    fn look(&mut self, target: Target, start: usize, end: usize) {
        if start < self.done {
            return;
        }
        let found = match target {
            Target::Token(place) => tokens::ALL.get(place).and_then(|token| self.token(token, start, end)),
            Target::Named(_) if !self.is_name(start, end) => None,
            Target::Named(place) => contexts::ALL.get(place).and_then(|named| {
                let value = self.value(start, end)?;
                let end = assignment::is_of(named, self.bytes, value.start)?;
                Some((named.kind, (value.start, end)))
            }),
            Target::Around(place) => signs::ALL
                .get(place)
                .and_then(|around| Some((around.kind, around.place(self.bytes, start, end)?))),
            Target::Generic => self.value(start, end).and_then(|value| {
                let text = self.bytes.get(value.start..value.end)?;
                assignment::is_key_or_phrase(text).then_some((GENERIC_KEY, (value.start, value.end)))
            }),
            // The short one ends other words.
            Target::Password if end - start == 2 && !self.is_word(start, end) => None,
            Target::Password => self.password(start, end).map(|place| (PASSWORD, place)),
            Target::Address => credentials::in_address(self.bytes, end).map(|place| (CREDENTIALS, place)),
            Target::Header => credentials::in_header(self.bytes, end).map(|place| (CREDENTIALS, place)),
            Target::Pem => pem::private_key(self.bytes, end).map(|end| {
                self.done = end;
                (PRIVATE_KEY, (start, end))
            }),
            Target::Curl => {
                self.curl = Some(end);
                None
            }
            Target::CurlUser => {
                let place = self.is_command(start).then(|| credentials::on_command_line(self.bytes, end));
                place.flatten().map(|place| (CREDENTIALS, place))
            }
            Target::CurlHeader => {
                let place = self.is_command(start).then(|| credentials::in_option(self.bytes, end));
                place.flatten().map(|place| (CREDENTIALS, place))
            }
            Target::Manifest => {
                self.manifest(start, end);
                None
            }
            Target::ServiceAccount => self.is_type(start).then_some((GCP, (start, end))),
        };
        if let Some((kind, (start, end))) = found.filter(|(kind, _)| self.secrets.wants(*kind)) {
            self.found.push(Found { kind, span: Span::new(start, end) });
        }
    }

    /// The value assigned to the name there.
    fn value(&mut self, start: usize, end: usize) -> Option<Value> {
        if self.value.range().contains(&start) {
            return None;
        }
        let value = assignment::value(self.bytes, start, end)?;
        if value.end - value.start >= LONG {
            self.value = Span::new(value.start, value.end);
        }
        Some(value)
    }

    /// Where the password stands whose name does there.
    fn password(&mut self, start: usize, end: usize) -> Option<(usize, usize)> {
        if self.value.range().contains(&start) {
            return None;
        }
        let value = self.value(start, end);
        if let Some(Value { start, end, literal }) = value {
            let text = self.bytes.get(start..end)?;
            let is_password = if literal { assignment::is_literal_password } else { assignment::is_password };
            if is_password(text) {
                return Some((start, if literal { end } else { password::end(self.bytes, start).max(end) }));
            }
        }
        password::odd(self.bytes, start, end, value.map(|value| value.start))
    }

    fn is_word(&self, start: usize, end: usize) -> bool {
        let letter =
            |at: Option<usize>| at.and_then(|at| self.bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
        !letter(start.checked_sub(1)) && !letter(Some(end))
    }

    /// Whether what stands at `at` belongs to a call of `curl`.
    fn is_command(&self, at: usize) -> bool {
        let near = |curl: &usize| at.saturating_sub(*curl) <= COMMAND_MAX;
        let between = self.curl.filter(near).and_then(|curl| self.bytes.get(curl.min(at)..at));
        between.is_some_and(|between| quiet::last(between).is_none())
    }

    fn manifest(&mut self, start: usize, end: usize) {
        let mut values = Vec::new();
        if start >= self.read && self.secrets.wants(KUBERNETES) {
            self.read = manifest::secret(self.bytes, start, end, self.read, &mut values).unwrap_or(self.read);
        }
        self.found.extend(values.into_iter().map(|span| Found { kind: KUBERNETES, span }));
    }

    fn token(&self, token: &Token, start: usize, end: usize) -> Option<(Kind, (usize, usize))> {
        // The automaton ignores case; issuers do not, but Slack's are at times written in capitals.
        let written = self.bytes.get(start..end)?;
        let shouted = token.kind == SLACK && written.iter().all(|byte| !byte.is_ascii_lowercase());
        if written != token.prefix.as_bytes() && !shouted {
            return None;
        }
        // Names of files end in `.ico`. What `_` parts from a name is told by its length.
        let long = token.prefix.len() >= 4;
        let glued = |byte: &u8| match byte {
            b'_' => !long,
            b'.' => token.prefix == "ico-",
            byte => ALNUM.has(*byte),
        };
        let open = token.prefix.starts_with('_')
            || !start.checked_sub(1).and_then(|at| self.bytes.get(at)).is_some_and(glued);
        if !open {
            return None;
        }
        let (mut at, mut last) = (end, Class::of(""));
        for part in token.parts {
            let rest = self.bytes.get(at..)?;
            match part {
                Part::Run(class, least, most) => {
                    let run = class.run(rest, *most);
                    at += if run >= *least { run } else { return None };
                    last = *class;
                }
                Part::Text(text) => {
                    at += rest.starts_with(text.as_bytes()).then_some(text.len())?;
                }
            }
        }
        let body = self.bytes.get(end..at)?;
        let named = start.checked_sub(1).and_then(|at| self.bytes.get(at)) == Some(&b'_');
        let apart = long && body.len() >= 16;
        let glued = |byte: &u8| last.has(*byte) || ALNUM.has(*byte) || (*byte == b'_' && !apart);
        // What a link is glued to is read by whoever does not see the link.
        if (named && !apart && !token.prefix.starts_with('_'))
            || (self.bytes.get(at).is_some_and(glued) && !url::begins(self.bytes.get(at..)?))
        {
            return None;
        }
        let random = body.is_empty() || (is_random(body, 2.0) && !is_placeholder(body));
        // Words stand after these two as well.
        let wordy = matches!(token.prefix, "s." | "SK" | "cio")
            && !(body.iter().any(|byte| DIGIT.has(*byte)) && body.iter().any(|byte| ALPHA.has(*byte)));
        let right =
            token.check == Check::None || self.secrets.checksums == Checksums::Ignored || crc32::holds(body);
        (random && !wordy && right).then_some((token.kind, (start, at)))
    }

    /// Whether a name stands there, and not letters of other words.
    fn is_name(&self, start: usize, end: usize) -> bool {
        let name = self.bytes.get(start..end).unwrap_or_default();
        let before = start.checked_sub(1).and_then(|at| self.bytes.get(at));
        let capitals = name.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        let written = match name.first() {
            Some(first) if first.is_ascii_lowercase() => {
                capitals == 0 && !before.is_some_and(u8::is_ascii_alphabetic)
            }
            _ => capitals <= 2 || !name.iter().any(u8::is_ascii_lowercase),
        };
        written && !before.is_some_and(|byte| byte.is_ascii_uppercase())
    }

    /// Whether it is the type of a Google service account's key file, of which the rest is sure to be near.
    fn is_type(&self, start: usize) -> bool {
        let before = self.bytes.get(start.saturating_sub(16)..start).unwrap_or_default();
        let before = before.trim_ascii_end();
        let before = before.strip_suffix(b":").unwrap_or_default().trim_ascii_end();
        before.ends_with(b"\"type\"")
    }
}
