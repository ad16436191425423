//! `cidr`: addresses in a block, IPv4 and IPv6.

use std::net::IpAddr;

/// Whether an address is in a block such as `10.0.0.0/24`; a bad block has none.
pub(super) fn contains(block: &str, address: &str) -> bool {
    let (Some((network, bits)), Ok(address)) = (parse(block), address.parse::<IpAddr>()) else {
        return false;
    };
    let (network, address, width) = match (network, address) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            (u128::from(one.to_bits()), u128::from(other.to_bits()), 32)
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128),
        _ => return false,
    };
    // A shift by the whole width has no result: then every address is meant.
    let shift = |bits_of: u128| bits_of.checked_shr(width - bits).unwrap_or_default();
    shift(network) == shift(address)
}

/// The network and the length of its prefix.
pub(super) fn parse(block: &str) -> Option<(IpAddr, u32)> {
    let (network, bits) = block.split_once('/')?;
    let network: IpAddr = network.parse().ok()?;
    let bits: u32 = bits.parse().ok()?;
    let most = if network.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some((network, bits))
}
