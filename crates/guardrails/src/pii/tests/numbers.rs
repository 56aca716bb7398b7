//! Cards, accounts and identity numbers. The numbers are made up or the published examples of their authorities.

use super::{each_holds, found_by, none_holds_anything};
use crate::pii::{Luhn, Pii};

#[test]
fn cards() {
    each_holds(
        "card",
        &[
            "pay ⟦4111111111111111⟧",
            "⟦4111 1111 1111 1111⟧.",
            "⟦4111-1111-1111-1111⟧",
            "⟦3782 822463 10005⟧",
            "⟦378282246310005⟧",
            "⟦5555555555554444⟧,",
            "⟦2223003122003222⟧",
            "⟦6011111111111117⟧",
            "⟦3530111333300000⟧",
            "⟦30569309025904⟧",
            "⟦4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1⟧",
        ],
    );
    none_holds_anything(&[
        "4111111111111112",
        "1234567812345678",
        "41111111111111111111111",
        "x_4111111111111111",
    ]);
}

#[test]
fn a_card_with_a_wrong_check_digit_is_found_on_request() {
    let pii = Pii::new().with_luhn(Luhn::Ignored);
    assert_eq!(found_by(&pii, "4111 1111 1111 1112"), [("card", "4111 1111 1111 1112")]);
    assert_eq!(found_by(&pii, "1234567812345678"), []);
}

/// The registry's examples.
#[test]
fn ibans() {
    each_holds(
        "iban",
        &[
            "to ⟦GB82 WEST 1234 5698 7654 32⟧, please",
            "⟦GB82WEST12345698765432⟧",
            "IBAN: ⟦DE89370400440532013000⟧.",
            "⟦de89 3704 0044 0532 0130 00⟧",
            "⟦NO9386011117947⟧",
            "⟦MT84MALT011000012345MTLCAST001S⟧",
            "⟦FR14-2004-1010-0505-0001-3M02-606⟧",
        ],
    );
    none_holds_anything(&[
        "GB82WEST12345698765433",
        "GB82 WEST",
        "XX82WEST12345698765432",
        "GB82WEST12345698765432X",
    ]);
}

#[test]
fn social_security_numbers() {
    each_holds(
        "ssn",
        &[
            "my ⟦536-90-4399⟧.",
            "SSN ⟦536 90 4399⟧",
            "social security: ⟦536904399⟧",
            "ssn=⟦536.90.4399⟧",
            "(⟦899-12-3456⟧)",
        ],
    );
    none_holds_anything(&[
        "000-12-3456",
        "666-12-3456",
        "536-00-4399",
        "536-90-0000",
        "536904399",
        "1536-90-4399",
        "536-90-43991",
    ]);
    each_holds("national-id:us-itin", &["itin ⟦912-70-1234⟧"]);
}

#[test]
fn identity_numbers() {
    let each: &[(&str, &[&str])] = &[
        ("national-id:be-rrn", &["⟦85.07.30-033.28⟧"]),
        ("national-id:br-cpf", &["⟦111.444.777-35⟧", "cpf ⟦11144477735⟧"]),
        ("national-id:ca-sin", &["my SIN is ⟦130 692 544⟧"]),
        ("national-id:ch-ahv", &["⟦756.9217.0769.85⟧"]),
        ("national-id:cl-rut", &["⟦12.345.678-5⟧"]),
        ("national-id:cn-rin", &["⟦11010519491231002X⟧", "⟦440524188001010014⟧"]),
        ("national-id:de-steuer-id", &["⟦86095742719⟧", "⟦86 095 742 719⟧"]),
        ("national-id:es-dni", &["DNI ⟦12345678Z⟧", "⟦12345678-Z⟧", "NIE ⟦X1234567L⟧"]),
        ("national-id:fi-hetu", &["⟦131052-308T⟧", "⟦131052A308T⟧"]),
        ("national-id:fr-nir", &["⟦255081416802538⟧", "⟦2 55 08 14 168 025 38⟧"]),
        ("national-id:gb-nhs", &["NHS number ⟦943 476 5919⟧"]),
        ("national-id:gb-nino", &["⟦AA123456C⟧", "⟦AB 12 34 56 C⟧", "⟦ab123456c⟧"]),
        ("national-id:ie-pps", &["⟦1234567FA⟧"]),
        ("national-id:in-aadhaar", &["⟦2345 6789 0124⟧", "aadhaar ⟦234567890124⟧"]),
        ("national-id:in-pan", &["⟦ABCPE1234F⟧"]),
        ("national-id:it-codice-fiscale", &["⟦RSSMRA85T10A562S⟧", "⟦rssmra85t10a562s⟧"]),
        ("national-id:kr-rrn", &["⟦880101-1234567⟧"]),
        ("national-id:nl-bsn", &["BSN ⟦111222333⟧"]),
        ("national-id:pl-pesel", &["⟦44051401359⟧"]),
        ("national-id:se-personnummer", &["⟦811218-9876⟧", "⟦19811218-9876⟧"]),
        ("national-id:sg-nric", &["⟦S1234567D⟧"]),
        ("national-id:za-id", &["⟦8001015009087⟧"]),
    ];
    for (kind, texts) in each {
        each_holds(kind, texts);
    }
    none_holds_anything(&[
        "12345678A",
        "RSSMRA85T10A562T",
        "111.444.777-36",
        "BG123456C",
        "ABCXE1234F",
        "130 692 54",
        "811232-9876",
        "S1234567E",
    ]);
}

#[test]
fn dates_of_birth_are_told_by_the_words_before_them() {
    each_holds("birth-date", &["born on ⟦12/31/1980⟧", "DOB: ⟦1980-12-31⟧", "date of birth ⟦31.12.80⟧"]);
    none_holds_anything(&["signed on 12/31/1980", "2019-05-05", "2019-2021", "at 2000-04-16 11:34:35"]);
}
