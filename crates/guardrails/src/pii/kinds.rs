use crate::Kind;

/// An e-mail address (RFC 5321, without quoted local parts and address literals).
pub const EMAIL: Kind = Kind::new("email");
/// A telephone number.
pub const PHONE: Kind = Kind::new("phone");
/// A payment card number (ISO/IEC 7812).
pub const CARD: Kind = Kind::new("card");
/// An international bank account number (ISO 13616).
pub const IBAN: Kind = Kind::new("iban");
/// A US social security number.
pub const SSN: Kind = Kind::new("ssn");
/// An IPv4 or IPv6 address.
pub const IP: Kind = Kind::new("ip");
/// A hardware address (EUI-48).
pub const MAC: Kind = Kind::new("mac");
/// A web address, with its scheme or from `www.` on.
pub const URL: Kind = Kind::new("url");
/// A date that the words before it call somebody's birth.
pub const BIRTH_DATE: Kind = Kind::new("birth-date");
/// An Ethereum or a Bitcoin (bech32) address.
pub const CRYPTO: Kind = Kind::new("crypto-address");
