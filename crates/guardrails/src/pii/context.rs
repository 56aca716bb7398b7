//! What the words beside a number say of it.

use std::cell::Cell;

/// How far the words are looked for.
const BEFORE: usize = 48;
const AFTER: usize = 18;

/// A set of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Topics(u32);

impl Topics {
    pub(super) const PHONE: Self = Self(1);
    /// Another number than a telephone's: an order, a postcode, an amount.
    pub(super) const OTHER: Self = Self(1 << 1);
    pub(super) const SSN: Self = Self(1 << 2);
    pub(super) const BIRTH: Self = Self(1 << 3);
    pub(super) const AADHAAR: Self = Self(1 << 4);
    pub(super) const CPF: Self = Self(1 << 5);
    pub(super) const SIN: Self = Self(1 << 6);
    pub(super) const NHS: Self = Self(1 << 7);
    pub(super) const TFN: Self = Self(1 << 8);
    pub(super) const BSN: Self = Self(1 << 9);
    pub(super) const NIF: Self = Self(1 << 10);
    pub(super) const TCKN: Self = Self(1 << 11);
    pub(super) const MEDICARE: Self = Self(1 << 12);
    /// An identity number of any country.
    pub(super) const ID: Self = Self(1 << 13);
    pub(super) const CARD: Self = Self(1 << 14);
    /// Where a telephone stands: said after its number, and of much else before it.
    pub(super) const PLACE: Self = Self(1 << 15);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What stands around a number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    /// All that is spoken of.
    pub(super) all: Topics,
    /// What the nearest word before it that decides says, else the first after it.
    pub(super) nearest: Topics,
}

/// The context of one number, read when it is first asked for.
pub(super) struct Near<'s> {
    words: &'s Words,
    bytes: &'s [u8],
    start: usize,
    stop: usize,
    context: Cell<Option<Context>>,
}

impl<'s> Near<'s> {
    pub(super) fn new(words: &'s Words, bytes: &'s [u8], start: usize, stop: usize) -> Self {
        Self { words, bytes, start, stop, context: Cell::new(None) }
    }

    pub(super) fn context(&self) -> Context {
        if let Some(context) = self.context.get() {
            return context;
        }
        let context = self.words.around(self.bytes, self.start, self.stop);
        self.context.set(Some(context));
        context
    }
}

/// The words, ready to be looked up.
#[derive(Debug, Clone)]
pub(super) struct Words(Vec<(u64, Topics)>);

impl Words {
    pub(super) fn new() -> Self {
        let lists = LISTS
            .iter()
            .flat_map(|(topics, words)| words.split(' ').map(|word| (key(word.as_bytes()), *topics)));
        let mut words: Vec<(u64, Topics)> = Vec::new();
        for (key, topics) in lists {
            match words.iter_mut().find(|word| word.0 == key) {
                Some(word) => word.1 = word.1.or(topics),
                None => words.push((key, topics)),
            }
        }
        words.sort_unstable_by_key(|word| word.0);
        Self(words)
    }

    /// The context of the number from `start` to `stop`.
    pub(super) fn around(&self, bytes: &[u8], start: usize, stop: usize) -> Context {
        let mut context = Context::default();
        let before = bytes.get(start.saturating_sub(BEFORE)..start).unwrap_or_default();
        // A word that names another number names the one that follows it: not one behind that, or on the next line.
        let mut named = Topics::OTHER.or(Topics::PHONE);
        let mut end = before.len();
        while let Some((place, byte)) = before.iter().enumerate().take(end).next_back() {
            end = place;
            if byte.is_ascii_digit() || *byte == b'\n' {
                named = Topics::PHONE;
            }
            if is_letter(byte) {
                let word = before.get(..=place).unwrap_or_default();
                let len = word.iter().rev().take_while(|byte| is_letter(byte)).count();
                end = place + 1 - len;
                // What was taken out before is named by its kind, which says nothing of what follows.
                let label =
                    word.get(..end).is_some_and(|lead| lead.ends_with(b"[REDACTED:") || lead.ends_with(b"["));
                if !(label && before.get(place + 1) == Some(&b']')) {
                    self.meet(word.get(end..).unwrap_or_default(), named, &mut context);
                }
            }
        }
        let after = bytes.get(stop..bytes.len().min(stop + AFTER)).unwrap_or_default();
        // What stands on the next line has a number of its own.
        let line = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
        for word in line.split(|byte| !is_letter(byte)).take(4) {
            self.meet(word, Topics::OTHER.or(Topics::PHONE).or(Topics::PLACE), &mut context);
        }
        context
    }

    /// Takes in a word; one of the topics `named` decides, if nothing nearer did.
    fn meet(&self, word: &[u8], named: Topics, context: &mut Context) {
        if word.len() < 2 {
            return;
        }
        let key = key(word);
        let Ok(place) = self.0.binary_search_by_key(&key, |word| word.0) else { return };
        let topics = self.0.get(place).map_or(Topics::default(), |word| word.1);
        context.all = context.all.or(topics);
        if context.nearest == Topics::default() && topics.has(named) {
            context.nearest = topics;
        }
    }
}

fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || *byte >= 0x80
}

/// The first eight bytes of a word in lower case: enough to tell the words of the lists apart.
fn key(word: &[u8]) -> u64 {
    let mut key = [0; 8];
    for (to, from) in key.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    u64::from_be_bytes(key)
}

const LISTS: &[(Topics, &str)] = &[
    (
        Topics::PHONE,
        "phone phones phonenumber telephone tel telefon telefono teléfono téléphone telefone mobile mobil mob cell cellphone \
         cellular celular fax faxes desk landline hotline voicemail call calls called calling caller callback dial dialed ring \
         contact text texts texting sms mms whatsapp telegram signal reach message messages messaging answering answer handy \
         móvil portable switchboard helpline msisdn extension ext phoning toll",
    ),
    (
        Topics::OTHER,
        "order invoice account acct card zip zipcode postcode postal ticket case serial isbn issn tracking part model sku item \
         version id ids ref reference policy license licence passport routing sort price cost costs total amount usd eur gbp dollars euros \
         pounds rupees year years born population box apt suite room flight batch lot receipt booking confirmation transaction \
         patent port pin code iban swift ssn social tax vat page pages chapter paragraph section visa mastercard",
    ),
    (Topics::PLACE, "office home work"),
    (Topics::CARD, "card cards visa mastercard amex maestro credit debit"),
    (Topics::SSN, "ssn ssns social socialsecurity security"),
    (
        Topics::BIRTH,
        "born birth birthday birthdate dob geboren né née nacido nacimiento birthdays dateofbirth",
    ),
    (Topics::AADHAAR, "aadhaar aadhar uidai uid"),
    (Topics::CPF, "cpf cadastro"),
    (Topics::SIN, "sin insurance nas"),
    (Topics::NHS, "nhs"),
    (Topics::TFN, "tfn tax"),
    (Topics::BSN, "bsn burgerservicenummer sofinummer"),
    (Topics::NIF, "nif contribuinte fiscal"),
    (Topics::TCKN, "tckn kimlik tc"),
    (Topics::MEDICARE, "medicare"),
    (
        Topics::ID,
        "national nationality identity identification citizen resident personal pesel personnummer steuer steueridnr idnr \
         fødselsnummer cpr henkilötunnus ahv avs insee nir dni nie rut ppsn nric curp id number",
    ),
];
