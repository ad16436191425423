//! ARN formats filled by parameters: for operations that nobody has written a rule for.
//!
//! Heuristics all of them, each with its reason; what they do not find stays `*`, since a wrong ARN
//! is worse than none.

use rolecall_policy::{Arn, Provenance};
use serde_json::{Map, Value};

use super::{
    Scope,
    names::{is_tail, plain, short},
    pattern::{Piece, matches, pieces},
    wanted::{Found, Wanted, members, scalars},
};
use crate::{generated::ResourceHint, iam::ResourceType};

/// A resource type of an action, filled as far as the parameters go.
pub(super) struct Filled {
    pub(super) arns: Vec<String>,
    pub(super) required: bool,
    /// Variables that found no parameter.
    pub(super) missing: usize,
    pub(super) provenance: Provenance,
    /// Whether the last variable, the thing's own, found one.
    pub(super) named: bool,
    /// The parameter that is the whole ARN.
    pub(super) given_by: Option<String>,
}

impl Filled {
    fn of(arns: Vec<String>) -> Self {
        Self {
            arns,
            required: false,
            missing: 0,
            provenance: Provenance::Heuristic,
            named: false,
            given_by: None,
        }
    }

    /// Says whether this type, of which the call names no resource, is one that the ARN of another might as
    /// well have been of: `SchemaArn` is a development schema or a published one.
    pub(super) fn is_alternative(&self, kind: &ResourceType, other: &Self) -> bool {
        let Some(parameter) = &other.given_by else {
            return false;
        };
        !self.named
            && self.given_by.is_none()
            && (NAMES_IT.contains(&plain(parameter).as_str()) || is_tail(parameter, &kind.name))
    }
}

/// Names of parameters that are the resource itself, of whatever type.
const NAMES_IT: [&str; 5] = [
    "arn",
    "resourcearn",
    "resource",
    "resourceid",
    "resourceidentifier",
];

/// Where a resource type stands among those of its action.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The action takes no other type.
    pub(super) alone: bool,
    /// The action takes no other type, or requires no other.
    pub(super) main: bool,
}

/// Fills the format of a resource type; of several, the one that misses least. `place` says
/// which other types the action takes.
pub(super) fn fill(
    kind: &ResourceType,
    place: Place,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Filled {
    let formats = kind.arn.split(", ");
    let all = formats.map(|format| one(&kind.name, format, place, hints, scope));
    all.min_by_key(|filled| filled.missing)
        .unwrap_or_else(|| Filled::of(vec!["*".to_owned()]))
}

fn one(
    kind: &str,
    format: &str,
    place: Place,
    hints: &[ResourceHint],
    scope: &Scope<'_>,
) -> Filled {
    let pieces = pieces(format);
    let parameters = &scope.call.parameters;
    if let Some(given) = given(&pieces, parameters.iter().collect()) {
        return given;
    }
    let own: Vec<usize> = (0..pieces.len()).filter(|n| is_own(&pieces, *n)).collect();
    let mut filled = Filled::of(vec![String::new()]);
    let within = Within::of(&pieces, parameters);
    let mut found = Vec::new();
    let mut taken: Vec<(&str, String)> = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let values = match piece {
            _ if number < within.len => within.texts(number),
            Piece::Text(text) => vec![text.clone()],
            Piece::Variable(name) if name == "AccountId" && in_account(&pieces, number) => {
                vec![scope.call.account.as_str().to_owned()]
            }
            Piece::Variable(name) => {
                let single = own.len() == 1;
                let last = own.last() == Some(&number);
                let others = others(&pieces, name, &taken, parameters.keys());
                let wanted = Wanted {
                    variable: name,
                    kind: last.then_some(kind),
                    single,
                    alone: single && place.alone,
                    main: place.main,
                    within: (last && !single && filled.missing == 0).then(|| found.clone()),
                    ambiguous: shares_its_short_name(&pieces, name),
                    before: before(&pieces, number),
                    ends: ends(&pieces, number),
                    others: &others,
                };
                let (found, by) = wanted.found(hints, scope);
                taken.extend(by.map(|by| (name.as_str(), by)));
                match found {
                    Found::Texts(texts) => texts,
                    // The parameter of this name is the whole ARN, in a form that the data do not know.
                    Found::Arns(arns) if same_service(&arns, &pieces) => return Filled::of(arns),
                    Found::Arns(_) => Vec::new(),
                }
            }
        };
        if values.is_empty() {
            filled.missing += 1;
            filled.arns.iter_mut().for_each(|arn| arn.push('*'));
        } else {
            if own.contains(&number) {
                filled.named |= own.last() == Some(&number);
                found.extend(values.iter().cloned());
            }
            filled.arns = filled
                .arns
                .iter()
                .flat_map(|arn| values.iter().map(move |v| format!("{arn}{v}")))
                .collect();
        }
    }
    if filled.missing > 0 {
        // Members may be ARNs of other things; they count where the names say too little.
        // What has a name in the request is not given deep inside too, nor is what is made.
        let its_name = format!("{}name", plain(kind));
        let has_name = parameters.keys().any(|name| plain(name) == its_name);
        let operation = plain(&scope.call.operation().name);
        let other = !has_name && !operation.ends_with(&plain(kind));
        let inner: Vec<_> = parameters.values().flat_map(members).collect();
        if let Some(given) = given(&pieces, inner.clone()) {
            return given;
        }
        if other && let Some(given) = given_deep(&pieces, inner) {
            return given;
        }
        return filled;
    }
    filled
}

/// ARNs that the call names its resource by, although they have no format of its action's types:
/// `ResourceArn`, and nothing but the resource can be meant.
pub(super) fn named_arns(types: &[&ResourceType], scope: &Scope<'_>) -> Vec<String> {
    let named = |(name, _): &(&String, &Value)| NAMES_IT.contains(&plain(name).as_str());
    let texts = scope.call.parameters.iter().filter(named);
    let arns: Vec<String> = texts
        .flat_map(|(_, value)| scalars(value))
        .filter(|text| text.starts_with("arn:"))
        .collect();
    let fits = |kind: &&ResourceType| same_service(&arns, &pieces(&kind.arn));
    if types.iter().any(fits) {
        arns
    } else {
        Vec::new()
    }
}

/// The ARNs of a resource type wherever the call has them.
pub(super) fn given_anywhere(kind: &ResourceType, scope: &Scope<'_>) -> Vec<String> {
    let formats: Vec<_> = kind.arn.split(", ").map(pieces).collect();
    let is = |text: &String| text.starts_with("arn:") && formats.iter().any(|f| matches(f, text));
    let mut found = Vec::new();
    let mut values: Vec<&Value> = scope.call.parameters.values().collect();
    while !values.is_empty() {
        found.extend(values.iter().flat_map(|value| scalars(value)).filter(is));
        let inner = values.iter().flat_map(|value| members(value));
        values = inner.map(|(_, value)| value).collect();
    }
    found
}

/// The service in the ARNs of a resource type.
pub(super) fn service_of(kind: &ResourceType) -> Option<&str> {
    kind.arn.split(':').nth(2)
}

fn is_own(pieces: &[Piece], number: usize) -> bool {
    let everyone_s = |v: &str| matches!(v, "Partition" | "Region" | "Account");
    match pieces.get(number) {
        Some(Piece::Variable(v)) if v == "AccountId" => !in_account(pieces, number),
        Some(Piece::Variable(v)) => !everyone_s(v),
        _ => false,
    }
}

/// What a thing is in, where the call has its ARN: `runtime/r` of `runtime/${Id}/endpoint/${Name}`.
struct Within {
    /// How many pieces of the format the ARN is.
    len: usize,
    arn: String,
}

impl Within {
    fn of(pieces: &[Piece], parameters: &Map<String, Value>) -> Self {
        let arns = parameters.values().filter_map(Value::as_str);
        let arns = arns.filter(|text| text.starts_with("arn:"));
        let last = pieces
            .iter()
            .rposition(|piece| matches!(piece, Piece::Variable(_)));
        let own = (0..last.unwrap_or_default())
            .rev()
            .filter(|n| is_own(pieces, *n));
        let mut found = own.flat_map(|number| {
            let parent = pieces.get(..=number).unwrap_or_default();
            let is = move |arn: &&str| {
                let id = arn.rsplit(['/', ':']).next().unwrap_or_default();
                let before = arn.strip_suffix(id).unwrap_or_default();
                let rest = before.ends_with(before_last(parent));
                rest && matches(parent, arn)
            };
            arns.clone()
                .filter(is)
                .map(move |arn| (number + 1, arn.to_owned()))
        });
        let (len, arn) = found.next().unwrap_or_default();
        Self { len, arn }
    }

    /// The whole ARN stands for its first piece.
    fn texts(&self, number: usize) -> Vec<String> {
        vec![if number == 0 {
            self.arn.clone()
        } else {
            String::new()
        }]
    }
}

/// The text before a format's last variable.
fn before_last(pieces: &[Piece]) -> &str {
    match pieces.iter().rev().nth(1) {
        Some(Piece::Text(text)) => text,
        _ => "",
    }
}

/// The parameters that are not for this variable: those that were taken for the variables before it, and
/// those that have another one's very name.
fn others<'p>(
    pieces: &[Piece],
    variable: &str,
    taken: &'p [(&str, String)],
    parameters: impl Iterator<Item = &'p String>,
) -> Vec<String> {
    let is_another_s = |parameter: &str| {
        pieces.iter().any(|piece| match piece {
            Piece::Variable(v) => plain(v) != plain(variable) && plain(v) == plain(parameter),
            Piece::Text(_) => false,
        })
    };
    let before = taken.iter().filter(|(other, _)| *other != variable);
    let before = before.map(|(_, parameter)| parameter);
    let named = parameters.filter(|parameter| is_another_s(parameter));
    before.chain(named).cloned().collect()
}

fn shares_its_short_name(pieces: &[Piece], name: &str) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Variable(other) => other != name && short(other) == short(name),
        Piece::Text(_) => false,
    })
}

/// Says whether the text before a variable is about it alone: no other variable follows at once, as in
/// `volume/${FileSystemId}/${VolumeId}`.
fn ends(pieces: &[Piece], number: usize) -> bool {
    match pieces.get(number + 1) {
        None => true,
        Some(Piece::Text(text)) => text.chars().any(|c| c.is_ascii_alphanumeric()),
        Some(Piece::Variable(_)) => false,
    }
}

/// Says whether a variable stands where an ARN has its account: the data call it `AccountId` there too,
/// which is the name of many a parameter.
fn in_account(pieces: &[Piece], number: usize) -> bool {
    let texts = pieces.iter().take(number).filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.matches(':').count()),
        Piece::Variable(_) => None,
    });
    texts.sum::<usize>() == 4
}

/// The text before a variable.
fn before(pieces: &[Piece], number: usize) -> &str {
    match number.checked_sub(1).and_then(|n| pieces.get(n)) {
        Some(Piece::Text(text)) => text,
        _ => "",
    }
}

fn same_service(arns: &[String], format: &[Piece]) -> bool {
    let Some(Piece::Text(text)) = format.get(2) else {
        return false;
    };
    let service = text.trim_start_matches(':').split(':').next();
    !arns.is_empty()
        && arns
            .iter()
            .all(|arn| Arn::parse(arn).is_ok_and(|arn| Some(arn.service()) == service))
}

/// The ARNs of this format among parameters; their owners' accounts may be others'.
fn given(pieces: &[Piece], parameters: Vec<(&String, &Value)>) -> Option<Filled> {
    let is = |text: &String| text.starts_with("arn:") && matches(pieces, text);
    let mut found = parameters
        .into_iter()
        .map(|(name, value)| (name, scalars(value).into_iter().filter(is).collect()))
        .filter(|(_, arns): &(_, Vec<String>)| !arns.is_empty());
    let (name, mut arns) = found.next()?;
    arns.extend(found.flat_map(|(_, more)| more));
    Some(Filled {
        given_by: Some(name.clone()),
        ..Filled::of(arns)
    })
}

/// The ARNs of this format in the uppermost structures below these that have any. What their parameter is
/// called says nothing of the call's other resources.
fn given_deep<'v>(pieces: &[Piece], mut inner: Vec<(&'v String, &'v Value)>) -> Option<Filled> {
    while !inner.is_empty() {
        inner = inner.iter().flat_map(|(_, value)| members(value)).collect();
        if let Some(given) = given(pieces, inner.clone()) {
            return Some(Filled {
                given_by: None,
                ..given
            });
        }
    }
    None
}
