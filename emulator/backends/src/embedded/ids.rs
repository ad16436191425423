//! Ids made of the host's random bits.

/// A version-4 UUID.
pub(crate) fn uuid(random: u128) -> String {
    // The version's and the variant's bits. Source: RFC 9562, section 5.4.
    let bits = (random & !(0xf << 76 | 0x3 << 62)) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| hex.get(part).unwrap_or_default());
    parts.join("-")
}
