//! Where we differ from the kit, and why.

/// age 1.3's hybrid of ML-KEM-768 and X25519. To us its stanzas are of an unknown type, passed over as the format demands, and
/// its identities cannot be read: what only they open, nobody opens here, and what is wrong inside such a stanza goes unseen.
const HYBRID: &str = "the hybrid post-quantum recipient type is not implemented";

const LISTED: [(&str, &str); 12] = [
    ("armor_hybrid", HYBRID),
    ("hybrid", HYBRID),
    ("hybrid_and_x25519", HYBRID),
    ("hybrid_extra_argument", HYBRID),
    ("hybrid_grease", HYBRID),
    ("hybrid_identity", HYBRID),
    ("hybrid_long_file_key", HYBRID),
    ("hybrid_long_share", HYBRID),
    ("hybrid_low_order", HYBRID),
    ("hybrid_multiple_recipients", HYBRID),
    ("hybrid_not_canonical_enc", HYBRID),
    ("hybrid_short_share", HYBRID),
];

/// How many vectors are listed.
pub(super) const COUNT: usize = LISTED.len();

/// Why a vector does not come out as the kit says.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    LISTED.iter().find(|(listed, _)| *listed == name).map(|(_, reason)| *reason)
}
