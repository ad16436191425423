//! IP addresses and ranges.
//!
//! Source: IAM User Guide, "AWS global condition context keys", `aws:SourceIp`, and "IP address
//! condition operators"; RFC 1918, RFC 4193 and RFC 6598 for private addresses.

use std::net::IpAddr;

use rolecall_policy::document::Comparison;

use super::super::{
    check::Check,
    report::{Input, Report, quoted, replace},
    view::{Condition, Item},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for condition in input.statements.iter().flat_map(|s| &s.conditions) {
        let comparison = condition.operator.map(|operator| operator.comparison);
        let negated = match comparison {
            Some(Comparison::IpAddress) => false,
            Some(Comparison::NotIpAddress) => true,
            _ => continue,
        };
        for value in &condition.values {
            bits(report, *value);
        }
        if condition.key().eq_ignore_ascii_case("aws:SourceIp") {
            private(report, condition, negated);
        }
    }
}

/// An address with the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    address: IpAddr,
    prefix: u32,
}

impl Range {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => most,
            Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
            Some(_) => return None,
        };
        (prefix <= most).then_some(Self { address, prefix })
    }

    /// The address with the bits behind the prefix zero.
    fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(v4) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                IpAddr::V4((v4.to_bits() & mask).into())
            }
            IpAddr::V6(v6) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                IpAddr::V6((v6.to_bits() & mask).into())
            }
        }
    }

    /// Whether all of its addresses are private.
    fn is_private(self) -> bool {
        const PRIVATE: [(&str, u32); 7] = [
            ("10.0.0.0", 8),
            ("172.16.0.0", 12),
            ("192.168.0.0", 16),
            ("100.64.0.0", 10),
            ("127.0.0.0", 8),
            ("169.254.0.0", 16),
            ("fc00::", 7),
        ];
        PRIVATE.iter().any(|(network, prefix)| {
            let narrowed = Self {
                address: self.address,
                prefix: *prefix,
            };
            let same = network.parse::<IpAddr>().ok();
            let family = same.is_some_and(|a| a.is_ipv4() == self.address.is_ipv4());
            family && self.prefix >= *prefix && Some(narrowed.network()) == same
        })
    }
}

fn bits(report: &mut Report<'_>, value: Item<'_>) {
    let Some(range) = Range::parse(value.text) else {
        return;
    };
    let network = range.network();
    if network == range.address {
        return;
    }
    let better = format!("{network}/{}", range.prefix);
    report.add_fixable(
        Check::ImproveIpRange,
        value.span,
        format!(
            "{} has bits behind its prefix, which are ignored",
            quoted(value.text)
        ),
        format!("write `{better}`"),
        replace(value.span, &better),
    );
}

fn private(report: &mut Report<'_>, condition: &Condition<'_>, negated: bool) {
    let ranges: Vec<Range> = (condition.values.iter())
        .filter_map(|value| Range::parse(value.text))
        .collect();
    let private = ranges.iter().filter(|range| range.is_private()).count();
    if private == 0 || ranges.len() != condition.values.len() {
        return;
    }
    let all = private == ranges.len();
    let (check, message) = match (all, negated) {
        (true, false) => (
            Check::PrivateIpAddress,
            "`aws:SourceIp` is a public address, so this never holds",
        ),
        (true, true) => (
            Check::PrivateNotIpAddress,
            "`aws:SourceIp` is a public address, so this always holds",
        ),
        (false, false) => (
            Check::PrivateIpAddressSubset,
            "`aws:SourceIp` is a public address: the private ones here never match",
        ),
        (false, true) => (
            Check::PrivateNotIpAddressSubset,
            "`aws:SourceIp` is a public address: the private ones here exclude nothing",
        ),
    };
    let remedy =
        "list public addresses; for private ones use `aws:VpcSourceIp` with `aws:SourceVpc`";
    report.add(check, condition.entry.node.span, message, remedy);
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_have_networks() {
        for (text, network, private) in [
            ("203.0.113.7/24", "203.0.113.0", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.0.0.0/7", "10.0.0.0", false),
            ("0.0.0.0/0", "0.0.0.0", false),
            ("fd00::1/64", "fd00::", true),
            ("2001:db8::1/0", "::", false),
        ] {
            let range = Range::parse(text).unwrap();
            assert_eq!(range.network().to_string(), network, "{text}");
            assert_eq!(range.is_private(), private, "{text}");
        }
        for bad in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "a/8",
            "::/129",
        ] {
            assert_eq!(Range::parse(bad), None, "{bad}");
        }
    }
}
