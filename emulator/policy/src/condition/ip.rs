//! Address ranges of `IpAddress` and `NotIpAddress`.

use std::net::IpAddr;

/// A range in CIDR notation; a bare address is a range of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cidr {
    address: IpAddr,
    bits: u32,
}

impl Cidr {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = width(address);
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= width)?,
            None => width,
        };
        Some(Self { address, bits })
    }

    /// Says whether an address lies in the range; one of the other family never does.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        let shift = width(self.address) - self.bits;
        width(self.address) == width(address)
            && prefix(self.address, shift) == prefix(address, shift)
    }
}

fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn prefix(address: IpAddr, shift: u32) -> u128 {
    let number = match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    number.checked_shr(shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Cidr;

    #[test]
    fn contains() {
        for (range, address, expected) in [
            ("203.0.113.0/24", "203.0.113.77", true),
            ("203.0.113.0/24", "203.0.114.1", false),
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::1", "2001:0db8:0:0:0:0:0:1", true),
            ("::/0", "1.2.3.4", false),
        ] {
            let found = Cidr::parse(range)
                .unwrap()
                .contains(address.parse().unwrap());
            assert_eq!(found, expected, "{range} {address}");
        }
    }

    #[test]
    fn refuses_what_is_no_range() {
        for text in ["", "1.2.3", "1.2.3.4/33", "::/129", "1.2.3.4/-1", "x"] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }
}
