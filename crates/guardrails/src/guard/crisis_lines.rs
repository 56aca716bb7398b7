//! Crisis lines, reviewed by hand. Sources: the services' own sites, as of 2026; those that answer at any hour and free of charge
//! from the whole country.

use super::emergency_numbers::code;

/// The crisis line of a country, as its people would be told: `988`, `116 123 (Samaritans)`. `country` is ISO 3166-1 alpha-2, in any
/// case, or `UK` or `EL`; `None` where we have reviewed none, which is most countries.
#[must_use]
pub fn crisis_line(country: &str) -> Option<&'static str> {
    let line = match code(country).as_str() {
        "US" | "CA" => "call or text 988",
        "GB" | "IE" => "call 116 123 (Samaritans)",
        "AU" => "call 13 11 14 (Lifeline)",
        "NZ" => "call or text 1737",
        "DE" => "call 0800 111 0 111 or 116 123 (TelefonSeelsorge)",
        "AT" => "call 142 (TelefonSeelsorge)",
        "CH" => "call 143 (Die Dargebotene Hand)",
        "FR" => "call 3114",
        "ES" => "call 024",
        "NL" => "call 113 (113 Zelfmoordpreventie)",
        "BE" => "call 1813 (Zelfmoordlijn) or 107 (Tele-Accueil)",
        "SE" => "call 90101 (Självmordslinjen)",
        "NO" => "call 116 123 (Mental Helse)",
        "DK" => "call 70 201 201 (Livslinien)",
        "IN" => "call 14416 (Tele-MANAS)",
        "BR" => "call 188 (CVV)",
        "KR" => "call 109",
        _ => return None,
    };
    Some(line)
}
