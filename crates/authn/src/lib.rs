//! Who is asking
