//! Values of a context key that are worth trying, made of those that conditions name.

use rolecall_policy::{
    ContextValue,
    document::{Comparison, SetOperator},
};

use super::statements::Atom;

/// Keys that every request has.
///
/// Source: IAM User Guide, "AWS global condition context keys" (availability).
const ALWAYS: [&str; 8] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:securetransport",
    "aws:requestedregion",
    "aws:viaawsservice",
    "aws:useragent",
    "aws:principaltype",
    "aws:userid",
];

/// Values from one condition that are tried.
const FEW: usize = 12;
/// Values of a key that are tried.
const MANY: usize = 48;

/// The values to try for a key, of the conditions on it; none stands for an absent key.
pub(crate) fn options(key: &str, atoms: &[&Atom]) -> Vec<Option<ContextValue>> {
    let mut texts: Vec<String> = Vec::new();
    let mut add = |text: String| {
        if texts.len() < MANY && !texts.contains(&text) {
            texts.push(text);
        }
    };
    for atom in atoms {
        for value in atom.condition.values.iter().take(FEW) {
            near(atom.condition.operator.comparison, value)
                .into_iter()
                .for_each(&mut add);
        }
    }
    for atom in atoms {
        let others = elsewhere(atom.condition.operator.comparison);
        others
            .iter()
            .map(|text| (*text).to_owned())
            .for_each(&mut add);
    }
    let absent = (!ALWAYS.contains(&key)).then_some(None);
    let one = texts
        .iter()
        .map(|text| Some(ContextValue::One(text.clone())));
    let mut out: Vec<_> = absent.into_iter().chain(one).collect();
    let is_set = |atom: &&Atom| atom.condition.operator.set.is_some();
    if atoms.iter().any(is_set) {
        let many = lists(&texts).into_iter();
        out.extend(many.map(|list| Some(ContextValue::Many(list))));
    }
    if atoms
        .iter()
        .any(|a| a.condition.operator.set == Some(SetOperator::ForAllValues))
    {
        out.push(Some(ContextValue::Many(Vec::new())));
    }
    out
}

/// One value alone, and each with each other.
fn lists(texts: &[String]) -> Vec<Vec<String>> {
    let texts = texts.get(..texts.len().min(10)).unwrap_or(texts);
    let alone = texts.iter().map(|text| vec![text.clone()]);
    let pairs = texts.iter().enumerate().flat_map(|(index, one)| {
        let rest = texts.iter().skip(index + 1);
        rest.map(move |other| vec![one.clone(), other.clone()])
    });
    alone.chain(pairs).collect()
}

/// Values at which a condition changes its mind.
fn near(comparison: Comparison, value: &str) -> Vec<String> {
    use Comparison as C;
    let filled = |run: &str| value.replace('*', run).replace('?', "x");
    match comparison {
        C::StringLike | C::StringNotLike => vec![filled("example"), filled(""), value.to_owned()],
        C::ArnEquals | C::ArnLike | C::ArnNotEquals | C::ArnNotLike => {
            vec![filled("example"), filled("")]
        }
        C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase => {
            vec![value.to_owned(), value.to_uppercase(), value.to_lowercase()]
        }
        C::IpAddress | C::NotIpAddress => {
            vec![value.split('/').next().unwrap_or(value).to_owned()]
        }
        C::BinaryEquals => decoded(value).into_iter().collect(),
        C::Bool => vec!["true".to_owned(), "false".to_owned()],
        C::Null => vec!["example".to_owned()],
        C::StringEquals | C::StringNotEquals => vec![value.to_owned()],
        _ => around(value),
    }
}

/// A number or a date with its neighbours.
fn around(value: &str) -> Vec<String> {
    let mut out = vec![value.to_owned()];
    if let Ok(number) = value.parse::<i64>() {
        let next = [number.checked_sub(1), number.checked_add(1)];
        out.extend(next.into_iter().flatten().map(|near| near.to_string()));
    }
    out
}

/// The text that a base64 value stands for.
fn decoded(value: &str) -> Option<String> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut len) = (0_u32, 0);
    for letter in value.trim_end_matches('=').chars() {
        bits = (bits << 6) | u32::try_from(alphabet.find(letter)?).ok()?;
        len += 6;
        if len >= 8 {
            len -= 8;
            bytes.push(u8::try_from((bits >> len) & 0xff).ok()?);
            bits &= (1 << len) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Values far from those that are named.
fn elsewhere(comparison: Comparison) -> &'static [&'static str] {
    use Comparison as C;
    match comparison {
        C::IpAddress | C::NotIpAddress => {
            &["203.0.113.77", "10.11.12.13", "8.8.8.8", "2001:db8::77"]
        }
        C::Bool => &["true", "false"],
        C::ArnEquals | C::ArnLike | C::ArnNotEquals | C::ArnNotLike => {
            &["arn:aws:example:us-east-1:999999999999:example"]
        }
        C::NumericEquals
        | C::NumericNotEquals
        | C::NumericLessThan
        | C::NumericLessThanEquals
        | C::NumericGreaterThan
        | C::NumericGreaterThanEquals => &["0", "1000000000", "-1000000000"],
        C::DateEquals
        | C::DateNotEquals
        | C::DateLessThan
        | C::DateLessThanEquals
        | C::DateGreaterThan
        | C::DateGreaterThanEquals => &["2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"],
        _ => &["example", "example-2", ""],
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn decodes() {
        assert_eq!(decoded("aGVsbG8=").as_deref(), Some("hello"));
        assert_eq!(decoded("aGVsbG8h").as_deref(), Some("hello!"));
        assert_eq!(decoded("!"), None);
    }
}
